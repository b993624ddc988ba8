"""The API drifts: every entry of coverage/api-drift.yml was run, and what was recorded is what it says."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from bookengine.project import Project
from bookengine.recording import Recording

PROJECT = Project.find()
ENTRIES: dict[str, dict[str, Any]] = {
    entry["id"]: entry for entry in yaml.safe_load((PROJECT.root / "coverage" / "api-drift.yml").read_text("utf-8"))
}
PAGE = PROJECT.root / "docs" / "reference" / "api-drift.md"
# Entries that cannot have a snippet, and why. An entry stands here or has one.
WITHOUT_SNIPPET: dict[str, str] = {}

# What differs between two runs of one mistake, and says nothing about the mistake.
VARYING = (
    (re.compile(r" at 0x.*", re.DOTALL), ""),  # an object's address, and what stands after it
    (re.compile(r"filepath=\S+"), "filepath=PATH"),
    (re.compile(r"calling \w+\.call\(\)\."), "calling MODEL.call()."),
    (re.compile(r"\{'lr': [0-9.e-]+\}"), "{'lr': RATE}"),
    (re.compile(r"Invalid value '[0-9.]+' for dtype"), "Invalid value 'NUMBER' for dtype"),
    (re.compile(r", numpy=\d+>"), ">"),  # a variable shows its number outside of a graph only
)
SET = re.compile(r"\{((?:'\w+'|None)(?:, (?:'\w+'|None))+)\}")  # its order changes from process to process

# What each replacement must give: a number, a text, or the least and the greatest number.
WORKS: dict[str, float | str | tuple[float, float]] = {
    "add-weight-int-shape": 1,
    "batch-input-shape": (0.01, 2),  # a kept state changes the second output
    "checkpoint-hdf5": 4,
    "checkpoint-keras-metric": 3,
    "checkpoint-weights-only": 2,
    "estimator-removed": (0, 0.5),  # last loss by first loss
    "experimental-list-devices": "/device:CPU:0",
    "fit-generator": 2,
    "fit-shuffle-one-order": 3,
    "fit-workers": 4,
    "float64-inputs-cast": "float64",
    "gan-frozen-critic": (0.05, 10),
    "get-output-at": 0,
    "gym-reset-step": 4,
    "gym-toy-text-discrete": 9,
    "h5-continue": 0,
    "h5-loss-mse": 0,
    "h5-then-keras": "Adam",
    "history-lr": 0.01,
    "hub-keraslayer": 2,
    "hub-module": 6,
    "include-optimizer-ignored": (0.3, 0.4),  # Adam keeps two numbers for each weight
    "ipython-leading-indent": 3,
    "keras-mask-attribute": 2,
    "keras-sklearn-wrapper": (0.9, 1),
    "kerastensor-get-shape": 28,
    "layer-output-shape": 4,
    "layer-weights-kwarg": 0,
    "learning-rate-float-mirrored": 0.25,
    "loss-reduction-auto": 1.5,
    "loss-scale-methods": -0.5,
    "metric-reset-states": 10,
    "metrics-functions": 1,
    "mixed-precision-experimental": "float16",
    "mixed-precision-graph-rewrite": "LossScaleOptimizer",
    "model-build-no-variables": 4,
    "model-reset-states": 0,  # the output after the reset is the first one again
    "multi-gpu-model": (0, 0.5),
    "multiworker-fit": (0, 10),
    "nccl-positional": 3,
    "np-int-units": 2,
    "numpy-size1-scalar": 1,
    "optimizer-decay": 0.025,
    "optimizer-dot-lr": 0.05,
    "optimizer-lr": 0.01,
    "optimizer-subclass": 0.71,  # 1 - 0.1 - 0.1 * 1.9
    "optimizers-legacy": (0.4999, 0.5001),  # 1 - 0.5, and an epsilon
    "pandas-datetime": 1901,
    "pandas-float-into-int": 165.75,
    "pandas-get-dummies-bool": 1,
    "pandas-read-csv-args": 145.9,
    "parameter-server-fit": (2.9, 3.1),
    "predict-classes": 3,  # 1 + 0 + 2
    "predict-generator": 24,
    "replica-loss-twice": -4,
    "save-format-tf": (0, 1e-6),
    "save-weights-h5": 0,
    "sequential-rank-fixed": 3,
    "step-counter-int32": 1,
    "targets-1d": (0.3, 2),
    "tensor-equality": 0,
    "tensor-gpu-cpu-methods": "device:CPU:0",
    "tensorboard-not-installed": 1,
    "tensorboard-write-graph": 1,
    "tensorflow-python-private": (0, 0.5),
    "tf-agents-keras3": "tf_keras",
    "tf-function-on-call": (0, 0.1),
    "tf-ops-on-keras-tensors": 9,
    "tf-upgrade-v2": 42,
    "tf-variable-untracked": (0, 0.01),
    "tf1-names": 2,
    "tf1-optimizer-in-compile": 0.001,
    "tff-cannot-coexist": (0, 0.5),
    "tfmot-needs-keras2": 4,
    "to-categorical-dtype": "float32",
    "trace-export-outdir": 1,
    "var-unique-id": "score/kernel",
}


def snippet_name(entry: str) -> str:
    return f"drift/{entry.replace('-', '_')}"


def recorded(entry: str) -> dict[str, Any]:
    return Recording.load(PROJECT, snippet_name(entry)).values


def normalise(message: str) -> str:
    """The message without what varies: same type, same words, same names of arguments."""
    for pattern, replacement in VARYING:
        message = pattern.sub(replacement, message)
    return SET.sub(lambda found: "{" + ", ".join(sorted(found.group(1).split(", "))) + "}", message)


def test_every_entry_has_a_snippet_or_a_reason() -> None:
    snippets = {path.stem.replace("_", "-") for path in (PROJECT.snippets / "drift").glob("*.py")}
    assert snippets | set(WITHOUT_SNIPPET) == set(ENTRIES)
    assert not snippets & set(WITHOUT_SNIPPET)


@pytest.mark.parametrize("entry", sorted(set(ENTRIES) - set(WITHOUT_SNIPPET)))
def test_the_old_spelling_fails_as_the_page_says(entry: str) -> None:
    assert normalise(recorded(entry)["error"]) == normalise(ENTRIES[entry]["error_today"])


@pytest.mark.parametrize("entry", sorted(set(ENTRIES) - set(WITHOUT_SNIPPET)))
def test_the_new_spelling_works(entry: str) -> None:
    result, expected = recorded(entry)["works"], WORKS[entry]
    if isinstance(expected, tuple):
        least, greatest = expected
        assert least <= result <= greatest
    else:
        assert result == (expected if isinstance(expected, str) else pytest.approx(expected, abs=1e-6))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ValueError: not recognized: {'lr': 0.01}", "ValueError: not recognized: {'rate': 0.01}"),
        ("ValueError: Invalid dtype: object", "TypeError: Invalid dtype: object"),
        ("AttributeError: 'Adam' object has no attribute 'lr'", "AttributeError: 'SGD' object has no attribute 'lr'"),
        ("must end in `.keras`. Received: filepath=a", "must end in `.h5`. Received: filepath=a"),
        ("ValueError: one of {'none', 'sum'}", "ValueError: one of {'none', 'mean'}"),
        ("Invalid value '1.5' for dtype 'int64'", "Invalid value '1.5' for dtype 'int32'"),
        ("no exception: model.variables is []", "no exception: model.variables is [kernel]"),
        ("Exception encountered when calling A.call().", "Exception encountered when calling A.build()."),
    ],
)
def test_two_different_errors_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("not recognized: {'lr': 1e-06}", "not recognized: {'lr': 0.01}"),
        ("one of {'none', 'sum', None}", "one of {None, 'sum', 'none'}"),
        ("identifier: <Descent object at 0x7f01>", "identifier: <Descent object"),
        ("shape=() dtype=int32, numpy=0>)", "shape=() dtype=int32>)"),
    ],
)
def test_one_error_met_twice_is_the_same(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_what_raises_nothing_is_called_silent() -> None:
    silent = {entry for entry, facts in ENTRIES.items() if facts["kind"] == "silent"}
    assert silent == {
        *("gan-frozen-critic", "model-build-no-variables", "optimizer-decay", "tf-variable-untracked"),  # {#silent}
        *("fit-shuffle-one-order", "h5-then-keras", "include-optimizer-ignored"),  # {#silent-more}
        *("replica-loss-twice", "tensor-equality", "tensorboard-write-graph"),
    }
    assert all(recorded(entry)["error"].startswith("no exception") for entry in silent)
    loud = set(ENTRIES) - silent - set(WITHOUT_SNIPPET)
    assert not [entry for entry in loud if recorded(entry)["error"].startswith("no exception")]


def test_what_was_met_while_writing_stays_out_of_the_measurement() -> None:
    rot = yaml.safe_load((PROJECT.root / "coverage" / "rot.yml").read_text("utf-8"))
    measured = [facts for facts in ENTRIES.values() if "met" not in facts]
    assert len(measured) == rot["distinct"]
    assert sum(facts["kind"] == "silent" for facts in measured) == rot["silent"]
    assert sum("Keras 3" in facts["since"] for facts in measured) == rot["keras3"]
    later = list(ENTRIES.values())[len(measured) :]  # the page says: the last ones of the list
    assert {facts["met"] for facts in later} == {"writing"}
    assert all(facts["hits"] == 0 and "notebooks" not in facts for facts in later)


def test_the_page_sorts_the_silent_ones() -> None:
    text = PAGE.read_text("utf-8")
    places = {anchor: text.index(f"{{#{anchor}}}") for anchor in ("silent", "silent-more", "list")}
    for entry, facts in ENTRIES.items():
        place = text.index(f"{{#{entry}}}")
        assert (place < places["list"]) == (facts["kind"] == "silent"), entry
        if facts["kind"] == "silent":
            assert (place > places["silent-more"]) == (facts.get("met") == "writing"), entry


def test_decay_leaves_the_steps_as_they_are() -> None:
    values = recorded("optimizer-decay")
    assert values["old_steps"] == [0.1] * 4
    assert values["keras2_steps"] == values["new_steps"] == [0.1, 0.05, 0.0333, 0.025]


def test_the_frozen_critic_never_moves() -> None:
    values = recorded("gan-frozen-critic")
    assert values["moved_old"] == 0
    assert values["loss_first_old"] == values["loss_last_old"]
    assert values["moved_keras2"] == pytest.approx(values["works"], abs=1e-5)
    assert values["loss_last_new"] < values["loss_first_new"] / 2


def test_build_makes_no_variables() -> None:
    values = recorded("model-build-no-variables")
    assert (values["old_variables"], values["keras2_variables"], values["works"]) == (0, 4, 4)


def test_a_plain_variable_never_trains() -> None:
    values = recorded("tf-variable-untracked")
    assert values["old_variables"] == 0
    assert values["loss_first_old"] == values["loss_last_old"] == values["loss_first_new"]
    assert values["loss_last_keras2"] == pytest.approx(values["loss_last_new"], rel=1e-3)
    assert values["loss_last_new"] < values["loss_first_new"] / 100


def test_an_h5_file_takes_the_optimizer_out_of_the_next_keras_file() -> None:
    values = recorded("h5-then-keras")
    assert (values["old_optimizer"], values["keras2_optimizer"]) == ("RMSprop", "Adam")
    assert (values["old_iterations"], values["new_iterations"]) == (0, 2)
    values = recorded("h5-continue")
    assert (values["stored"], values["loaded"]) == (6, 2)


def test_an_ignored_argument_makes_no_smaller_file() -> None:
    values = recorded("include-optimizer-ignored")
    assert values["old_bytes"] == pytest.approx(values["default_bytes"], rel=0.01)
    assert "include_optimizer" in values["keras2_error"]


def test_one_order_of_the_rows_where_keras_2_had_three() -> None:
    values = recorded("fit-shuffle-one-order")
    assert (values["old_orders"], values["keras2_orders"]) == (1, 3)


def test_a_loss_divided_twice_is_too_small_by_the_number_of_replicas() -> None:
    values = recorded("replica-loss-twice")
    assert values["works"] == values["alone"] == values["replicas"] * values["old"]
    assert "Reduction.NONE" in values["keras2_error"]


def test_the_metric_in_a_list_is_not_in_the_file() -> None:
    assert recorded("checkpoint-keras-metric")["in_list"] == []


def test_a_graph_keeps_the_old_meaning_of_equality() -> None:
    values = recorded("tensor-equality")
    assert values["in_graph"] == 0
    assert values["unhashable"] == "TypeError: Tensor is unhashable. Instead, use tensor.ref() as the key."


def test_keras_2_wrote_the_graph() -> None:
    assert recorded("tensorboard-write-graph")["keras2_graph"] == 1


def test_labels_are_float64_now() -> None:
    values = recorded("to-categorical-dtype")
    assert (values["default"], values["keras2"]) == ("float64", "float32")


def test_the_page_has_a_section_for_every_entry() -> None:
    anchors = re.findall(r"^#{2,4} .*\{#([a-z0-9-]+)\}$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(set(anchors) & set(ENTRIES)) == sorted(ENTRIES)
    assert len(anchors) == len(set(anchors))
