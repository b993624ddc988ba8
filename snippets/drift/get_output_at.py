# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A shared layer is not asked for its outputs; they are kept when made"
#
# [tool.book.values]
# error = "error"
# works = "float(difference)"
# ///

# %% data
import keras
import numpy as np

keras.utils.set_random_seed(0)
shared = keras.layers.Dense(units=2)
left, right = keras.Input(shape=(3,)), keras.Input(shape=(3,))
left_code, right_code = shared(left), shared(right)

# %% old
try:
    shared.get_output_at(1)
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
probe = keras.Model(inputs=right, outputs=right_code)  # the name is the handle
numbers = np.ones((1, 3), dtype="float32")
difference = np.abs(probe(numbers) - shared(numbers)).max()
print("difference from calling the layer:", difference)
