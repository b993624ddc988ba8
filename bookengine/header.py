"""Read a snippet's PEP 723 header with its [tool.book] table. Errors carry path:line."""

from __future__ import annotations

import ast
import math
import re
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from .errors import BookError
from .project import normalized

MARKS = ("gpu", "multiworker", "agents", "network", "slow", "fresh", "timing")
KEYS = {"title", "sources", "marks", "smoke", "values", "timeout"}
DEFAULT_TIMEOUT = 900.0  # seconds
START, END = "# /// script", "# ///"
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
SEE = "see CONTRIBUTING.md"


class Header:
    """The header of the snippet in `lines`; `end` is the index of the line after it."""

    def __init__(self, lines: list[str], path: Path) -> None:
        self.path = path
        if not lines or lines[0] != START:
            raise BookError(path, 1, f"no PEP 723 header: the file must begin with '{START}'", SEE)
        closing = next((i for i, line in enumerate(lines[1:], 1) if line == END), None)
        if closing is None:
            raise BookError(path, 1, f"the header is never closed by '{END}'", "add that line before the first cell")
        self.end = closing + 1
        self.lines = lines[: self.end]
        self.table = self._toml()
        self.book = self._book()
        self.dependencies = self._dependencies()

    def line_of(self, key: str, section: str = "") -> int:
        """Where `key` is set, below the line that names `section`; 1 if nowhere."""
        first = self.line_of(section) - 1 if section else 0
        pattern = re.compile(rf"#.*(?<![\w-])[\"']?{re.escape(key)}[\"']?\s*(=|\])")
        return next((i for i, line in enumerate(self.lines[first:], first + 1) if pattern.match(line)), 1)

    def _toml(self) -> dict[str, Any]:
        content = []
        for number, text in enumerate(self.lines[1:-1], 2):
            if text != "#" and not text.startswith("# "):
                raise BookError(self.path, number, "a header line must begin with '# '")
            content.append(text[2:])
        try:
            return tomllib.loads("\n".join(content))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            where = re.search(r"at line (\d+)", str(error))
            line = int(where.group(1)) + 1 if where else max(1, self.end - 1)
            raise BookError(self.path, line, f"the header is not TOML: {error}") from None

    def _book(self) -> dict[str, Any]:
        tool = self.table.get("tool")
        found = tool.get("book") if isinstance(tool, dict) else None
        if not isinstance(found, dict):
            raise BookError(self.path, 1, "the header has no [tool.book] table", SEE)
        for key in found:
            if key not in KEYS:
                raise self._wrong(key, f"unknown key {key!r} in [tool.book]", f"known: {', '.join(sorted(KEYS))}")
        book = {"sources": [], "marks": [], "smoke": {}, "values": {}, "timeout": DEFAULT_TIMEOUT, **found}
        if not isinstance(book.get("title"), str) or not book["title"].strip():
            raise self._wrong("title", "[tool.book] needs a title")
        kinds: dict[str, Any] = {"sources": list, "marks": list, "smoke": dict, "values": dict, "timeout": (int, float)}
        for key, kind in kinds.items():
            strings = kind is not list or all(isinstance(item, str) for item in book[key])
            if not isinstance(book[key], kind) or not strings:
                raise self._wrong(key, f"[tool.book] {key} has the wrong type", SEE)
        for mark in book["marks"]:
            if mark not in MARKS:
                raise self._wrong("marks", f"unknown mark {mark!r}", f"known: {', '.join(MARKS)}")
        if not 0 < book["timeout"] < math.inf:
            raise self._wrong("timeout", f"timeout = {book['timeout']}: give seconds, above 0")
        return book

    def _dependencies(self) -> tuple[str, ...]:
        listed = self.table.get("dependencies", [])
        if not isinstance(listed, list):
            raise self._wrong("dependencies", "dependencies must be a list of requirements", SEE)
        names = []
        for text in listed:
            try:
                names.append(normalized(Requirement(text).name))
            except (InvalidRequirement, TypeError) as error:
                raise self._wrong("dependencies", f"dependency {text!r}: {error}") from None
        return tuple(names)

    def check_smoke(self, constants: set[str]) -> None:
        """Smoke may set `constants`, those of the cell `parameters`, to plain values."""
        for name, value in self.book["smoke"].items():
            line = self.line_of(name, "smoke")
            if name not in constants:
                have = ", ".join(sorted(constants)) or "none"
                raise BookError(self.path, line, f"smoke sets {name}, which the cell 'parameters' does not have", f"it has: {have}")
            if not _is_plain(value):
                raise BookError(self.path, line, f"smoke {name} = {value}: give numbers, strings, true, false or lists of them")

    def value_lines(self) -> dict[str, int]:
        """Value name to its line; each must be an expression."""
        where = {name: self.line_of(name, "values") for name in self.book["values"]}
        for name, expression in self.book["values"].items():
            if not IDENTIFIER.fullmatch(name):
                raise BookError(self.path, where[name], f"value name {name!r}: use lower case and underscores")
            try:
                ast.parse(expression, mode="eval")
            except (SyntaxError, TypeError, ValueError, RecursionError, MemoryError) as error:
                raise BookError(self.path, where[name], f"value {name} = {expression!r} is no expression: {error}") from None
        return where

    def _wrong(self, key: str, message: str, hint: str = "") -> BookError:
        return BookError(self.path, self.line_of(key), message, hint)


def _is_plain(value: Any) -> bool:
    return all(map(_is_plain, value)) if isinstance(value, list) else isinstance(value, (bool, int, float, str))
