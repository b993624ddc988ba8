"""Read a page: find its directives, inline values and code fences, with their lines.

Reading needs no recording and says nothing about truth; book.py resolves what is found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from .errors import BookError

OPTIONS = {
    "cell": {"fold"},
    "output": {"fold", "again"},
    "figure": {"alt", "again"},
    "claim": set(),
    "drift": set(),
    "report": set(),
}
BODIES = {"cell", "figure", "claim"}
REPORTS = {"rot", "ledger", "sources", "drift", "trust", "speed"}
# Blocks of pymdownx that pages may use; any other name is a typing error.
FOREIGN = {
    "details", "note", "tip", "warning", "danger", "info", "example", "question", "admonition", "tab", "html", "caption",
    "new", "settings", "success", "failure", "bug", "quote", "attention", "caution", "error", "hint", "important",
}  # fmt: skip

BLOCK = re.compile(r"^(?P<indent> *)(?P<fence>/{3,})\s+(?P<kind>[\w-]+)\s*(?:\|\s*(?P<argument>.*?))?\s*$")
OPTION = re.compile(r"^(?P<key>[a-z][\w-]*):\s*(?P<value>.*)$")
FENCE = re.compile(r"^[ >]*(?P<fence>`{3,}|~{3,})\s*(?P<info>.*)$")
PYTHON_INFO = re.compile(r"^\{?\s*\.?(python|py|python3|ipython|pycon)\b", re.IGNORECASE)
VALUE = re.compile(r"\{\{\s*(?P<inner>[^{}]+?)\s*\}\}")
INLINE_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
NOTE = re.compile(r"^- `(?P<fragment>[^`]+)`:?\s+(?P<text>.+)$")
FRONT_MATTER = re.compile(r"\A---\s*\n(?P<yaml>.*?\n)---\s*\n", re.DOTALL)


@dataclass(frozen=True)
class Directive:
    """A block of ours. `line` counts from 1 in the file; `start` and `end` index the page's lines."""

    kind: str
    argument: str
    options: dict[str, str]
    body: str
    line: int
    start: int
    end: int
    indent: str

    @property
    def target(self) -> tuple[str, str, int]:
        """Snippet, cell and number (from 1) of ``part/name:cell.2``."""
        found = re.fullmatch(r"([\w/]+):([a-z0-9-]+)(?:\.(\d+))?", self.argument)
        return (found[1], found[2], int(found[3] or 1)) if found else (self.argument, "", 1)


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


def read_page(path: Path, docs: Path, shown: Path | None = None) -> Page:
    """Read `path` (below `docs`); errors name it as `shown`."""
    return parse_page(path.read_text("utf-8-sig"), path.relative_to(docs), shown or path)


def parse_page(text: str, path: Path, shown: Path | None = None) -> Page:
    """Cut `text` up. Mistakes are collected in `errors`, so that a writer sees all of them."""
    shown = shown or path
    meta, body, offset, errors = _front_matter(text, shown)
    lines = tuple(body.split("\n"))
    directives: list[Directive] = []
    values: list[InlineValue] = []
    plain = [True] * len(lines)  # lines on which {{ }} counts
    index = 0
    while index < len(lines):
        try:
            if fence := FENCE.match(lines[index]):
                end = _fence_end(lines, index, fence)
                plain[index:end] = [False] * (end - index)
                if PYTHON_INFO.match(fence["info"]):
                    raise BookError(shown, offset + index + 1, "a Python fence typed by hand", "make it a snippet and show its cell")
            elif lines[index].startswith("#") and find_values(lines[index]):
                raise BookError(shown, offset + index + 1, "a value in a heading", "headings make addresses: move it into the text")
            elif (block := BLOCK.match(lines[index])) and block["kind"] not in FOREIGN:
                directive = _directive(lines, index, block, offset, shown)
                directives.append(directive)
                plain[index] = False
                end = directive.end
                values += _values(lines, range(index + 1, end), offset)
            else:
                end = index + 1
                values += _values(lines, range(index, end), offset)
        except BookError as error:
            errors.append(error)
            end = max(index + 1, end if FENCE.match(lines[index]) else index + 1)
        index = end
    return Page(path, meta, lines, offset, tuple(directives), tuple(values), tuple(errors))


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
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        problem = BookError(shown, line, f"the front matter is not YAML: {getattr(error, 'problem', error)}")
        return {}, text[found.end() :], offset, [problem]


def _fence_end(lines: tuple[str, ...], start: int, fence: re.Match[str]) -> int:
    """The index after the closing fence (the page's end where it is never closed, as in Markdown)."""
    mark = fence["fence"]
    closing = re.compile(rf"^[ >]*{re.escape(mark[0])}{{{len(mark)},}}\s*$")
    return next((i + 1 for i in range(start + 1, len(lines)) if closing.match(lines[i])), len(lines))


def _directive(lines: tuple[str, ...], start: int, block: re.Match[str], offset: int, shown: Path) -> Directive:
    kind, line, indent = block["kind"], offset + start + 1, block["indent"]
    if kind not in OPTIONS:
        raise BookError(shown, line, f"unknown directive {kind!r}", f"ours are {', '.join(OPTIONS)}")
    closing = indent + block["fence"]
    end = next((i for i in range(start + 1, len(lines)) if lines[i].rstrip() == closing), None)
    opened = next((i for i in range(start + 1, end or len(lines)) if BLOCK.match(lines[i])), None)
    if end is None or opened is not None:
        raise BookError(shown, line, f"this {kind} is never closed", f"end it with a line '{block['fence']}'")
    content = [text.removeprefix(indent) for text in lines[start + 1 : end]]
    options, used = _options(content, kind, line, shown)
    body = "\n".join(content[used:]).strip("\n")
    if body.strip() and kind not in BODIES:
        raise BookError(shown, line + 1 + used, f"a {kind} has no text of its own", "move the text below it")
    if not block["argument"]:
        raise BookError(shown, line, f"{kind} of what?", f"/// {kind} | …")
    return Directive(kind, block["argument"], options, body, line, start, end + 1, indent)


def _options(content: list[str], kind: str, line: int, shown: Path) -> tuple[dict[str, str], int]:
    """Indented ``key: value`` lines at the top; deeper lines continue a value."""
    options: dict[str, str] = {}
    key = ""
    used = 0
    for number, text in enumerate(content):
        if not text.startswith("    "):
            break
        found = OPTION.match(text[4:])
        if found and found["key"] in OPTIONS[kind]:
            key = found["key"]
            options[key] = found["value"].strip()
        elif key and not (found and text[4] != " "):
            options[key] = f"{options[key]} {text.strip()}".strip()
        else:
            known = ", ".join(sorted(OPTIONS[kind])) or "none"
            raise BookError(shown, line + 1 + number, f"{text.strip()!r} is no option of {kind}", f"options: {known}")
        used = number + 1
    return options, used


def _values(lines: tuple[str, ...], span: range, offset: int) -> Iterator[InlineValue]:
    for index in span:
        for found in find_values(lines[index]):
            yield InlineValue(*split_value(found["inner"]), line=offset + index + 1)


def find_values(text: str) -> list[re.Match[str]]:
    """``{{ … }}`` in `text`, but for those inside inline code."""
    code = [found.span() for found in INLINE_CODE.finditer(text)]
    return [m for m in VALUE.finditer(text) if not any(a <= m.start() < b for a, b in code)]


def split_value(inner: str) -> tuple[str, str]:
    """Expression and format of ``expression:format``."""
    expression, _, form = inner.partition(":")
    return expression.strip(), form.strip()


def split_notes(body: str) -> list[tuple[str, str]]:
    """(fragment of code, text) of each list item in a cell's body."""
    notes: list[tuple[str, str]] = []
    for line in body.splitlines():
        if found := NOTE.match(line):
            notes.append((found["fragment"], found["text"]))
        elif line.strip() and notes:
            notes[-1] = (notes[-1][0], f"{notes[-1][1]} {line.strip()}")
        elif line.strip():
            raise ValueError(f"{line.strip()!r} is no note: begin with '- `fragment of the code`: '")
    return notes
