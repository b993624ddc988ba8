"""Count what the book holds, for the home and trust pages."""

from __future__ import annotations

from collections import Counter

from .book import Book, cell_id
from .expressions import references
from .pages import Page


def count(book: Book) -> dict[str, int]:
    """Name to number, all from what is there now."""
    recordings = [book.recording(name) for name in book.snippets if book.is_recorded(name)]
    cells = [cell for r in recordings for cell in r.notebook["cells"]]
    directives = Counter(directive.kind for page in book.pages for directive in page.directives)
    mutants = book.mutation["mutants"]
    return {
        "snippets": len(book.snippets),
        "recordings": len(recordings),
        "cells": sum(len(snippet.cells) for snippet in book.snippets.values()),
        "outputs": sum(bool(cell["outputs"]) for cell in cells),
        "figures": sum(len(r.figures(cell["id"])) for r in recordings for cell in r.notebook["cells"]),
        "values": sum(is_measured(value.expression) for page in book.pages for value in page.values),
        "claims": directives["claim"],
        "chapters": sum(bool(page.meta.get("sources")) for page in book.pages),
        "drifts": len(book.drifts),
        "rows": len(book.rows),
        "rows_answered": sum(row["id"] in book.answers for row in book.rows),
        "mutants": len(mutants),
        "mutants_killed": sum(mutant["killed"] for mutant in mutants),
    }


def is_measured(expression: str) -> bool:
    """Whether a recorded value stands in `expression`, and not only counts of this site or of the measured rot."""
    return any(reference.snippet not in ("book", "rot") for reference in references(expression))


def answers(book: Book) -> dict[str, list[tuple[Page, str]]]:
    """Row id to the places that answer it, as (page, anchor): a page's front matter, and the snippets it shows."""
    found: dict[str, list[tuple[Page, str]]] = {}
    for page in book.pages:
        sources = page.meta.get("sources")
        for row, anchor in sources.items() if isinstance(sources, dict) else ():  # else the check says so
            found.setdefault(row, []).append((page, str(anchor)))
        for name in page.snippets:
            if snippet := book.snippets.get(name):
                for row in snippet.sources:
                    if all(answered.path != page.path for answered, _ in found.get(row, [])):
                        found.setdefault(row, []).append((page, cell_id(name, snippet.cells[0].name)))
    return found
