"""Run a snippet in a process of its own and give what it showed. See processes.py and child.py."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import processes
from .project import Project
from .snippet import Snippet

PROFILES = ("smoke", "full")
LOG_TAIL = 4000  # characters of a child's own stdout and stderr that a failure report quotes


@dataclass(frozen=True)
class RunResult:
    """What one run gave. `cells` are notebook outputs by cell; times are in seconds."""

    snippet: Snippet
    profile: str
    how: str  # "fork" or "fresh"
    elapsed: float
    ok: bool = False
    cells: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    data: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    failure: dict[str, Any] | None = None
    wall_seconds: float = 0.0
    own_seconds: float = 0.0  # spent in the snippet's cells; the rest of `elapsed` is the engine's
    cpu_seconds: float = 0.0
    peak_rss_mb: int = 0
    gpu: str | None = None
    log: str = ""

    @property
    def deprecations(self) -> list[dict[str, Any]]:
        """Deprecation and future warnings raised by the snippet's own lines: they fail its test."""
        return [warning for warning in self.warnings if warning["own"]]

    @property
    def standins(self) -> list[str]:
        """Data sets that were made up, each once: a set may have several files."""
        return list(dict.fromkeys(use["name"] for use in self.data if use["tier"] == "stand-in"))

    def report(self) -> str:
        """All that helps to mend it: place, error, traceback into the snippet, what was printed."""
        lines = [f"{self.snippet.path} ({self.profile}, {self.how}, {self.wall_seconds:.1f} s)"]
        lines += [f"  data: stand-in for {name}: real data was not found" for name in self.standins]
        for warning in self.deprecations:
            lines.append(f"{self.snippet.path}:{warning['line']}: {warning['category']}: {warning['message']}")
        if self.failure:
            lines.append(f"{self.snippet.path}:{self.failure['line']}: {self.failure['what']}")
            lines.append(self.failure["traceback"])
            if self.cells:
                lines += self._printed(self.cells[-1])
            lines += [f"  {w['path']}:{w['line']}: {w['category']}: {w['message']}" for w in self.warnings if not w["own"]]
            if self.log.strip():
                lines += ["--- output of the process", self.log[-LOG_TAIL:]]
        return "\n".join(lines)

    @staticmethod
    def _printed(cell: dict[str, Any]) -> list[str]:
        streams = [output for output in cell["outputs"] if output["output_type"] == "stream"]
        figures = sum("image/svg+xml" in output.get("data", {}) for output in cell["outputs"])
        lines = [f"--- {o['name']} of cell {cell['name']!r}\n{o['text'].rstrip()}" for o in streams]
        return [*lines, f"--- {figures} figure(s) drawn by cell {cell['name']!r}"] if figures else lines


def run_snippet(
    snippet: Snippet, project: Project, profile: str = "smoke", *, timeout: float | None = None, fresh: bool = False
) -> RunResult:
    """Run `snippet` to its end, its first error, or the time-out (seconds; default: its own)."""
    if profile not in PROFILES:
        raise ValueError(f"profile {profile!r}: use one of {PROFILES}")
    limit = timeout or snippet.timeout
    if not processes.can_fork():
        _say_once("bookengine: this system cannot fork a preloaded process; running snippets in fresh ones, seconds slower each")
        fresh = True
    fresh = fresh or "fresh" in snippet.marks
    with scratch_folder() as scratch:
        request = _request(snippet, project, profile, scratch)
        started = time.monotonic()
        outcome = (processes.run_fresh if fresh else processes.run_forked)(request, limit)
        result = _read_result(request)
        if result is not None and "unforkable" in result:
            _say_once(f"bookengine: the server has {result['unforkable']} threads; running snippets in fresh processes")
            fresh, outcome = True, processes.run_fresh(request, limit)
            result = _read_result(request)
        elapsed = round(time.monotonic() - started, 3)
        log = re.sub(r"^Extension modules: .*\n", "", _read(request["log"]), flags=re.MULTILINE)  # long, and no help
        if result is None:
            result = _without_result(snippet, request, log, _explain(outcome, limit)) | {"wall_seconds": elapsed}
    return RunResult(snippet, profile, "fresh" if fresh else "fork", elapsed, log=log, **result)


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="book-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _request(snippet: Snippet, project: Project, profile: str, scratch: Path) -> dict[str, Any]:
    for name in ("work", "data"):
        (scratch / name).mkdir()
    environment = {} if "fresh" in snippet.marks else {"TF_NUM_INTRAOP_THREADS": "1"}
    return {
        "path": str(project.root / snippet.path),
        "cells": [{"name": cell.name, "source": cell.source, "line": cell.line} for cell in snippet.cells],
        "values": snippet.values,
        "value_lines": snippet.value_lines,
        "smoke": snippet.smoke if profile == "smoke" else {},
        "network": "network" in snippet.marks,
        "threads": 1,
        "fresh": False,
        "nursery": "multiworker" in snippet.marks,
        "environment": environment,
        "scratch": str(scratch / "work"),
        "scratch_data": str(scratch / "data"),
        "log": str(scratch / "log.txt"),
        "printed": str(scratch / "printed.txt"),
        "result": str(scratch / "result.json"),
    }


def _read(path: str) -> str:
    return Path(path).read_text("utf-8", errors="replace") if Path(path).exists() else ""


def _read_result(request: dict[str, Any]) -> dict[str, Any] | None:
    text = _read(request["result"])
    return json.loads(text) if text else None


def _without_result(snippet: Snippet, request: dict[str, Any], log: str, what: str) -> dict[str, Any]:
    """What is known of a run that was ended: where it stood (see child.tell_where) and what its cell had printed."""
    found = re.search(rf'File "{re.escape(request["path"])}", line (\d+)', log)
    line = int(found[1]) if found else snippet.cells[0].line
    cell = [cell.name for cell in snippet.cells if cell.line <= line][-1]
    printed = {"output_type": "stream", "name": "stdout", "text": _read(request["printed"])}
    failure = {"line": line, "what": f"cell {cell!r}: {what}", "traceback": ""}
    return {"failure": failure, "cells": [{"name": cell, "outputs": [printed] if printed["text"] else []}]}


def _explain(outcome: int | None, limit: float) -> str:
    if outcome is None:
        return f"stopped: it ran longer than {limit:.0f} s"
    if outcome < 0:
        return f"the process was ended by {signal.Signals(-outcome).name}"
    return f"the process left with exit code {outcome} and no result"


_said: set[str] = set()


def _say_once(line: str) -> None:
    if line not in _said:
        _said.add(line)
        print(line, file=sys.stderr)
