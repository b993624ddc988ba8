# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "A variable's path is its key"
#
# [tool.book.values]
# error = "error"
# works = "path"
# ///

# %% old
import keras

layer = keras.layers.Dense(units=1, name="score")
layer.build((None, 3))
try:
    slots = {layer.kernel._unique_id: 0.0}
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
slots = {variable.path: 0.0 for variable in layer.variables}
path = layer.kernel.path
print(slots)
