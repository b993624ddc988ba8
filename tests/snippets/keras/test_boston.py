"""What the chapter on tabular regression states, against Keras itself and against arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from bookengine.project import Project
from bookengine.snippet import read_snippet

PROJECT = Project.find(Path(__file__))


Cells = Callable[..., dict[str, Any]]


@pytest.fixture
def cells(tmp_path: Path) -> Cells:
    """What some cells of a snippet define. They run from a file: AutoGraph reads the source again."""

    def run(name: str, *wanted: str, **given: Any) -> dict[str, Any]:
        snippet = read_snippet(PROJECT.root / f"snippets/keras/{name}.py", PROJECT.root)
        path = tmp_path / f"{name}.py"
        path.write_text("\n\n".join(cell.source for cell in snippet.cells if cell.name in wanted))
        space: dict[str, Any] = dict(given)
        exec(compile(path.read_text(), path, "exec"), space)
        return space

    return run


def keras_network(weights: list[np.ndarray]) -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input(shape=(13,)),
            keras.layers.Dense(units=64, activation="relu"),
            keras.layers.Dense(units=64, activation="relu"),
            keras.layers.Dense(units=1),
        ]
    )
    model.compile(optimizer="rmsprop", loss="mse")
    model.set_weights(weights)
    return model


@pytest.mark.parametrize("snippet", ["boston_repeat", "boston_listing"])
def test_a_stack_is_so_many_keras_models(snippet: str, cells: Cells) -> None:
    space = cells(snippet, "imports", "networks", "epoch")
    networks, steps, batch = 3, 4, 5
    random = np.random.default_rng(1)
    rows = random.normal(size=(steps, networks, batch, 13)).astype("float32")
    prices = random.normal(loc=20, size=(steps, networks, batch)).astype("float32")

    weights = space["start"](networks, seed=0)
    first = [weight.numpy() for weight in weights]
    assert not np.array_equal(first[0][0], first[0][1])  # every network has a start of its own
    zeros = [0 * weight for weight in weights]
    stacked, _ = space["one_epoch"](weights, zeros, rows, prices)

    for network in range(networks):
        start = [weight[network] if weight.shape[1] > 1 else weight[network, 0] for weight in first]
        model = keras_network(start)
        x = rows[:, network].reshape(-1, 13)
        y = prices[:, network].reshape(-1, 1)
        model.fit(x, y, batch_size=batch, shuffle=False, verbose=0)
        for ours, theirs in zip(stacked, model.get_weights(), strict=True):
            np.testing.assert_allclose(np.squeeze(ours[network]), np.squeeze(theirs), atol=2e-4)


def test_folds_judge_every_row_once_and_never_a_fitted_one(cells: Cells) -> None:
    split = cells("boston_folds", "imports", "parameters", "folds", x=np.zeros(404))["split"]
    pairs = split(np.random.default_rng(0).permutation(404), 4)
    assert sorted(np.concatenate([judge for _, judge in pairs])) == list(range(404))
    for fit, judge in pairs:
        assert not set(fit) & set(judge)
        assert len(fit) + len(judge) == 404


def test_smoothing_is_a_mean_of_what_was_seen(cells: Cells) -> None:
    curves = np.random.default_rng(0).normal(size=(20, 2))
    space = cells("boston_listing", "imports", "smooth", one=curves)
    x = np.random.default_rng(3).normal(size=30)
    for t in (1, 2, 10, 30):
        weight = 0.9 ** np.arange(t - 1, -1, -1)
        assert space["smooth"](x)[t - 1] == pytest.approx(np.average(x[:t], weights=weight))
    np.testing.assert_allclose(space["smooth"](np.full(20, 7.0)), 7.0)
    alone = np.zeros(10)
    alone[0] = 1
    assert space["book_smooth"](alone)[-1] == pytest.approx(0.9**9)  # the first value's weight in the tenth


def test_the_interval_loss_is_lowest_at_the_quantiles(cells: Cells) -> None:
    space = cells("boston_try_interval", "imports", "parameters", "loss")
    prices = np.random.default_rng(0).gamma(4.0, 5.0, size=2001).astype("float32")[:, np.newaxis]

    def charge(low: float, high: float) -> float:
        answer = np.broadcast_to(np.array([low, high], dtype="float32"), (len(prices), 2))
        return float(np.mean(keras.ops.convert_to_numpy(space["quantile_loss"](prices, answer))))

    low, high = np.quantile(prices, [0.1, 0.9])
    best = charge(low, high)
    for shift in (-1.0, 1.0):
        assert charge(low + shift, high) > best
        assert charge(low, high + shift) > best


def test_the_column_b_has_two_answers_below_the_edge() -> None:
    def possible(b: float) -> int:
        roots = 0.63 + np.array([-1, 1]) * np.sqrt(b / 1000)
        return int(np.sum((roots >= 0) & (roots <= 1)))

    edge = 1000 * (1 - 0.63) ** 2
    assert [possible(b) for b in (1.0, edge - 0.01, edge + 0.01, 396.0)] == [2, 2, 1, 1]
