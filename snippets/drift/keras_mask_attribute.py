# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Ask a Masking layer for its mask with compute_mask"
#
# [tool.book.values]
# error = "error"
# works = "float(mask.sum())"
# ///

# %% old
import keras
import numpy as np

steps = np.array([[[1.0], [2.0], [0.0]]], dtype="float32")  # (batch, time, features)
masking = keras.layers.Masking(mask_value=0.0)
masking(steps)
try:
    masking._keras_mask
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
mask = np.array(masking.compute_mask(steps))
print(mask)
