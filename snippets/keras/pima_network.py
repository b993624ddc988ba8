# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "A small classifier that fills its own gaps, with its best epoch kept"
# sources = [
#   "mtf-ch02-pima-classifier",
#   "mtf-ch02-pima-compile-checkpoint",
#   "mtf-ch02-pima-train",
#   "mtf-ch02-pima-history-plots",
#   "mtf-ch02-fit-signature",
# ]
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 2
# SEEDS = [0]
#
# [tool.book.values]
# rows = "[len(x_train), len(x_validation), len(x_test)]"
# shares = "[float(y_train.mean()), float(y_validation.mean()), float(y_test.mean())]"
# parameters = "model.count_params()"
# epochs = "EPOCHS"
# old_suffix = "old_suffix"
# old_argument = "old_argument"
# arguments = "len(arguments)"
# reloaded = "float(np.abs(kept.predict(x_test, verbose=0) - direct).max())"
# nan_row = "float(with_gap)"
# best_epochs = "[int(np.argmin(h['val_loss'])) + 1 for h in histories['scaled']]"
# chosen_loss = "[float(score) for score in chosen_loss]"
# last_loss = "[float(score) for score in last_loss]"
# chosen_accuracy = "[float(score) for score in chosen_accuracy]"
# last_accuracy = "[float(score) for score in last_accuracy]"
# raw_best = "[float(min(h['val_loss'])) for h in histories['raw']]"
# raw_first = "[float(h['val_loss'][0]) for h in histories['raw']]"
# scaled_best = "[float(min(h['val_loss'])) for h in histories['scaled']]"
# raw_after_20 = "[float(min(h['val_loss'][:20])) for h in histories['raw']]"
# scaled_after_20 = "[float(min(h['val_loss'][:20])) for h in histories['scaled']]"
# base_loss = "float(base_loss)"
# ///

# %% imports
import inspect
import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

# %% parameters
EPOCHS = 100
BATCH_SIZE = 16
SEEDS = (0, 1, 2)

# %% data
address = (
    "https://raw.githubusercontent.com/rajdeepd/"
    "tensorflow_2.0_book_code/master/data/diabetes.csv"
)
table = pd.read_csv(keras.utils.get_file(fname="diabetes.csv", origin=address))
table = table.astype("float32")
impossible = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]
table[impossible] = table[impossible].replace(0.0, np.nan)

# %% split
x = table.drop(columns="Outcome").to_numpy()  # (768, 8), gaps are nan
y = table["Outcome"].to_numpy()
x_rest, x_test, y_rest, y_test = train_test_split(
    x, y, test_size=0.25, stratify=y, random_state=0
)
x_train, x_validation, y_train, y_validation = train_test_split(
    x_rest, y_rest, test_size=0.2, stratify=y_rest, random_state=0
)
parts = {"training": y_train, "validation": y_validation, "test": y_test}
for name, outcomes in parts.items():
    print(f"{name:10} {len(outcomes):3} women, {outcomes.mean():.3f} with diabetes")


# %% model
def build(mean, variance):
    inputs = keras.Input(shape=(8,))
    scaled = keras.layers.Normalization(mean=mean, variance=variance)(inputs)
    filled = keras.ops.nan_to_num(scaled, nan=0.0)
    hidden = keras.layers.Dense(units=12, activation="relu")(filled)
    hidden = keras.layers.Dense(units=8, activation="relu")(hidden)
    outputs = keras.layers.Dense(units=1, activation="sigmoid")(hidden)
    return keras.Model(inputs, outputs)


mean = np.nanmean(x_train, axis=0)
variance = np.nanvar(x_train, axis=0)
keras.utils.set_random_seed(SEEDS[0])
model = build(mean, variance)
model.summary(line_length=72)

# %% compile
model.compile(
    loss="binary_crossentropy",
    optimizer="adam",
    metrics=["accuracy"],
    steps_per_execution=len(x_train) // BATCH_SIZE,
)

# %% checkpoint-old
try:
    keras.callbacks.ModelCheckpoint("pima-weights.best.hdf5")
except ValueError as problem:
    old_suffix = f"{type(problem).__name__}: {problem}"
print(old_suffix)

# %% checkpoint
checkpoint = keras.callbacks.ModelCheckpoint(
    filepath="pima.best.keras", monitor="val_loss", mode="min", save_best_only=True
)

# %% signature
arguments = list(inspect.signature(keras.Model.fit).parameters)[1:]
print(textwrap.fill(", ".join(arguments), width=76))
try:
    model.fit(x_train, y_train, workers=1, use_multiprocessing=False)
except TypeError as problem:
    old_argument = f"{type(problem).__name__}: {problem}"
print(old_argument)

# %% fit
history = model.fit(
    x=x_train,
    y=y_train,
    validation_data=(x_validation, y_validation),
    epochs=EPOCHS,
    batch_size=BATCH_SIZE,
    validation_batch_size=len(x_validation),
    callbacks=[checkpoint],
    verbose=0,
)
best_epoch = int(np.argmin(history.history["val_loss"])) + 1
print(f"lowest validation loss in epoch {best_epoch} of {EPOCHS}")

# %% reload
kept = keras.models.load_model("pima.best.keras")
model.load_weights("pima.best.keras")  # the best epoch's, into the model at hand
direct = model.predict(x_test, verbose=0)
print("same answers:", np.array_equal(kept.predict(x_test, verbose=0), direct))

gap = np.full((1, 8), np.nan, dtype="float32")
gap[0, [1, 7]] = 148, 50  # glucose and age are known, nothing else
with_gap = kept.predict(gap, verbose=0)[0, 0]
print(f"a row with six gaps: p(diabetes) = {with_gap:.2f}")


# %% seeds
def train(mean, variance, seed):
    keras.utils.set_random_seed(seed)
    model = build(mean, variance)
    model.compile(
        loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"],
        steps_per_execution=len(x_train) // BATCH_SIZE,
    )
    best = keras.callbacks.ModelCheckpoint("best.keras", save_best_only=True)
    history = model.fit(
        x_train, y_train, validation_data=(x_validation, y_validation),
        epochs=EPOCHS, batch_size=BATCH_SIZE, callbacks=[best],
        validation_batch_size=len(x_validation), verbose=0,
    )
    last = model.evaluate(x_test, y_test, batch_size=len(x_test), verbose=0)
    model.load_weights("best.keras")
    chosen = model.evaluate(x_test, y_test, batch_size=len(x_test), verbose=0)
    return history.history, last, chosen


histories, scores = {"scaled": [], "raw": []}, []
for seed in SEEDS:
    curves, last, chosen = train(mean, variance, seed)
    histories["scaled"].append(curves)
    scores.append((last, chosen))
last_loss, last_accuracy = np.array([last for last, _ in scores]).T
chosen_loss, chosen_accuracy = np.array([chosen for _, chosen in scores]).T
for name, values in (
    ("test loss, best epoch", chosen_loss), ("test loss, last epoch", last_loss),
    ("test accuracy, best epoch", chosen_accuracy),
    ("test accuracy, last epoch", last_accuracy),
):
    print(f"{name:26} {values.mean():.3f} ± {values.std():.3f}")

# %% raw
fill_only = x_train.copy(), x_validation.copy()
for part in fill_only:
    part[:] = np.where(np.isnan(part), mean, part)
x_train, x_validation = fill_only
x_test = np.where(np.isnan(x_test), mean, x_test)
for seed in SEEDS:
    curves, _, _ = train(np.zeros(8), np.ones(8), seed)
    histories["raw"].append(curves)

share = y_train.mean()
base_loss = -np.mean(
    y_validation * np.log(share) + (1 - y_validation) * np.log(1 - share)
)
for name, runs in histories.items():
    early = np.array([min(run["val_loss"][:20]) for run in runs])
    spread = f"{early.mean():.3f} ± {early.std():.3f}"
    print(f"{name:6} best of the first 20 epochs {spread}")
print(f"a constant {share:.2f} for everyone: {base_loss:.3f}")

# %% figure
figure, (left, right) = plt.subplots(ncols=2)
epochs = np.arange(1, EPOCHS + 1)
for key, color, name in (("loss", "C0", "training"), ("val_loss", "C1", "validation")):
    curves = np.array([run[key] for run in histories["scaled"]])
    left.plot(epochs, curves.T, color=color, linewidth=0.6, alpha=0.5)
    left.plot(epochs, curves.mean(axis=0), color=color, linewidth=2.5)
    left.annotate(name, (EPOCHS, curves.mean(axis=0)[-1]), (-4, 12), color=color,
                  textcoords="offset points", ha="right")
for run in histories["scaled"]:
    best = int(np.argmin(run["val_loss"]))
    left.plot(best + 1, run["val_loss"][best], "*", color="C1", markersize=10)
left.set_ylim(0.35, 0.7)
left.set_xlabel("epoch")
left.set_ylabel("cross-entropy")
left.set_title("standardised: stars mark the epoch kept")
for name, color in (("scaled", "C1"), ("raw", "C3")):
    curves = np.array([run["val_loss"] for run in histories[name]])
    right.plot(epochs, curves.T, color=color, linewidth=0.6, alpha=0.5)
    right.plot(epochs, curves.mean(axis=0), color=color, linewidth=2.5)
right.axhline(base_loss, color="C6", linestyle=":")
right.text(EPOCHS, 1.18 * base_loss, "dotted: same answer for all", color="C6",
           ha="right")
right.text(EPOCHS, 0.43, "standardised", color="C1", ha="right", va="top")
right.minorticks_off()
right.text(30, 1.6, "raw columns", color="C3")
right.set_yscale("log")
right.set_yticks([0.5, 1, 2, 4], ["0.5", "1", "2", "4"])
right.set_xlabel("epoch")
right.set_ylabel("validation cross-entropy")
right.set_title("the same network on raw columns")
plt.show()
