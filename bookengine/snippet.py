"""Read a snippet: a py:percent script with a PEP 723 header. Errors carry path:line."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import BookError
from .header import Header

PARAMETERS = "parameters"

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NAME = re.compile(r"[a-z][a-z0-9_]*/[a-z0-9_]+")
CELL = "# %%"
LONGEST_NAME = 64  # characters of a cell's id in a notebook
# Python's line ends. `str.splitlines` knows more, and would cut strings in two.
LINE_END = re.compile("\r\n|\r|\n")
LITERALS = "the cell 'parameters' holds upper-case constants with literal values, nothing else"


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
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BookError(shown, line, f"not UTF-8: {error.reason}", "save the file as UTF-8") from None
    return parse_snippet(text, shown)


def parse_snippet(text: str, path: Path) -> Snippet:
    """Parse `text`, said to come from `path` (``…/<part>/<name>.py``)."""
    name = f"{path.parent.name}/{path.stem}"
    if not NAME.fullmatch(name):
        raise BookError(path, 1, f"{name!r} is no snippet name", "use part/name, lower case, with underscores")
    lines = LINE_END.split(text)
    header = Header(lines, path)
    cells = _cells(lines, header.end, path)
    _check_syntax(text, cells, path)
    parameters = next((cell for cell in cells if cell.name == PARAMETERS), None)
    header.check_smoke(parameter_names(parameters, path) if parameters else set())
    return Snippet(
        path=path,
        name=name,
        title=header.book["title"],
        sources=tuple(header.book["sources"]),
        marks=tuple(header.book["marks"]),
        dependencies=header.dependencies,
        smoke=header.book["smoke"],
        values=header.book["values"],
        timeout=float(header.book["timeout"]),
        cells=tuple(cells),
        text=text,
        value_lines=header.value_lines(),
    )


def _cells(lines: list[str], start: int, path: Path) -> list[Cell]:
    """The cells after the header; a cell's text has no blank lines at either end."""
    heads = [i for i in range(start, len(lines)) if lines[i].startswith(CELL)]
    for i in range(start, heads[0] if heads else len(lines)):
        if lines[i].strip():
            raise BookError(path, i + 1, "code before the first cell", "begin with '# %% name'")
    if not heads:
        raise BookError(path, start, "no cells", "begin one with '# %% name'")
    cells: list[Cell] = []
    for head, following in zip(heads, [*heads[1:], len(lines)], strict=True):
        name = lines[head].removeprefix(f"{CELL} ").strip().removeprefix(CELL)
        if not SLUG.fullmatch(name) or len(name) > LONGEST_NAME or lines[head] == f"{CELL}{name}":
            what = f"{name!r} is no cell name" if name else "a cell without a name"
            raise BookError(path, head + 1, what, "write '# %% name', lower-case letters, digits and hyphens")
        if any(cell.name == name for cell in cells):
            raise BookError(path, head + 1, f"a second cell named {name!r}", "give it another name")
        body = lines[head + 1 : following]
        blank = next((i for i, line in enumerate(body) if line.strip()), None)
        if blank is None:
            raise BookError(path, head + 1, f"cell {name!r} is empty", "write its code, or remove it")
        cells.append(Cell(name, "\n".join(body[blank:]).rstrip(), head + 2 + blank))
    return cells


def _check_syntax(text: str, cells: list[Cell], path: Path) -> None:
    for cell in cells:
        try:
            ast.parse(cell.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = cell.line + (getattr(error, "lineno", 1) or 1) - 1
            raise BookError(path, line, f"syntax error in cell {cell.name!r}: {getattr(error, 'msg', error)}") from None
    try:
        compile(text, str(path), "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BookError(path, getattr(error, "lineno", 1) or 1, f"syntax error: {error}") from None


def parameter_names(cell: Cell, path: Path) -> set[str]:
    """The constants of the cell `parameters`: plain literals, so that `smoke` can replace them."""
    names = set()
    for node in ast.parse(cell.source).body:
        line = cell.line + node.lineno - 1
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                if not name.isupper() or not _is_literal(value):
                    raise BookError(path, line, LITERALS, f"move {name} to another cell")
            case ast.Assign(targets=[_, _, *_]):
                raise BookError(path, line, "one upper-case constant a line in the cell 'parameters'", "write two lines")
            case _:
                raise BookError(path, line, LITERALS, "move this line to another cell")
        names.add(name)
    return names


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return False
    return True
