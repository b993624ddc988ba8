# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "Broadcasting: the rule in a picture, and the silent (n,) against (n, 1)"
# sources = []
#
# [tool.book.smoke]
# STEPS = 20
#
# [tool.book.values]
# perfect_loss = "float(perfect_loss)"
# variance = "float(variance)"
# shape = "list(difference.shape)"
# right_slopes = "right_slopes"
# wrong_slopes = "wrong_slopes"
# wrong_losses = "wrong_losses"
# formula_losses = "formula_losses"
# right_losses = "right_losses"
# target_means = "target_means"
# wrong_means = "wrong_means"
# ///

# %% parameters
STEPS = 500
SEEDS = (0, 1, 2)

# %% rule
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.patches import Rectangle

pairs = [((3, 4), (4,)), ((3, 1), (4,)), ((3, 1), (1, 4)), ((2, 1, 4), (3, 1)),
         ((3, 4), (3,))]
for left, right in pairs:
    try:
        result = (tf.zeros(left) + tf.zeros(right)).shape
    except tf.errors.InvalidArgumentError as error:
        result = str(error).partition("}} ")[2].partition(" [Op")[0]
    print(f"{left!s:>9} + {right!s:6} -> {result}")

# %% picture
def draw(panel, left, top, values, colour, real):
    for (row, column), value in np.ndenumerate(values):
        known = row < real[0] and column < real[1]
        panel.add_patch(Rectangle(
            (left + column, top + row), 0.94, 0.9, facecolor=colour,
            alpha=0.32 if known else 0.1, linestyle="-" if known else "--",
        ))
        panel.text(left + column + 0.47, top + row + 0.45, f"{value:g}", ha="center",
                   va="center", alpha=1 if known else 0.55)


examples = [
    ("(3, 4) + (4,)", np.arange(12).reshape(3, 4), np.array([100, 200, 300, 400])),
    ("(3, 1) + (4,)", np.array([[1], [2], [3]]), np.array([10, 20, 30, 40])),
]
figure, panels = plt.subplots(nrows=2, figsize=(7.2, 4.0))
for panel, (title, first, second) in zip(panels, examples):
    total = (tf.constant(first) + tf.constant(second)).numpy()
    real = [np.atleast_2d(array).shape for array in (first, second)]
    parts = [(0, first, "C0", real[0]), (5, second, "C1", real[1]),
             (10, total, "C2", total.shape)]
    for left, array, colour, shape in parts:
        draw(panel, left, 0, np.broadcast_to(array, total.shape), colour, shape)
    panel.text(4.47, 1.45, "+", fontsize=13, ha="center", va="center")
    panel.text(9.47, 1.45, "=", fontsize=13, ha="center", va="center")
    panel.set_title(f"{title} → {total.shape}", fontsize=9)
    panel.set(xlim=(-0.1, 14.1), ylim=(3.05, -0.1))
    panel.set_axis_off()
plt.show()

# %% silent
targets = tf.constant([1.0, 2.0, 3.0, 4.0])  # (n,)
predictions = targets[:, tf.newaxis]  # (n, 1), and perfect
difference = targets - predictions
perfect_loss = tf.reduce_mean(tf.square(difference))
variance = tf.math.reduce_variance(targets)
print("shape of the difference:", difference.shape)
print("loss of the perfect prediction:", perfect_loss.numpy())
print("twice the targets' variance:   ", 2 * variance.numpy())

# %% train
def fit_line(targets_shape, seed):
    random = np.random.default_rng(seed)
    inputs = random.uniform(-1, 1, (64, 1)).astype("float32")
    answers = 3 * inputs + 1 + 0.1 * random.normal(size=(64, 1)).astype("float32")
    slope, offset = tf.Variable(0.0), tf.Variable(0.0)
    shaped = tf.reshape(answers, targets_shape)
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            prediction = slope * inputs + offset  # (64, 1)
            loss = tf.reduce_mean(tf.square(shaped - prediction))
        gradients = tape.gradient(loss, [slope, offset])
        slope.assign_sub(0.2 * gradients[0])
        offset.assign_sub(0.2 * gradients[1])
    return inputs, answers, float(slope), float(offset), float(loss)


right = [fit_line((64, 1), seed) for seed in SEEDS]
wrong = [fit_line((64,), seed) for seed in SEEDS]
right_slopes = [run[2] for run in right]
wrong_slopes = [run[2] for run in wrong]
wrong_means = [run[3] for run in wrong]
target_means = [float(run[1].mean()) for run in wrong]
right_losses = [run[4] for run in right]
wrong_losses = [run[4] for run in wrong]
formula_losses = [float(run[1].var()) for run in wrong]
print("slope, shapes equal:       ", *[f"{slope:.3f}" for slope in right_slopes])
print("slope, (64,) with (64, 1): ", *[f"{slope:.3f}" for slope in wrong_slopes])

# %% train-picture
figure, panels = plt.subplots(ncols=2, figsize=(7.2, 2.9), sharey=True)
for panel, runs, title, colour in [
    (panels[0], right, "targets (64, 1)", "C0"),
    (panels[1], wrong, "targets (64,)", "C1"),
]:
    for inputs, answers, slope, offset, _ in runs:
        panel.plot(inputs, answers, ".", color="C6", markersize=3, alpha=0.6)
        ends = np.array([-1.0, 1.0])
        panel.plot(ends, slope * ends + offset, color=colour, linewidth=1.3)
    panel.set_title(f"{title}, {len(SEEDS)} seeds")
    panel.set(xlabel="input", xticks=(-1, 0, 1))
panels[0].set_ylabel("target and fit")
plt.show()

# %% guard
try:
    tf.debugging.assert_shapes([(targets, ("n", 1)), (predictions, ("n", 1))])
except ValueError as error:
    print(type(error).__name__, str(error).splitlines()[0], sep=": ")
