# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "A shape is a tuple, also with one number in it"
#
# [tool.book.values]
# error = "error"
# works = "float(len(layer.bias.shape))"
# ///

# %% old
import keras


class OldBias(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.bias = self.add_weight(shape=(units), initializer="zeros")


try:
    OldBias(units=3)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
class Bias(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.bias = self.add_weight(shape=(units,), initializer="zeros")


layer = Bias(units=3)
print(layer.bias.shape)
