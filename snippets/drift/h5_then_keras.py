# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "keras~=3.15.1",
#   "tensorflow~=2.21.0",
#   "tf-keras~=2.21.0",
#   "numpy~=2.4.6",
# ]
#
# [tool.book]
# title = "After a save to .h5 the next .keras file has another optimizer"
#
# [tool.book.values]
# error = "error"
# old_optimizer = "type(from_old.optimizer).__name__"
# keras2_optimizer = "type(from_keras2.optimizer).__name__"
# old_iterations = "int(from_old.optimizer.iterations)"
# new_iterations = "int(from_new.optimizer.iterations)"
# works = "type(from_new.optimizer).__name__"
# ///

# %% data
import warnings

import keras
import numpy as np
import tf_keras

inputs = np.random.default_rng(seed=0).normal(size=(64, 3)).astype("float32")
targets = inputs.sum(axis=1, keepdims=True)


def trained_model(keras):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.1), loss="mse")
    model.fit(inputs, targets, verbose=0)
    return model


def report(model):
    optimizer = model.optimizer
    rate, updates = float(optimizer.learning_rate), int(optimizer.iterations)
    print(f"{type(optimizer).__name__}, rate {rate:g}, {updates} updates made")


# %% old
model = trained_model(keras)
model.save("for_old_readers.h5")
model.save("model.keras")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from_old = keras.models.load_model("model.keras")
error = f"no exception; {caught[0].category.__name__}: {caught[0].message}".strip()
print(error)
report(from_old)

# %% then
model = trained_model(tf_keras)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", UserWarning)  # .h5 is called legacy here, too
    model.save("for_old_readers.h5")
model.save("keras2.keras")
from_keras2 = tf_keras.models.load_model("keras2.keras")
report(from_keras2)

# %% new
model = trained_model(keras)
model.save("model.keras")  # first the file to go on with
model.save("for_old_readers.h5")
from_new = keras.models.load_model("model.keras")
report(from_new)
