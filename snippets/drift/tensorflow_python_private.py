# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A private copy of Keras still imports, and fails as soon as it fits"
#
# [tool.book.values]
# error = "error"
# works = "history.history['loss'][-1] / history.history['loss'][0]"
# ///

# %% data
import keras
import numpy as np
from tensorflow.python.keras.layers import Dense
from tensorflow.python.keras.models import Sequential

inputs = np.linspace(start=0.0, stop=1.0, num=32, dtype="float32")[:, None]
targets = 3 * inputs

# %% old
keras.utils.set_random_seed(0)
private = Sequential([Dense(units=1, input_shape=(1,))])
private.compile(optimizer="sgd", loss="mse")
try:
    private.fit(inputs, targets, verbose=0)
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
keras.utils.set_random_seed(0)
public = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(units=1)])
public.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mse")
history = public.fit(inputs, targets, epochs=20, verbose=0)
print(f"loss {history.history['loss'][0]:.2f} -> {history.history['loss'][-1]:.2f}")
