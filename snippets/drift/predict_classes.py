# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Classes are the argument of the largest probability"
#
# [tool.book.values]
# error = "error"
# works = "int(np.sum(classes))"
# ///

# %% data
import keras
import numpy as np

model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Softmax()])
numbers = np.array([[1, 5, 2], [7, 0, 1], [0, 1, 9]], dtype="float32")

# %% old
try:
    model.predict_classes(numbers)
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
classes = model.predict(numbers, verbose=0).argmax(axis=1)
print(classes)
