# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "The history calls the learning rate by its full name"
#
# [tool.book.values]
# error = "error"
# works = "float(history.history['learning_rate'][-1])"
# ///

# %% data
import keras
import numpy as np

inputs, targets = np.ones((8, 3), dtype="float32"), np.ones((8, 1), dtype="float32")
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
model.compile(optimizer="sgd", loss="mse")
sweep = keras.callbacks.LearningRateScheduler(lambda epoch: 1e-4 * 10**epoch)
history = model.fit(inputs, targets, epochs=3, callbacks=[sweep], verbose=0)

# %% old
try:
    history.history["lr"]
except KeyError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
print([f"{rate:.4f}" for rate in history.history["learning_rate"]])
