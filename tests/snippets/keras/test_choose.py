"""What the chapter on choosing an optimizer rests on, checked without its snippets' code paths."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from bookengine.project import Project
from bookengine.recording import Recording

NAMES = ["SGD", "momentum", "Nesterov", "AdaGrad", "RMSprop", "Adadelta", "Adam", "AdamW", "Lion", "Muon"]


def sweep(project: Project) -> dict[str, Any]:
    return Recording.load(project, "keras/choose_sweep").values


def cell(project: Project, name: str, start: str) -> dict[str, Any]:
    """The functions of one cell of the sweep, without running the others."""
    text = (project.root / "snippets" / "keras" / "choose_sweep.py").read_text("utf-8")
    body = next(part for part in text.split("# %% ")[1:] if part.startswith(name + "\n"))
    code = body.partition("\n")[2]
    function = code[code.index(start) :].split("\n\n\n")[0]
    scope: dict[str, Any] = {"np": np}
    exec(compile(function, name, "exec"), scope)
    return scope


def test_expected_best_is_the_mean_over_all_searches(project: Project) -> None:
    """Every possible search of three out of five runs, drawn with replacement, counted one by one."""
    expected_best = cell(project, "search", "def expected_best")["expected_best"]
    scores = np.array([[0.4, np.inf, 0.2], [0.9, 0.5, 0.3]])
    judged = np.array([[1.0, 2.0, 7.0], [4.0, 5.0, 6.0]])
    results = [judged.flat[min(draw, key=lambda place: scores.flat[place])] for draw in itertools.product(range(6), repeat=3)]
    one, three = expected_best(scores, judged, trials=(1, 3))
    assert one == pytest.approx(judged.mean())
    assert three == pytest.approx(np.mean(results))


def test_table_has_the_ten_optimizers_in_order(project: Project) -> None:
    values = sweep(project)
    assert values["names"] == NAMES
    assert values["networks"] == 3 * len(NAMES) * values["rates_tried"] * values["seeds"]
    for problem in ("pictures", "words_best", "copies"):
        assert len(values[problem]) == len(NAMES)


@pytest.mark.parametrize("problem", ["pictures", "words", "copies"])
def test_seeds_enclose_their_mean(project: Project, problem: str) -> None:
    values = sweep(project)
    means = values["words_best" if problem == "words" else problem]
    for low, mean, high in zip(values[f"{problem}_low"], means, values[f"{problem}_high"], strict=True):
        assert low < mean < high


@pytest.mark.parametrize("problem", ["pictures", "words", "copies"])
def test_no_best_rate_stands_at_the_edge_of_the_search(project: Project, problem: str) -> None:
    rates = sweep(project)[f"{problem}_rate"]
    assert all(10**-4.9 < rate < 10**1.9 for rate in rates)


@pytest.mark.parametrize("problem", ["pictures", "words", "copies"])
def test_more_trials_expect_no_worse(project: Project, problem: str) -> None:
    """At 1, 4 and 64 trials; the first ten values belong to one trial, and so on."""
    one, some, many = np.reshape(sweep(project)[f"search_{problem}"], (3, len(NAMES)))
    assert (one > some).all()
    assert (some > many).all()


@pytest.mark.parametrize("name", NAMES)
def test_step_is_proportional_to_the_rate(name: str) -> None:
    """What the stack rests on: a step at the rate 1, scaled, is Keras's step at that rate."""
    import keras

    makers = {
        "SGD": (keras.optimizers.SGD, {}),
        "momentum": (keras.optimizers.SGD, {"momentum": 0.9}),
        "Nesterov": (keras.optimizers.SGD, {"momentum": 0.9, "nesterov": True}),
        "AdaGrad": (keras.optimizers.Adagrad, {}),
    }
    maker, options = makers.get(name, (getattr(keras.optimizers, name, None), {}))
    rate, start = 0.03, np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4)
    scaled, plain = keras.Variable(start), keras.Variable(start)
    unit, usual = maker(learning_rate=1.0, **options), maker(learning_rate=rate, **options)
    for step in range(20):
        gradient = np.sin(np.arange(12, dtype="float32") * (step + 1)).reshape(3, 4)
        before = scaled.numpy()
        unit.apply([keras.ops.convert_to_tensor(gradient)], [scaled])
        scaled.assign(before + rate * (scaled.numpy() - before))
        usual.apply([keras.ops.convert_to_tensor(gradient)], [plain])
    assert np.abs(plain.numpy() - start).max() > 1e-3 * rate
    np.testing.assert_allclose(scaled.numpy(), plain.numpy(), rtol=1e-4, atol=1e-5)
