"""The run on another version: every snippet that can be tried, its failure in one line, versions in order."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks import compatibility
from tests.engine.conftest import Toy


def written(toy: Toy) -> dict[str, Any]:
    entries: dict[str, Any] = json.loads((toy.project.recordings / "compatibility.json").read_text("utf-8"))
    return entries


def failures(toy: Toy) -> dict[str, str]:
    (entry,) = written(toy).values()
    return {name: outcome["failed"] for name, outcome in entry["results"].items()}


def test_failures_are_kept_in_one_line_and_what_needs_more_is_left_out(toy: Toy) -> None:
    toy.snippet("# %% a\nprint(1)\n", name="toys/good")
    toy.snippet("# %% a\nraise ValueError('no\\nmore')\n", name="toys/bad")
    toy.snippet("# %% a\nraise ValueError\n", name="toys/gpu", marks=["gpu"])
    compatibility.bring_up_to_date(toy.project, [], jobs=2)
    assert failures(toy) == {"toys/bad": "cell 'a': ValueError: no", "toys/good": ""}


def test_only_what_changed_runs_again(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    toy.snippet("# %% a\nprint(1)\n", name="toys/same")
    toy.snippet("# %% a\nprint(1)\n", name="toys/edited")
    toy.snippet("# %% a\nprint(1)\n", name="toys/gone")
    compatibility.bring_up_to_date(toy.project, [], jobs=1)
    toy.snippet("# %% a\nraise ValueError('now')\n", name="toys/edited")
    (toy.project.root / "snippets/toys/gone.py").unlink()
    capsys.readouterr()
    compatibility.bring_up_to_date(toy.project, [], jobs=1)
    assert capsys.readouterr().out == "toys/edited: cell 'a': ValueError: now\n"
    assert failures(toy) == {"toys/edited": "cell 'a': ValueError: now", "toys/same": ""}
    compatibility.bring_up_to_date(toy.project, ["toys/same"], jobs=1)
    assert capsys.readouterr().out == "toys/same: ok\n"


def test_other_packages_make_everything_run_again(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    toy.snippet("# %% a\nprint(1)\n", name="toys/same")
    compatibility.bring_up_to_date(toy.project, [], jobs=1)
    entries = written(toy)
    for entry in entries.values():
        entry["numpy"] = "1.0"
    toy.write("recordings/compatibility.json", json.dumps(entries))
    capsys.readouterr()
    compatibility.bring_up_to_date(toy.project, [], jobs=1)
    assert capsys.readouterr().out == "toys/same: ok\n"


def test_a_name_that_cannot_be_tried_is_an_error(toy: Toy) -> None:
    toy.snippet("# %% a\nprint(1)\n", name="toys/gpu", marks=["gpu"])
    with pytest.raises(SystemExit, match=r"no such snippet, or it needs a GPU .*: toys/gpu"):
        compatibility.bring_up_to_date(toy.project, ["toys/gpu"], jobs=1)


def test_versions_stand_in_order_and_replace_themselves(toy: Toy) -> None:
    for version, mark in (("2.21", 1), ("2.9", 2), ("2.18", 3), ("2.21", 4)):
        compatibility.write(toy.project, version, {"mark": mark})
    assert list(written(toy).items()) == [("2.9", {"mark": 2}), ("2.18", {"mark": 3}), ("2.21", {"mark": 4})]
