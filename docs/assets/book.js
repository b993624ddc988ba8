// What a page gains where scripts run. Without them it reads the same: figures link to their files,
// folds and the contents are HTML, mathematics shows its TeX.
(() => {
  const assets = new URL(".", document.currentScript.src);

  // Mathematics: KaTeX is fetched only by a page that has some.
  const formulas = document.querySelectorAll(".arithmatex");
  if (formulas.length) {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("katex/katex.min.css", assets) });
    const script = Object.assign(document.createElement("script"), { src: new URL("katex/katex.min.js", assets) });
    script.addEventListener("load", () => {
      for (const formula of formulas) {
        const display = formula.tagName === "DIV";
        const tex = formula.textContent.trim().slice(2, -2);      // within \( \) or \[ \]
        katex.render(tex, formula, { displayMode: display, throwOnError: false });
      }
      reachable();
    });
    document.head.append(sheet, script);
  }

  // Large view: a figure's link opens in a dialog instead of leaving the page.
  const large = document.createElement("dialog");
  large.className = "book-large";
  large.setAttribute("aria-label", "Figure, large");
  large.addEventListener("click", (event) => { if (event.target.tagName !== "IMG") large.close(); });
  for (const link of document.querySelectorAll(".book-figure > a")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const frame = document.createElement("div");
      frame.append(link.querySelector("img").cloneNode());
      const caption = document.createElement("p");
      caption.textContent = link.parentElement.querySelector("figcaption")?.textContent ?? "";
      const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Close", autofocus: true });
      large.replaceChildren(frame, caption, close);
      document.body.append(large);
      large.showModal();
    });
  }

  // What scrolls sideways is a stop on the keyboard's way, and nothing else is.
  const reachable = () => {
    for (const box of document.querySelectorAll(".book-output pre, .book-table, .md-typeset__scrollwrap, div.arithmatex")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  for (const block of document.querySelectorAll(".highlight pre")) block.removeAttribute("tabindex");   // its code scrolls; the theme sees to that
  for (const value of document.querySelectorAll(".book-value")) value.tabIndex = -1;                    // a tap shows its run; no stop on the way
  addEventListener("load", reachable);
  document.fonts.addEventListener("loadingdone", reachable);
  addEventListener("resize", reachable);

  // Small screens: the theme opens its search by a hidden checkbox, which a button can tick.
  document.querySelector(".book-search-open")?.addEventListener("click", () => {
    document.getElementById("__search")?.click();
    document.querySelector(".md-search__input")?.focus();
  });
  document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");

  // On paper every fold is open.
  const folded = [];
  addEventListener("beforeprint", () => { for (const fold of document.querySelectorAll("details:not([open])")) { fold.open = true; folded.push(fold); } });
  addEventListener("afterprint", () => { for (const fold of folded.splice(0)) fold.open = false; });
})();
