"""Every snippet runs, with its smoke constants, in a process of its own: one test a snippet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bookengine.errors import BookError
from bookengine.project import Project
from bookengine.run import run_snippet
from bookengine.snippet import Snippet, read_snippet

PROJECT = Project.find(Path(__file__))
WIDTH = 88  # characters of a shown line
GRACE = 120  # seconds beyond the snippet's own limit: the first run in a process imports TensorFlow


def items() -> Iterator[Any]:
    for path in PROJECT.snippet_paths():
        name = f"{path.parent.name}/{path.stem}"
        try:
            snippet = read_snippet(path, PROJECT.root)
        except BookError as error:
            yield pytest.param(error, id=name)  # one bad snippet is one red test, not a broken collection
            continue
        marks = [getattr(pytest.mark, mark) for mark in snippet.marks]
        yield pytest.param(snippet, id=name, marks=[*marks, pytest.mark.timeout(snippet.timeout + GRACE)])


@pytest.mark.parametrize("snippet", list(items()))
def test_snippet_runs(snippet: Snippet | BookError, record_property: Callable[[str, object], None]) -> None:
    if isinstance(snippet, BookError):
        pytest.fail(str(snippet), pytrace=False)
    result = run_snippet(snippet, PROJECT, "smoke")
    for dataset in result.standins:
        record_property("stand-in", dataset)
    if not result.ok or result.deprecations:
        pytest.fail(result.report(), pytrace=False)


def test_shown_lines_fit_their_column() -> None:
    cells = [(path, cell) for path in PROJECT.snippet_paths() for cell in read_snippet(path, PROJECT.root).cells]
    lines = [(path, number, line) for path, cell in cells for number, line in enumerate(cell.source.splitlines(), cell.line)]
    long = [f"{PROJECT.relative(path)}:{number}: {len(line)}" for path, number, line in lines if len(line) > WIDTH]
    assert not long, f"longer than {WIDTH} characters:\n" + "\n".join(long)


def test_there_are_snippets() -> None:
    assert PROJECT.snippet_paths(), f"no snippets under {PROJECT.snippets}: has the layout changed?"
