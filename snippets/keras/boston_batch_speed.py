# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "What an epoch costs: batches of 1 and 16, many steps a call, many networks a step"
# sources = ["mtf-ch02-boston-kfold-500-history"]
# marks = ["timing"]
#
# [tool.book.smoke]
# REPEATS = 1
# NETWORKS = 2
# ROWS = 32
# EPOCHS = 4
#
# [tool.book.values]
# networks = "NETWORKS"
# repeats = "REPEATS"
# fastest = "[float(min(seconds[name])) for name in seconds]"
# batch = "float(min(seconds['1']) / min(seconds['16']))"
# one_call = "float(min(seconds['1']) / min(seconds['1, one call']))"
# sixteen_call = "float(min(seconds['16']) / min(seconds['16, one call']))"
# loop = "float(min(seconds['1']) / min(seconds['1, compiled loop']))"
# stack = "float(NETWORKS * min(seconds['1']) / min(seconds['1, stacked']))"
# each = "float(min(seconds['1, stacked']) / min(seconds['1, compiled loop']))"
# minutes = "float(2000 * min(seconds['1']) / 60)"
# seconds_all = "float(500 * min(seconds['1, stacked']) * 4 / NETWORKS)"
# ///

# %% imports
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% parameters
REPEATS = 5
NETWORKS = 20
ROWS = 303
EPOCHS = 8

# %% data
keras.utils.set_random_seed(0)
(x, y), _ = keras.datasets.boston_housing.load_data()
x = ((x - x.mean(axis=0)) / x.std(axis=0)).astype("float32")[:ROWS]
y = y.astype("float32")[:ROWS, np.newaxis]  # (rows, 1)


# %% with-fit
def build(steps_per_execution):
    model = keras.Sequential([
        keras.Input(shape=(13,)),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=1),
    ])
    model.compile(
        optimizer="rmsprop", loss="mse", steps_per_execution=steps_per_execution
    )
    return model


def with_fit(batch_size, steps_per_execution):
    model = build(steps_per_execution)
    return lambda epochs: model.fit(
        x, y, batch_size=batch_size, epochs=epochs, verbose=0
    )


# %% with-loop
@tf.function(jit_compile=True)
def one_epoch(weights, squares, rows, prices):  # rows: (steps, networks, batch, 13)
    for step in tf.range(tf.shape(rows)[0]):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            hidden = tf.nn.relu(rows[step] @ weights[0] + weights[1])
            hidden = tf.nn.relu(hidden @ weights[2] + weights[3])
            errors = hidden @ weights[4] + weights[5] - prices[step]
            loss = tf.reduce_sum(tf.reduce_mean(errors**2, axis=[1, 2]))
        gradients = tape.gradient(loss, weights)
        squares = [0.9 * s + 0.1 * g**2 for s, g in zip(squares, gradients)]
        updates = [g * tf.math.rsqrt(s + 1e-7) for g, s in zip(gradients, squares)]
        weights = [w - 0.001 * u for w, u in zip(weights, updates)]
    return weights, squares


def with_loop(networks):
    weights = []
    for inputs, units in ((13, 64), (64, 64), (64, 1)):
        kernels = tf.random.uniform((networks, inputs, units), -0.2, 0.2)
        weights += [kernels, tf.zeros((networks, 1, units))]
    state = weights, [tf.zeros_like(weight) for weight in weights]
    random = np.random.default_rng(0)

    def train(epochs):
        nonlocal state
        for _ in range(epochs):
            order = [random.permutation(len(x)) for _ in range(networks)]
            order = np.stack(order, axis=1)[:, :, np.newaxis]  # (rows, networks, 1)
            state = one_epoch(*state, x[order], y[order])
        state[0][0].numpy()  # wait until the work is done

    return train


# %% measure
ways = {
    "1": with_fit(batch_size=1, steps_per_execution=1),
    "1, one call": with_fit(batch_size=1, steps_per_execution=ROWS),
    "16": with_fit(batch_size=16, steps_per_execution=1),
    "16, one call": with_fit(batch_size=16, steps_per_execution=-(-ROWS // 16)),
    "1, compiled loop": with_loop(networks=1),
    "1, stacked": with_loop(networks=NETWORKS),
}
seconds = {name: [] for name in ways}
for way in ways.values():
    way(2)  # trace, compile, warm up
for _ in range(REPEATS):  # in turn, so that a slow moment hits all alike
    for name, way in ways.items():
        epochs = EPOCHS // 4 if name in ("1", "1, one call") else EPOCHS
        begin = time.perf_counter()
        way(epochs)
        seconds[name].append((time.perf_counter() - begin) / epochs)

# %% figure
figure, axes = plt.subplots(figsize=(7.2, 3.0))
labels = {
    "1": "batch 1", "1, one call": "batch 1, an epoch a call",
    "16": "batch 16", "16, one call": "batch 16, an epoch a call",
    "1, compiled loop": "batch 1, compiled loop",
    "1, stacked": f"batch 1, compiled, {NETWORKS} networks",
}
for height, (name, label) in enumerate(reversed(labels.items())):
    color = "C1" if name.startswith("1,") or name == "1" else "C0"
    times = 1000 * np.array(seconds[name])
    axes.plot(times, [height] * len(times), "o", color=color, alpha=0.4)
    axes.plot(times.min(), height, "D", color=color, markersize=8)
axes.set_yticks(range(len(labels)), list(labels.values())[::-1])
axes.set(xscale="log", xlabel=f"milliseconds an epoch of {ROWS} rows")
plt.show()
