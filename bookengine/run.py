"""Run a snippet in a process of its own: forked from a preloaded server, or fresh.

Forking costs tens of milliseconds where importing TensorFlow costs seconds, and still nothing
leaks from one snippet to the next. See child.py for what happens inside.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .project import Project
from .snippet import Snippet

PROFILES = ("smoke", "full")
LOG_TAIL = 4000  # characters of a child's own stdout and stderr that a failure report quotes
# One thread a snippet: results then do not depend on the number of cores, and as many snippets
# run at once as there are cores. TensorFlow's server must not start threads at import (fork).
SERVER_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "KERAS_BACKEND": "tensorflow",
    "PYTHONHASHSEED": "0",
}
FRESH_ENVIRONMENT = {**SERVER_ENVIRONMENT, "TF_NUM_INTRAOP_THREADS": "1", "TF_DETERMINISTIC_OPS": "1"}
PR_SET_PDEATHSIG = 1


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
        return [use["name"] for use in self.data if use["tier"] == "stand-in"]

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
    fresh = fresh or "fresh" in snippet.marks or not can_fork()
    with scratch_folder() as scratch:
        request = _request(snippet, project, profile, scratch)
        started = time.monotonic()
        how = "fresh" if fresh else "fork"
        outcome = _run_fresh(request, scratch, limit) if fresh else _run_forked(request, limit)
        result = _read_result(Path(request["result"]))
        if result is not None and "unforkable" in result:
            _say_once(f"bookengine: the server has {result['unforkable']} threads; running snippets in fresh processes")
            how, outcome = "fresh", _run_fresh(request, scratch, limit)
            result = _read_result(Path(request["result"]))
        elapsed = time.monotonic() - started
        log = (scratch / "log.txt").read_text("utf-8", errors="replace") if (scratch / "log.txt").exists() else ""
    if result is None:
        result = {"failure": {"line": 1, "what": _explain(outcome, limit), "traceback": ""}}
    return RunResult(snippet, profile, how, round(elapsed, 3), log=log, **result)


def can_fork() -> bool:
    """Forking a process that holds TensorFlow is proven on Linux only."""
    return sys.platform == "linux" and "forkserver" in multiprocessing.get_all_start_methods()


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
        "environment": environment,
        "scratch": str(scratch / "work"),
        "scratch_data": str(scratch / "data"),
        "log": str(scratch / "log.txt"),
        "result": str(scratch / "result.json"),
    }


def _read_result(path: Path) -> dict[str, Any] | None:
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def _explain(outcome: int | None, limit: float) -> str:
    if outcome is None:
        return f"stopped: it ran longer than {limit:.0f} s"
    if outcome < 0:
        return f"the process was ended by {signal.Signals(-outcome).name}"
    return f"the process left with exit code {outcome} and no result"


# Forked ---------------------------------------------------------------------------------------

_server_lock = threading.Lock()
_server_context: Any = None


def server() -> Any:
    """The multiprocessing context whose forkserver has imported everything once."""
    global _server_context
    with _server_lock:
        if _server_context is None:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(["bookengine.preload"])
            before = {key: os.environ.get(key) for key in SERVER_ENVIRONMENT}
            os.environ.update(SERVER_ENVIRONMENT)
            try:
                from multiprocessing.forkserver import ensure_running

                ensure_running()
            finally:
                for key, value in before.items():
                    os.environ.pop(key) if value is None else os.environ.__setitem__(key, value)
            _server_context = context
    return _server_context


def _run_forked(request: dict[str, Any], limit: float) -> int | None:
    """Exit code, or None where the time-out struck."""
    process = server().Process(target=_forked, args=(request,), daemon=False)
    process.start()
    try:
        process.join(limit)
        return process.exitcode
    finally:
        _kill_group(process.pid)
        process.kill()
        process.join()


def _forked(request: dict[str, Any]) -> None:
    """First thing in the child: a process group of its own, its own log, then the work."""
    from . import child, preload

    os.setsid()
    _die_with_parent()
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if preload.THREADS > 1:
        Path(request["result"]).write_text(json.dumps({"unforkable": preload.THREADS}), "utf-8")
    else:
        child.main(request)
    os._exit(0)  # TensorFlow's threads may outlive the work; the result is on disk


def _die_with_parent() -> None:
    """Where the engine is killed, its children must not train on (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


# Fresh ----------------------------------------------------------------------------------------


def _run_fresh(request: dict[str, Any], scratch: Path, limit: float) -> int | None:
    (scratch / "request.json").write_text(json.dumps(request), "utf-8")
    Path(request["result"]).unlink(missing_ok=True)
    package = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, **FRESH_ENVIRONMENT, "PYTHONPATH": path}
    with open(request["log"], "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bookengine.child", str(scratch / "request.json")],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=request["scratch"],
        )  # fmt: skip
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _kill_group(process.pid)
        process.kill()
        process.wait()


def _kill_group(pid: int | None) -> None:
    """End the child's process group: also what it started itself."""
    if pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


_said: set[str] = set()


def _say_once(line: str) -> None:
    if line not in _said:
        _said.add(line)
        print(line, file=sys.stderr)
