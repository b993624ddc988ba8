# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Weights are set on a built layer, not passed to its constructor"
#
# [tool.book.values]
# error = "error"
# works = "float(abs(layer.get_weights()[0]).max())"
# ///

# %% old
import keras
import numpy as np

try:
    keras.layers.SimpleRNN(units=2, weights=None)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
layer = keras.layers.SimpleRNN(units=2)
layer.build((None, 3, 1))  # (batch, time, features)
layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
print([weight.shape for weight in layer.get_weights()])
