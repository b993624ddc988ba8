"""The numbers of the TensorFlow 1 chapters against NumPy alone, which knows neither sessions nor tapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bookengine.project import Project
from bookengine.recording import Recording

TRUTH = np.array([0.3, 0.5, 0.1, -0.2])


def values(project: Project, name: str) -> dict[str, Any]:
    return Recording.load(project, f"foundations/tf1_{name}").values


def inputs_of(seed: int) -> tuple[np.ndarray, np.random.Generator]:
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(2000, 3)).astype("float32")
    return np.hstack([inputs, np.ones((2000, 1))]), generator


def descend(design: np.ndarray, targets: np.ndarray, rate: float, steps: int) -> np.ndarray:
    found = np.zeros(4)
    for _ in range(steps):
        found -= rate * 2 / len(design) * design.T @ (design @ found - targets)
    return found


def newton(design: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, float]:
    """The maximum-likelihood weights of a logistic model, and their mean cross-entropy."""
    found = np.zeros(4)
    for _ in range(20):
        p = 1 / (1 + np.exp(-design @ found))
        found += np.linalg.solve(design.T @ (design * (p * (1 - p))[:, None]), design.T @ (targets - p))
    p = 1 / (1 + np.exp(-design @ found))
    return found, float(-np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p)))


def test_ten_steps_of_linear_regression_find_the_truth(project: Project) -> None:
    linear = values(project, "linear")
    design, _ = inputs_of(2)
    expected = descend(design, design @ TRUTH, rate=0.5, steps=10)
    assert [*linear["weights"], linear["bias"]] == pytest.approx(expected, abs=1e-6)
    assert max(linear["differences"]) < 1e-6


def test_the_checkpoint_holds_what_250_steps_of_gradient_descent_give(project: Project) -> None:
    checkpoint = values(project, "checkpoints")
    design, _ = inputs_of(0)
    expected = descend(design, design @ TRUTH, rate=0.005, steps=250)
    assert checkpoint["trained"] == pytest.approx(expected, abs=1e-5)
    assert checkpoint["read_now"] == checkpoint["converted"] == checkpoint["restored"] == checkpoint["trained"]
    assert checkpoint["from_graph"][0] == pytest.approx(expected.sum(), abs=1e-5)
    assert checkpoint["missed"] == [0, 0, 0]


def test_logistic_regression_finds_the_maximum_of_the_likelihood(project: Project) -> None:
    logistic = values(project, "logistic")
    found = []
    for seed in range(3):
        design, generator = inputs_of(seed)
        happened = generator.random(2000) < 1 / (1 + np.exp(-design @ TRUTH))
        found.append(np.append(*newton(design, happened)))
    assert logistic["logits_weights"] == pytest.approx(np.mean(found, axis=0), abs=1e-3)
    assert logistic["logits_cost"] == pytest.approx([row[4] for row in found], abs=1e-4)
    assert min(logistic["double_cost"]) > max(logistic["logits_cost"])


def test_keras_with_the_larger_rate_ends_near_that_maximum(project: Project) -> None:
    regression = values(project, "keras_regression")
    design, generator = inputs_of(0)
    happened = generator.random(2000) < 1 / (1 + np.exp(-design @ TRUTH))
    _, lowest = newton(design, happened)
    assert all(lowest <= loss + 1e-6 and loss < lowest + 1e-3 for loss in regression["fast_loss"])
    assert min(regression["slow_loss"]) > lowest + 5e-3
    assert regression["linear"] == pytest.approx(TRUTH, abs=1e-4)


def test_the_questions_of_the_lecture_notes(project: Project) -> None:
    variables = values(project, "variables")
    assert (variables["not_run"], variables["not_run_now"], variables["run"]) == (2, 100, 100)
    assert variables["repeated"] == variables["repeated_now"] == [4, 8, 16]
    assert variables["steps"] == variables["steps_now"] == [12, 7]
    assert values(project, "placeholders")["fed"] == [6, 7, 8]
    assert values(project, "sessions")["fetched"] == [5, 3, 15, 8, 23]
    assert values(project, "sessions")["product"] == 42 * 37


def test_collatz(project: Project) -> None:
    def steps(n: int) -> int:
        return 0 if n == 1 else 1 + steps(n // 2 if n % 2 == 0 else 3 * n + 1)

    order = values(project, "order")
    assert order["collatz_old"] == order["collatz_new"] == [steps(n) for n in (1, 6, 27)]


def test_summaries_of_2018_are_one_step_ahead(project: Project) -> None:
    summaries = values(project, "summaries")
    design, _ = inputs_of(0)
    targets = design @ TRUTH
    costs = [np.mean((design @ descend(design, targets, rate=0.1, steps=n) - targets) ** 2) for n in range(21)]
    assert summaries["costs_new"] == pytest.approx(costs[:20], abs=1e-5)
    assert summaries["costs_old"] == pytest.approx(costs[1:], abs=1e-5)
