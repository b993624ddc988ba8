"""Recordings: the format, and every way in which one is stale, edited or damaged."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bookengine.environment import cpu_name
from bookengine.errors import BookError
from bookengine.project import Project
from bookengine.recording import Recording, problems, to_json
from bookengine.snippet import Snippet
from bookengine.stores import write_atomically
from tests.engine.conftest import PLAIN, SMOKE, VALUES, Toy, drawn, line_of, printed

RECORDING = Path("recordings/toys/plain.ipynb")
AGAIN = "python -m bookengine record toys/plain"


def edit(toy: Toy, change: Callable[[str], str]) -> None:
    path = toy.root / RECORDING
    before = path.read_text("utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, "utf-8")


def edit_json(toy: Toy, change: Callable[[dict[str, Any]], object]) -> None:
    def changed(text: str) -> str:
        notebook = json.loads(text)
        change(notebook)
        return to_json(notebook)

    edit(toy, changed)


def test_a_recorded_run_is_a_valid_fresh_notebook(toy: Toy, plain: Snippet) -> None:
    path = toy.record(plain)
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert [(cell.id, cell.cell_type, cell.source) for cell in notebook.cells] == [(cell.name, "code", cell.source) for cell in plain.cells]
    book = notebook.metadata.book
    assert (book.source, book.title, book.profile) == ("snippets/toys/plain.py", "A toy", "full")
    assert book["values"] == {"total": 28, "sums": [28.0, 56.0], "half": 14.0, "word": "well"}
    assert {"python", "tensorflow", "keras", "numpy", "platform", "cpu", "cores", "gpu"} <= set(book.environment)
    assert (book.environment.gpu, book.data) == (None, [])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", book.recorded_at)
    assert book.wall_seconds > 0
    assert book.peak_rss_mb > 0
    assert re.fullmatch("[0-9a-f]{64}", book.digest)
    assert toy.problems(plain) == []


def test_the_views_of_a_recording(recorded: Toy) -> None:
    recording = Recording.load(recorded.project, "toys/plain")
    assert recording.text_of("work") == "steps 8: 28"
    assert recording.text_of("plot") == ""
    assert recording.text_of("lost") == ""
    assert recording.figures("plot") == [("svg", drawn()["data"]["image/svg+xml"])]
    assert recording.values["half"] == 14.0


def test_standard_error_is_not_recorded(toy: Toy, plain: Snippet) -> None:
    toy.pretend(plain, {"work": [printed("out"), printed("err", "stderr")]}, total=1, sums=1, half=1, word="")
    assert Recording.load(toy.project, "toys/plain").outputs("work") == [printed("out")]


def test_the_value_of_the_last_line_counts_as_text(toy: Toy, plain: Snippet) -> None:
    shown = {"output_type": "execute_result", "execution_count": None, "data": {"text/plain": "[1, 2]"}, "metadata": {}}
    toy.pretend(plain, {"work": [printed("out\n"), shown]}, total=1, sums=1, half=1, word="")
    assert Recording.load(toy.project, "toys/plain").text_of("work") == "out\n[1, 2]"


def test_a_missing_recording(toy: Toy, plain: Snippet) -> None:
    assert toy.problems(plain) == [f"{RECORDING}:1: this recording is missing — {AGAIN}"]


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("STEPS = 8", "STEPS = 9", "STEPS = 9", "cell 'parameters' differs from what recordings/toys/plain.ipynb ran"),
        ("sums = [scale", "sums = [1 * scale", "1 * scale", "cell 'work' differs from what recordings/toys/plain.ipynb ran"),
        ("total = sum(", "total =  sum(", "total =  sum(", "cell 'work' differs from what recordings/toys/plain.ipynb ran"),
        ("# %% work", "# %% job", "total = sum", "cell 'job' is not in recordings/toys/plain.ipynb"),
        ("plt.show()\nsums\n", "plt.show()\nsums\n\n# %% more\n1\n", "1", "cell 'more' is not in recordings/toys/plain.ipynb"),
    ],
)
def test_code_that_was_not_recorded_is_stale(recorded: Toy, old: str, new: str, at: str, message: str) -> None:
    assert old in PLAIN
    snippet = recorded.snippet(PLAIN.replace(old, new), values=VALUES, smoke=SMOKE)
    lines = (recorded.root / "snippets/toys/plain.py").read_text().splitlines()
    line = len(lines) if at == "1" else next(number for number, text in enumerate(lines, 1) if at in text)
    assert recorded.problems(snippet) == [f"snippets/toys/plain.py:{line}: {message} — {AGAIN}"]


def test_a_cell_that_is_gone_is_stale(recorded: Toy) -> None:
    snippet = recorded.snippet(PLAIN.partition("# %% plot")[0], values=VALUES, smoke=SMOKE)
    assert recorded.problems(snippet) == [
        f"{RECORDING}:1: its cells ['parameters', 'work', 'plot'] are not the snippet's ['parameters', 'work'] — {AGAIN}"
    ]


def test_cells_in_another_order_are_stale(recorded: Toy) -> None:
    edit_json(recorded, lambda notebook: notebook["cells"].reverse())
    assert any(
        "its cells ['plot', 'work', 'parameters'] are not the snippet's" in text
        for text in recorded.problems(recorded.book.snippets["toys/plain"])
    )


def test_a_forged_second_cell_of_a_name_is_found(recorded: Toy) -> None:
    edit_json(recorded, lambda notebook: notebook["cells"].insert(1, {**notebook["cells"][1], "outputs": []}))
    assert recorded.problems(recorded.book.snippets["toys/plain"]) != []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({**VALUES, "more": "1"}, "values differ from those in recordings/toys/plain.ipynb: more"),
        ({"total": "total"}, "values differ from those in recordings/toys/plain.ipynb: half, sums, word"),
        ({**VALUES, "half": "total / 3"}, "a value's expression differs from what recordings/toys/plain.ipynb evaluated"),
    ],
)
def test_other_values_are_stale(recorded: Toy, values: dict[str, str], message: str) -> None:
    snippet = recorded.snippet(PLAIN, values=values, smoke=SMOKE)
    (said,) = recorded.problems(snippet)
    assert re.fullmatch(r"snippets/toys/plain\.py:\d+: .*", said)
    assert f"{message} — {AGAIN}" in said


def test_other_smoke_constants_and_titles_are_not_stale(recorded: Toy) -> None:
    assert recorded.problems(recorded.snippet(PLAIN, values=VALUES, smoke={"STEPS": "2"}, marks=["slow"])) == []


def test_a_version_that_is_no_longer_locked_is_stale(toy: Toy) -> None:
    snippet = toy.snippet(PLAIN, dependencies=("NumPy~=2.0", "matplotlib", "pandas"))
    path = toy.pretend(snippet)
    found = json.loads(path.read_text())["metadata"]["book"]["environment"]
    toy.write("requirements/book.txt", f"numpy=={found['numpy']}\npandas==0.1\npandas=={found['pandas']}\nmatplotlib==1.0\n")
    line = line_of(path, '"environment"')
    assert toy.problems(snippet) == [f"{RECORDING}:{line}: recorded with matplotlib {found['matplotlib']}; the lock file has 1.0 — {AGAIN}"]


def test_agents_snippets_are_held_to_the_lock_of_their_own_environment(toy: Toy) -> None:
    snippet = toy.snippet(PLAIN, dependencies=("numpy",), marks=["agents"])
    found = json.loads(toy.pretend(snippet).read_text())["metadata"]["book"]["environment"]
    toy.write("requirements/book.txt", "numpy==0.1\n")
    toy.write("requirements/agents.txt", f"numpy=={found['numpy']}\n")
    assert toy.problems(snippet) == []
    toy.write("requirements/agents.txt", "numpy==0.2\n")
    assert "the lock file has 0.2" in toy.problems(snippet)[0]


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("steps 8: 28\\n", "steps 8: 29\\n", '"id": "work"', "the output of cell 'work' was edited after it was recorded"),
        ("#0072b2", "#0072b3", '"id": "plot"', "the output of cell 'plot' was edited after it was recorded"),
        ('"total": 28', '"total": 29', '"values"', "its values or their run's data were edited after they were recorded"),
        ('"half": 14.0', '"half": 14', '"values"', "its values or their run's data were edited after they were recorded"),
        ('"wall_seconds": 0.0', '"wall_seconds": 0.1', '"values"', "its values or their run's data were edited after they were recorded"),
        ('"tensorflow": "', '"tensorflow": "9', '"values"', "its values or their run's data were edited after they were recorded"),
        ('"recorded_at": "2', '"recorded_at": "1', '"values"', "its values or their run's data were edited after they were recorded"),
    ],
)
def test_an_edit_by_hand_is_found(recorded: Toy, old: str, new: str, at: str, message: str) -> None:
    edit(recorded, lambda text: text.replace(old, new, 1))
    line = line_of(recorded.root / RECORDING, at)
    assert recorded.problems(recorded.book.snippets["toys/plain"]) == [f"{RECORDING}:{line}: {message} — {AGAIN}"]


def test_a_digest_that_was_dropped_is_an_edit(recorded: Toy) -> None:
    edit_json(recorded, lambda notebook: notebook["cells"][1]["metadata"].clear())
    assert "cell 'work' was edited" in recorded.problems(recorded.book.snippets["toys/plain"])[0]


def test_every_single_character_of_an_output_counts(recorded: Toy) -> None:
    whole = (recorded.root / RECORDING).read_text("utf-8")
    start = whole.index("steps 8: 28")
    snippet = recorded.book.snippets["toys/plain"]
    for index in range(start, start + len("steps 8: 28")):
        changed = whole[:index] + chr(ord(whole[index]) + 1) + whole[index + 1 :]
        (recorded.root / RECORDING).write_text(changed, "utf-8")
        assert len(recorded.problems(snippet)) == 1, whole[index]


def test_white_space_of_the_file_does_not_count(recorded: Toy) -> None:
    edit(recorded, lambda text: json.dumps(json.loads(text), indent=4))
    assert recorded.problems(recorded.book.snippets["toys/plain"]) == []


def test_a_recording_cut_off_anywhere_is_damaged(recorded: Toy) -> None:
    whole = (recorded.root / RECORDING).read_text("utf-8")
    snippet = recorded.book.snippets["toys/plain"]
    for length in range(0, len(whole) - 2, 37):
        (recorded.root / RECORDING).write_text(whole[:length], "utf-8")
        (said,) = recorded.problems(snippet)
        found = re.fullmatch(rf"{RECORDING}:(\d+): this recording is damaged: .* — {AGAIN}", said)
        assert found, said
        assert int(found[1]) <= whole[:length].count("\n") + 1


EMPTY = '"metadata": {"book": {"values": {}}}'


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "3",
        "{}",
        '{"cells": []}',
        '{"cells": [], "metadata": {"book": 3}}',
        '{"cells": 3, "metadata": {"book": {"values": 3}}}',
        f"{{{EMPTY}}}",
        f'{{"cells": [], {EMPTY}}}',
        f'{{"cells": [3], {EMPTY}}}',
        f'{{"cells": [{{}}], {EMPTY}}}',
    ],
)
def test_json_that_is_no_recording_is_damaged(recorded: Toy, content: str) -> None:
    recorded.write(str(RECORDING), content)
    said = recorded.problems(recorded.book.snippets["toys/plain"])
    assert said
    assert all(re.match(r"(recordings|snippets)/toys/plain\.(ipynb|py):\d+: ", text) for text in said)


def test_bytes_that_are_no_text_are_damage(recorded: Toy, plain: Snippet) -> None:
    (recorded.root / RECORDING).write_bytes(b"\xff\xfe")
    assert recorded.problems(plain) == [f"{RECORDING}:1: this recording is damaged: not UTF-8 — {AGAIN}"]


def test_a_recording_that_cannot_be_read(toy: Toy, plain: Snippet) -> None:
    (toy.root / RECORDING).mkdir(parents=True)
    assert toy.problems(plain) == [f"{RECORDING}:1: this recording cannot be read: Is a directory"]


@pytest.mark.parametrize(
    ("result", "at", "message"),
    [
        ({"data": [{"name": "MNIST", "tier": "stand-in", "sha256": ""}]}, '"data": [', "recorded with stand-in data for MNIST"),
        ({"profile": "smoke"}, '"profile"', "not a full run"),
    ],
)
def test_what_was_not_measured_in_earnest_may_not_be_shown(toy: Toy, plain: Snippet, result: dict[str, Any], at: str, message: str) -> None:
    import dataclasses

    from bookengine.run import RunResult

    cells = [{"name": cell.name, "outputs": []} for cell in plain.cells]
    run = RunResult(plain, "full", "fork", 1.0, ok=True, cells=cells, values=dict.fromkeys(VALUES, 1))
    path = toy.write_recording(dataclasses.replace(run, **result))
    (said,) = toy.problems(plain)
    assert said.startswith(f"{RECORDING}:{line_of(path, at)}: {message}")


def test_a_missing_lock_file_is_named(recorded: Toy) -> None:
    snippet = recorded.snippet(PLAIN, values=VALUES, smoke=SMOKE, dependencies=("numpy",))
    (recorded.root / "requirements/book.txt").unlink()
    assert recorded.problems(snippet) == ["requirements/book.txt:0: the lock file is missing — nox -s lock"]


def test_a_lock_file_with_a_bad_line_is_named(recorded: Toy) -> None:
    snippet = recorded.snippet(PLAIN, values=VALUES, smoke=SMOKE, dependencies=("numpy",))
    recorded.write("requirements/book.txt", "numpy==2\nnot a requirement\n")
    assert recorded.problems(snippet)[0].startswith("requirements/book.txt:2: not a locked requirement")


def test_writing_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new" / "file.ipynb"
    write_atomically(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BookError) as caught:
        write_atomically(path, "new")
    assert str(caught.value) == f"{path}:1: could not be written: No space left on device — the old file is untouched"
    assert [(file.name, file.read_text()) for file in path.parent.iterdir()] == [("file.ipynb", "old")]


def test_an_interrupt_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.ipynb"
    write_atomically(path, "old")

    def interrupted(source: str, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("file.ipynb", "old")]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BookError, match="could not be written: Not a directory"):
        write_atomically(tmp_path / "file" / "below" / "x.ipynb", "new")


def test_text_that_no_file_can_hold_is_recorded_all_the_same(toy: Toy, plain: Snippet) -> None:
    toy.pretend(plain, {"work": [printed("half \ud800")]}, total=1, sums=1, half=1, word="")
    assert Recording.load(toy.project, "toys/plain").text_of("work") == "half ?"
    assert toy.problems(plain) == []


def test_the_machine_is_named() -> None:
    assert cpu_name()


def test_problems_never_raise_for_a_broken_project(toy: Toy, plain: Snippet) -> None:
    toy.write(str(RECORDING), "{")
    assert len(problems(plain, Project(toy.root))) == 1
