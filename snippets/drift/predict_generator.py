# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "predict takes a generator itself; predict_generator is gone"
#
# [tool.book.values]
# error = "error"
# works = "float(len(scores))"
# ///

# %% data
import keras
import numpy as np

generator = np.random.default_rng(seed=0)


def image_batches():
    while True:
        yield (generator.random(size=(8, 4, 4, 1), dtype="float32"),)  # a tuple


keras.utils.set_random_seed(0)
images = keras.Input(shape=(4, 4, 1))
flat = keras.layers.Flatten()(images)
score = keras.layers.Dense(units=1, activation="sigmoid")(flat)
model = keras.Model(inputs=images, outputs=score)

# %% old
try:
    model.predict_generator(image_batches(), steps=3)
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
scores = model.predict(image_batches(), steps=3, verbose=0)
print(scores.shape)
