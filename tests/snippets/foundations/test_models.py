"""What the chapter on models states, against NumPy, by ways that its snippets do not take."""

from __future__ import annotations

from collections.abc import Callable
from math import erf
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

AWAY_FROM_CORNERS = np.array([-7.3, -2.2, -0.7, -0.3, 0.2, 0.6, 1.7, 5.4])
REFERENCES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "softplus": lambda x: np.log1p(np.exp(x)),
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "relu6": lambda x: np.clip(x, 0, 6),
    "gelu": lambda x: x * (1 + np.array([erf(v / 2**0.5) for v in x])) / 2,
    "silu": lambda x: x / (1 + np.exp(-x)),
    "mish": lambda x: x * np.tanh(np.log1p(np.exp(x))),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "celu": lambda x: np.where(x > 0, x, np.expm1(x)),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_activation_and_its_slope(name: str) -> None:
    points = tf.constant(AWAY_FROM_CORNERS)
    with tf.GradientTape() as tape:
        tape.watch(points)
        values = getattr(keras.activations, name)(points)
    reference, step = REFERENCES[name], 1e-6
    slopes = (reference(AWAY_FROM_CORNERS + step) - reference(AWAY_FROM_CORNERS - step)) / (2 * step)
    np.testing.assert_allclose(values, reference(AWAY_FROM_CORNERS), atol=1e-6)
    np.testing.assert_allclose(tape.gradient(values, points), slopes, atol=1e-5)


class Score(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.score = keras.layers.Dense(units=1, use_bias=False)

    def call(self, inputs: Any) -> Any:
        return self.score(inputs)


class Decorated(Score):
    call = tf.function(Score.call)


def test_a_decorated_call_does_not_follow_weights_made_on_first_use_and_a_plain_one_does() -> None:
    inputs = tf.ones((4, 3))
    for kind, follows in ((Decorated, False), (Score, True)):
        model = kind()
        before = model(inputs).numpy()
        model.set_weights([np.full((3, 1), 7.0)])
        after = model(inputs).numpy()
        assert bool((after == 21.0).all()) is follows
        assert bool((after == before).all()) is not follows


def test_keras_counts_its_own_variables_only() -> None:
    class Both(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.unknown = tf.Variable(1.0)
            self.known = self.add_weight(shape=(1,), name="known")

    assert [variable.name for variable in Both().variables] == ["known"]
