# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "Forty folds at once: what a leak, a column and a shuffle are worth"
# sources = ["mtf-ch02-boston-kfold-100"]
# marks = []
#
# [tool.book.smoke]
# SHUFFLES = 2
# EPOCHS = 12
# TREES = 5
#
# [tool.book.values]
# networks = "len(fit_x)"
# shuffles = "SHUFFLES"
# epochs = "EPOCHS"
# epoch = "EPOCH"
# at_epoch = "[float(score) for score in by_shuffle['network'][EPOCH - 1]]"
# leak = "float(leak.mean())"
# leak_std = "float(leak.std())"
# leak_all = "[float(score) for score in leak]"
# without = "float(without.mean())"
# without_std = "float(without.std())"
# reseeded = "float(reseeded.mean())"
# reseeded_std = "float(reseeded.std())"
# linear = "[float(score) for score in linear]"
# forest = "[float(score) for score in forest]"
# folds_std = "float(curves['network'][EPOCH - 1].std())"
# folds_low = "float(curves['network'][EPOCH - 1].min())"
# folds_high = "float(curves['network'][EPOCH - 1].max())"
# best_epochs = "[int(epoch) for epoch in best_epochs]"
# best_again = "[int(epoch) for epoch in best_again]"
# best_of_mean = "best_of_mean"
# flat_low = "int(flat.min())"
# plain = "float(plain)"
# lowest = "float(mean_curve.min())"
# optimism = "float(np.mean(optimism))"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from sklearn.ensemble import RandomForestRegressor

# %% parameters
SHUFFLES = 10
FOLDS = 4
EPOCHS = 200
BATCH_SIZE = 16
TREES = 100

# %% data
(x, y), _ = keras.datasets.boston_housing.load_data()
x, y = x.astype("float32"), y.astype("float32")
pairs = []  # row numbers to fit on, to judge by
for seed in range(SHUFFLES):
    parts = np.split(np.random.default_rng(seed).permutation(len(x)), FOLDS)
    for i in range(FOLDS):
        pairs.append((np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]))


# %% stack
def stack(leak=False, without=None):
    """Standardised rows of all folds: (networks, rows, 13) to fit on, and to judge."""
    fit_x, judge_x = [], []
    for fit_rows, judge_rows in pairs:
        known = x if leak else x[fit_rows]
        mean, deviation = known.mean(axis=0), known.std(axis=0)
        fit_x.append((x[fit_rows] - mean) / deviation)
        judge_x.append((x[judge_rows] - mean) / deviation)
    fit_x, judge_x = np.stack(fit_x), np.stack(judge_x)
    if without is not None:
        fit_x[:, :, without] = judge_x[:, :, without] = 0  # the same for every tract
    return fit_x, judge_x


fit_x, judge_x = stack()
fit_y = np.stack([y[fit_rows] for fit_rows, _ in pairs])  # (networks, rows)
judge_y = np.stack([y[judge_rows] for _, judge_rows in pairs])
print(fit_x.shape, judge_x.shape)


# %% networks
def start(networks, seed):
    generator = keras.random.SeedGenerator(seed)  # moves on with every draw
    glorot = keras.initializers.GlorotUniform(seed=generator)
    weights = []
    for inputs, units in ((13, 64), (64, 64), (64, 1)):
        kernels = [glorot((inputs, units)) for _ in range(networks)]
        weights += [tf.stack(kernels), tf.zeros((networks, 1, units))]
    return weights


def predict(weights, rows):  # (networks, rows, 13) -> (networks, rows)
    hidden = tf.nn.relu(rows @ weights[0] + weights[1])
    hidden = tf.nn.relu(hidden @ weights[2] + weights[3])
    return (hidden @ weights[4] + weights[5])[:, :, 0]


# %% epoch
@tf.function(jit_compile=True)
def one_epoch(weights, squares, rows, prices):  # rows: (steps, networks, batch, 13)
    for step in tf.range(tf.shape(rows)[0]):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            errors = predict(weights, rows[step]) - prices[step]
            loss = tf.reduce_sum(tf.reduce_mean(errors**2, axis=1))
        gradients = tape.gradient(loss, weights)
        squares = [0.9 * s + 0.1 * g**2 for s, g in zip(squares, gradients)]
        updates = [g * tf.math.rsqrt(s + 1e-7) for g, s in zip(gradients, squares)]
        weights = [w - 0.001 * u for w, u in zip(weights, updates)]  # RMSprop
    return weights, squares


@tf.function(jit_compile=True)
def judge(weights, rows, prices):
    return tf.reduce_mean(tf.abs(predict(weights, rows) - prices), axis=1)


# %% train
def train(fit_x, judge_x, seed):
    random = np.random.default_rng(seed)
    networks, rows, _ = fit_x.shape
    steps = rows // BATCH_SIZE  # the rest waits for the next shuffle
    weights = start(networks, seed)
    squares = [tf.zeros_like(weight) for weight in weights]
    errors = []
    for _ in range(EPOCHS):
        order = random.permuted(np.tile(np.arange(rows), (networks, 1)), axis=1)
        order = order[:, : steps * BATCH_SIZE].reshape(networks, steps, BATCH_SIZE)
        order = order.swapaxes(0, 1)  # (steps, networks, batch)
        own = np.arange(networks)[:, np.newaxis]
        weights, squares = one_epoch(
            weights, squares, fit_x[own, order], fit_y[own, order]
        )
        errors.append(judge(weights, judge_x, judge_y).numpy())
    return np.array(errors)  # (epochs, networks)


# %% run
curves = {
    "network": train(*stack(), seed=0),
    "leak": train(*stack(leak=True), seed=0),
    "without B": train(*stack(without=11), seed=0),
    "other seed": train(*stack(), seed=1),
}
by_shuffle = {  # (epochs, shuffles): each the mean of four folds
    name: errors.reshape(EPOCHS, SHUFFLES, FOLDS).mean(axis=2)
    for name, errors in curves.items()
}

# %% compare
EPOCH = min(100, EPOCHS)
scores = {name: means[EPOCH - 1] for name, means in by_shuffle.items()}
leak = scores["leak"] - scores["network"]
without = scores["without B"] - scores["network"]
reseeded = scores["other seed"] - scores["network"]
print(f"after {EPOCH} epochs: {scores['network'].mean():.3f}")
print(f"scaled on all rows:  {leak.mean():+.3f} ± {leak.std():.3f}")
print(f"without B:           {without.mean():+.3f} ± {without.std():.3f}")
print(f"another seed:        {reseeded.mean():+.3f} ± {reseeded.std():.3f}")


# %% others
def least_squares(fit_rows, judge_rows):
    fit_side = np.insert(x[fit_rows], 0, 1, axis=1).astype("float64")
    weights, *_ = np.linalg.lstsq(fit_side, y[fit_rows])
    return np.insert(x[judge_rows], 0, 1, axis=1) @ weights


def trees(fit_rows, judge_rows):
    model = RandomForestRegressor(n_estimators=TREES, random_state=0)
    return model.fit(x[fit_rows], y[fit_rows]).predict(x[judge_rows])


def over_shuffles(candidate):
    errors = [
        np.mean(np.abs(candidate(fit_rows, judge_rows) - y[judge_rows]))
        for fit_rows, judge_rows in pairs
    ]
    return np.array(errors).reshape(SHUFFLES, FOLDS).mean(axis=1)


linear, forest = over_shuffles(least_squares), over_shuffles(trees)
for name, values in (
    ("least squares", linear), ("network", scores["network"]), ("forest", forest)
):
    print(f"{name:13} {values.mean():.2f} ± {values.std():.2f}")

# %% others-figure
figure, axes = plt.subplots(figsize=(7.2, 2.6))
random = np.random.default_rng(0)
for height, (name, values, color) in enumerate((
    ("forest", forest, "C2"), ("without B", scores["without B"], "C3"),
    ("network", scores["network"], "C0"), ("least squares", linear, "C6"),
)):
    shake = height + random.uniform(-0.15, 0.15, size=len(values))
    axes.plot(values, shake, "o", color=color, markersize=4, alpha=0.5)
    axes.plot(values.mean(), height, "D", color=color, markersize=8)
    axes.annotate(f"{values.mean():.2f}", (values.mean(), height), (-2, 11),
                  textcoords="offset points", color=color, ha="right")
axes.axvline(2.4085896, color="C1", linestyle="--")
axes.text(2.44, 3.35, "the book's 2.41", color="C1")
axes.set_yticks(range(4), ["random forest", "network without B", "network",
                           "least squares"])
axes.set(ylim=(-0.4, 3.7), xlabel="mean absolute error (1,000 dollars), four folds")
plt.show()

# %% best
best_epochs = by_shuffle["network"].argmin(axis=0) + 1
best_again = by_shuffle["other seed"].argmin(axis=0) + 1
mean_curve = by_shuffle["network"].mean(axis=1)
best_of_mean = int(mean_curve.argmin()) + 1
flat = np.flatnonzero(mean_curve < 1.01 * mean_curve.min()) + 1
plain = mean_curve[flat.min() - 1 :].max() / mean_curve.min() - 1
print("best epoch, shuffle by shuffle:", *best_epochs)
print("the same folds, another seed:  ", *best_again)
print(f"mean curve: {mean_curve.min():.3f} in epoch {best_of_mean}")
print(f"first within 1 % of it in epoch {flat.min()}, then always within {plain:.1%}")

# %% optimism
def chosen_elsewhere(chooser, judge):
    """Error of `judge` at the chooser's best epoch, less the chooser's own error."""
    epochs = chooser.argmin(axis=0)
    shuffles = np.arange(SHUFFLES)
    return judge[epochs, shuffles] - chooser[epochs, shuffles]


one, two = by_shuffle["network"], by_shuffle["other seed"]
optimism = np.concatenate([chosen_elsewhere(one, two), chosen_elsewhere(two, one)])
print(f"the same epoch, judged by the other seed: {optimism.mean():+.3f}")

# %% best-figure
figure, axes = plt.subplots()
epochs = np.arange(1, EPOCHS + 1)
axes.axvspan(flat.min(), EPOCHS, color="C4", alpha=0.15)
axes.plot(epochs, by_shuffle["network"], color="C0", linewidth=0.5, alpha=0.6)
axes.plot(epochs, mean_curve, color="C0", linewidth=2.5)
best = by_shuffle["network"].min(axis=0)
axes.plot(best_epochs, best, "v", color="C1", markersize=8)
axes.text(np.mean([flat.min(), EPOCHS]), 2.86, color="C4", ha="center",
          s=f"mean within {plain:.1%} of its minimum")
axes.annotate("each shuffle's best epoch", (best_epochs.mean(), 2.13), color="C1",
              ha="center")
axes.set(ylim=(2.1, 2.95), xlabel="epoch",
         ylabel="mean absolute error (1,000 dollars)")
plt.show()
