"""Read a page: find its directives, inline values and code fences, with their lines.

Reading needs no recording and says nothing about truth; book.py resolves what is found here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from .directives import BLOCK, CLOSING, FOREIGN, STRAY, Directive, end_of_mistaken, read_directive
from .errors import BookError

# In lists and quotes, too. The words behind back-ticks hold none: else it is inline code.
FENCE = re.compile(r"^(?P<before>(?:[ >]|[-*+] |\d+[.)] )*)(?P<fence>`{3,}(?=[^`]*$)|~{3,})[ ]*(?P<info>.*)$")
PYTHON_INFO = re.compile(r"(?:^|[\s{.=\"'])(?:python|py|ipython|pycon|bpython|python-repl)[23]?(?=[\s}\"',:]|$)", re.IGNORECASE)
VALUE = re.compile(r"\{\{\s*(?P<inner>[^{}]+?)\s*\}\}")
INLINE_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>(?:.*\n)*?)---[ \t]*(?:\n|\Z)")
UNDERLINE = re.compile(r"^ {0,3}(?:=+|-+) *$")


@dataclass(frozen=True)
class InlineValue:
    """``{{ expression:format }}`` at `line`."""

    expression: str
    format: str
    line: int


@dataclass(frozen=True)
class Page:
    """A page's text, cut up. `offset` is the number of lines of front matter."""

    path: Path
    meta: dict[str, Any]
    lines: tuple[str, ...]
    offset: int
    directives: tuple[Directive, ...]
    values: tuple[InlineValue, ...]
    errors: tuple[BookError, ...]
    fenced: frozenset[int]  # indexes of the lines inside code fences

    @cached_property
    def snippets(self) -> list[str]:
        """Snippets whose cells the page shows, in order of first appearance."""
        return list(dict.fromkeys(d.target[0] for d in self.directives if d.kind == "cell"))

    @property
    def url(self) -> str:
        """Its address under the site's root (directory addresses): ``part/name/`` or ````."""
        stem = self.path.with_suffix("").as_posix()
        return "" if stem == "index" else stem.removesuffix("/index") + "/"

    @property
    def to_root(self) -> str:
        """The way from the page's address to the site's root: ``../../`` or ``./``."""
        return "../" * self.url.count("/") or "./"

    @property
    def to_root_of_files(self) -> str:
        """The way from the page's file to the folder of all pages."""
        return "../" * (len(self.path.parts) - 1) or "./"


def read_page(path: Path, docs: Path, shown: Path | None = None) -> Page:
    """Read `path` (below `docs`); errors name it as `shown`."""
    shown = shown or path
    content = path.read_bytes()
    page = parse_page(re.sub("\r\n?", "\n", content.decode("utf-8-sig", "replace")), path.relative_to(docs), shown)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        wrong = BookError(shown, line, f"not UTF-8: {error.reason}", "save the file as UTF-8")
        return replace(page, errors=(wrong, *page.errors))
    return page


def parse_page(text: str, path: Path, shown: Path | None = None) -> Page:
    """Cut `text` up. Mistakes are collected in `errors`, so that a writer sees all of them."""
    shown = shown or path
    meta, body, offset, errors = _front_matter(text, shown)
    parser = _Parser(tuple(body.expandtabs(4).split("\n")), offset, shown, errors)
    parser.run()
    found = (tuple(parser.directives), tuple(parser.values), tuple(errors), frozenset(parser.fenced))
    return Page(path, meta, parser.lines, offset, *found)


class _Parser:
    """Goes through a page's lines once; `blocks` are pymdownx's that are open, as (first line's match, index)."""

    def __init__(self, lines: tuple[str, ...], offset: int, shown: Path, errors: list[BookError]) -> None:
        self.lines, self.offset, self.shown, self.errors = lines, offset, shown, errors
        self.directives: list[Directive] = []
        self.values: list[InlineValue] = []
        self.fenced: set[int] = set()
        self.blocks: list[tuple[re.Match[str], int]] = []

    def run(self) -> None:
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            if fence := FENCE.match(line):
                index = self.fence(index, fence)
            elif block := BLOCK.match(line):
                index = self.foreign(index, block) if block["kind"] in FOREIGN else self.directive(index, block)
            else:
                if STRAY.match(line):
                    self.slashes(index)
                elif find_values(line) and self.is_heading(index):
                    self.wrong(index, "a value in a heading", "headings make addresses: move it into the text")
                self.take_values(index, index + 1)
                index += 1
        for block, opened in self.blocks:
            self.wrong(opened, f"this {block['kind']} is never closed", f"end it with a line '{block['fence']}'")

    def wrong(self, index: int, message: str, hint: str = "") -> None:
        self.errors.append(BookError(self.shown, self.offset + index + 1, message, hint))

    def take_values(self, start: int, end: int) -> None:
        for index in range(start, end):
            for found in find_values(self.lines[index]):
                self.values.append(InlineValue(*split_value(found["inner"]), line=self.offset + index + 1))

    def is_heading(self, index: int) -> bool:
        following = self.lines[index + 1] if index + 1 < len(self.lines) else ""
        return self.lines[index].lstrip().startswith("#") or bool(UNDERLINE.match(following))

    def fence(self, index: int, fence: re.Match[str]) -> int:
        end = _fence_end(self.lines, index, fence)
        if end is None:
            self.wrong(index, "this fence is never closed", f"end it with a line '{fence['fence']}'")
        self.fenced.update(range(index, end or index + 1))
        if PYTHON_INFO.search(fence["info"]):
            self.wrong(index, "a Python fence typed by hand", "make it a snippet and show its cell")
        return end or index + 1

    def foreign(self, index: int, block: re.Match[str]) -> int:
        if any(open_["fence"] == block["fence"] for open_, _ in self.blocks):
            self.wrong(index, f"this {block['kind']} is inside a block of as many slashes", "give the outer one more")
        self.blocks.append((block, index))
        self.take_values(index, index + 1)
        return index + 1

    def directive(self, index: int, block: re.Match[str]) -> int:
        try:
            directive = read_directive(self.lines, index, block, self.offset, self.shown)
        except BookError as error:
            self.errors.append(error)
            return end_of_mistaken(self.lines, index, block)
        self.directives.append(directive)
        self.take_values(index + 1, directive.end)
        return directive.end

    def slashes(self, index: int) -> None:
        """A line of slashes that opens nothing: it closes a block, or it is a mistake."""
        closing = CLOSING.match(self.lines[index])
        if not closing:
            self.wrong(index, f"{self.lines[index].strip()!r} is no directive", "write '/// kind | argument' on a line of its own")
            return
        inner = next((i for i in reversed(range(len(self.blocks))) if self.blocks[i][0]["fence"] == closing["fence"]), None)
        if inner is None:
            self.wrong(index, f"{closing['fence']!r} closes nothing", "remove it, or mend the line that should open the block")
            return
        for block, opened in self.blocks[inner + 1 :]:
            self.wrong(opened, f"this {block['kind']} is never closed", f"end it with a line '{block['fence']}'")
        del self.blocks[inner:]


def _front_matter(text: str, shown: Path) -> tuple[dict[str, Any], str, int, list[BookError]]:
    found = FRONT_MATTER.match(text)
    if not found:
        return {}, text, 0, []
    offset = found.group().count("\n")
    try:
        meta = yaml.safe_load(found["yaml"]) or {}
        if not isinstance(meta, dict):
            raise yaml.YAMLError("not a table")
        return meta, text[found.end() :], offset, []
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date may be none: ValueError
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        problem = BookError(shown, line, f"the front matter is not YAML: {getattr(error, 'problem', error)}")
        return {}, text[found.end() :], offset, [problem]


def _fence_end(lines: tuple[str, ...], start: int, fence: re.Match[str]) -> int | None:
    """The index after the closing fence, or None."""
    mark = fence["fence"]
    closing = re.compile(rf"^[ >]*{re.escape(mark[0])}{{{len(mark)},}} *$")
    return next((i + 1 for i in range(start + 1, len(lines)) if closing.match(lines[i])), None)


def find_values(text: str) -> list[re.Match[str]]:
    """``{{ … }}`` in `text`, but for those inside inline code."""
    code = [found.span() for found in INLINE_CODE.finditer(text)]
    return [m for m in VALUE.finditer(text) if not any(a <= m.start() < b for a, b in code)]


def split_value(inner: str) -> tuple[str, str]:
    """Expression and format of ``expression:format``."""
    expression, _, form = inner.partition(":")
    return expression.strip(), form.strip()
