# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "An .h5 file whose loss has a short name does not load"
#
# [tool.book.values]
# error = "error"
# works = "float(difference)"
# ///

# %% data
import keras
import numpy as np

keras.utils.set_random_seed(0)
inputs = np.random.default_rng(seed=0).normal(size=(8, 3)).astype("float32")
model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
model.compile(optimizer="adam", loss="mse")
model.save("model.h5")

# %% old
try:
    keras.models.load_model("model.h5")
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
restored = keras.models.load_model("model.h5", compile=False)
restored.compile(optimizer="adam", loss="mse")
difference = np.abs(restored(inputs) - model(inputs)).max()
print("largest difference of the outputs:", difference)
