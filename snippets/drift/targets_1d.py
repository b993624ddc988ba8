# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Targets need the rank of the output"
#
# [tool.book.values]
# error = "error"
# works = "history.history['binary_crossentropy'][-1]"
# ///

# %% data
import keras
import numpy as np

keras.utils.set_random_seed(0)
features = np.random.default_rng(seed=0).normal(size=(60, 3)).astype("float32")
targets = (features[:, 0] > 0).astype("float32")  # (60,)


def classifier():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input(shape=(3,)), keras.layers.Dense(units=1, activation="sigmoid")]
    )
    model.compile(
        optimizer="adam", loss="binary_crossentropy", metrics=["binary_crossentropy"]
    )
    return model


# %% old
try:
    classifier().fit(features, targets, verbose=0)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
columns = targets.reshape(-1, 1)  # (60, 1), like the output
history = classifier().fit(features, columns, verbose=0)
print(f"{history.history['binary_crossentropy'][-1]:.2f}")
