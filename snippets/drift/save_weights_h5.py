# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Files of weights end in .weights.h5"
#
# [tool.book.values]
# error = "error"
# works = "float(abs(copy.get_weights()[0] - model.get_weights()[0]).max())"
# ///

# %% old
import keras
import numpy as np


def small_model(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])


model, copy = small_model(seed=0), small_model(seed=1)
try:
    model.save_weights("model.h5")
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
model.save_weights("model.weights.h5")
copy.load_weights("model.weights.h5")
print("equal:", np.array_equal(copy.get_weights()[0], model.get_weights()[0]))
