"""Inside a snippet's own process: an IPython shell runs the cells and keeps what they show.

Started by run.py, either forked from the preloaded server or as ``python -m bookengine.child
REQUEST`` (the fallback, and the way of snippets marked ``fresh``). Both end in `main`.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import re
import resource
import signal
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

from . import data
from .offline import refuse_network
from .shell import Tape, make_shell

# Code between a deprecated function of TensorFlow and whoever called it.
PASSED_ON = re.compile(
    r"[/\\](?:logging[/\\]__init__|bookengine[/\\]child|absl[/\\].*|tensorflow[/\\]python[/\\](?:util|platform)[/\\]\w+)\.py$"
)
DEPRECATIONS = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)


def main(request: dict[str, Any]) -> None:
    """Run the snippet that `request` describes and write `request["result"]`, a JSON file."""
    result: dict[str, Any] = {"ok": False, "cells": [], "values": {}, "data": [], "warnings": [], "failure": None, "own_seconds": 0.0}
    started = time.monotonic()
    tell_where()
    stdout, stderr = sys.stdout, sys.stderr
    try:
        Session(request, result).run()
    except SystemExit as error:
        result["failure"] = {"line": 1, "what": f"the snippet called exit({error.code!r})", "traceback": ""}
    finally:
        sys.stdout, sys.stderr = stdout, stderr
        result["wall_seconds"] = round(time.monotonic() - started, 3)
        used = resource.getrusage(resource.RUSAGE_SELF)
        result["cpu_seconds"] = round(used.ru_utime + used.ru_stime, 3)
        result["peak_rss_mb"] = round(used.ru_maxrss / 1024)
        target = Path(request["result"])
        part = target.with_suffix(".part")
        part.write_text(json.dumps(result, default=repr), "utf-8")
        part.replace(target)


class Session:
    """One run: the shell, its outputs and its namespace."""

    def __init__(self, request: dict[str, Any], result: dict[str, Any]) -> None:
        self.request, self.result = request, result
        self.path = request["path"]  # absolute, so that tracebacks and AutoGraph find the source
        self.outputs: list[dict[str, Any]] = []
        self.data_log: list[Any] = []
        self.ready = False

    def run(self) -> None:
        os.environ.update(self.request["environment"])
        os.chdir(self.request["scratch"])
        if not self.request["network"]:
            refuse_network()
        self.watch_warnings()
        data.install(Path(self.request["scratch_data"]), network=self.request["network"], log=self.data_log)
        shell = self.shell = make_shell(self.path, self.outputs)
        printed = os.open(self.request["printed"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        streams: Any = (Tape("stdout", self.outputs, printed), Tape("stderr", self.outputs, printed))
        sys.stdout, sys.stderr = streams
        for cell in self.request["cells"]:
            self.prepare()
            self.outputs.clear()
            os.truncate(printed, 0)
            # Leading line breaks put the code on its own lines of the file: tracebacks then point into it.
            began = time.monotonic()
            outcome = shell.run_cell("\n" * (cell["line"] - 1) + cell["source"], store_history=False, silent=False)
            self.result["own_seconds"] += time.monotonic() - began
            self.result["cells"].append({"name": cell["name"], "outputs": [dict(output) for output in self.outputs]})
            error = outcome.error_before_exec or outcome.error_in_exec
            if error is not None:
                self.fail(error, cell["line"], f"cell {cell['name']!r}")
                return
            if cell["name"] == "parameters":
                self.override(shell.user_ns)
        self.evaluate(shell.user_ns)

    def prepare(self) -> None:
        """Determinism and one thread, as soon as TensorFlow is there.

        In a forked child that is before the first cell. A ``fresh`` process may have used a device in
        its first cell, when it is too late for threads: it has their number from its environment.
        """
        if self.ready or "tensorflow" not in sys.modules:
            return
        self.ready = True
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
        if not self.request["fresh"]:
            tf.config.threading.set_intra_op_parallelism_threads(self.request["threads"])

    def override(self, namespace: dict[str, Any]) -> None:
        for name, value in self.request["smoke"].items():
            namespace[name] = tuple(value) if isinstance(namespace[name], tuple) else value

    def evaluate(self, namespace: dict[str, Any]) -> None:
        for name, expression in self.request["values"].items():
            line = self.request["value_lines"][name]
            try:
                self.result["values"][name] = plain(eval(compile(expression, f"<value {name}>", "eval"), namespace))
            except Exception as error:  # any failure of the writer's expression is reported at its line
                self.fail(error, line, f"value {name} = {expression!r}", here=True)
                return
        self.result["data"] = [vars(use) for use in self.data_log]
        self.result["gpu"] = gpu_name()
        self.result["ok"] = True

    def fail(self, error: BaseException, line: int, what: str, *, here: bool = False) -> None:
        """Keep `error` with the last line of the file that it passed, or with `line` itself (`here`)."""
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == self.path and not here]
        if frames:
            line = frames[-1].lineno or line
        elif isinstance(error, SyntaxError) and error.filename == self.path:
            line = error.lineno or line
        text = "".join(traceback.format_exception(trim(error, self.path)))
        said = f"called exit({error.code!r})" if isinstance(error, SystemExit) else f"{type(error).__name__}: {error}"
        self.result["data"] = [vars(use) for use in self.data_log]
        self.result["failure"] = {"line": line, "what": f"{what}: {said}", "traceback": text}

    def watch_warnings(self) -> None:
        """Keep every warning; run.py fails the snippet for deprecations of its own lines."""

        def show(message, category, filename, lineno, file=None, line=None):  # type: ignore[no-untyped-def]  # the signature is that of warnings.showwarning
            kept = {"category": category.__name__, "message": str(message), "path": filename, "line": lineno}
            kept["own"] = filename == self.path and issubclass(category, DEPRECATIONS)
            self.result["warnings"].append(kept)

        warnings.resetwarnings()
        warnings.simplefilter("default")
        warnings.filterwarnings("ignore", message="To exit: use")  # IPython's advice to someone at a prompt
        warnings.showwarning = show
        logging.getLogger("tensorflow").addHandler(DeprecationLog(self.path, self.result["warnings"]))


class DeprecationLog(logging.Handler):
    """TensorFlow reports its own deprecations to its logger: ``From FILE:LINE: … is deprecated``.

    FILE is often one of its own wrappers, so the line is looked for on the stack: whoever called the
    wrappers of tensorflow.python.util.
    """

    def __init__(self, path: str, kept: list[dict[str, Any]]) -> None:
        super().__init__()
        self.path, self.kept = path, kept

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if not re.match(r"From .+:\d+: .*deprecated", message, re.DOTALL):
            return
        frame = sys._getframe()
        while frame.f_back is not None and PASSED_ON.search(frame.f_code.co_filename):
            frame = frame.f_back
        if frame.f_code.co_filename == self.path:
            self.kept.append({"category": "DeprecationWarning", "message": message, "path": "", "line": frame.f_lineno, "own": True})


def gpu_name() -> str | None:
    """The first GPU that TensorFlow sees in this process, or None."""
    if "tensorflow" not in sys.modules:
        return None
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    return tf.config.experimental.get_device_details(gpus[0]).get("device_name", gpus[0].name) if gpus else None


def plain(value: Any) -> Any:
    """`value` as JSON: a finite number, a string, or a list of these (arrays and tuples become lists)."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    elif hasattr(value, "numpy"):
        value = value.numpy().tolist()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if value - value != 0:
            raise ValueError(f"{value} is not finite")
        return value
    raise TypeError(f"a value must be a number, a string or a list of these, not {type(value).__name__}")


def trim(error: BaseException, path: str) -> BaseException:
    """Drop the frames of the engine and of IPython that stand before the snippet's first."""
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename != path:
        frame = frame.tb_next
    return error.with_traceback(frame) if frame is not None else error


def tell_where() -> None:
    """Write a traceback to standard error at a crash, and when run.py asks (SIGUSR1) before it stops the process."""
    faulthandler.enable(file=2)
    faulthandler.register(signal.SIGUSR1, file=2, all_threads=True)


if __name__ == "__main__":
    from .processes import die_with_parent

    die_with_parent()
    main(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    # TensorFlow's own threads can outlive the work: what counts is written, so leave at once.
    sys.stdout.flush()
    os._exit(0)
