# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A symbolic tensor takes operations of Keras, not of TensorFlow"
#
# [tool.book.values]
# error = "error"
# wrapped = "float(wrapped_model(number)[0, 0])"
# works = "float(model(number)[0, 0])"
# ///

# %% old
import keras
import numpy as np
import tensorflow as tf

symbol = keras.Input(shape=(1,))
number = np.array([[3.0]], dtype="float32")
try:
    tf.square(symbol)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}".split(". ")[0] + "."
print(error)

# %% new
model = keras.Model(inputs=symbol, outputs=keras.ops.square(symbol))
print(model(number).numpy())

# %% wrapped
class Squared(keras.layers.Layer):
    def call(self, inputs):
        return tf.square(inputs)


wrapped_model = keras.Model(inputs=symbol, outputs=Squared()(symbol))
print(wrapped_model(number).numpy())
