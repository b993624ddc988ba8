# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "One row at a time: predict, call and fit"
# sources = ["mtf-ch03-fashion-mlp-compile-fit"]
# marks = ["timing"]
#
# [tool.book.smoke]
# ROWS = 10
# MANY = 500
# FIT_ROWS = 128
# REPEATS = 1
#
# [tool.book.values]
# predict_ratio = "ratio['predict(row)']"
# call_ratio = "ratio['model(row)']"
# function_ratio = "ratio['compiled function']"
# spread = "[low['predict(row)'], high['predict(row)']]"
# lows = "list(low.values())"
# highs = "list(high.values())"
# fit_ratio = "float(np.median(fit_ratios))"
# fit_lowest = "float(min(fit_ratios))"
# fit_highest = "float(max(fit_ratios))"
# difference = "float(difference)"
# many = "MANY"
# ///

# %% imports
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras.layers import Dense

# %% parameters
ROWS = 100  # asked one by one
MANY = 10_000  # asked at once
FIT_ROWS = 1_024
REPEATS = 5

# %% model
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x, y = x[:MANY].reshape(-1, 784).astype("float32") / 255.0, y[:MANY]


def build_model():
    keras.utils.set_random_seed(0)
    inputs = keras.Input(shape=(784,))
    hidden = Dense(units=64, activation="relu")(inputs)
    hidden = Dense(units=64, activation="relu")(hidden)
    model = keras.Model(inputs=inputs, outputs=Dense(units=10)(hidden))
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


# %% ways
model = build_model()
compiled = tf.function(model, reduce_retracing=True)


def row_by_row(ask):
    return np.concatenate([ask(x[at : at + 1]) for at in range(ROWS)])


ways = {
    "predict(row)": lambda: row_by_row(lambda row: model.predict(row, verbose=0)),
    "model(row)": lambda: row_by_row(lambda row: model(row).numpy()),
    "compiled function": lambda: row_by_row(lambda row: compiled(row).numpy()),
    "one predict": lambda: model.predict(x, batch_size=1_000, verbose=0),
}

# %% same
answers = [way()[:ROWS] for way in ways.values()]  # also warms up
difference = max(np.max(np.abs(answer - answers[-1])) for answer in answers)
print("all four agree to 0.00001:", bool(difference < 1e-5))


# %% measure
def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


per_row = {name: [] for name in ways}
for _ in range(REPEATS):
    for name, way in ways.items():
        rows = MANY if name == "one predict" else ROWS
        per_row[name].append(seconds(way) / rows)

slow = list(ways)[:-1]
ratios = {name: np.divide(per_row[name], per_row["one predict"]) for name in slow}
ratio = {name: float(np.median(values)) for name, values in ratios.items()}
low = {name: float(np.min(values)) for name, values in ratios.items()}
high = {name: float(np.max(values)) for name, values in ratios.items()}

# %% fit
fit_ratios = []
fitted = build_model()


def fit_rows(batch_size):
    fitted.fit(x[:FIT_ROWS], y[:FIT_ROWS], batch_size=batch_size, verbose=0)


for batch_size in (1, 128):  # warm up: trace both shapes
    fit_rows(batch_size)
for _ in range(REPEATS):
    singly = seconds(lambda: fit_rows(batch_size=1))
    fit_ratios.append(singly / seconds(lambda: fit_rows(batch_size=128)))

# %% figure
figure, axes = plt.subplots(figsize=(7.2, 2.4))
for place, name in enumerate(slow):
    axes.plot(ratios[name], [place] * REPEATS, "o", color="C0", alpha=0.5)
    axes.plot([1, ratio[name]], [place, place], color="C0")
    axes.annotate(
        f"{ratio[name]:.0f} times", (high[name], place), xytext=(10, 0),
        textcoords="offset points", va="center", color="C0",
    )
axes.set_xscale("log")
axes.set_yticks(range(len(slow)), slow)
axes.set(xlabel="time for a row, with one predict over all rows = 1", ylim=(2.5, -0.5))
axes.set_xlim(1, 4 * max(high.values()))
plt.show()
