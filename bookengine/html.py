"""The HTML that a page shows: one function for each kind of thing. Classes: see docs/assets/book.css."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from .book import TABLES, Book, NotRecorded, cell_id
from .expressions import Reference, references
from .pages import InlineValue
from .project import Project
from .snippet import Cell, Snippet

SVG_TAG, SVG_LENGTH = re.compile(r"<svg[^>]*>"), r'\b{}="([\d.]+)pt"'
POINTS_TO_PIXELS = 4 / 3


class Links:
    """Addresses of what belongs to a snippet, from one page's place in the site."""

    def __init__(self, project: Project, to_root: str) -> None:
        self.to_root, self.project = to_root, project
        config = (project.root / "mkdocs.yml").read_text("utf-8")
        found = re.search(r"^repo_url:\s*(\S+)", config, re.MULTILINE)
        self.repository = found[1].rstrip("/") if found else ""

    def of(self, snippet: Snippet) -> list[tuple[str, str, str]]:
        """(text, address, explanation) for the head of a listing. What was not recorded has no notebook."""
        recorded = self.project.recording_path(snippet.name).exists()
        found = [(".py", f"{self.to_root}downloads/{snippet.name}.py", "Download the script")]
        if recorded:
            found.append((".ipynb", f"{self.to_root}downloads/{snippet.name}.ipynb", "Download the notebook, with its outputs"))
        if self.repository:
            found.insert(0, ("source", f"{self.repository}/blob/main/snippets/{snippet.name}.py", "The file in the repository"))
        if self.repository and recorded:
            colab = self.repository.replace("https://github.com/", "https://colab.research.google.com/github/")
            found.append(("Colab", f"{colab}/blob/main/recordings/{snippet.name}.ipynb", "Open in Google Colab"))
        return found

    def figure(self, target: tuple[str, str, int], kind: str, scheme: str) -> str:
        return f"{self.to_root}{figure_path(target, kind, scheme)}"


def figure_path(target: tuple[str, str, int], kind: str, scheme: str) -> str:
    """Where publish.py puts a figure, below the site's root."""
    snippet, cell, number = target
    return f"figures/{snippet}/{cell}-{number}-{scheme}.{kind}"


def cell(snippet: Snippet, cell: Cell, notes: list[tuple[str, str]], fold: str, links: Links, *, first: bool) -> str:
    """A shown cell, with numbered notes. The text of `code` is the cell's source, to the character."""
    attributes = f'id="{cell_id(snippet.name, cell.name)}" data-snippet="{snippet.name}" data-cell="{cell.name}"'
    shown = " ".join(f'<a href="{escape(url)}" title="{escape(title)}">{text}</a>' for text, url, title in links.of(snippet))
    name = f'<span class="book-name">{snippet.name} <b>{cell.name}</b></span>'
    head = f'<div class="book-head">{name}<span class="book-links">{shown}</span></div>'
    code = "\n".join(_with_references(_highlighted(cell.source), cell.source, [fragment for fragment, _ in notes]))
    block = f'<div class="highlight"><pre tabindex="0"><span></span><code>{code}</code></pre></div>'
    if notes:
        block += '<ol class="book-notes">' + "".join(f"<li>{text}</li>" for _, text in notes) + "</ol>"
    return f'<div class="book-cell" {attributes}>{head}{folded(block, fold)}</div>\n'


def _highlighted(source: str) -> list[str]:
    """One string of HTML a line; Pygments closes its spans at line ends."""
    lexer = PythonLexer(stripnl=False, ensurenl=True)
    return highlight(source, lexer, HtmlFormatter(nowrap=True)).removesuffix("\n").split("\n")


def _with_references(lines: list[str], source: str, fragments: list[str]) -> list[str]:
    texts = source.split("\n")
    for number, fragment in enumerate(fragments, 1):
        index = next(i for i, text in enumerate(texts) if fragment in text)
        # Empty, its number is drawn by CSS: copied code stays clean.
        lines[index] += f'<span class="book-ref" data-note="{number}"></span>'
    return lines


def folded(content: str, summary: str) -> str:
    return f'<details class="book-fold"><summary>{escape(summary)}</summary>{content}</details>' if summary else content


def output_text(text: str) -> str:
    return f'<pre tabindex="0"><span></span>{escape(text)}</pre>'  # browsers drop a line break right after <pre>


def output(target: tuple[str, str, int], content: str, fold: str) -> str:
    snippet, name, _ = target
    return f'<div class="book-output" data-snippet="{snippet}" data-cell="{name}">{folded(content, fold)}</div>\n'


def figure(links: Links, target: tuple[str, str, int], kind: str, content: str, alt: str, caption: str) -> str:
    """Both schemes' pictures; style sheets show one. Without scripts the link opens it large."""
    size = _size(content) if kind == "svg" else ""
    pictures = "".join(
        f'<a class="book-{scheme}" href="{links.figure(target, kind, scheme)}">'
        f'<img src="{links.figure(target, kind, scheme)}" alt="{escape(alt)}"{size} loading="lazy"></a>'
        for scheme in ("light", "dark")
    )
    return f'<figure class="book-figure">{pictures}<figcaption>{caption}</figcaption></figure>'


def _size(svg: str) -> str:
    tag = SVG_TAG.search(svg)
    lengths = [re.search(SVG_LENGTH.format(name), tag[0]) if tag else None for name in ("width", "height")]
    width, height = (round(float(found[1]) * POINTS_TO_PIXELS) if found else 0 for found in lengths)
    return f' width="{width}" height="{height}"' if width and height else ""


def value(value: InlineValue, text: str, book: Book) -> str:
    """A number in a sentence; its title says which run it comes from."""
    used = references(value.expression)
    if not used or used[0].snippet in TABLES:
        return f'<span class="book-count">{escape(text)}</span>'
    first = used[0]
    exact = value.expression == str(first)
    attributes = f'data-snippet="{first.snippet}" data-name="{first.value}"'
    if not exact:
        attributes += f' data-expr="{escape(value.expression)}"'
    title = f"{value.expression}, {_run(book, first)}"
    return f'<span class="book-value" {attributes} title="{escape(title)}">{escape(text)}</span>'


def _run(book: Book, reference: Reference) -> str:
    try:
        about = book.recording(reference.snippet).book
    except NotRecorded as missing:
        return str(missing)
    return f"recorded {about['recorded_at'][:10]}, TensorFlow {about['environment']['tensorflow']}"


def evidence(values: dict[str, Any], book: Book) -> str:
    """The values that a claim rests on, with their dates."""
    shown = "; ".join(f"{name} = {_short(content)}" for name, content in values.items())
    first = references(next(iter(values)))[0]
    return f"{shown} ({_run(book, first)})" if first.snippet not in TABLES else shown


def _short(content: Any) -> str:
    if isinstance(content, list):
        items = [_short(item) for item in content]
        if len(items) >= 20:
            return f"{len(items)} values"
        return f"[{', '.join(items[:8])}{', …' if len(items) > 8 else ''}] ({len(items)} runs)"
    return f"{content:.4g}" if isinstance(content, float) else str(content)


def claim(expression: str, sentence: str, evidence: str, *, proven: bool) -> str:
    mark = '<span class="book-check" aria-hidden="true">✓</span>' if proven else ""
    small = f'<small class="book-evidence">{"Checked: " if proven else ""}{escape(evidence)}</small>'
    kind = "book-claim" if proven else "book-claim book-unproven"
    return f'<div class="{kind}" data-expr="{escape(expression)}" tabindex="0" role="note">{mark}<div>{sentence}{small}</div></div>'


def missing(reason: str, tag: str = "p") -> str:
    return f'<{tag} class="book-missing">{escape(reason)}</{tag}>'


def provenance(book: Book, name: str) -> str:
    """Versions, hardware, data, date and seconds of the snippet's run."""
    try:
        about = book.recording(name).book
    except NotRecorded as reason:
        return missing(str(reason))
    env = about["environment"]
    data = "; ".join(dict.fromkeys(f"{use['name']} ({use['tier']})" for use in about["data"])) or "made by the code"
    machine = env["gpu"] or f"{env['cpu']}, {env['cores']} cores"
    parts = [
        *(f"{title} {env[key]}" for title, key in (("TensorFlow", "tensorflow"), ("Keras", "keras"), ("Python", "python"))),
        machine, f"data: {data}", f"recorded {about['recorded_at'][:10]}", f"{about['wall_seconds']:.1f} s",
    ]  # fmt: skip
    return f'<p class="book-provenance">{escape(" · ".join(parts))}</p>\n'


def drift(entry: dict[str, Any], links: Links) -> str:
    """Then and now, and what the old spelling does today."""
    page = f"{links.to_root}reference/api-drift/#{entry['id']}"
    silent = entry["kind"] == "silent"
    error = f'<div class="book-error{" book-silent" if silent else ""}"><code>{escape(entry["error_today"])}</code></div>'
    then = f'<div class="book-then"><b>Then</b><code>{escape(entry["old"])}</code></div>'
    now = f'<div class="book-now"><b>Now</b><code>{escape(entry["new"])}</code></div>'
    foot = f'<p class="book-provenance">since {escape(str(entry["since"]))} · <a href="{page}">run it: {entry["id"]}</a></p>'
    return f'<div class="book-drift" data-drift="{entry["id"]}">{then}{error}{now}{foot}</div>'
