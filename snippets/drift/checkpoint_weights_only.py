# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Checkpoints of weights end in .weights.h5"
#
# [tool.book.values]
# error = "error"
# works = "float(len(files))"
# ///

# %% data
from pathlib import Path

import keras
import numpy as np

inputs, targets = np.ones((8, 3), dtype="float32"), np.ones((8, 1), dtype="float32")
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
model.compile(optimizer="sgd", loss="mse")

# %% old
try:
    keras.callbacks.ModelCheckpoint(
        filepath="checkpoints/ckpt_{epoch}", save_weights_only=True
    )
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
checkpoint = keras.callbacks.ModelCheckpoint(
    filepath="checkpoints/ckpt_{epoch}.weights.h5", save_weights_only=True
)
model.fit(inputs, targets, epochs=2, callbacks=[checkpoint], verbose=0)
files = sorted(path.name for path in Path("checkpoints").iterdir())
print(files)
