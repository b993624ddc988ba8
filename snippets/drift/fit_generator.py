# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "fit takes a generator itself; fit_generator is gone"
#
# [tool.book.values]
# error = "error"
# works = "float(len(history.history['loss']))"
# ///

# %% data
import keras
import numpy as np

keras.utils.set_random_seed(0)
generator = np.random.default_rng(seed=0)


def image_batches():
    while True:
        images = generator.random(size=(8, 4, 4, 1), dtype="float32")
        yield images, images.mean(axis=(1, 2, 3)) > 0.5


images = keras.Input(shape=(4, 4, 1))
flat = keras.layers.Flatten()(images)
score = keras.layers.Dense(units=1, activation="sigmoid")(flat)
model = keras.Model(inputs=images, outputs=score)
model.compile(optimizer="adam", loss="binary_crossentropy")

# %% old
try:
    model.fit_generator(image_batches(), steps_per_epoch=4, epochs=2)
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
history = model.fit(image_batches(), steps_per_epoch=4, epochs=2, verbose=0)
print(f"{len(history.history['loss'])} epochs of {history.params['steps']} steps")
