# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Keras 3 does not train where TensorFlow 2 behaviour is switched off"
#
# [tool.book.values]
# error = "problem"
# ///

# %% switched-off
import keras
import numpy as np
import tensorflow as tf

tf.compat.v1.disable_v2_behavior()
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
try:
    model.compile(optimizer="sgd", loss="mse")
    model.fit(np.zeros((8, 3)), np.zeros((8, 1)), verbose=0)
    problem = "no error"
except RuntimeError as error:
    problem = f"{type(error).__name__}: {str(error).splitlines()[0]}"
print(problem[:88])
