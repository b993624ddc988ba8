# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "The state of a stateful network is reset layer by layer"
#
# [tool.book.values]
# error = "error"
# works = "float(abs(first - again).max())"
# ///

# %% data
import keras
import numpy as np

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input(batch_shape=(1, 1, 1)),  # (batch, time, features)
        keras.layers.SimpleRNN(units=2, stateful=True),
    ]
)
batch = np.ones((1, 1, 1), dtype="float32")
first, second = model.predict(batch, verbose=0), model.predict(batch, verbose=0)

# %% old
try:
    model.reset_states()
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
for layer in model.layers:
    if hasattr(layer, "reset_state"):
        layer.reset_state()
again = model.predict(batch, verbose=0)
print("second call as the first:", np.allclose(first, second))
print("after the reset:", np.allclose(first, again))
