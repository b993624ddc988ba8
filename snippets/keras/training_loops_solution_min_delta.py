# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Solution: a least improvement, against the callback on a thousand curves"
# sources = []
# marks = []
#
# [tool.book.smoke]
# CURVES = 50
#
# [tool.book.values]
# curves = "CURVES"
# disagreements = "disagreements"
# changed = "changed"
# ///

# %% imports
import keras
import numpy as np

# %% parameters
CURVES = 1_000
EPOCHS = 40
PATIENCE = 3
MIN_DELTA = 0.02


# %% rule
def stop(curve, patience, min_delta=0.0):
    """The epoch, from 0, after which `patience` ends; the last one if it never does."""
    best, wait = float("inf"), 0
    for epoch, value in enumerate(curve):
        wait += 1
        if value < best - min_delta:
            best, wait = value, 0
        elif wait >= patience:
            return epoch
    return epoch


# %% callback
model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(units=1)])


def stop_of_callback(curve, patience, min_delta):
    callback = keras.callbacks.EarlyStopping(
        monitor="val_loss", mode="min", patience=patience, min_delta=min_delta
    )
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    for epoch, value in enumerate(curve):
        callback.on_epoch_end(epoch, logs={"val_loss": value})
        if model.stop_training:
            return epoch
    return epoch


# %% compare
random = np.random.default_rng(0)
falling = np.exp(-np.arange(EPOCHS) / 5)
disagreements, changed = 0, 0
for _ in range(CURVES):
    curve = falling + random.normal(scale=0.03, size=EPOCHS)
    ours = stop(curve, PATIENCE, MIN_DELTA)
    disagreements += ours != stop_of_callback(curve, PATIENCE, MIN_DELTA)
    changed += ours != stop(curve, PATIENCE)
print("curves on which rule and callback disagree:", disagreements)
print("curves on which min_delta changes the stop:", changed)
