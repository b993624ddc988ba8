"""A toy book in a temporary folder, and the few things that the engine's tests do with it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from bookengine import recording
from bookengine.book import Book
from bookengine.errors import BookError
from bookengine.project import Project
from bookengine.run import RunResult, run_snippet
from bookengine.snippet import Snippet, read_snippet
from bookengine.stores import write_atomically

# One core, shared: an example may be slow without being wrong; what must be fast is timed on purpose.
settings.register_profile("book", deadline=None, max_examples=150)
settings.load_profile("book")

HEADER = """\
# /// script
# requires-python = ">=3.11"
# dependencies = [{dependencies}]
#
# [tool.book]
# title = "A toy"
{book}# ///
"""

LOCK = "# made by hand for a test\nnumpy==2.0.0 \\\n    --hash=sha256:00\npandas==1.0.0\npandas==2.0.0\n"

MKDOCS = """\
site_name: Toy
repo_url: https://github.com/example/toy
theme: {name: material, font: false}
plugins: []
hooks: [hook.py]
markdown_extensions:
  - bookengine.render
  - attr_list
  - pymdownx.blocks.details
  - pymdownx.superfences
"""

# The engine's hook, as mkdocs.yml of the real book has it, without a path to this checkout.
HOOK = "from bookengine.mkdocs_hook import *\n"

PLAIN = """\
# %% parameters
STEPS = 8
SCALES = (1.0, 2.0)

# %% work
total = sum(range(STEPS))
print(f"steps {STEPS}: {total}")
sums = [scale * total for scale in SCALES]

# %% plot
import matplotlib.pyplot as plt

plt.plot(sums)
plt.show()
sums
"""
VALUES = {"total": "total", "sums": "sums", "half": "total / 2", "word": '"well"'}
SMOKE = {"STEPS": "3"}

PAGE = """\
---
title: Toy page
description: What it is.
---

# Toy page

/// cell | toys/plain:parameters
///

/// cell | toys/plain:work
///

/// output | toys/plain:work
///

/// cell | toys/plain:plot
///

/// figure | toys/plain:plot
    alt: A line that rises.
The two *sums*.
///

The total is {{ toys/plain.total }}.
"""


@dataclasses.dataclass(frozen=True)
class Toy:
    """A book of one's own. What is written is read again at each call: nothing is cached here."""

    project: Project

    @property
    def root(self) -> Path:
        return self.project.root

    def write(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        return target

    def snippet(self, cells: str, name: str = "toys/plain", **header: Any) -> Snippet:
        """Write and read a snippet; keywords as for `script`."""
        path = self.write(f"snippets/{name}.py", script(cells, **header))
        return read_snippet(path, self.root)

    def page(self, text: str, path: str = "toys/page.md") -> Path:
        return self.write(f"docs/{path}", text)

    def run(self, snippet: Snippet | str, profile: str = "full", **options: Any) -> RunResult:
        found = self.snippet(snippet) if isinstance(snippet, str) else snippet
        return run_snippet(found, Project(self.root), profile, **options)

    def record(self, snippet: Snippet) -> Path:
        """Run in full and write the recording, as `record` does, without its progress display."""
        result = self.run(snippet)
        assert result.ok, result.report()
        return self.write_recording(result)

    def write_recording(self, result: RunResult) -> Path:
        path = self.project.recording_path(result.snippet.name)
        write_atomically(path, recording.to_json(recording.notebook_of(result)))
        return path

    def pretend(self, snippet: Snippet, outputs: dict[str, list[dict[str, Any]]] | None = None, **values: Any) -> Path:
        """Write the recording that a run with these outputs and values would have given; runs nothing."""
        cells = [{"name": cell.name, "outputs": (outputs or {}).get(cell.name, [])} for cell in snippet.cells]
        return self.write_recording(RunResult(snippet, "full", "fork", 0.1, ok=True, cells=cells, values=values))

    def problems(self, snippet: Snippet) -> list[str]:
        return [str(error) for error in recording.problems(snippet, Project(self.root))]

    @property
    def book(self) -> Book:
        return Book(Project(self.root))


def script(cells: str, *, values: dict[str, str] | None = None, smoke: dict[str, str] | None = None,
           dependencies: tuple[str, ...] = (), **book: Any) -> str:  # fmt: skip
    """The text of a snippet; further keywords are keys of [tool.book]."""
    lines = [f"# {key} = {json.dumps(value)}\n" for key, value in book.items()]
    if smoke:
        lines += ["# [tool.book.smoke]\n", *(f"# {name} = {value}\n" for name, value in smoke.items())]
    if values:
        lines += ["# [tool.book.values]\n", *(f"# {name} = {json.dumps(value)}\n" for name, value in values.items())]
    header = HEADER.format(dependencies=", ".join(json.dumps(name) for name in dependencies), book="".join(lines))
    return f"{header}\n{cells}"


def printed(text: str, stream: str = "stdout") -> dict[str, Any]:
    """A notebook output: text on a stream."""
    return {"output_type": "stream", "name": stream, "text": text}


def drawn(svg: str = '<svg width="10pt" height="20pt"><path stroke="#0072b2"/></svg>') -> dict[str, Any]:
    """A notebook output: a figure."""
    return {"output_type": "display_data", "data": {"image/svg+xml": svg, "text/plain": "<Figure>"}, "metadata": {}}


def line_of(path: Path, text: str) -> int:
    """The line (from 1) of the last that holds `text`."""
    return [number for number, line in enumerate(path.read_text("utf-8").split("\n"), 1) if text in line][-1]


def said(errors: list[BookError] | tuple[BookError, ...]) -> list[str]:
    return [str(error) for error in errors]


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    """An empty book: mkdocs.yml, a lock file, a ledger of two rows, a drift."""
    return make_toy(tmp_path / "book")


def make_toy(root: Path) -> Toy:
    toy = Toy(Project(root))
    toy.write("mkdocs.yml", MKDOCS)
    toy.write("hook.py", HOOK)
    toy.write("requirements/book.txt", LOCK)
    rows = "- {id: row-one, kind: code, what: The first.}\n- {id: row-two, kind: code, what: The <second>.}\n"
    toy.write("coverage/zhang-tutorial.yml", rows)
    toy.write("coverage/api-drift.yml", "- {id: old-name, kind: error, old: 'tf.a()', new: 'tf.b()', error_today: 'AttributeError: a', "
                                        "since: '2.0', hits: 3}\n")  # fmt: skip
    for folder in ("snippets", "docs", "recordings"):
        (root / folder).mkdir()
    toy.write("docs/index.md", "# Home\n\nWords.\n")
    return toy


@pytest.fixture
def plain(toy: Toy) -> Snippet:
    """The toy snippet of three cells: parameters, work (prints), plot (draws)."""
    return toy.snippet(PLAIN, values=VALUES, smoke=SMOKE)


@pytest.fixture
def recorded(toy: Toy, plain: Snippet) -> Toy:
    """The toy book with its snippet's recording (pretended: no process is started) and its page."""
    outputs = {"work": [printed("steps 8: 28\n")], "plot": [drawn()]}
    toy.pretend(plain, outputs, total=28, sums=[28.0, 56.0], half=14.0, word="well")
    toy.page(PAGE)
    return toy


@pytest.fixture
def complain() -> Callable[[Callable[[], object]], str]:
    """Call something that must raise one BookError; its text."""

    def text(call: Callable[[], object]) -> str:
        with pytest.raises(BookError) as caught:
            call()
        return str(caught.value)

    return text
