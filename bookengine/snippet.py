"""Read a snippet: a py:percent script with a PEP 723 header. Errors carry path:line."""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from .errors import BookError
from .project import normalized

MARKS = ("gpu", "multiworker", "agents", "network", "slow", "fresh")
KEYS = {"title", "sources", "marks", "smoke", "values", "timeout"}
DEFAULT_TIMEOUT = 900.0  # seconds
PARAMETERS = "parameters"

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NAME = re.compile(r"[a-z][a-z0-9_]*/[a-z0-9_]+")
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
CELL = re.compile(r"# %%(?P<rest>.*)")
HEADER_START, HEADER_END = "# /// script", "# ///"


@dataclass(frozen=True)
class Cell:
    """A named piece of a snippet; `line` is the line of its first code line in the file (from 1)."""

    name: str
    source: str
    line: int


@dataclass(frozen=True)
class Snippet:
    """A parsed snippet. `path` is relative to the project where it was found there."""

    path: Path
    name: str
    title: str
    sources: tuple[str, ...]
    marks: tuple[str, ...]
    dependencies: tuple[str, ...]
    smoke: dict[str, Any]
    values: dict[str, str]
    timeout: float
    cells: tuple[Cell, ...]
    text: str
    value_lines: dict[str, int]

    def __str__(self) -> str:
        return str(self.path)

    @property
    def part(self) -> str:
        return self.name.split("/")[0]

    def cell(self, name: str) -> Cell | None:
        return next((cell for cell in self.cells if cell.name == name), None)


def read_snippet(path: Path, root: Path | None = None) -> Snippet:
    """Parse the file at `path`; shown relative to `root` (the project's) in errors."""
    shown = path.relative_to(root) if root and path.is_relative_to(root) else path
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BookError(shown, 1, f"not UTF-8: {error.reason}", "save the file as UTF-8") from None
    return parse_snippet(text, shown)


def parse_snippet(text: str, path: Path) -> Snippet:
    """Parse `text`, said to come from `path` (``…/<part>/<name>.py``)."""
    name = f"{path.parent.name}/{path.stem}"
    if not NAME.fullmatch(name):
        raise BookError(path, 1, f"{name!r} is no snippet name", "use part/name, lower case, with underscores")
    lines = text.splitlines()
    header, end = _header(lines, path)
    book = _book_table(header, path, lines)
    cells = _cells(lines, end, path)
    _check_syntax(text, cells, path)
    _check_smoke(book["smoke"], cells, path, lines)
    value_lines = _check_values(book["values"], path, lines)
    return Snippet(
        path=path,
        name=name,
        title=book["title"],
        sources=tuple(book["sources"]),
        marks=tuple(book["marks"]),
        dependencies=_dependencies(header, path, lines),
        smoke=book["smoke"],
        values=book["values"],
        timeout=float(book["timeout"]),
        cells=tuple(cells),
        text=text,
        value_lines=value_lines,
    )


def _header(lines: list[str], path: Path) -> tuple[dict[str, Any], int]:
    """The PEP 723 table and the index of the line after it."""
    if not lines or lines[0] != HEADER_START:
        raise BookError(path, 1, f"no PEP 723 header: the file must begin with '{HEADER_START}'", "see CONTRIBUTING.md")
    end = next((i for i, line in enumerate(lines[1:], 1) if line == HEADER_END), None)
    if end is None:
        raise BookError(path, 1, f"the header is never closed by '{HEADER_END}'")
    content = []
    for number, line in enumerate(lines[1:end], 2):
        if line != "#" and not line.startswith("# "):
            raise BookError(path, number, "a header line must begin with '# '")
        content.append(line[2:])
    try:
        return tomllib.loads("\n".join(content)), end + 1
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        line = int(where.group(1)) + 1 if where else end + 1
        raise BookError(path, line, f"the header is not TOML: {error}") from None


def _line_of(key: str, lines: list[str]) -> int:
    """Where the header mentions `key`, for errors (1 if it does not)."""
    pattern = re.compile(rf"#.*(?<![\w-])[\"']?{re.escape(key)}[\"']?\s*(=|\])")
    return next((i for i, line in enumerate(lines, 1) if pattern.match(line)), 1)


def _book_table(header: dict[str, Any], path: Path, lines: list[str]) -> dict[str, Any]:
    book = header.get("tool", {}).get("book")
    if not isinstance(book, dict):
        raise BookError(path, 1, "the header has no [tool.book] table", "see CONTRIBUTING.md")
    for key in book:
        if key not in KEYS:
            raise BookError(path, _line_of(key, lines), f"unknown key {key!r} in [tool.book]", f"known: {', '.join(sorted(KEYS))}")
    book = {"sources": [], "marks": [], "smoke": {}, "values": {}, "timeout": DEFAULT_TIMEOUT, **book}
    if not isinstance(book.get("title"), str) or not book["title"].strip():
        raise BookError(path, _line_of("title", lines), "[tool.book] needs a title")
    for key, kind in {"sources": list, "marks": list, "smoke": dict, "values": dict, "timeout": (int, float)}.items():
        if not isinstance(book[key], kind):  # type: ignore[arg-type]
            raise BookError(path, _line_of(key, lines), f"[tool.book] {key} has the wrong type", "see CONTRIBUTING.md")
    for mark in book["marks"]:
        if mark not in MARKS:
            raise BookError(path, _line_of("marks", lines), f"unknown mark {mark!r}", f"known: {', '.join(MARKS)}")
    return book


def _dependencies(header: dict[str, Any], path: Path, lines: list[str]) -> tuple[str, ...]:
    names = []
    for text in header.get("dependencies", []):
        try:
            names.append(normalized(Requirement(text).name))
        except InvalidRequirement as error:
            raise BookError(path, _line_of("dependencies", lines), f"dependency {text!r}: {error}") from None
    return tuple(names)


def _cells(lines: list[str], start: int, path: Path) -> list[Cell]:
    """The cells after the header; a cell's text has no blank lines at either end."""
    heads = [i for i in range(start, len(lines)) if CELL.match(lines[i])]
    for i in range(start, heads[0] if heads else len(lines)):
        if lines[i].strip():
            raise BookError(path, i + 1, "code before the first cell", "begin with '# %% name'")
    if not heads:
        raise BookError(path, start, "no cells", "begin one with '# %% name'")
    cells: list[Cell] = []
    for head, following in zip(heads, [*heads[1:], len(lines)], strict=True):
        name = lines[head][4:].strip()
        if not SLUG.fullmatch(name) or len(name) > 64:
            what = f"{name!r} is no cell name" if name else "a cell without a name"
            raise BookError(path, head + 1, what, "write '# %% name', lower-case letters, digits and hyphens")
        if any(cell.name == name for cell in cells):
            raise BookError(path, head + 1, f"a second cell named {name!r}")
        body = lines[head + 1 : following]
        blank = next((i for i, line in enumerate(body) if line.strip()), None)
        if blank is None:
            raise BookError(path, head + 1, f"cell {name!r} is empty")
        cells.append(Cell(name, "\n".join(body[blank:]).rstrip(), head + 2 + blank))
    return cells


def _check_syntax(text: str, cells: list[Cell], path: Path) -> None:
    for cell in cells:
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            raise BookError(path, cell.line + (error.lineno or 1) - 1, f"syntax error in cell {cell.name!r}: {error.msg}") from None
    try:
        compile(text, str(path), "exec")
    except (SyntaxError, ValueError) as error:
        raise BookError(path, getattr(error, "lineno", 1) or 1, f"syntax error: {error}") from None


def _check_smoke(smoke: dict[str, Any], cells: list[Cell], path: Path, lines: list[str]) -> None:
    parameters = next((cell for cell in cells if cell.name == PARAMETERS), None)
    constants = parameter_names(parameters, path) if parameters else set()
    for name in smoke:
        if name not in constants:
            have = ", ".join(sorted(constants)) or "none"
            raise BookError(path, _line_of(name, lines), f"smoke sets {name}, which the cell 'parameters' does not have", f"it has: {have}")


def parameter_names(cell: Cell, path: Path) -> set[str]:
    """The constants of the cell `parameters`: plain literals, so that `smoke` can replace them."""
    names = set()
    for node in ast.parse(cell.source).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        try:
            ast.literal_eval(value)  # type: ignore[arg-type]
            literal = isinstance(target, ast.Name) and target.id.isupper()
        except (ValueError, TypeError):
            literal = False
        if not literal:
            raise BookError(path, cell.line + node.lineno - 1, "the cell 'parameters' holds upper-case constants with literal values, nothing else")
        names.add(target.id)  # type: ignore[union-attr]
    return names


def _check_values(values: dict[str, Any], path: Path, lines: list[str]) -> dict[str, int]:
    where = {name: _line_of(name, lines) for name in values}
    for name, expression in values.items():
        if not IDENTIFIER.fullmatch(name):
            raise BookError(path, where[name], f"value name {name!r}: use lower case and underscores")
        try:
            ast.parse(expression, mode="eval")
        except (SyntaxError, TypeError, ValueError) as error:
            raise BookError(path, where[name], f"value {name} = {expression!r} is no expression: {error}") from None
    return where
