# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A fixed batch size belongs to Input"
#
# [tool.book.values]
# error = "error"
# works = "float(abs(first - second).max())"
# ///

# %% old
import keras
import numpy as np

try:
    keras.layers.SimpleRNN(units=2, batch_input_shape=(4, 1, 1), stateful=True)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input(batch_shape=(4, 1, 1)),  # (batch, time, features)
        keras.layers.SimpleRNN(units=2, stateful=True),
    ]
)
batch = np.ones((4, 1, 1), dtype="float32")
first, second = model.predict(batch, verbose=0), model.predict(batch, verbose=0)
print("same input, same output:", np.allclose(first, second))
