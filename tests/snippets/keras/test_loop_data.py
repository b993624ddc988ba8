"""What the chapter on custom loops promises, against plain Python, NumPy and arithmetic."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bookengine.project import Project
from bookengine.recording import Recording


def values(project: Project, name: str) -> dict[str, Any]:
    return Recording.load(project, f"keras/loop_data_{name}").values


def cell(root: Path, name: str, title: str) -> str:
    """The text of one cell of a snippet."""
    text = (root / f"snippets/keras/loop_data_{name}.py").read_text("utf-8")
    return text.split(f"# %% {title}\n", 1)[1].split("# %% ", 1)[0]


def batched(elements: list[int], size: int) -> list[list[int]]:
    return [elements[start : start + size] for start in range(0, len(elements), size)]


def six_orders(rows: int, size: int, dice: random.Random) -> dict[str, list[list[int]]]:
    """The six orders of shuffle, batch and repeat(2) over lists, without TensorFlow."""
    numbers = list(range(rows))

    def mixed(items: list[Any]) -> list[Any]:
        return dice.sample(items, len(items))

    def kept_full(items: list[Any], buffer: int) -> list[Any]:
        """A shuffle buffer smaller than its input."""
        waiting, coming, out = items[:buffer], items[buffer:], []
        while waiting:
            out.append(waiting.pop(dice.randrange(len(waiting))))
            waiting += coming[:1]
            coming = coming[1:]
        return out

    return {
        "shuffle batch repeat": batched(mixed(numbers), size) + batched(mixed(numbers), size),
        "shuffle repeat batch": batched(mixed(numbers) + mixed(numbers), size),
        "batch shuffle repeat": mixed(batched(numbers, size)) + mixed(batched(numbers, size)),
        "batch repeat shuffle": kept_full(batched(numbers, size) * 2, rows),
        "repeat shuffle batch": batched(kept_full(numbers * 2, rows), size),
        "repeat batch shuffle": kept_full(batched(numbers * 2, size), rows),
    }


def neighbours(batches: list[list[int]], rows: int) -> bool:
    return all((b - a) % rows == 1 for batch in batches for a, b in itertools.pairwise(batch))


def test_the_rules_on_orders_hold_for_any_seed_of_a_model_without_tensorflow(project: Project) -> None:
    recorded = values(project, "orders")
    rows, size = recorded["rows"], recorded["batch"]
    again: dict[str, list[int]] = {name: [] for name in recorded["names"]}
    for seed in range(200):
        for name, batches in six_orders(rows, size, random.Random(seed)).items():
            line = recorded["names"].index(name)
            assert len(batches) == recorded["batches_of"][line], name
            assert sum(len(batch) < size for batch in batches) == recorded["short_of"][line], name
            if recorded["neighbours_of"][line]:
                assert neighbours(batches, rows), name
            stream = [row for batch in batches for row in batch]
            again[name].append(rows - len(set(stream[:rows])))
    for name in ("shuffle batch repeat", "shuffle repeat batch", "batch shuffle repeat"):
        assert max(again[name]) == 0  # every row once, then every row again
    for name in ("batch repeat shuffle", "repeat shuffle batch", "repeat batch shuffle"):
        assert max(again[name]) > 0


def test_the_leak_grows_as_independent_draws_would(project: Project) -> None:
    split = values(project, "split")
    missed = 1 - split["theory"]  # a validation row that one epoch of training does not hold
    expected = [1 - missed**epoch for epoch in range(1, len(split["seen_before"]) + 1)]
    assert split["seen_before"] == pytest.approx(expected, abs=0.06)


def test_rows_lost_by_a_resumed_epoch_are_those_that_were_still_to_come(project: Project, root: Path) -> None:
    constants: dict[str, Any] = {}
    exec(cell(root, "resume", "parameters"), constants)
    to_come = constants["ROWS"] - constants["STOP"] * constants["BATCH"]
    resume = values(project, "resume")
    assert resume["never"] == resume["twice"] == [to_come] * len(constants["SEEDS"])
    assert resume["with_iterator"] == [0.0] * len(constants["SEEDS"])


def test_network_and_last_batches_of_the_source_by_hand(project: Project) -> None:
    source = values(project, "source")
    first, second = 16 * (5 * 5 + 1), 32 * (16 * 5 * 5 + 1)
    dense = 128 * (4 * 4 * 32 + 1) + 10 * (128 + 1)  # 28 → 24 → 12 → 8 → 4
    assert source["parameters"] == first + second + dense
    assert source["batches"] == -(-60_000 // 64)
    assert (source["last_train"], source["last_test"]) == (60_000 % 64, 10_000 % 64)


def test_a_metric_never_reset_reads_the_mean_of_all_epochs(project: Project) -> None:
    source = values(project, "source")
    running = np.cumsum(source["accuracy"]) / np.arange(1, len(source["accuracy"]) + 1)
    assert source["never_reset"] == pytest.approx(running.tolist(), abs=1e-5)


def test_gradients_of_single_examples_equal_the_closed_form(root: Path) -> None:
    """Softmax regression: the gradient of example i is x_i times (probabilities minus one-hot)."""
    import keras
    import tensorflow as tf

    names: dict[str, Any] = {"keras": keras, "tf": tf}
    exec(cell(root, "per_example", "one-by-one").split("images, labels, wrong =")[0], names)
    generator = np.random.default_rng(0)
    inputs = generator.normal(size=(5, 4)).astype("float32")
    labels = np.array([0, 2, 1, 1, 0])
    model = keras.Sequential([keras.Input(shape=(4,)), keras.layers.Dense(units=3)])
    (kernel, bias), norms = names["example_gradients"](model, inputs, labels)

    scores = np.exp(inputs @ model.get_weights()[0])
    slopes = scores / scores.sum(axis=1, keepdims=True) - np.eye(3)[labels]  # (batch, 3)
    by_hand = inputs[:, :, np.newaxis] * slopes[:, np.newaxis, :]  # (batch, 4, 3)
    assert np.allclose(kernel, by_hand, atol=1e-5)
    assert np.allclose(bias, slopes, atol=1e-5)
    lengths = np.sqrt((by_hand**2).sum(axis=(1, 2)) + (slopes**2).sum(axis=1))
    assert np.allclose(norms, lengths, atol=1e-5)
