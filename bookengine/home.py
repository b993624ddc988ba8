"""The home page's picture: a square for each notebook of the book that rotted, and one for each snippet of ours."""

from __future__ import annotations

from html import escape

from .book import Book
from .html import Links
from .pages import Page

# Key of coverage/rot.yml, and what it says in the legend.
OUTCOMES = {
    "runs": "run to the end",
    "alive": "still running at the time limit",
    "drift": "stopped by a changed interface",
    "data": "lack data, network or code",
    "own_bug": "stopped by a mistake of their own",
}


def rot(book: Book, page: Page, links: Links) -> str:
    """Two rows of squares with their counts: theirs as measured, ours as recorded now."""
    theirs = {key: (book.rot[key], label) for key, label in OUTCOMES.items()}
    recorded, snippets = book.counts["recordings"], book.counts["snippets"]
    ours = {"runs": (recorded, "run to the end, recorded"), "data": (snippets - recorded, "need hardware or a network not at hand")}
    return (
        '<div class="book-rot">'
        + _row(f"A TensorFlow 2 book of 2021: its {book.rot['tried']} notebooks, run today", theirs)
        + _row(f"This book: its {snippets} snippets, run today", ours)
        + "</div>"
    )


def _row(title: str, outcomes: dict[str, tuple[int, str]]) -> str:
    present = {key: (count, label) for key, (count, label) in outcomes.items() if count}
    squares = "".join(f'<i class="rot-{key}"></i>' * count for key, (count, _) in present.items())
    legend = "".join(
        f'<li><i class="rot-{key}"></i><b>{count}</b> {escape(label)}</li>' for key, (count, label) in present.items()
    )  # fmt: skip
    return (
        f'<div class="rot-row"><p class="rot-title">{escape(title)}</p>'
        f'<div class="rot-squares" aria-hidden="true">{squares}</div><ul class="rot-legend">{legend}</ul></div>'
    )
