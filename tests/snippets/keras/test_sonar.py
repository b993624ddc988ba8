"""What the chapter on overfitting builds on, held against NumPy and against plain Keras layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from bookengine.project import Project
from bookengine.snippet import read_snippet

PROJECT = Project.find(Path(__file__))


def cells(name: str, *wanted: str) -> dict[str, Any]:
    """Run some cells of a snippet and give back what they define."""
    snippet = read_snippet(PROJECT.snippets / "keras" / f"{name}.py", PROJECT.root)
    scope: dict[str, Any] = {"keras": keras, "np": np, "tf": tf}
    for cell in snippet.cells:
        if cell.name in wanted:
            exec(compile(cell.source, f"{name}:{cell.name}", "exec"), scope)
    return scope


@pytest.fixture
def stacked() -> dict[str, Any]:
    keras.utils.set_random_seed(0)
    return cells("sonar_listing", "stack")


def gradients(model: keras.Model, loss: Any, rows: np.ndarray, labels: np.ndarray) -> list[np.ndarray]:
    with tf.GradientTape() as tape:
        value = tf.reduce_mean(loss(labels, model(rows)))
    return [gradient.numpy() for gradient in tape.gradient(value, [w.value for w in model.trainable_variables])]


def test_networks_of_a_stack_do_not_touch(stacked: dict[str, Any]) -> None:
    random = np.random.default_rng(0)
    model = stacked["stack"](networks=3, hidden=(5, 4))
    rows = random.normal(size=(8, 3, 60)).astype("float32")
    labels = random.integers(2, size=(8, 3)).astype("float32")
    before = gradients(model, stacked["summed_loss"], rows, labels)
    rows[:, 0], labels[:, 0] = -rows[:, 0], 1 - labels[:, 0]
    after = gradients(model, stacked["summed_loss"], rows, labels)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one[1:], other[1:])
        assert np.abs(one[0] - other[0]).max() > 0


def test_each_gets_the_gradient_it_would_get_alone(stacked: dict[str, Any]) -> None:
    random = np.random.default_rng(1)
    model = stacked["stack"](networks=4, hidden=(6,))
    alone = keras.Sequential([keras.Input((60,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(1), keras.layers.Flatten()])
    alone.set_weights([weights[2] for weights in model.get_weights()])
    rows = random.normal(size=(8, 4, 60)).astype("float32")
    labels = random.integers(2, size=(8, 4)).astype("float32")

    def plain(labels: np.ndarray, scores: Any) -> Any:
        return keras.ops.binary_crossentropy(labels, scores, from_logits=True)

    many = gradients(model, stacked["summed_loss"], rows, labels)
    one = gradients(alone, plain, rows[:, 2], labels[:, 2:3])
    for stack, single in zip(many, one, strict=True):
        np.testing.assert_allclose(stack[2], single, atol=1e-6)


def test_weights_are_drawn_for_each_network_by_itself(stacked: dict[str, Any]) -> None:
    limit = np.sqrt(6 / (60 + 30))
    weights = np.asarray(stacked["own_weights"]((50, 60, 30)))
    assert np.abs(weights).max() <= limit
    assert weights.std() == pytest.approx(limit / np.sqrt(3), rel=0.01)


def test_least_squares_projects() -> None:
    curve = cells("sonar_curve", "parameters", "imports")
    x = np.linspace(-1, 1, num=curve["POINTS"])
    powers = tf.constant(curve["legendre"].legvander(x, 9))
    hat = (powers @ tf.linalg.lstsq(powers, np.eye(len(x)), fast=False)).numpy()
    np.testing.assert_allclose(hat @ hat, hat, atol=1e-10)
    assert np.trace(hat) == pytest.approx(10)


def test_soft_threshold_stops_at_zero_and_l1_alone_does_not() -> None:
    soft = cells("sonar_geometry", "soft-threshold")["soft_threshold"]
    weights = np.array([-2.0, -0.3, 0.0, 0.3, 2.0])
    np.testing.assert_allclose(soft(weights, 0.5), [-1.5, 0.0, 0.0, 0.0, 1.5])
    weight, values = 0.305, []
    for _ in range(100):
        weight -= 0.1 * 0.5 * np.sign(weight)
        values.append(weight)
    assert min(abs(value) for value in values) > 0
    assert {np.sign(value) for value in values[-2:]} == {-1.0, 1.0}
