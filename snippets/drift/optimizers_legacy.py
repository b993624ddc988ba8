# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "The legacy optimizers are a name without a class behind it"
#
# [tool.book.values]
# error = "error"
# works = "float(weight.numpy())"
# ///

# %% old
import tensorflow as tf

try:
    tf.keras.optimizers.legacy.Adam(learning_rate=0.5)
except ImportError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
import keras

optimizer = keras.optimizers.Adam(learning_rate=0.5)
weight = keras.Variable(1.0)
optimizer.build([weight])
optimizer.apply([tf.constant(2.0)])  # Adam's first step is as long as its rate
print(weight.numpy())
