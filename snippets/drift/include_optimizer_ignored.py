# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "keras~=3.15.1",
#   "tensorflow~=2.21.0",
#   "tf-keras~=2.21.0",
#   "numpy~=2.4.6",
# ]
#
# [tool.book]
# title = "include_optimizer=False is ignored by .keras"
#
# [tool.book.values]
# error = "error"
# old_bytes = "old_bytes"
# default_bytes = "default_bytes"
# keras2_error = "keras2_error"
# works = "new_bytes / old_bytes"
# ///

# %% data
from pathlib import Path

import keras
import numpy as np
import tf_keras

inputs = np.random.default_rng(seed=0).random(size=(64, 784), dtype="float32")


def trained_model(keras):
    keras.utils.set_random_seed(0)
    layers = [keras.Input(shape=(784,)), keras.layers.Dense(units=64)]
    model = keras.Sequential(layers)
    model.compile(optimizer="adam", loss="mse")
    model.fit(inputs, inputs[:, :64], verbose=0)
    return model


# %% old
model = trained_model(keras)
model.save("default.keras")
model.save("without.keras", include_optimizer=False)
default_bytes = Path("default.keras").stat().st_size
old_bytes = Path("without.keras").stat().st_size
kept = len(keras.models.load_model("without.keras").optimizer.variables)
error = f"no exception: the file holds all {kept} variables of the optimizer"
print(error)
print(f"{old_bytes / default_bytes:.2f} of the size of a file with them")

# %% then
try:
    trained_model(tf_keras).save("keras2.keras", include_optimizer=False)
except ValueError as problem:
    keras2_error = f"{type(problem).__name__}: {problem}"
print(keras2_error)

# %% new
bare = keras.Sequential.from_config(model.get_config())  # not compiled
bare.set_weights(model.get_weights())
bare.save("bare.keras")
new_bytes = Path("bare.keras").stat().st_size
print(f"{new_bytes / old_bytes:.2f} of the size")
