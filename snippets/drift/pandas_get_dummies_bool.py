# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "keras~=3.15.1",
#   "tensorflow~=2.21.0",
#   "pandas~=3.1.1",
#   "numpy~=2.4.6",
# ]
#
# [tool.book]
# title = "get_dummies gives bools, and bools beside floats give objects"
#
# [tool.book.values]
# error = "error"
# works = "float(len(history.epoch))"
# ///

# %% data
import keras
import pandas as pd

patients = pd.DataFrame({"age": [31.5, 64.0, 47.25], "sex": ["f", "m", "f"]})
targets = pd.Series([0.0, 1.0, 1.0]).to_numpy().reshape(-1, 1)
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
model.compile(optimizer="sgd", loss="mse")

# %% old
features = pd.get_dummies(patients).values
print(features.dtype)
try:
    model.fit(features, targets, verbose=0)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
features = pd.get_dummies(patients, dtype=int).values
print(features.dtype)
history = model.fit(features, targets, verbose=0)
print("epochs:", len(history.epoch))
