"""Recordings: executed notebooks, committed, so that building the site executes nothing.

A recording is fresh when its cells equal the snippet's, the versions it names of the packages that
the snippet declares are the locked ones, and nobody has edited what it shows (the digests match).
"""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .environment import environment, timestamp
from .errors import BookError
from .normalise import clean
from .project import Project
from .run import RunResult
from .snippet import Snippet

REFRESH = "python -m bookengine record {name}"


@dataclass(frozen=True)
class Recording:
    """One executed notebook. `notebook` is the parsed JSON; the rest are views of it."""

    path: Path
    name: str
    notebook: dict[str, Any]
    text: str

    @classmethod
    def load(cls, project: Project, name: str) -> Recording:
        path = project.recording_path(name)
        shown = project.relative(path)
        hint = REFRESH.format(name=name)
        try:
            text = path.read_text("utf-8")
        except FileNotFoundError:
            raise BookError(shown, 1, "this recording is missing", hint) from None
        except UnicodeDecodeError:
            raise BookError(shown, 1, "this recording is damaged: not UTF-8", hint) from None
        except OSError as error:
            raise BookError(shown, 1, f"this recording cannot be read: {error.strerror}") from None
        try:
            notebook = json.loads(text)
            notebook["metadata"]["book"]["values"], notebook["cells"]
        except json.JSONDecodeError as error:
            raise BookError(shown, error.lineno, f"this recording is damaged: {error.msg}", hint) from None
        except (KeyError, TypeError) as error:
            raise BookError(shown, 1, f"this recording is damaged: no {error}", hint) from None
        return cls(shown, name, notebook, text)

    @property
    def book(self) -> dict[str, Any]:
        return self.notebook["metadata"]["book"]

    @property
    def values(self) -> dict[str, Any]:
        return self.book["values"]

    @property
    def environment(self) -> dict[str, Any]:
        return self.book["environment"]

    def outputs(self, cell: str) -> list[dict[str, Any]]:
        return next((c["outputs"] for c in self.notebook["cells"] if c["id"] == cell), [])

    def text_of(self, cell: str) -> str:
        """What the cell printed, and the plain form of what it showed."""
        parts = []
        for output in self.outputs(cell):
            if output["output_type"] == "stream" and output["name"] == "stdout":
                parts.append("".join(output["text"]))
            elif "image/svg+xml" not in output.get("data", {}) and "image/png" not in output.get("data", {}):
                parts.append("".join(output.get("data", {}).get("text/plain", "")))
        return "\n".join(part.rstrip("\n") for part in parts if part.strip())

    def figures(self, cell: str) -> list[tuple[str, str]]:
        """The cell's figures in order, as (``svg`` or ``png``, content; PNG in base 64)."""
        found = []
        for output in self.outputs(cell):
            data = output.get("data", {})
            if "image/svg+xml" in data:
                found.append(("svg", "".join(data["image/svg+xml"])))
            elif "image/png" in data:
                found.append(("png", "".join(data["image/png"])))
        return found

    def line_of(self, fragment: str) -> int:
        """The line of the file that holds `fragment`, for errors."""
        before, found, _ = self.text.partition(fragment)
        return before.count("\n") + 1 if found else 1


def problems(snippet: Snippet, project: Project) -> list[BookError]:
    """Why this snippet's recording may not be shown; empty where it is fresh."""
    try:
        recording = Recording.load(project, snippet.name)
        return [
            *_stale_cells(snippet, recording),
            *_stale_versions(snippet, recording, project),
            *_edited(recording),
            *_not_real(recording),
        ]
    except BookError as error:
        return [error]
    except (KeyError, TypeError, AttributeError) as error:
        path = project.relative(project.recording_path(snippet.name))
        return [BookError(path, 1, f"this recording is damaged: {error!r}", REFRESH.format(name=snippet.name))]


def _stale_cells(snippet: Snippet, recording: Recording) -> list[BookError]:
    hint = REFRESH.format(name=snippet.name)
    recorded = {cell["id"]: "".join(cell["source"]) for cell in recording.notebook["cells"]}
    errors = []
    for cell in snippet.cells:
        if cell.name not in recorded:
            errors.append(BookError(snippet.path, cell.line, f"cell {cell.name!r} is not in {recording.path}", hint))
        elif recorded[cell.name] != cell.source:
            line = cell.line + _first_difference(recorded[cell.name], cell.source)
            errors.append(BookError(snippet.path, line, f"cell {cell.name!r} differs from what {recording.path} ran", hint))
    names = [cell.name for cell in snippet.cells]
    ids = [cell["id"] for cell in recording.notebook["cells"]]
    if not errors and ids != names:
        errors.append(BookError(recording.path, 1, f"its cells {ids} are not the snippet's {names}", hint))
    declared = set(snippet.values)
    if set(recording.values) != declared:
        which = ", ".join(sorted(set(recording.values) ^ declared))
        errors.append(BookError(snippet.path, 1, f"values differ from those in {recording.path}: {which}", hint))
    elif recording.book.get("expressions", snippet.values) != snippet.values:
        errors.append(BookError(snippet.path, 1, f"a value's expression differs from what {recording.path} evaluated", hint))
    return errors


def _first_difference(old: str, new: str) -> int:
    pairs = zip(old.split("\n"), new.split("\n"), strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(old.count("\n"), new.count("\n")))


def _stale_versions(snippet: Snippet, recording: Recording, project: Project) -> list[BookError]:
    errors = []
    locked = project.locked_agents if "agents" in snippet.marks else project.locked
    for package in snippet.dependencies:
        have = recording.environment.get(package)
        want = locked.get(package)
        if want and have not in want:
            line = recording.line_of('"environment"')
            message = f"recorded with {package} {have}; the lock file has {' or '.join(sorted(want))}"
            errors.append(BookError(recording.path, line, message, REFRESH.format(name=snippet.name)))
    return errors


def _edited(recording: Recording) -> list[BookError]:
    hint = REFRESH.format(name=recording.name)
    errors = []
    for cell in recording.notebook["cells"]:
        if cell["metadata"].get("book", {}).get("digest") != digest(cell["outputs"]):
            line = recording.line_of(f'"id": "{cell["id"]}"')
            errors.append(BookError(recording.path, line, f"the output of cell {cell['id']!r} was edited after it was recorded", hint))
    if not errors and recording.book.get("digest") != whole_digest(recording.notebook):
        line = recording.line_of('"values"')
        errors.append(BookError(recording.path, line, "its values or their run's data were edited after they were recorded", hint))
    return errors


def _not_real(recording: Recording) -> list[BookError]:
    standins = dict.fromkeys(use["name"] for use in recording.book["data"] if use["tier"] == "stand-in")
    if recording.book["profile"] != "full":
        line = recording.line_of('"profile"')
        return [BookError(recording.path, line, "not a full run", REFRESH.format(name=recording.name))]
    line = recording.line_of('"data": [')
    hint = "record it where the real data is"
    return [BookError(recording.path, line, f"recorded with stand-in data for {name}", hint) for name in standins]


def digest(content: Any) -> str:
    """SHA-256 over `content` as canonical JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def code_digest(snippet: Snippet) -> str:
    """Over what a smoke run executes: the code and the smoke constants."""
    return digest({"cells": [cell.source for cell in snippet.cells], "smoke": snippet.smoke})


def whole_digest(notebook: dict[str, Any]) -> str:
    """Over all outputs and all of `metadata.book` but the digest itself."""
    book = {key: value for key, value in notebook["metadata"]["book"].items() if key != "digest"}
    return digest({"outputs": {cell["id"]: cell["outputs"] for cell in notebook["cells"]}, "book": book})


def notebook_of(result: RunResult) -> dict[str, Any]:
    """The notebook (nbformat 4.5) that records a successful run."""
    outputs = {cell["name"]: [clean(o) for o in cell["outputs"] if o.get("name") != "stderr"] for cell in result.cells}
    cells = [
        {
            "cell_type": "code",
            "execution_count": number,
            "id": cell.name,
            "metadata": {"book": {"digest": digest(outputs[cell.name])}},
            "outputs": outputs[cell.name],
            "source": cell.source,
        }
        for number, cell in enumerate(result.snippet.cells, 1)
    ]
    book = {
        "source": result.snippet.path.as_posix(),
        "title": result.snippet.title,
        "profile": result.profile,
        "values": result.values,
        "expressions": result.snippet.values,
        "environment": environment(result.snippet) | {"gpu": result.gpu},
        "data": result.data,
        "recorded_at": timestamp(),
        "wall_seconds": result.wall_seconds,
        "peak_rss_mb": result.peak_rss_mb,
    }
    notebook = {
        "cells": cells,
        "metadata": {
            "book": book,
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "version": platform.python_version()},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    book["digest"] = whole_digest(notebook)
    return notebook


def to_json(notebook: dict[str, Any]) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=False) + "\n"
