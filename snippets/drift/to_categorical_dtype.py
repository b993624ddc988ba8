# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "keras~=3.15.1",
#   "tensorflow~=2.21.0",
#   "tf-keras~=2.21.0",
#   "numpy~=2.4.6",
# ]
#
# [tool.book]
# title = "to_categorical has lost dtype= and gives float64"
#
# [tool.book.values]
# error = "error"
# default = "str(default.dtype)"
# keras2 = "str(keras2.dtype)"
# works = "str(codes.dtype)"
# ///

# %% old
import keras
import tf_keras

labels = [0, 2]
try:
    keras.utils.to_categorical(labels, num_classes=3, dtype="float32")
except TypeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% then
default = keras.utils.to_categorical(labels, num_classes=3)
keras2 = tf_keras.utils.to_categorical(labels, num_classes=3)
print("by default:", default.dtype, "and in Keras 2:", keras2.dtype)

# %% new
codes = keras.utils.to_categorical(labels, num_classes=3).astype("float32")
print(codes, codes.dtype)
