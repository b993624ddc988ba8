"""Killed jobs go on where they were, bit for bit; and would not, if anything were left out of the checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bookengine.project import Project
from bookengine.run import run_snippet
from bookengine.snippet import read_snippet

pytestmark = pytest.mark.multiworker


def values_of(project: Project, name: str) -> dict[str, object]:
    snippet = read_snippet(project.snippets / "scale" / f"{name}.py", project.root)
    result = run_snippet(snippet, project, "smoke")
    assert result.ok, result.report()
    return result.values


def changed(project: Project, folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the snippet with one piece of text exchanged."""
    text = (project.snippets / "scale" / f"{name}.py").read_text("utf-8")
    assert text.count(old) == 1, old
    path = folder / "snippets" / "scale" / f"{name}.py"
    path.parent.mkdir(parents=True)
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_two_kills_leave_no_trace_in_the_weights(project: Project) -> None:
    values = values_of(project, "worker_death_job")
    assert values["exit_codes"] == [-9, -9], "the victims were not killed by SIGKILL"
    assert values["survivor_codes"] == [1, 1], "a survivor of a synchronous job cannot go on"
    assert values["resumed"] == [0, 5, 15]
    assert values["repeated"] == 5
    assert values["equal"] is True
    assert values["differing_losses"] == 0
    assert values["kept"] == ["ckpt-15", "ckpt-20"]
    assert values["scratch"] == ["scratch-1"]


@pytest.mark.parametrize("left_out", ["optimizer=optimizer, ", "noise=noise, "])
def test_the_proof_fails_if_the_checkpoint_lacks_a_part(project: Project, tmp_path: Path, left_out: str) -> None:
    path = changed(project, tmp_path, "worker_death_job", left_out, "")
    result = run_snippet(read_snippet(path), project, "smoke")  # absolute: workers are cut out of that file
    assert result.ok, result.report()
    assert result.values["resumed"] == [0, 5, 15]
    assert result.values["equal"] is False
    assert result.values["differing_losses"] > 0


def test_a_job_that_cannot_start_ends_with_its_error_and_leaves_nothing(failing_job: Callable[..., list[str]]) -> None:
    errors = failing_job("worker_death_preemption", 'settings["checkpoints"],', 'settings["nowhere"],', seconds=150)
    assert any("RuntimeError: worker-" in line for line in errors)
    assert any("KeyError: 'nowhere'" in line for line in errors)


def test_the_survivor_fails_and_stays_failed(project: Project) -> None:
    values = values_of(project, "worker_death_survivor")
    assert values["errors"] == values["again"] == ["UnavailableError"]
    assert values["codes"] == [1]


def test_a_notice_costs_no_step(project: Project) -> None:
    values = values_of(project, "worker_death_preemption")
    assert values["codes"] == [42, 42]
    assert values["same"] is True
    assert values["saved_after_notice"] is True
    assert values["lost"] == 0
    assert values["weight"] == values["steps"]


def test_backup_repeats_an_epoch_exactly_and_a_piece_of_it_twice(project: Project) -> None:
    values = values_of(project, "worker_death_backup")
    assert values["code"] == -9
    assert values["equal"] is True
    assert values["deleted"] is True
    found = dict(zip(values["cases"], zip(values["differences"], values["updates"], strict=True), strict=True))
    assert found["every epoch"] == found["every epoch, two ends"] == (0.0, values["planned"])
    assert found["every epoch, shuffled"][0] > 1e-3
    assert found["every epoch, dropout"][0] > 1e-3
    # the weights of batch 4 of epoch 2, and then the whole epoch again
    assert found["every 3 batches"][1] == values["planned"] + 4
    assert values["starts"][-1] == "0 2 0"


def test_a_torn_file_costs_the_backup_but_not_the_manager(project: Project) -> None:
    values = values_of(project, "worker_death_midwrite")
    assert values["codes"] == [-25, -25, -25], "nobody was stopped by the limit on a file's size"
    assert values["error"].startswith("OSError")
    assert values["double"] == values["restored"] == 1.0
    assert values["latest"] == "ckpt-1"
    assert any("tempstate" in name for name in values["files"]), "nothing was half written"


def test_recorded_proof_is_the_tested_one(project: Project) -> None:
    notebook = json.loads((project.root / "recordings" / "scale" / "worker_death_job.ipynb").read_text("utf-8"))
    values = notebook["metadata"]["book"]["values"]
    assert (values["equal"], values["differing_losses"], values["exit_codes"]) == (True, 0, [-9, -9])
