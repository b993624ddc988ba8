# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "The older listing, five seeds: 500 epochs of single rows, smoothed and read off"
# sources = [
#   "mtf-ch02-boston-kfold-500-history", "mtf-ch02-boston-average-smooth-mae",
#   "mtf-ch02-boston-predictions-plot"
# ]
# marks = []
#
# [tool.book.smoke]
# SEEDS = [0]
# EPOCHS = 12
# FINAL_EPOCHS = 3
#
# [tool.book.values]
# epochs = "EPOCHS"
# seeds = "len(SEEDS)"
# networks = "len(SEEDS) * FOLDS"
# at_100 = "[float(score) for score in one[min(100, EPOCHS) - 1]]"
# best_one = "[int(epoch) for epoch in one.argmin(axis=0) + 1]"
# best_sixteen = "[int(epoch) for epoch in sixteen.argmin(axis=0) + 1]"
# lowest_one = "[float(score) for score in one.min(axis=0)]"
# lowest_sixteen = "[float(score) for score in sixteen.min(axis=0)]"
# last_one = "[float(score) for score in one[-1]]"
# last_sixteen = "[float(score) for score in sixteen[-1]]"
# steps_one = "steps[1]"
# steps_sixteen = "steps[16]"
# smooth_best = "[int(epoch) for epoch in smooth_best]"
# axis_best = "[int(epoch) for epoch in axis_best]"
# weight_first = "0.9**9"
# at_20_one = "float(one[min(20, EPOCHS) - 1].mean())"
# at_20_sixteen = "float(sixteen[min(20, EPOCHS) - 1].mean())"
# wrong = "[float(score) for score in wrong]"
# final = "[float(score) for score in final]"
# final_one = "[float(score) for score in final_one]"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% parameters
SEEDS = (0, 1, 2, 3, 4)
FOLDS = 4
EPOCHS = 500
FINAL_EPOCHS = 80

# %% data
(x, y), (x_test, y_test) = keras.datasets.boston_housing.load_data()
mean, deviation = x.mean(axis=0), x.std(axis=0)  # all 404 rows, as the book has it
x, x_test = [((part - mean) / deviation).astype("float32") for part in (x, x_test)]
y, y_test = y.astype("float32"), y_test.astype("float32")
parts = np.split(np.arange(len(x)), FOLDS)
fit_rows = [np.concatenate(parts[:i] + parts[i + 1 :]) for i in range(FOLDS)]


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
        weights = [w - 0.001 * u for w, u in zip(weights, updates)]
    return weights, squares


@tf.function(jit_compile=True)
def judge(weights, rows, prices):
    return tf.reduce_mean(tf.abs(predict(weights, rows) - prices), axis=1)


# %% train
def train(fit_rows, judge_x, judge_y, batch_size, epochs):
    """One network for each entry of fit_rows: errors (epochs, networks) and weights."""
    random = np.random.default_rng(0)
    rows = np.array(fit_rows)  # (networks, rows)
    steps = rows.shape[1] // batch_size
    judge_x, judge_y = tf.constant(judge_x), tf.constant(judge_y)
    weights = start(len(rows), seed=0)
    squares = [tf.zeros_like(weight) for weight in weights]
    errors = []
    for _ in range(epochs):
        order = random.permuted(rows, axis=1)[:, : steps * batch_size]
        order = order.reshape(len(rows), steps, batch_size).swapaxes(0, 1)
        weights, squares = one_epoch(weights, squares, x[order], y[order])
        errors.append(judge(weights, judge_x, judge_y).numpy())
    return np.array(errors), weights


judge_x = np.stack([x[part] for part in parts] * len(SEEDS))
judge_y = np.stack([y[part] for part in parts] * len(SEEDS))
curves, steps, last = {}, {}, {}
for batch_size in (1, 16):
    errors, last[batch_size] = train(
        fit_rows * len(SEEDS), judge_x, judge_y, batch_size, EPOCHS
    )
    curves[batch_size] = errors.reshape(EPOCHS, len(SEEDS), FOLDS).mean(axis=2)
    steps[batch_size] = len(fit_rows[0]) // batch_size
one, sixteen = curves[1], curves[16]  # (epochs, seeds)

# %% table
for batch_size, errors in curves.items():
    print(
        f"batch {batch_size:2}: {steps[batch_size]:3} steps an epoch; best epochs",
        *errors.argmin(axis=0) + 1,
        f" lowest {errors.min(axis=0).mean():.2f}, last {errors[-1].mean():.2f}",
    )

# %% batch-figure
figure, (left, right) = plt.subplots(ncols=2, sharey=True)
for batch_size, color in ((1, "C1"), (16, "C0")):
    errors = curves[batch_size]
    epochs = np.arange(1, EPOCHS + 1)
    for axes, across in ((left, epochs), (right, epochs * steps[batch_size])):
        axes.plot(across, errors, color=color, linewidth=0.5, alpha=0.5)
        axes.plot(across, errors.mean(axis=1), color=color, linewidth=2.2)
        best = errors.mean(axis=1).argmin()
        axes.plot(across[best], errors.mean(axis=1)[best], "v", color="C2",
                  markersize=10, zorder=5)
left.text(330, 3.08, "batch 1", color="C1")
left.text(300, 2.2, "batch 16", color="C0")
left.axvline(FINAL_EPOCHS, color="C6", linestyle=":")
left.text(FINAL_EPOCHS + 8, 3.15, f"{FINAL_EPOCHS} epochs", color="C6")
for batch_size, color in ((1, "C1"), (16, "C0")):
    right.axvline(FINAL_EPOCHS * steps[batch_size], color=color, linestyle=":")
left.set(ylim=(2.15, 3.2), xlabel="epoch", title="by epochs",
         ylabel="mean absolute error (1,000 dollars)")
right.set(xscale="log", xlabel="steps (updates of the weights)", title="by steps",
          xlim=(steps[16], None))
plt.show()


# %% smooth
def book_smooth(points, factor=0.9):
    smoothed = [points[0]]
    for point in points[1:]:
        smoothed.append(factor * smoothed[-1] + (1 - factor) * point)
    return np.array(smoothed)


def smooth(points, factor=0.9):
    total, smoothed = 0.0, []
    for count, point in enumerate(points, start=1):
        total = factor * total + (1 - factor) * point
        smoothed.append(total / (1 - factor**count))
    return np.array(smoothed)


axis_best = [book_smooth(curve[10:]).argmin() + 1 for curve in one.T]
smooth_best = [smooth(curve).argmin() + 1 for curve in one.T]
print("raw curve, best epoch:              ", *one.argmin(axis=0) + 1)
print("smoothed from the first, best epoch:", *smooth_best)
print("read off the book's axis:           ", *axis_best)

# %% smooth-figure
figure, (left, right) = plt.subplots(ncols=2)
curve = one[:, 0]
epochs = np.arange(1, EPOCHS + 1)
zero_start = smooth(curve) * (1 - 0.9**epochs)
for axes in (left, right):
    axes.plot(epochs, curve, color="C6", linewidth=0.8)
    axes.plot(epochs, smooth(curve), color="C0", linewidth=2.2)
    axes.plot(epochs[: EPOCHS - 10], book_smooth(curve[10:]), "--", color="C1")
    axes.set(xlabel="epoch", ylabel="mean absolute error (1,000 dollars)")
left.plot(epochs, zero_start, ":", color="C3")
left.plot(epochs, book_smooth(curve), "-.", color="C4", linewidth=1.2)
left.set(xlim=(0, 40), ylim=(0, 6.5), title="the first epochs")
left.text(9, 4.2, "started with its\nfirst value", color="C4")
left.text(4.5, 0.5, "started with zero", color="C3")
left.text(19, 1.75, "the book's: ten dropped", color="C1")
right.set(xlim=(0, 200), ylim=(2.2, 3.0), title="where the book looks for the minimum")
right.text(60, 2.94, "raw, one seed", color="C6")
right.text(60, 2.88, "corrected", color="C0")
right.text(60, 2.82, "the book's, on its axis (dashed)", color="C1")
plt.show()

# %% final
everything = [np.arange(len(x))] * len(SEEDS)
test_x = np.stack([x_test] * len(SEEDS))
test_y = np.stack([y_test] * len(SEEDS))
final = train(everything, test_x, test_y, 16, FINAL_EPOCHS)[0][-1]
final_one = train(everything, test_x, test_y, 1, FINAL_EPOCHS)[0][-1]
fourth = [weight[FOLDS - 1 :: FOLDS] for weight in last[1]]  # the last fold's networks
wrong = judge(fourth, test_x, test_y).numpy()
for name, errors in (
    ("final, 80 epochs of batch 16", final), ("final, 80 epochs of batch 1", final_one),
    ("last fold's, 500 of batch 1", wrong),
):
    print(f"{name:30}", " ".join(f"{error:.2f}" for error in errors))
