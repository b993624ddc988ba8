# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Keras casts float64 inputs to float32; the model's dtype decides"
#
# [tool.book.values]
# error = "error"
# works = "str(outputs.dtype.name)"
# ///

# %% old
import keras
import numpy as np
import tensorflow as tf

inputs = np.ones((2, 3))  # NumPy's default: float64


class Float64Model(keras.Model):
    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(tf.zeros((3, 1), dtype=tf.float64))

    def call(self, inputs):
        return tf.matmul(inputs, self.kernel)


try:
    Float64Model()(inputs)
except tf.errors.InvalidArgumentError as problem:
    message = str(problem).splitlines()
    error = f"{type(problem).__name__}: {message[0]}"
print(error)
print(message[2])

# %% new
class DoubleModel(keras.Model):
    def __init__(self):
        super().__init__(dtype="float64")
        self.kernel = self.add_weight(
            shape=(3, 1), initializer="zeros", dtype="float64"
        )

    def call(self, inputs):
        return keras.ops.matmul(inputs, self.kernel)


outputs = DoubleModel()(inputs)
print(outputs.dtype.name)
