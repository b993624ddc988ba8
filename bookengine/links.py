"""Links between pages: the page must exist, and so must the heading or listing that they name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from markdown.extensions.toc import slugify

from .book import Book, cell_id
from .errors import BookError
from .pages import INLINE_CODE, Page

LINK = re.compile(r"\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(?P<text>.*?)\s*#*\s*$")
EXPLICIT = re.compile(r"\{[^}]*#(?P<id>[\w-]+)[^}]*\}\s*$|\bid=\"(?P<html>[\w-]+)\"")
OUTSIDE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)")


def check_links(book: Book, page: Page, path: Path) -> Iterator[BookError]:
    """Each relative link of `page` that leads nowhere."""
    for number, target in _links(page):
        if OUTSIDE.match(target):
            continue
        file, _, anchor = target.partition("#")
        place = posixpath.normpath(posixpath.join(page.path.parent.as_posix(), file)) if file else page.path.as_posix()
        found = next((p for p in book.pages if p.path == Path(place)), None)
        if found is None:
            if file.endswith(".md") or not (book.project.docs / PurePosixPath(place)).exists():
                yield BookError(path, number, f"broken link: there is no {place}", "links name Markdown files, relative to this one")
        elif anchor and anchor not in anchors(book, found):
            yield BookError(path, number, f"broken link: {place} has no heading #{anchor}")


def _links(page: Page) -> Iterator[tuple[int, str]]:
    """(line, target) of each Markdown link outside code."""
    for index, line in enumerate(page.lines):
        if index not in page.fenced:
            for link in LINK.finditer(INLINE_CODE.sub("", line)):
                yield page.offset + index + 1, link["target"]


def anchors(book: Book, page: Page) -> set[str]:
    """The ids on a page: headings, ids given by hand, shown cells, rows of a report."""
    found: set[str] = set()
    for line in (line for index, line in enumerate(page.lines) if index not in page.fenced):
        if explicit := EXPLICIT.search(line):
            found.add(explicit["id"] or explicit["html"])
        if heading := HEADING.match(line):
            text = re.sub(r"[`*_]", "", EXPLICIT.sub("", heading["text"]))
            slug = slugify(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text), "-")
            found.add(slug if slug not in found else f"{slug}_1")
    for directive in page.directives:
        if directive.kind == "cell":
            found.add(cell_id(*directive.target[:2]))
        if directive.kind == "report" and directive.argument == "ledger":
            found |= {f"row-{row['id']}" for row in book.rows} | {row["document"] for row in book.rows}
        if directive.kind == "report" and directive.argument == "trust":
            found |= {"counts", "kill-rate", "runs", "recordings"}
    return found
