# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "One line, three losses, and a few wild points"
#
# [tool.book.smoke]
# SEEDS = [0, 1]
# STEPS = 300
#
# [tool.book.values]
# seeds = "len(SEEDS)"
# slope = "SLOPE"
# clean = "[float(np.mean(found[name, 0.0])) for name in losses]"
# errors_squared = "[float(abs(value - SLOPE)) for value in found['squared', OUTLIERS]]"
# errors_absolute = "[float(abs(value - SLOPE)) for value in found['absolute', OUTLIERS]]"
# errors_huber = "[float(abs(value - SLOPE)) for value in found['Huber', OUTLIERS]]"
# clean_squared = "[float(abs(value - SLOPE)) for value in found['squared', 0.0]]"
# clean_absolute = "[float(abs(value - SLOPE)) for value in found['absolute', 0.0]]"
# share = "OUTLIERS"
# ///

# %% parameters
SEEDS = (0, 1, 2, 3, 4, 5, 6, 7)
SLOPE = 2.0
OUTLIERS = 0.08  # share of the points that are wrong
STEPS = 1500

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf


def make_data(seed, outliers, size=100):
    generator = np.random.default_rng(seed)
    x = generator.uniform(-1, 1, size=size).astype("float32")
    y = SLOPE * x + generator.normal(scale=0.3, size=size)
    wrong = (x > 0.5) & (generator.random(size) < 4 * outliers)  # a quarter lies there
    return x, np.where(wrong, y - 8, y).astype("float32")


# %% fit
losses = {
    "squared": keras.losses.MeanSquaredError(),
    "absolute": keras.losses.MeanAbsoluteError(),
    "Huber": keras.losses.Huber(delta=0.5),
}


@tf.function
def fit(x, y, loss):
    weights = tf.zeros(2)  # slope, intercept
    for step in tf.range(STEPS):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            value = loss(y, weights[0] * x + weights[1])
        rate = 0.5 / (1 + 0.05 * tf.cast(step, tf.float32))
        weights -= rate * tape.gradient(value, weights)
    return weights


found, lines = {}, {}
for name, loss in losses.items():
    for outliers in (0.0, OUTLIERS):
        fits = [fit(*make_data(seed, outliers), loss) for seed in SEEDS]
        found[name, outliers] = [float(weights[0]) for weights in fits]
        lines[name, outliers] = fits[0].numpy()
    print(f"{name:9} slope without wild points {np.mean(found[name, 0.0]):.2f}, "
          f"with {np.mean(found[name, OUTLIERS]):.2f} (true {SLOPE})")

# %% picture
x, y = make_data(SEEDS[0], OUTLIERS)
figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.4), width_ratios=(3, 2))
left.plot(x, y, ".", color="C6")
ends = np.array([-1, 1])
colors = (("squared", "C1"), ("absolute", "C2"), ("Huber", "C0"))
for (name, color), style in zip(colors, ("-", "--", "-.")):
    slope, intercept = lines[name, OUTLIERS]
    left.plot(ends, slope * ends + intercept, style, color=color, label=name)
left.set(xlabel="x", ylabel="y")
left.legend(loc="lower left")
for place, (name, color) in enumerate(
    (("squared", "C1"), ("absolute", "C2"), ("Huber", "C0"))
):
    values = found[name, OUTLIERS]
    right.plot(np.full(len(values), place), values, "o", color=color, alpha=0.6)
    right.plot([place - 0.25, place + 0.25], [np.mean(values)] * 2, color=color)
right.axhline(SLOPE, color="C6", linestyle="--", linewidth=1)
right.text(-0.4, SLOPE + 0.03, "true slope", color="C6", va="bottom")
right.set(ylabel="slope found (a dot a seed)", xlim=(-0.5, 2.5))
right.set_xticks(range(3), ["squared", "absolute", "Huber"])
figure.tight_layout()
plt.show()
