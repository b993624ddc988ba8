"""What the chapter on training loops promises, read from its recordings."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from bookengine.project import Project
from bookengine.recording import Recording

TOLERANCE = 1e-6  # the one that the page states


def values(project: Project, name: str) -> dict[str, Any]:
    return Recording.load(project, f"keras/training_loops_{name}").values


def test_fit_and_loop_reach_the_same_losses(project: Project) -> None:
    roads = values(project, "three_roads")
    assert len(roads["losses_fit"]) == 5
    assert roads["losses_loop"] == pytest.approx(roads["losses_fit"], abs=TOLERANCE)
    assert roads["losses_middle"] == pytest.approx(roads["losses_fit"], abs=TOLERANCE)


def test_fit_and_loop_reach_the_same_weights_by_moving_them(project: Project) -> None:
    roads = values(project, "three_roads")
    assert roads["weight_difference"] <= TOLERANCE
    assert roads["middle_weight_difference"] <= TOLERANCE
    assert roads["untrained_difference"] > 1000 * TOLERANCE  # else equal weights would say nothing
    assert roads["losses_loop"][-1] < roads["losses_loop"][0] / 2


def test_the_network_is_the_one_of_the_ledger(project: Project) -> None:
    assert values(project, "three_roads")["parameters"] == 93_322


def test_patience_by_hand_equals_the_callback_with_every_seed(project: Project) -> None:
    stopping = values(project, "early_stopping")
    assert len(stopping["seeds"]) >= 3
    assert stopping["loop_epochs"] == stopping["fit_epochs"]
    assert stopping["loop_best"] == stopping["fit_best"]
    assert max(stopping["weight_differences"]) <= TOLERANCE


def test_each_run_stops_exactly_patience_epochs_after_its_best(project: Project) -> None:
    stopping = values(project, "early_stopping")
    waits = [last - best for last, best in zip(stopping["loop_epochs"], stopping["loop_best"], strict=True)]
    assert waits == [stopping["patience"]] * len(stopping["seeds"])


def test_the_ratio_of_eager_to_graph_falls_with_the_batch_size(project: Project) -> None:
    speed = values(project, "graph_speed")
    assert speed["batch_sizes"] == sorted(speed["batch_sizes"])
    assert speed["medians"][0] > 2 * speed["medians"][-1]


def test_only_the_chooser_of_the_test_images_flatters(project: Project) -> None:
    choosing = values(project, "choosing")
    assert choosing["seeds"] >= 3
    assert all(a > b for a, b in itertools.pairwise(choosing["on_test"]))  # larger sets flatter less
    assert choosing["lowest_on_test"][0] > max(choosing["highest_on_validation"][0], 0.0)


def test_the_wrong_metric_is_far_from_the_loss_with_every_seed(project: Project) -> None:
    listing = values(project, "older_listing")
    assert len(listing["factors"]) >= 3
    assert min(listing["factors"]) > 2


def test_the_listing_claims_four_times_the_images_it_saw(project: Project) -> None:
    listing = values(project, "older_listing")
    assert listing["claimed"] == [4 * seen for seen in listing["counted"]]


def stop_rule(root: Path) -> Any:
    """The rule of the second exercise, executed from its snippet's own cell."""
    source = (root / "snippets/keras/training_loops_solution_min_delta.py").read_text("utf-8")
    cell = source.split("# %% rule\n")[1].split("# %%")[0]
    namespace: dict[str, Any] = {}
    exec(compile(cell, "rule", "exec"), namespace)
    return namespace["stop"]


@pytest.mark.parametrize(
    ("curve", "patience", "min_delta", "last"),
    [
        ([3, 2, 1], 1, 0.0, 2),  # never stops: the last epoch
        ([1, 2, 3, 4], 2, 0.0, 2),
        ([3, 4, 2, 3, 3, 1], 2, 0.0, 4),  # a new best starts the wait anew
        ([1, 1, 1], 1, 0.0, 1),  # an equal value is no improvement
        ([3.0, 2.9, 2.8, 2.0], 2, 0.5, 2),  # two improvements, both too small
    ],
)
def test_the_rule_of_patience(root: Path, curve: list[float], patience: int, min_delta: float, last: int) -> None:
    assert stop_rule(root)(curve, patience=patience, min_delta=min_delta) == last
