# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A checkpoint of the whole model ends in .keras, not in .hdf5"
#
# [tool.book.values]
# error = "error"
# works = "float(restored.count_params())"
# ///

# %% data
import keras
import numpy as np

keras.utils.set_random_seed(0)
inputs, targets = np.ones((8, 3), dtype="float32"), np.ones((8, 1), dtype="float32")
model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
model.compile(optimizer="sgd", loss="mse")

# %% old
try:
    keras.callbacks.ModelCheckpoint(filepath="best.hdf5", save_best_only=True)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
checkpoint = keras.callbacks.ModelCheckpoint(
    filepath="best.keras", monitor="loss", save_best_only=True
)
model.fit(inputs, targets, callbacks=[checkpoint], verbose=0)
restored = keras.models.load_model("best.keras")
print(f"{restored.count_params()} weights restored")
