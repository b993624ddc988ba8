# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A Sequential keeps the rank of its first call"
#
# [tool.book.values]
# error = "error"
# works = "float(images.shape[0])"
# ///

# %% data
import keras
import numpy as np

keras.utils.set_random_seed(0)
generator = np.random.default_rng(seed=0)
upsample = keras.Sequential(
    [keras.layers.Dense(units=16, activation="relu"), keras.layers.Dense(units=4)]
)
training_noise = generator.normal(size=(8, 1, 1, 6)).astype("float32")
images = upsample(training_noise)

# %% old
plotting_noise = generator.normal(size=(3, 6)).astype("float32")
try:
    upsample(plotting_noise)
except ValueError as problem:
    message = str(problem)
    error = f"{type(problem).__name__}: {message.splitlines()[0]}"
print(error)
start = message.index("Expected shape")  # the reason stands further down
print(message[start:].splitlines()[0])

# %% new
images = upsample(plotting_noise.reshape(3, 1, 1, 6))
print(images.shape)
