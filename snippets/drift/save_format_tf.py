# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "The ending of the path chooses the format; export() writes a SavedModel"
#
# [tool.book.values]
# error = "error"
# works = "float(difference)"
# ///

# %% data
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
inputs = np.ones((2, 3), dtype="float32")

# %% old
try:
    model.save("saved_model", save_format="tf")
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
model.save("model.keras")  # to go on with in Keras
model.export("saved_model", verbose=False)  # to serve without Keras
served_model = tf.saved_model.load("saved_model")
served = served_model.serve(inputs)
again = keras.models.load_model("model.keras")(inputs)
difference = float(np.abs(served - again).max())
print(f"largest difference {difference}")
