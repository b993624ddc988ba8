# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "The batch size and the learning rate move together: four sizes, 12 rates"
# sources = []
#
# [tool.book.smoke]
# ROWS = 256
# HELD_OUT = 100
# EPOCHS = 1
# SIZES = [64, 256]
# SEEDS = [0, 1]
#
# [tool.book.values]
# sizes = "SIZES"
# seeds = "len(SEEDS)"
# steps = "[EPOCHS * (ROWS // size) for size in SIZES]"
# sgd_slopes = "slopes['SGD']"
# momentum_slopes = "slopes['momentum']"
# adam_slopes = "slopes['Adam']"
# sgd_small = "small['SGD']"
# momentum_small = "small['momentum']"
# adam_small = "small['Adam']"
# sgd_best = "best_rates['SGD']"
# momentum_best = "best_rates['momentum']"
# adam_best = "best_rates['Adam']"
# sgd_rules = "rules['SGD']"
# momentum_rules = "rules['momentum']"
# adam_rules = "rules['Adam']"
# sgd_loss = "lowest['SGD']"
# momentum_loss = "lowest['momentum']"
# adam_loss = "lowest['Adam']"
# ///

# %% parameters
ROWS = 3072
HELD_OUT = 1500
EPOCHS = 6
SIZES = (8, 32, 128, 512)
SEEDS = (0, 1, 2, 3, 4)
FIRST = {"SGD": -8, "momentum": -11, "Adam": -13}  # lowest rate, as a power of two
COUNT = 12  # rates, each twice the one before

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

(pixels, clothes), _ = keras.datasets.fashion_mnist.load_data()
pixels = pixels[:ROWS + HELD_OUT].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
pixels = pixels.reshape(-1, 196).astype("float32")
pixels = tf.constant((pixels - pixels[:ROWS].mean()) / pixels[:ROWS].std())
clothes = tf.one_hot(clothes[:ROWS + HELD_OUT], depth=10)
makers = {
    "SGD": lambda: keras.optimizers.SGD(learning_rate=1.0),
    "momentum": lambda: keras.optimizers.SGD(learning_rate=1.0, momentum=0.9),
    "Adam": lambda: keras.optimizers.Adam(learning_rate=1.0),
}


# %% stack
def start():
    weights = []
    for layer, shape in enumerate(((196, 32), (32, 10))):
        kernels = [keras.initializers.GlorotUniform(seed=10 * seed + layer)(shape)
                   for seed in SEEDS]
        kernels = tf.repeat(tf.stack(kernels)[:, None], repeats=COUNT, axis=1)
        weights.append(keras.Variable(kernels))  # (seeds, rates, inputs, units)
        weights.append(keras.Variable(tf.zeros((len(SEEDS), COUNT, 1, shape[1]))))
    return weights


def losses(weights, inputs, targets):  # (seeds, batch, ...) -> (seeds, rates)
    hidden = tf.einsum("sbi,sriu->srbu", inputs, weights[0]) + weights[1]
    outputs = tf.nn.relu(hidden) @ weights[2] + weights[3]
    surprise = -tf.reduce_sum(targets[:, None] * tf.nn.log_softmax(outputs), axis=-1)
    return tf.reduce_mean(surprise, axis=-1)


def train(optimizer, rates, size):
    weights = start()
    optimizer.build(weights)
    scale = tf.constant(rates[:, None, None], dtype="float32")

    @tf.function
    def run_epoch(batches):
        for rows in batches:
            values = [weight.value for weight in weights]
            with tf.GradientTape() as tape:
                x, y = tf.gather(pixels, rows), tf.gather(clothes, rows)
                total = tf.reduce_sum(losses(values, x, y))
            before = [tf.identity(value) for value in values]
            optimizer.apply(tape.gradient(total, values), weights)
            for weight, old in zip(weights, before):
                weight.assign(old + scale * (weight.value - old))

    generators = [np.random.default_rng(seed) for seed in SEEDS]
    for _ in range(EPOCHS):
        orders = np.stack([generator.permutation(ROWS) for generator in generators])
        batches = orders[:, :ROWS // size * size].reshape(len(SEEDS), -1, size)
        run_epoch(tf.constant(batches.swapaxes(0, 1)))
    held_out = [tf.repeat(rows[None, ROWS:], repeats=len(SEEDS), axis=0)
                for rows in (pixels, clothes)]
    return losses([weight.value for weight in weights], *held_out).numpy()


# %% run
def lowest_point(curve):  # a parabola through the lowest rate and its neighbours
    place = int(np.clip(np.argmin(curve), 1, len(curve) - 2))
    left, middle, right = np.log(np.minimum(curve[place - 1:place + 2], 10))
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend > 0 else 0.0
    return place + float(np.clip(shift, -1, 1))


curves, slopes, small, best_rates, lowest = {}, {}, {}, {}, {}
for name, make in makers.items():
    exponents = FIRST[name] + np.arange(COUNT)
    runs = [train(make(), 2.0 ** exponents, size) for size in SIZES]
    runs = np.nan_to_num(np.array(runs), nan=np.inf)  # (sizes, seeds, rates)
    logs = np.array([[FIRST[name] + lowest_point(curve) for curve in group]
                     for group in runs])
    curves[name] = runs.mean(axis=1)
    slopes[name] = np.polyfit(np.log2(SIZES), logs, deg=1)[0].tolist()
    few = slice(0, max(2, len(SIZES) - 1))  # without the largest
    small[name] = np.polyfit(np.log2(SIZES[few]), logs[few], deg=1)[0].tolist()
    best_rates[name] = (2 ** logs.mean(axis=1)).tolist()
    lowest[name] = curves[name].min(axis=1).tolist()
    print(f"{name:9s} best rate " + "  ".join(
        f"{size}: {rate:.4f}" for size, rate in zip(SIZES, best_rates[name])))
    print(f"{'':9s} power {np.mean(slopes[name]):.2f}"
          f" ({min(slopes[name]):.2f} to {max(slopes[name]):.2f}),"
          f" without {SIZES[-1]}: {np.mean(small[name]):.2f}")

# %% rules
rules = {}  # from the second size to the last: kept, square root, linear, tuned
jump = int(np.log2(SIZES[-1] // SIZES[1])) if len(SIZES) > 2 else 2
for name, group in curves.items():
    place = int(group[1].argmin())
    places = np.minimum([place, place + jump // 2, place + jump], COUNT - 1)
    rules[name] = [*group[-1][places].tolist(), float(group[-1].min())]
    kept, root, linear, tuned = rules[name]
    print(f"{name:9s} same rate {kept:.3f}  square root {root:.3f}"
          f"  linear {linear:.3f}  tuned anew {tuned:.3f}")

# %% picture
figure, panels = plt.subplots(1, 3, figsize=(7.2, 3.4), sharey=True)
for panel, (name, group) in zip(panels, curves.items()):
    rates = 2.0 ** (FIRST[name] + np.arange(COUNT))
    for number, (size, curve) in enumerate(zip(SIZES, group)):
        panel.plot(rates, curve, color=f"C{number}")
        place = int(curve.argmin())
        panel.plot(rates[place], curve[place], "o", color=f"C{number}")
        first = int(np.flatnonzero(curve < 1.95)[0]) if curve.min() < 1.95 else 0
        panel.annotate(str(size), (rates[first], curve[first]), xytext=(-4, 0),
                       textcoords="offset points", color=f"C{number}", ha="right",
                       va="center", fontsize=8)
    panel.set(title=name, xscale="log", xlabel="learning rate", ylim=(0.45, 2.0),
              xlim=(rates[0] / 6, rates[-1]))
panels[0].set_ylabel("validation loss, mean of seeds")
plt.show()
