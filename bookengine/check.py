"""Find every breach of the four promises, in a second or two, without running anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .book import Book, NotRecorded
from .directives import Directive
from .errors import BookError, near
from .links import anchors, check_links
from .pages import Page


def check(book: Book) -> list[BookError]:
    """All that is wrong, in order of file and line; empty where the book keeps its promises."""
    errors = [*_recordings(book), *_orphans(book), *_sources(book)]
    for page in book.pages:
        errors += check_page(book, page, book.project.relative(book.project.docs / page.path))
    errors += book.broken.values()
    return sorted(set_of(errors), key=lambda error: (error.path, error.line))


def set_of(errors: list[BookError]) -> list[BookError]:
    """Each error once: a stale recording would else be said for every directive that shows it."""
    return list({str(error): error for error in errors}.values())


def _recordings(book: Book) -> Iterator[BookError]:
    from . import recording

    for name, snippet in book.snippets.items():
        try:
            book.recording(name)
        except NotRecorded:
            continue
        except BookError:
            yield from recording.problems(snippet, book.project)


def _orphans(book: Book) -> Iterator[BookError]:
    for path in sorted(book.project.recordings.rglob("*.ipynb")):
        name = path.relative_to(book.project.recordings).with_suffix("").as_posix()
        if not (book.project.snippets / f"{name}.py").exists():
            yield BookError(book.project.relative(path), 1, "a recording without a snippet", "delete it")


def _sources(book: Book) -> Iterator[BookError]:
    known = {row["id"] for row in book.rows}
    for snippet in book.snippets.values():
        for row in snippet.sources:
            if row not in known:
                yield BookError(snippet.path, _line_of(row, snippet.text), f"unknown ledger row {row!r}{near(row, known)}")


def _page_sources(book: Book, page: Page, path: Path) -> Iterator[BookError]:
    known = {row["id"] for row in book.rows}
    sources = page.meta.get("sources") or {}
    if not isinstance(sources, dict):
        yield BookError(path, 1, "sources must map ledger rows to headings", "row-id: heading-id")
        return
    places = anchors(book, page)
    for row, anchor in sources.items():
        line = _line_of(str(row), (book.project.docs / page.path).read_text("utf-8", "replace"))
        if row not in known:
            yield BookError(path, line, f"unknown ledger row {row!r}{near(str(row), known)}")
        elif anchor not in places:
            yield BookError(path, line, f"row {row} is said to be answered at #{anchor}, which this page does not have")


def _line_of(word: str, text: str) -> int:
    return next((i for i, content in enumerate(text.splitlines(), 1) if word in content), 1)


def check_page(book: Book, page: Page, path: Path) -> list[BookError]:
    """All that is wrong with one page."""
    errors = [*page.errors, *_order(book, page, path), *_places(page, path)]
    errors += [*check_links(book, page, path), *_page_sources(book, page, path)]
    for directive in page.directives:
        try:
            book.resolve(directive, path)
        except BookError as error:
            errors.append(error)
        except NotRecorded:
            continue
    for value in page.values:
        try:
            book.format(value, path)
        except BookError as error:
            errors.append(error)
        except NotRecorded:
            continue
    return set_of(errors)


def _order(book: Book, page: Page, path: Path) -> Iterator[BookError]:
    """A page shows all cells of a snippet, once, in order: pasted one after the other they run."""
    for name in page.snippets:
        snippet = book.snippets.get(name)
        if snippet is None:
            continue  # resolving its directives says so
        shown = [d for d in page.directives if d.kind == "cell" and d.target[0] == name and snippet.cell(d.target[1])]
        expected = [cell.name for cell in snippet.cells]
        for directive, wanted in zip(shown, [*expected, *[""] * len(shown)], strict=False):
            cell = directive.target[1]
            if cell != wanted:
                what = f"cell {wanted!r} of {name} must come before" if wanted else f"{name} is complete; shown again:"
                yield BookError(path, directive.line, f"wrong cell order: {what} {cell!r}", "show all cells, once, in order")
                break
        else:
            if missing := expected[len(shown) :]:
                line = shown[-1].line if shown else 1
                yield BookError(path, line, f"the page never shows cell(s) {', '.join(missing)} of {name}", "add them after this one")


def _places(page: Page, path: Path) -> Iterator[BookError]:
    """An output or figure stands behind the cell that made it, before the snippet's next cell.

    It may also open the page, before its snippet's first cell, or be shown again where it says so.
    """
    latest: dict[str, tuple[str, int]] = {}  # snippet to its last cell shown, and that cell's last figure
    for directive in page.directives:
        name, cell, number = directive.target
        if directive.kind == "cell":
            latest[name] = (cell, 0)
        elif directive.kind in ("output", "figure") and name in latest and not directive.options.get("again"):
            before, figure = latest[name]
            if before != cell or (directive.kind == "figure" and number <= figure):
                yield _misplaced(directive, before, path)
            elif directive.kind == "figure":
                latest[name] = (cell, number)


def _misplaced(directive: Directive, before: str, path: Path) -> BookError:
    _, cell, number = directive.target
    what = f"{directive.kind} {number} of cell {cell!r} stands behind cell {before!r}"
    return BookError(path, directive.line, f"wrong place: {what}", "put it behind its own cell, in order, or add '    again: yes'")
