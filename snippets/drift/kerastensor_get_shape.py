# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "A symbolic tensor has a shape, which is a tuple"
#
# [tool.book.values]
# error = "error"
# works = "float(list(model.input.shape)[-1])"
# ///

# %% old
import keras

image = keras.Input(shape=(28, 28))
model = keras.Model(inputs=image, outputs=keras.layers.Flatten()(image))
try:
    model.input.get_shape().as_list()
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
print(list(model.input.shape))
