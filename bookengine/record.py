"""Record what is stale, several snippets at once, one thread each; or run again and compare."""

from __future__ import annotations

import concurrent.futures
import fnmatch
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from . import recording
from .book import NEEDS
from .errors import BookError
from .processes import can_fork, server, stop_all
from .project import Project
from .recording import Recording
from .run import RunResult, run_snippet
from .snippet import Snippet, read_snippet
from .stores import write_atomically

WATCH_SECONDS = 0.5
TIMING = "timing"  # the mark of snippets whose values are times: run alone, and not the same again


def record(project: Project, names: list[str], *, force: bool = False, check: bool = False, jobs: int = 1) -> int:
    """Record the snippets in `names` that are stale (all with `force`); exit code 1 if any failed.

    With `check` nothing is written: each is run again and its values and outputs must equal the
    recorded ones.
    """
    console = Console(stderr=True)
    snippets = [read_snippet(project.snippets / f"{name}.py", project.root) for name in names]
    todo = [s for s in snippets if force or check or recording.problems(s, project)]
    todo = [s for s in todo if _can_run(s, console)]
    todo.sort(key=lambda snippet: -_expected_seconds(project, snippet))  # longest first: cores end together
    together = [snippet for snippet in todo if TIMING not in snippet.marks]
    alone = [snippet for snippet in todo if TIMING in snippet.marks]
    failures = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("checking" if check else "recording", total=len(todo))
        if todo and can_fork():
            server()  # one import of TensorFlow, before the first clock starts
        for group, workers in ((together, max(1, jobs)), (alone, 1)):
            for ok, message in _run_group(project, group, check, workers):
                failures += not ok
                progress.console.print(message, markup=False, highlight=False, soft_wrap=True)
                progress.advance(bar)
    fresh = len(snippets) - len(todo)
    console.print(f"{len(todo) - failures} done, {failures} failed, {fresh} left alone", highlight=False)
    return int(failures > 0)


def _run_group(project: Project, snippets: list[Snippet], check: bool, workers: int) -> Iterator[tuple[bool, str]]:
    """Outcomes as they come; Ctrl-C ends the snippets that are running, also while others are still handed in."""
    busy: set[str] = set()
    stopping = threading.Event()

    def one(snippet: Snippet) -> tuple[bool, str]:
        busy.add(snippet.name)  # before the question: whoever stops sees the name, or we see that it stops
        try:
            return (False, f"{snippet.name}: interrupted") if stopping.is_set() else _one(project, snippet, check)
        finally:
            busy.discard(snippet.name)

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        try:
            futures = [pool.submit(one, snippet) for snippet in snippets]
            for future in concurrent.futures.as_completed(futures):
                yield future.result()
        except (KeyboardInterrupt, GeneratorExit):
            stopping.set()
            pool.shutdown(wait=False, cancel_futures=True)
            while busy:
                stop_all()
                time.sleep(0.05)
            raise


def watch(project: Project, patterns: list[str]) -> NoReturn:
    """Record whatever is stale, now and after each save, with a server that stays warm. Ctrl-C ends it."""
    seen: dict[Path, int] = {}
    while True:
        now = {path: path.stat().st_mtime_ns for path in project.snippet_paths()}
        names = [f"{path.parent.name}/{path.stem}" for path in now if seen.get(path) != now[path]]
        wanted = [name for name in names if not patterns or any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
        seen = now
        if wanted:
            try:
                record(project, wanted)
            except BookError as error:  # half-typed: say so and wait for the next save
                print(error, file=sys.stderr)
        time.sleep(WATCH_SECONDS)


def _can_run(snippet: Snippet, console: Console) -> bool:
    lacking = [mark for mark in snippet.marks if mark in NEEDS and not available(mark)]
    if lacking:
        needs = " and ".join(NEEDS[mark] for mark in lacking)
        console.print(f"{snippet.name}: not recorded here: needs {needs}", markup=False, highlight=False)
    return not lacking


def available(mark: str) -> bool:
    """Whether this machine can run snippets with `mark`."""
    import importlib.util
    import os

    if mark == "gpu":
        return Path("/dev/nvidia0").exists() or Path("/dev/nvidiactl").exists()
    if mark == "agents":
        return importlib.util.find_spec("tf_agents") is not None
    if mark == "network":
        return os.environ.get("BOOK_NETWORK") == "1"
    return True


def _expected_seconds(project: Project, snippet: Snippet) -> float:
    try:
        return float(Recording.load(project, snippet.name).book["wall_seconds"])
    except (BookError, KeyError, TypeError):
        return snippet.timeout


def _one(project: Project, snippet: Snippet, check: bool) -> tuple[bool, str]:
    started = time.monotonic()
    result = run_snippet(snippet, project, "full")
    took = f"{time.monotonic() - started:.1f} s"
    if not result.ok or result.deprecations:
        return False, f"{snippet.name}: failed\n{result.report()}"
    try:
        if check and TIMING in snippet.marks:
            return True, f"{snippet.name}: runs; its times are not compared ({took})"
        if check:
            differences = compare(project, result)
            return not differences, "\n".join(differences) or f"{snippet.name}: the same again ({took})"
        if result.standins:
            hint = "put the real data where the data page says, or mark it synthetic"
            raise BookError(snippet.path, 1, f"not recorded: stand-in data for {', '.join(result.standins)}", hint)
        notebook = recording.notebook_of(result)
        write_atomically(project.recording_path(snippet.name), recording.to_json(notebook))
    except BookError as error:
        return False, str(BookError(project.relative(Path(error.path)), error.line, error.message, error.hint))
    if still := recording.problems(snippet, project):  # say, other versions are installed than locked
        return False, f"{snippet.name}: recorded, but not fresh ({took})\n" + "\n".join(map(str, still))
    return True, f"{snippet.name}: recorded ({took})"


def compare(project: Project, result: RunResult) -> list[str]:
    """Where a second run differs from the recording: values, then outputs by cell."""
    snippet = result.snippet
    old = Recording.load(project, snippet.name)
    new = recording.notebook_of(result)
    values = new["metadata"]["book"]["values"]
    differences = [
        f"{snippet.path}:{snippet.value_lines[name]}: value {name}: recorded {old.values.get(name)!r}, now {value!r}"
        for name, value in values.items()
        if old.values.get(name) != value
    ]
    for cell, again in zip(snippet.cells, new["cells"], strict=True):
        if old.outputs(cell.name) != again["outputs"]:
            differences.append(f"{snippet.path}:{cell.line}: cell {cell.name!r} shows something else than {old.path}")
    return differences
