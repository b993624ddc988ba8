"""What the chapter on fit states in a table or in prose, against the library."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from bookengine.project import Project

PAGE = Project.find(Path(__file__)).root / "docs" / "keras" / "fit.md"


class Rows(keras.callbacks.Callback):
    """Counts what each hook of a training batch is told."""

    def __init__(self) -> None:
        super().__init__()
        self.losses: list[float] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        assert logs is not None
        self.losses.append(float(logs["loss"]))


def linear(loss: object = "mse") -> keras.Model:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(units=1)])
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.0), loss=loss)
    return model


def test_the_table_has_each_argument_of_compile_once_in_order() -> None:
    section = PAGE.read_text(encoding="utf-8").split("{#compile}")[1].split("### ")[0]
    named = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
    assert named == [name for name in inspect.signature(keras.Model.compile).parameters if name != "self"]


def test_auto_means_no_xla_without_an_accelerator() -> None:
    if any(device.device_type != "CPU" for device in tf.config.list_physical_devices()):
        pytest.skip("needs a machine whose TensorFlow sees CPUs alone")
    assert linear().jit_compile is False


def test_the_logged_loss_is_a_mean_weighted_by_rows() -> None:
    x = np.arange(7.0).reshape(7, 1)
    rows = Rows()
    model = linear()
    model.fit(x, np.zeros((7, 1)), batch_size=3, shuffle=False, callbacks=[rows], verbose=0)
    squares = model.predict(x, verbose=0)[:, 0] ** 2
    np.testing.assert_allclose(rows.losses, [squares[:3].mean(), squares[:6].mean(), squares.mean()], rtol=1e-5)


@pytest.mark.parametrize("split", [0.1, 0.2, 0.34])
def test_the_split_holds_back_the_last_rows(split: float) -> None:
    x, seen = np.arange(20.0).reshape(20, 1), []

    def loss(rows: tf.Tensor, output: tf.Tensor) -> tf.Tensor:
        seen.extend(rows.numpy().ravel().tolist())
        return tf.reduce_mean(output**2)

    model = linear()
    model.compile(optimizer="sgd", loss=loss, run_eagerly=True)
    model.fit(x, x, batch_size=32, validation_split=split, verbose=0)
    cut = int(20 * (1 - split))
    assert sorted(seen[:cut]) == list(range(cut))
    assert seen[cut:] == list(range(cut, 20))


def test_validation_weights_need_a_triple() -> None:
    x, y, weights = np.ones((4, 1)), np.zeros((4, 1)), np.full(4, 3.0)
    plain = linear().fit(x, y, sample_weight=weights, validation_data=(x, y), verbose=0).history
    weighted = linear().fit(x, y, validation_data=(x, y, weights), verbose=0).history
    assert plain["loss"][0] == pytest.approx(3 * plain["val_loss"][0], rel=1e-5)
    assert weighted["val_loss"][0] == pytest.approx(3 * weighted["loss"][0], rel=1e-5)


def test_evaluate_inside_an_epoch_resets_the_running_means() -> None:
    x = np.arange(8.0).reshape(8, 1)
    model = linear()

    def disturb(batch: int, logs: object) -> None:
        if batch == 0:
            model.evaluate(x[:2], x[:2], verbose=0)

    disturbing = keras.callbacks.LambdaCallback(on_train_batch_end=disturb)
    calm = linear().fit(x, x, batch_size=4, shuffle=False, verbose=0).history["loss"][0]
    disturbed = model.fit(x, x, batch_size=4, shuffle=False, callbacks=[disturbing], verbose=0).history["loss"][0]
    assert disturbed != pytest.approx(calm, rel=1e-3)
