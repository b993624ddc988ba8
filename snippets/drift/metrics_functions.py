# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Error functions live in keras.losses; tf.keras.metrics has classes only"
#
# [tool.book.values]
# error = "error"
# works = "float(tf.keras.losses.mae(actual, forecast))"
# ///

# %% old
import keras
import numpy as np
import tensorflow as tf

actual = np.array([10.0, 12.0, 14.0])
forecast = np.array([11.0, 12.0, 12.0])

try:
    tf.keras.metrics.mean_absolute_error(actual, forecast)
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
print(float(tf.keras.losses.mae(actual, forecast)))
print(float(keras.losses.mean_absolute_error(actual, forecast)))
