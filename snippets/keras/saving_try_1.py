# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Solution: survive a power cut with BackupAndRestore"
# sources = []
# marks = []
#
# [tool.book.values]
# trained_epochs = "resumed_history.epoch"
# difference = "difference"
# leftovers = "len(leftovers)"
# ///

# %% solution
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

tf.config.experimental.enable_op_determinism()
generator = np.random.default_rng(0)
rows = generator.normal(size=(640, 20)).astype("float32")
targets = rows @ generator.normal(size=(20, 1)).astype("float32")
batches = tf.data.Dataset.from_tensor_slices((rows, targets)).batch(32)


def build_model(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(20,)),
        keras.layers.Dense(units=32, activation="relu"),
        keras.layers.Dense(units=1),
    ])
    model.compile(optimizer="adam", loss="mse")
    return model


class PowerCut(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 3:
            raise ConnectionAbortedError("the lights went out")


straight = build_model(seed=0)
straight.fit(batches, epochs=6, verbose=0)

try:
    backup = keras.callbacks.BackupAndRestore("backup")
    build_model(seed=0).fit(
        batches, epochs=6, verbose=0, callbacks=[backup, PowerCut()]
    )
except ConnectionAbortedError as error:
    print(error, sorted(path.name for path in Path("backup").iterdir()))

resumed = build_model(seed=1)
backup = keras.callbacks.BackupAndRestore("backup")
resumed_history = resumed.fit(batches, epochs=6, verbose=0, callbacks=[backup])
difference = max(
    float(np.abs(a - b).max())
    for a, b in zip(resumed.get_weights(), straight.get_weights())
)
leftovers = list(Path("backup").glob("*"))
print("epochs trained after the cut:", resumed_history.epoch, "difference", difference)
