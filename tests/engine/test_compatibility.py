"""The run on another version: every snippet that can be tried, its failure in one line, versions in order."""

from __future__ import annotations

import json

from benchmarks import compatibility
from tests.engine.conftest import Toy


def test_failures_are_kept_in_one_line_and_what_needs_more_is_left_out(toy: Toy) -> None:
    toy.snippet("# %% a\nprint(1)\n", name="toys/good")
    toy.snippet("# %% a\nraise ValueError('no\\nmore')\n", name="toys/bad")
    toy.snippet("# %% a\nraise ValueError\n", name="toys/gpu", marks=["gpu"])
    found = compatibility.run_all(toy.project, [], jobs=2)
    assert found == {"toys/bad": "cell 'a': ValueError: no", "toys/good": ""}
    assert list(compatibility.run_all(toy.project, ["toys/good"], jobs=1)) == ["toys/good"]


def test_versions_stand_in_order_and_replace_themselves(toy: Toy) -> None:
    for version, mark in (("2.21", 1), ("2.9", 2), ("2.18", 3), ("2.21", 4)):
        compatibility.merge(toy.project, version, {"mark": mark})
    written = json.loads((toy.project.recordings / "compatibility.json").read_text("utf-8"))
    assert list(written.items()) == [("2.9", {"mark": 2}), ("2.18", {"mark": 3}), ("2.21", {"mark": 4})]
