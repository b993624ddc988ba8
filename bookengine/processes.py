"""A process for each snippet, forked from a preloaded server or fresh; ended in time, with all it started.

Forking costs tens of milliseconds where importing TensorFlow costs seconds, and still nothing leaks
from one snippet to the next.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
TELL_SECONDS = 0.3  # for a process that is out of time to write where it is

_running: set[int] = set()
_server_lock = threading.Lock()
_server_context: Any = None


def can_fork() -> bool:
    """Forking a process that holds TensorFlow is proven on Linux only."""
    return sys.platform == "linux" and "forkserver" in multiprocessing.get_all_start_methods()


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


def run_forked(request: dict[str, Any], limit: float) -> int | None:
    """Run `request` (see run.py) in a fork of the server. Exit code, or None where the time-out struck."""
    process = server().Process(target=forked, args=(request,), daemon=False)
    process.start()
    with _ended(process.pid):
        try:
            process.join(limit)
            if process.exitcode is None:
                _ask_where(process.pid)
                return None
            return process.exitcode
        finally:
            process.kill()
            process.join()


def forked(request: dict[str, Any]) -> None:
    """First thing in the child: a process group of its own, its own log, then the work."""
    from . import child, nursery, preload

    os.setsid()
    die_with_parent()
    if request["nursery"] and preload.THREADS == 1:
        nursery.open_nursery()
    threading.Thread(target=_die_with_engine, daemon=True).start()
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if preload.THREADS > 1:
        Path(request["result"]).write_text(json.dumps({"unforkable": preload.THREADS}), "utf-8")
    else:
        child.main(request)
    os._exit(0)  # TensorFlow's threads may outlive the work; the result is on disk


def run_fresh(request: dict[str, Any], limit: float) -> int | None:
    """Run `request` in a process that imports everything itself. Exit code, or None where the time-out struck."""
    written = Path(request["result"]).with_name("request.json")
    written.write_text(json.dumps(request | {"fresh": True}), "utf-8")
    Path(request["result"]).unlink(missing_ok=True)
    package = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    with open(request["log"], "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bookengine.child", str(written)], cwd=request["scratch"], start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **FRESH_ENVIRONMENT, "PYTHONPATH": path},
        )  # fmt: skip
    with _ended(process.pid):
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            _ask_where(process.pid)
            return None
        finally:
            process.kill()
            process.wait()


@contextlib.contextmanager
def _ended(pid: int) -> Iterator[None]:
    """Whatever happens inside, afterwards the process group of `pid` is gone: also what it started itself."""
    _running.add(pid)
    try:
        yield
    finally:
        _kill_group(pid)
        _running.discard(pid)


def stop_all() -> None:
    """End every snippet that this process runs now; their threads then see that they have ended."""
    for pid in list(_running):
        _kill_group(pid)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _ask_where(pid: int) -> None:
    """Have the process write its traceback to its log (child.py)."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGUSR1)
        time.sleep(TELL_SECONDS)


def _die_with_engine() -> None:
    """End this process group when the engine has ended. It is not our parent: the server is, and the server
    lives as long as any of its children."""
    engine = multiprocessing.parent_process()
    if engine is not None:
        engine.join()
        os.killpg(0, signal.SIGKILL)


def die_with_parent() -> None:
    """Where the engine is killed, its children must not train on (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
