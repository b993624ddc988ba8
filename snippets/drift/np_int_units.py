# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A NumPy integer is no number of units"
#
# [tool.book.values]
# error = "error"
# works = "float(layer.units)"
# ///

# %% old
import keras
import numpy as np

actions = np.int64(2)  # what gymnasium gives as env.action_space.n
try:
    keras.layers.Dense(units=actions)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
layer = keras.layers.Dense(units=int(actions))
print(layer.units)
