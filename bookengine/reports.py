"""Tables made from the data: the source ledger, the drift overview, the trust report, speed."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any

from . import home
from .book import Book
from .html import Links
from .pages import Page
from .recording import code_digest

DOCUMENTS = {
    "mastering-tensorflow-ch01-05": "Mastering TensorFlow 2.x, chapters 1 to 5",
    "mastering-tensorflow-ch06-10": "Mastering TensorFlow 2.x, chapters 6 to 10",
    "zhang-tutorial": "A TensorFlow 2 tutorial in four chapters",
    "kth-tensorflow1": "Lecture notes on TensorFlow 1",
    "gradient-tape": "A post on GradientTape and early stopping",
    "tensorboard-gpu": "A chapter on TensorBoard and GPUs",
}


def report(name: str, book: Book, page: Page, links: Links) -> str:
    return MAKERS[name](book, page, links)


def table(head: list[str], rows: list[list[str]], kind: str = "") -> str:
    """An HTML table in a box that scrolls by itself; cells are HTML."""
    heads = "".join(f'<th scope="col">{text}</th>' for text in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<div class="book-table" tabindex="0" role="group" aria-label="{escape(head[0])}">'
        f'<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def page_link(page: Page, anchor: str, links: Links) -> str:
    title = page.meta.get("title") or page.path.stem
    return f'<a href="{links.to_root}{page.url}#{escape(anchor)}">{escape(str(title))}</a>'


def ledger(book: Book, page: Page, links: Links) -> str:
    """All rows, by document, each with where it is answered, or not yet; the documents' totals first."""
    totals, parts = [], []
    for document, title in DOCUMENTS.items():
        rows = [row for row in book.rows if row["document"] == document]
        done = sum(row["id"] in book.answers for row in rows)
        bar = f'<meter min="0" max="{len(rows)}" value="{done}" aria-label="{done} of {len(rows)} rows answered"></meter>'
        totals.append([f'<a href="#{document}">{escape(title)}</a>', f"{done} of {len(rows)}", bar])
        body = [[_row_cell(row), escape(row["kind"]), escape(row["what"]), _answer(book, row, links)] for row in rows]
        parts.append(f'<h2 id="{document}">{title}</h2>')
        parts.append(table(["Row", "Kind", "What the source shows", "Answered"], body, "book-ledger"))
    return table(["Text", "Rows answered", "Share"], totals) + "".join(parts)


def _row_cell(row: dict[str, Any]) -> str:
    return f'<code id="row-{row["id"]}">{row["id"]}</code>'


def _answer(book: Book, row: dict[str, Any], links: Links) -> str:
    places = [page_link(page, anchor, links) for page, anchor in book.answers.get(row["id"], [])]
    return f'<span class="book-done">{", ".join(places)}</span>' if places else '<span class="book-open">not yet</span>'


def sources(book: Book, page: Page, links: Links) -> str:
    """The ledger rows that this page answers, with what the source said and got wrong."""
    known = {row["id"]: row for row in book.rows}
    mine = [(row, anchor) for row, places in book.answers.items() for place, anchor in places if place.path == page.path]
    items = []
    for row, anchor in sorted(mine, key=lambda pair: list(known).index(pair[0]) if pair[0] in known else 0):
        entry = known[row]
        wrong = entry.get("errors_in_doc") or entry.get("errors_in_book") or []
        wrong = wrong if isinstance(wrong, list) else [wrong]
        noted = f" <em>Corrected here:</em> {escape('; '.join(map(str, wrong)))}." if wrong else ""
        link = f'<a href="{links.to_root}reference/source-ledger/#row-{row}"><code>{row}</code></a>'
        items.append(f'<li>{link} (<a href="#{escape(anchor)}">here</a>): {escape(entry["what"])}{noted}</li>')
    return f'<details class="book-sources"><summary>{len(items)} rows of the source ledger</summary><ul>{"".join(items)}</ul></details>'


def drift(book: Book, page: Page, links: Links) -> str:
    rows = [
        [
            f'<a href="#{entry["id"]}">{entry["id"]}</a>',
            escape(entry["kind"]),
            f"<code>{escape(entry['old'])}</code>",
            f"<code>{escape(entry['new'])}</code>",
            escape(str(entry["since"])),
            str(entry["hits"]),
        ]
        for entry in book.drifts
    ]
    return table(["Drift", "Kind", "Then", "Now", "Since", "Notebooks"], rows, "book-drifts")


def trust(book: Book, page: Page, links: Links) -> str:
    """Counts, freshness, kill rate, versions, hardware, data: read off the recordings at build time."""
    return "".join(make(book) for make in (_trust_counts, _trust_mutants, _trust_runs, _trust_recordings))


def _trust_counts(book: Book) -> str:
    counts = book.counts
    missing = counts["snippets"] - counts["recordings"]
    rows = [
        ["Code blocks", str(counts["cells"]), f"in {counts['snippets']} snippets; tests execute every snippet"],
        ["Recordings", str(counts["recordings"]), f"fresh, or this page would not exist; {missing} lack hardware or a network"],
        ["Cells with output", str(counts["outputs"]), "each produced by exactly the code shown"],
        ["Figures", str(counts["figures"]), "each drawn by exactly the code shown"],
        ["Values in sentences", str(counts["values"]), "read from a recording at build time"],
        ["Claims", str(counts["claims"]), "evaluated at build time; all true"],
        ["Ledger rows answered", f"{counts['rows_answered']} of {counts['rows']}", "see the source ledger"],
    ]
    return '<h2 id="counts">What is on the site</h2>' + table(["What", "How many", "Why you may trust it"], rows)


def _trust_mutants(book: Book) -> str:
    mutants = book.mutation["mutants"]
    if not mutants:
        return '<h2 id="kill-rate">Sabotage caught</h2><p class="book-missing">not recorded yet: nox -s mutation</p>'
    killed = sum(mutant["killed"] for mutant in mutants)
    rows = [[escape(m["name"]), "caught" if m["killed"] else "<b>survived</b>", f"<code>{escape(m['message'])}</code>"] for m in mutants]
    day = escape(book.mutation["recorded_at"][:10])
    rate = f"<p>Kill rate: {killed} of {len(mutants)}, {100 * killed / len(mutants):.0f} %, on {day}.</p>"
    return f'<h2 id="kill-rate">Sabotage caught</h2>{rate}' + table(["Sabotage", "Outcome", "What the check said"], rows)


def _trust_runs(book: Book) -> str:
    recordings = [book.recording(name) for name in book.snippets if book.is_recorded(name)]
    keys = ("tensorflow", "keras", "numpy", "python", "platform", "cpu", "cores", "gpu")
    rows = []
    for key in keys:
        seen = Counter(str(r.environment.get(key)) for r in recordings)
        rows.append([key, escape(", ".join(f"{value} ({count})" for value, count in seen.most_common()))])
    tiers = Counter(name for r in recordings for name in {f"{use['name']}: {use['tier']}" for use in r.book["data"]})
    rows.append(["data", escape(", ".join(f"{tier} ({count})" for tier, count in tiers.most_common())) or "none"])
    return '<h2 id="runs">What it was recorded on</h2>' + table(["What", "Value (recordings)"], rows)


def _trust_recordings(book: Book) -> str:
    rows = []
    for name in book.snippets:
        if not book.is_recorded(name):
            rows.append([name, "not recorded", "", "", ""])
            continue
        about = book.recording(name).book
        rows.append([name, about["recorded_at"][:10], f"{about['wall_seconds']:.1f}", str(about["peak_rss_mb"]), about["digest"][:12]])
    return '<h2 id="recordings">Every recording</h2>' + table(["Snippet", "Recorded", "Seconds", "Peak memory, MB", "Digest"], rows)


def speed(book: Book, page: Page, links: Links) -> str:
    """The last recorded benchmark (recordings/speed.json)."""
    last = book.speed
    if not last:
        return '<p class="book-missing">not recorded yet: nox -s bench</p>'
    ways = table(last["head"], [[escape(str(cell)) for cell in row] for row in last["rows"]], "book-speed")
    targets = [
        ["Wall time beyond a snippet's own, mean", f"{last['overhead_mean']:.2f} s", "0.3 s"],
        ["The same, worst snippet", f"{last['overhead_worst']:.2f} s", ""],
        ["CPU of a cold run against the snippets' own", f"{last['cpu_ratio']:.2f} times", "1.15 times"],
        [f"Build with no change, {last['book_size']} snippets", f"{last['build_no_change']:.1f} s", "10 s"],
        ["Check with no change", f"{last['build_check']:.1f} s", "2 s"],
        ["One edit: recording, beyond its own time", f"{last['build_edit']:.1f} s", "3 s"],
        ["Build after that edit", f"{last['build_after_edit']:.1f} s", ""],
    ]
    about = f"<p>{escape(last['about'])} Recorded {escape(last['recorded_at'][:10])}.</p>"
    return f"{ways}{about}" + table(["Measure", "Measured", "Target, at most"], targets, "book-speed")


def compatibility(book: Book, page: Page, links: Links) -> str:
    """The last run on each version of TensorFlow (recordings/compatibility.json), then what failed and its words."""
    versions = book.compatibility
    if not versions:
        return '<p class="book-missing">not recorded yet: nox -s matrix</p>'
    runs = []
    outcomes = {version: _up_to_date(book, entry["results"]) for version, entry in versions.items()}
    for version, entry in versions.items():
        good = sum(not failure for failure in outcomes[version].values())
        packages = [escape(entry[name]) for name in ("tensorflow", "keras", "numpy", "python")]
        tried = len(outcomes[version])
        counts = [str(count) for count in (good, tried - good, len(book.snippets) - tried)]
        runs.append([f"<b>{version}</b>", *packages, *counts, entry["recorded_at"][:10]])
    failures = [
        [f"<code>{name}</code>", version, escape(results[name])]
        for name in book.snippets
        for version, results in outcomes.items()
        if results.get(name)
    ]
    return (
        '<h2 id="runs">Snippets that run</h2>'
        + table(["TensorFlow", "Release", "Keras", "NumPy", "Python", "Run", "Fail", "Not tried", "On"], runs, "book-matrix")
        + '<h2 id="failures">What fails, and with what words</h2>'
        + (table(["Snippet", "TensorFlow", "Words"], failures, "book-matrix") if failures else "<p>Nothing.</p>")
    )


def _up_to_date(book: Book, results: dict[str, dict[str, str]]) -> dict[str, str]:
    """The failure of each snippet, or ""; those that changed since they ran are left out."""
    now = {name: code_digest(snippet) for name, snippet in book.snippets.items()}
    return {name: outcome["failed"] for name, outcome in results.items() if outcome["code"] == now.get(name)}


MAKERS = {
    "compatibility": compatibility,
    "drift": drift,
    "ledger": ledger,
    "rot": home.rot,
    "sources": sources,
    "speed": speed,
    "trust": trust,
}
