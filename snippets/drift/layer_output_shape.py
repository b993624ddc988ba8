# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "A layer's output has a shape; the layer has none"
#
# [tool.book.values]
# error = "error"
# error_input = "error_input"
# works = "layer.output.shape[-1]"
# ///

# %% old
import keras

layer = keras.layers.Dense(units=4)
model = keras.Sequential([keras.Input(shape=(3,)), layer])
try:
    layer.output_shape
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)
try:
    layer.input_shape
except AttributeError as problem:
    error_input = f"{type(problem).__name__}: {problem}"
print(error_input)

# %% new
print(layer.output.shape, layer.input.shape)
print("the model still has it:", model.output_shape)
