# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "keras~=3.15.1",
#   "tensorflow~=2.21.0",
#   "tf-keras~=2.21.0",
#   "h5py",
#   "numpy~=2.4.6",
# ]
#
# [tool.book]
# title = "A model loaded from .h5 predicts, but cannot go on training"
#
# [tool.book.values]
# error = "error"
# stored = "stored"
# loaded = "loaded"
# keras2_loss = "float(keras2_loss)"
# works = "float(abs(resumed_loss - uninterrupted_loss))"
# ///

# %% data
import h5py
import keras
import numpy as np
import tf_keras

inputs = np.random.default_rng(seed=0).normal(size=(64, 3)).astype("float32")
targets = inputs.sum(axis=1, keepdims=True)


def trained_model(keras):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
    model.compile(optimizer="adam", loss="mean_squared_error")
    model.fit(inputs, targets, verbose=0)
    return model


# %% old
model = trained_model(keras)
model.save("model.h5")
from_h5 = keras.models.load_model("model.h5")
with h5py.File("model.h5") as file:
    stored = len(file["optimizer_weights"].attrs["weight_names"])
loaded = len(from_h5.optimizer.variables)
print(f"optimizer: {stored} variables in the file, {loaded} in the loaded model")
try:
    from_h5.fit(inputs, targets, verbose=0)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}".split(". ")[0] + "."
print(error)

# %% then
trained_model(tf_keras).save("keras2.h5")
from_keras2 = tf_keras.models.load_model("keras2.h5")
keras2_loss = from_keras2.fit(inputs, targets, verbose=0).history["loss"][0]
print(f"Keras 2 goes on: loss {keras2_loss:.4f}")

# %% new
model = trained_model(keras)
model.save("model.keras")
resumed = keras.models.load_model("model.keras")
resumed_loss = resumed.fit(inputs, targets, verbose=0).history["loss"][0]
uninterrupted_loss = model.fit(inputs, targets, verbose=0).history["loss"][0]
print(f"loss {resumed_loss:.4f}, without a break {uninterrupted_loss:.4f}")
