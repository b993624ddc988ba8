# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1"]
#
# [tool.book]
# title = "Why L1 gives zeros: two bands of the sonar, all of the loss in view"
# sources = ["mtf-ch02-l1-l2-concept"]
# marks = []
#
# [tool.book.smoke]
# STEPS = 200
#
# [tool.book.values]
# free = "[float(value) for value in free]"
# with_two = "[float(value) for value in paths['L2'][CHOSEN]]"
# with_one = "[float(value) for value in paths['L1'][CHOSEN]]"
# strength = "float(strengths[CHOSEN])"
# threshold_error = "float(threshold_error)"
# first_zero = "float(first_zero)"
# zeros_two = "int((paths['L2'] == 0).sum())"
# zeros_one = "int((paths['L1'] == 0).sum())"
# ///

# %% parameters
STEPS = 3000
BANDS = (11, 34)
CHOSEN = 24

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf

# %% two-bands
address = (
    "https://archive.ics.uci.edu/ml/machine-learning-databases/"
    "undocumented/connectionist-bench/sonar/sonar.all-data"
)
table = pd.read_csv(
    keras.utils.get_file(fname="sonar.all-data", origin=address), header=None
)
bands = table[list(BANDS)].to_numpy(dtype="float32")
x = tf.constant((bands - bands.mean(axis=0)) / bands.std(axis=0))
y = tf.constant(np.where(table[60] == "M", 1.0, -1.0), dtype="float32")


def loss(weights):  # (..., 2): cross-entropy of a logistic regression
    return tf.reduce_mean(tf.nn.softplus(-y * (weights @ tf.transpose(x))), axis=-1)


# %% soft-threshold
def soft_threshold(weights, reach):
    return tf.sign(weights) * tf.nn.relu(tf.abs(weights) - reach)


places = np.linspace(-2, 2, num=4001)  # the minimum of (w-a)²/2 + s|w|, by search
a = np.linspace(-1.5, 1.5, num=301)
costs = (places - a[:, None]) ** 2 / 2 + 0.5 * np.abs(places)
searched = places[costs.argmin(axis=1)]
threshold_error = np.abs(searched - soft_threshold(a, 0.5).numpy()).max()
print(f"formula and search differ by at most {threshold_error:.4f}")


# %% paths
strengths = np.concatenate([[0], np.geomspace(0.001, 0.3, num=30)]).astype("float32")
column = tf.constant(strengths[:, np.newaxis])


@tf.function
def descend(kind):  # one row of weights for each strength
    weights = tf.zeros((len(strengths), 2))
    for _ in tf.range(STEPS):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            total = tf.reduce_sum(loss(weights))
            if kind == "L2":
                total += tf.reduce_sum(column * weights**2)
        weights -= 0.5 * tape.gradient(total, weights)
        if kind == "L1":
            weights = soft_threshold(weights, 0.5 * column)
    return weights


paths = {kind: descend(kind).numpy() for kind in ("L1", "L2")}
free = paths["L2"][0]
first_zero = strengths[np.argmax((paths["L1"] == 0).any(axis=1))]
for kind, path in paths.items():
    print(f"{kind}: exact zeros {(path == 0).sum()} of {path.size}; at strength "
          f"{strengths[CHOSEN]:.3f} the weights are {path[CHOSEN].round(3)}")

# %% contours
grid = np.linspace(-1.0, 1.5, num=201).astype("float32")
first, second = np.meshgrid(grid, grid)
heights = loss(np.stack([first, second], axis=-1)).numpy()
levels = heights.min() + np.geomspace(0.002, 0.5, num=10)
angle = np.linspace(0, 2 * np.pi, num=200)
figure, panels = plt.subplots(ncols=2, figsize=(7.2, 3.7), sharey=True)
for axes, kind in zip(panels, ("L2", "L1"), strict=True):
    axes.contour(first, second, heights, levels=levels, colors="C6", linewidths=0.7)
    end = paths[kind][CHOSEN]
    if kind == "L2":
        radius = np.hypot(*end)
        axes.fill(radius * np.cos(angle), radius * np.sin(angle), color="C0", alpha=0.2)
    else:
        radius = np.abs(end).sum()
        axes.fill([radius, 0, -radius, 0], [0, radius, 0, -radius], color="C0",
                  alpha=0.2)
    axes.plot(*paths[kind].T, color="C1", linewidth=2)
    axes.plot(*free, "*", color="C1", markersize=11)
    axes.plot(*end, "o", color="C0", markersize=7)
    axes.axhline(0, color="C6", linewidth=0.6)
    axes.axvline(0, color="C6", linewidth=0.6)
    axes.set_aspect("equal")
    axes.set_title(kind)
    axes.set_xlabel(f"weight of band {BANDS[0] + 1}")
panels[0].set_ylabel(f"weight of band {BANDS[1] + 1}")
plt.show()
