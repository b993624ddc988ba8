"""What the chapter on saving promises, read from its recordings and counted by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from bookengine.project import Project
from bookengine.recording import Recording

SHAPES = [(784, 64), (64,), (64, 64), (64,), (64, 10), (10,)]  # the network of the chapter


def values(project: Project, name: str) -> dict[str, Any]:
    return Recording.load(project, f"keras/saving_{name}").values


def test_file_holds_every_weight_twice(project: Project) -> None:
    model = values(project, "model")
    weights = sum(math.prod(shape) for shape in SHAPES)
    counter, learning_rate = 8, 4  # bytes
    assert model["parameters"] == weights
    assert model["weights_bytes"] == 4 * weights
    assert model["optimizer_bytes"] == 4 * weights + counter + learning_rate
    assert model["optimizer_arrays"] == len(SHAPES) + 2


def test_one_update_for_each_batch(project: Project) -> None:
    assert values(project, "model")["updates"] == math.ceil(60_000 / 64)
    resume = values(project, "resume")
    whole, lost, built, checkpoint = resume["iterations"]
    assert whole == built == checkpoint == 2 * resume["steps"]
    assert lost == 0


@pytest.mark.parametrize("way", ["whole_file", "built", "checkpoint"])
def test_resumed_to_the_bit(project: Project, way: str) -> None:
    resume = values(project, "resume")
    assert resume[way] == [0.0] * resume["seeds"]
    assert min(resume["weights_only"]) > 0


def test_loaded_file_runs_on_the_same_curve(project: Project) -> None:
    resume = values(project, "resume")
    for before, after, jump in zip(resume["before"], resume["after"], resume["jump"], strict=True):
        assert abs(after - before) < jump - before


def test_table_of_optimizers(project: Project) -> None:
    solution = values(project, "try_2")
    arrays_each = {"SGD": 0, "SGD, momentum": 1, "Adagrad": 1, "Adam": 2}
    kernel_and_bias = 2
    assert dict(zip(solution["names"], solution["variables"], strict=True)) == {
        name: kernel_and_bias * arrays for name, arrays in arrays_each.items()
    }
    for arrays, difference in zip(solution["variables"], solution["differences"], strict=True):
        assert (difference == 0) == (arrays == 0)
