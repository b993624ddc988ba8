# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Mixed precision is no experiment any more: a dtype policy"
#
# [tool.book.values]
# error = "error"
# variable_dtype = "layer.variable_dtype"
# works = "layer.compute_dtype"
# ///

# %% old
import keras
import numpy as np

try:
    keras.mixed_precision.experimental.Policy("mixed_float16")
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
keras.config.set_dtype_policy("mixed_float16")
layer = keras.layers.Dense(units=1)
outputs = layer(np.ones((2, 3), dtype="float32"))
print("computes in", outputs.dtype.name, "and keeps weights in", layer.variable_dtype)
