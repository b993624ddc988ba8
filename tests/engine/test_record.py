"""Recording: only what is stale, whole or not at all, however it is interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from bookengine import record as module
from bookengine.check import check
from bookengine.record import record
from bookengine.run import RunResult
from bookengine.snippet import Snippet
from tests.engine.conftest import PLAIN, SMOKE, VALUES, Toy, line_of

RECORDING = "recordings/toys/plain.ipynb"
ONE = "# %% one\nx = 1\nprint('x')\n"


@pytest.fixture
def quick(toy: Toy) -> Snippet:
    return toy.snippet(ONE, values={"x": "x"})


def test_only_what_is_stale_is_run(toy: Toy, quick: Snippet, capsys: pytest.CaptureFixture[str]) -> None:
    toy.snippet(ONE, "toys/other", values={"x": "x"})
    assert record(toy.project, ["toys/plain"]) == 0
    said = capsys.readouterr().err
    assert "toys/plain: recorded (" in said
    assert said.endswith("1 done, 0 failed, 0 left alone\n")
    first = (toy.root / RECORDING).read_bytes()
    assert record(toy.project, ["toys/plain", "toys/other"]) == 0
    said = capsys.readouterr().err
    assert "toys/plain" not in said
    assert said.endswith("1 done, 0 failed, 1 left alone\n")
    assert (toy.root / RECORDING).read_bytes() == first
    assert record(toy.project, ["toys/plain"], force=True) == 0
    assert capsys.readouterr().err.endswith("1 done, 0 failed, 0 left alone\n")
    assert list((toy.root / "recordings").rglob("*.part")) == []


def test_a_failure_is_reported_and_leaves_the_old_recording(toy: Toy, quick: Snippet, capsys: pytest.CaptureFixture[str]) -> None:
    assert record(toy.project, ["toys/plain"]) == 0
    old = (toy.root / RECORDING).read_bytes()
    toy.snippet("# %% one\nx = 1\nprint('so far')\nlost\n", values={"x": "x"})
    toy.snippet(ONE, "toys/other", values={"x": "x"})
    assert record(toy.project, ["toys/plain", "toys/other"]) == 1
    said = capsys.readouterr().err
    line = line_of(toy.root / "snippets/toys/plain.py", "lost")
    assert f"snippets/toys/plain.py:{line}: cell 'one': NameError: name 'lost' is not defined" in said
    assert "so far" in said
    assert said.endswith("1 done, 1 failed, 0 left alone\n")
    assert (toy.root / RECORDING).read_bytes() == old
    assert (toy.root / "recordings/toys/other.ipynb").exists()


def test_a_deprecation_is_not_recorded(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    toy.snippet("# %% one\nimport warnings\nwarnings.warn('gone soon', FutureWarning)\n")
    assert record(toy.project, ["toys/plain"]) == 1
    assert "FutureWarning: gone soon" in capsys.readouterr().err
    assert not (toy.root / RECORDING).exists()


COUNTED = "# %% one\nx = open({path!r}).read()\nprint(x)\n"


def test_check_finds_a_value_and_an_output_that_differ(toy: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_text("1")
    toy.snippet(COUNTED.format(path=str(tmp_path / "x")), values={"x": "x"})
    assert record(toy.project, ["toys/plain"]) == 0
    old = (toy.root / RECORDING).read_bytes()
    assert record(toy.project, ["toys/plain"], check=True) == 0
    assert "toys/plain: the same again" in capsys.readouterr().err
    (tmp_path / "x").write_text("2")
    assert record(toy.project, ["toys/plain"], check=True) == 1
    said = capsys.readouterr().err
    path = toy.root / "snippets/toys/plain.py"
    assert f"snippets/toys/plain.py:{line_of(path, '# x =')}: value x: recorded '1', now '2'" in said
    assert f"snippets/toys/plain.py:{line_of(path, 'x = open')}: cell 'one' shows something else than {RECORDING}" in said
    assert (toy.root / RECORDING).read_bytes() == old


def test_check_without_a_recording_says_so(toy: Toy, quick: Snippet, capsys: pytest.CaptureFixture[str]) -> None:
    assert record(toy.project, ["toys/plain"], check=True) == 1
    assert f"{RECORDING}:1: this recording is missing" in capsys.readouterr().err
    assert not (toy.root / RECORDING).exists()


def faked(snippet: Snippet, **result: object) -> RunResult:
    cells = [{"name": cell.name, "outputs": []} for cell in snippet.cells]
    return RunResult(snippet, "full", "fork", 0.1, ok=True, cells=cells, values=dict.fromkeys(snippet.values, 1), **result)  # type: ignore[arg-type]  # keywords of several types


def test_stand_in_data_is_refused(toy: Toy, quick: Snippet, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    data = [{"name": "MNIST", "tier": "stand-in", "sha256": "0"}]
    monkeypatch.setattr(module, "run_snippet", lambda *_: faked(quick, data=data))
    assert record(toy.project, ["toys/plain"]) == 1
    assert "snippets/toys/plain.py:1: not recorded: stand-in data for MNIST — " in capsys.readouterr().err
    assert not (toy.root / RECORDING).exists()


def test_a_full_disk_is_one_clear_error(
    toy: Toy, quick: Snippet, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "run_snippet", lambda *_: faked(quick))
    assert record(toy.project, ["toys/plain"]) == 0
    old = (toy.root / RECORDING).read_bytes()
    capsys.readouterr()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert record(toy.project, ["toys/plain"], force=True) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"{RECORDING}:1: could not be written: No space left on device — the old file is untouched"
    assert len(said) == 2
    assert [path.read_bytes() for path in (toy.root / "recordings/toys").iterdir()] == [old]


def test_a_recording_that_stays_stale_is_a_failure(toy: Toy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    snippet = toy.snippet(ONE, dependencies=("pandas",), values={"x": "x"})
    monkeypatch.setattr(module, "run_snippet", lambda *_: faked(snippet))
    toy.write("requirements/book.txt", "pandas==0.1\n")
    assert record(toy.project, ["toys/plain"]) == 1
    said = capsys.readouterr().err
    assert "toys/plain: recorded, but not fresh" in said
    assert "recorded with pandas" in said


@pytest.mark.parametrize("jobs", [1, 3])
def test_jobs_run_at_once_and_the_longest_first(toy: Toy, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    snippets = {f"toys/s{i}": toy.snippet(ONE, f"toys/s{i}", values={"x": "x"}, timeout=i + 1) for i in range(3)}
    running, most, order = set(), [0], []

    def slow(snippet: Snippet, *_: object) -> RunResult:
        running.add(snippet.name)
        order.append(snippet.name)
        most[0] = max(most[0], len(running))
        time.sleep(0.2)
        running.discard(snippet.name)
        return faked(snippet)

    monkeypatch.setattr(module, "run_snippet", slow)
    assert record(toy.project, list(snippets), jobs=jobs) == 0
    assert most == [jobs]
    if jobs == 1:
        assert order == ["toys/s2", "toys/s1", "toys/s0"]


@pytest.mark.parametrize(("mark", "needs"), [("gpu", "a GPU"), ("agents", "the TF-Agents environment"), ("network", "a network")])
def test_what_cannot_run_here_is_named_and_left(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], mark: str, needs: str
) -> None:
    toy.snippet(ONE, values={"x": "x"}, marks=[mark])
    monkeypatch.setattr(module, "available", lambda mark: False)
    assert record(toy.project, ["toys/plain"]) == 0
    assert capsys.readouterr().err.splitlines() == [f"toys/plain: not recorded here: needs {needs}", "0 done, 0 failed, 1 left alone"]


def test_interrupted_while_snippets_are_handed_in(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    snippets = {f"toys/s{i}": toy.snippet(ONE, f"toys/s{i}", values={"x": "x"}) for i in range(2)}
    begun, ended, submit = threading.Event(), threading.Event(), ThreadPoolExecutor.submit

    def until_ended(snippet: Snippet, *_: object) -> RunResult:
        begun.set()
        assert ended.wait(20), "nobody ended the snippet that runs"
        return faked(snippet)

    def submit_one(pool: ThreadPoolExecutor, work: Any, *arguments: Any) -> Any:
        if begun.is_set() or (pool._threads and begun.wait(20)):
            raise KeyboardInterrupt
        return submit(pool, work, *arguments)

    monkeypatch.setattr(module, "run_snippet", until_ended)
    monkeypatch.setattr(module, "stop_all", ended.set)
    monkeypatch.setattr(ThreadPoolExecutor, "submit", submit_one)
    with pytest.raises(KeyboardInterrupt):
        record(toy.project, list(snippets), jobs=2)
    assert ended.is_set()


SLEEPS = "# %% one\nimport os, time\nopen({path!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n"


def heed_interrupts() -> None:
    """A shell starts what it puts into the background (`nox -s tests &`) with SIGINT ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(toy: Toy, pid_file: Path) -> tuple[subprocess.Popen[str], int]:
    """`record` in a process of its own, and the pid of the snippet that it runs."""
    toy.snippet(SLEEPS.format(path=str(pid_file)), values={"x": "1"})
    toy.write(RECORDING, "old")
    command = [sys.executable, "-m", "bookengine", "record", "--force"]
    environment = {**os.environ, "COLUMNS": "80"}
    process = subprocess.Popen(
        command, cwd=toy.root, text=True, stderr=subprocess.PIPE, env=environment, start_new_session=True,
        preexec_fn=heed_interrupts,
    )  # fmt: skip
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        if pid_file.exists() and (text := pid_file.read_text()):
            return process, int(text)
        time.sleep(0.05)
    process.kill()
    raise AssertionError(f"the snippet never started: {process.communicate()[1]}")


@pytest.mark.slow  # an engine of its own, with its own server
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_in_the_middle_the_old_recording_stays(toy: Toy, tmp_path: Path, how: signal.Signals) -> None:
    process, pid = start(toy, tmp_path / "pid")
    interrupted = time.monotonic()
    process.send_signal(how)
    try:
        _, said = process.communicate(timeout=90)
    finally:
        process.kill()
        process.communicate()
    assert time.monotonic() - interrupted < 10
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert said.endswith("interrupted: every recording is the old one or the new one, whole\n")
        assert "Traceback" not in said
    until = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until, "the snippet runs on without anybody to record it"
        time.sleep(0.05)
    assert [(path.name, path.read_text()) for path in (toy.root / "recordings/toys").iterdir()] == [("plain.ipynb", "old")]


WRITES = """
import itertools, os, sys
from pathlib import Path
from bookengine.stores import write_atomically

for number in itertools.count():
    write_atomically(Path(sys.argv[1]), f"{number}\\n" + "x" * 2_000_000 + f"\\n{number}")
"""


def test_killed_while_writing_a_recording_is_whole(recorded: Toy) -> None:
    path = recorded.root / RECORDING
    whole = path.read_text()
    for delay in (0.05, 0.1, 0.15):
        process = subprocess.Popen([sys.executable, "-c", WRITES, str(path)], cwd=Path(module.__file__).parents[1])
        until = time.monotonic() + 30
        while path.read_text() == whole and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(delay)
        process.kill()
        process.wait()
        first, middle, last = path.read_text().split("\n")
        assert (first, len(middle)) == (last, 2_000_000)
        whole = path.read_text()
    path.write_text(json.dumps({}))
    leftovers = [name for name in os.listdir(path.parent) if name != path.name]
    assert all(name.startswith(".") and name.endswith(".part") for name in leftovers)
    found = [error.path for error in check(recorded.book)]
    assert not any(".part" in str(name) for name in found)


@pytest.mark.slow
def test_the_toy_records_again_to_the_same(toy: Toy) -> None:
    toy.snippet(PLAIN, values=VALUES, smoke=SMOKE)
    assert record(toy.project, ["toys/plain"]) == 0
    assert record(toy.project, ["toys/plain"], check=True) == 0
