"""What the chapter on tabular classification states, on made-up data where the truth is known."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier


@pytest.fixture
def rows() -> np.ndarray:
    rng = np.random.default_rng(7)
    values = rng.normal(loc=[100.0, 3.0, 0.5], scale=[30.0, 2.0, 0.1], size=(200, 3)).astype("float32")
    values[rng.random(values.shape) < 0.3] = np.nan
    return values


def scaler(rows: np.ndarray) -> keras.Model:
    inputs = keras.Input(shape=(rows.shape[1],))
    layer = keras.layers.Normalization(mean=np.nanmean(rows, axis=0), variance=np.nanvar(rows, axis=0))
    return keras.Model(inputs, keras.ops.nan_to_num(layer(inputs), nan=0.0))


def test_zero_after_scaling_is_the_mean_before(rows: np.ndarray) -> None:
    mean, deviation = np.nanmean(rows, axis=0), np.nanstd(rows, axis=0)
    filled = np.where(np.isnan(rows), mean, rows)
    np.testing.assert_allclose(scaler(rows)(rows), (filled - mean) / deviation, atol=1e-4)


def test_scales_and_fills_travel_in_the_file(rows: np.ndarray, tmp_path: Path) -> None:
    model = scaler(rows)
    model.save(tmp_path / "scaler.keras")
    again = keras.models.load_model(tmp_path / "scaler.keras")
    np.testing.assert_array_equal(again(rows), model(rows))
    assert model.count_params() == 0


def test_a_fill_by_the_outcome_makes_noise_look_learnable() -> None:
    rng = np.random.default_rng(3)
    noise, outcome = rng.normal(size=(800, 1)), rng.integers(2, size=800)
    gaps = rng.random(800) < 0.5
    measured = np.where(gaps, np.nan, noise[:, 0])
    train, test = np.arange(800) < 600, np.arange(800) >= 600

    def score(fill: np.ndarray) -> float:
        column = np.where(gaps, fill, noise[:, 0])[:, np.newaxis]
        tree = DecisionTreeClassifier(max_depth=5, random_state=0).fit(column[train], outcome[train])
        return tree.score(column[test], outcome[test])

    honest = np.full(800, np.nanmean(measured[train]))
    by_outcome = np.array([np.nanmean(measured[outcome == kind]) for kind in (0, 1)])[outcome]
    assert abs(score(honest) - 0.5) < 0.1
    assert score(by_outcome) > 0.7
