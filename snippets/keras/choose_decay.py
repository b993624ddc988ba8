# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Weight decay inside the loss and outside of it, over rates and strengths"
# sources = []
#
# [tool.book.smoke]
# ROWS = 100
# HELD_OUT = 50
# EPOCHS = 1
# SEEDS = [0, 1]
#
# [tool.book.values]
# rows = "ROWS"
# epochs = "EPOCHS"
# seeds = "len(SEEDS)"
# none = "none"
# none_low = "none_low"
# none_high = "none_high"
# inside = "summary['inside'][0]"
# inside_low = "summary['inside'][1]"
# inside_high = "summary['inside'][2]"
# outside = "summary['outside'][0]"
# outside_low = "summary['outside'][1]"
# outside_high = "summary['outside'][2]"
# shrink_small = "shrink['outside'][0]"
# shrink_large = "shrink['outside'][1]"
# inside_small = "shrink['inside'][0]"
# inside_large = "shrink['inside'][1]"
# fast_rate = "RATES[-2]"
# fast_inside = "too_fast['inside']"
# fast_outside = "too_fast['outside']"
# fast_none = "too_fast['none']"
# ///

# %% parameters
ROWS = 1000
HELD_OUT = 2000
EPOCHS = 30
BATCH = 50
SEEDS = (0, 1, 2, 3, 4)
RATES = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016)
DECAYS = {
    "inside": (0.0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1),
    "outside": (0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
}

# %% two-weights
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

shrink = {}  # how much of a weight one step takes away, beside the step itself
for place, decay in (("inside", 0.1), ("outside", 0.1)):
    shrink[place] = []
    for size in (0.01, 10.0):  # a weight with small gradients, one with large
        ends = []
        for strength in (0.0, decay):
            weight = keras.Variable(2.0)
            optimizer = keras.optimizers.AdamW(
                learning_rate=0.01, weight_decay=strength if place == "outside" else 0.0
            )
            for step in range(200):
                gradient = size * (-1.0) ** step  # pulls to no side
                if place == "inside":
                    gradient = gradient + strength * weight.value
                optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])
            ends.append(float(weight.numpy()))
        shrink[place].append(1 - ends[1] / ends[0])
    print(f"{place:8s} small gradients: {100 * shrink[place][0]:5.1f} % smaller,"
          f" large gradients: {100 * shrink[place][1]:5.1f} %")

# %% data
(pixels, clothes), _ = keras.datasets.fashion_mnist.load_data()
pixels = pixels[:ROWS + HELD_OUT].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
pixels = pixels.reshape(-1, 196).astype("float32")
pixels = tf.constant((pixels - pixels[:ROWS].mean()) / pixels[:ROWS].std())
clothes = tf.one_hot(clothes[:ROWS + HELD_OUT], depth=10)
RUNS = len(RATES) * len(DECAYS["inside"])


# %% stack
def start():
    weights = []
    for layer, shape in enumerate(((196, 32), (32, 10))):
        kernels = [keras.initializers.GlorotUniform(seed=10 * seed + layer)(shape)
                   for seed in SEEDS]
        kernels = tf.repeat(tf.stack(kernels)[:, None], repeats=RUNS, axis=1)
        weights.append(keras.Variable(kernels))  # (seeds, runs, inputs, units)
        weights.append(keras.Variable(tf.zeros((len(SEEDS), RUNS, 1, shape[1]))))
    return weights


def losses(weights, inputs, targets):  # (seeds, batch, ...) -> (seeds, runs)
    hidden = tf.einsum("sbi,sriu->srbu", inputs, weights[0]) + weights[1]
    outputs = tf.nn.relu(hidden) @ weights[2] + weights[3]
    surprise = -tf.reduce_sum(targets[:, None] * tf.nn.log_softmax(outputs), axis=-1)
    return tf.reduce_mean(surprise, axis=-1)


# %% train
def train(place):
    grid = np.array([(rate, decay) for rate in RATES for decay in DECAYS[place]])
    rates, decays = tf.constant(grid.T[:, :, None, None], dtype="float32")
    weights, optimizer = start(), keras.optimizers.Adam(learning_rate=1.0)
    optimizer.build(weights)

    @tf.function
    def run_epoch(batches):
        for rows in batches:
            values = [weight.value for weight in weights]
            with tf.GradientTape() as tape:
                x, y = tf.gather(pixels, rows), tf.gather(clothes, rows)
                total = tf.reduce_sum(losses(values, x, y))
                if place == "inside":  # decay / 2 times the sum of squares
                    for kernel in values[::2]:
                        total += tf.reduce_sum(decays / 2 * kernel**2)
            before = [tf.identity(value) for value in values]
            optimizer.apply(tape.gradient(total, values), weights)
            for number, (weight, old) in enumerate(zip(weights, before)):
                new = old + rates * (weight.value - old)
                if place == "outside" and number % 2 == 0:
                    new -= rates * decays * old
                weight.assign(new)

    generators = [np.random.default_rng(seed) for seed in SEEDS]
    for _ in range(EPOCHS):
        orders = np.stack([generator.permutation(ROWS) for generator in generators])
        batches = orders.reshape(len(SEEDS), -1, BATCH)
        run_epoch(tf.constant(batches.swapaxes(0, 1)))
    held_out = [tf.repeat(rows[None, ROWS:], repeats=len(SEEDS), axis=0)
                for rows in (pixels, clothes)]
    result = losses([weight.value for weight in weights], *held_out).numpy()
    return np.nan_to_num(result, nan=np.inf).reshape(len(SEEDS), len(RATES), -1)


# %% run
maps, summary, too_fast = {}, {}, {}
for place in DECAYS:
    runs = train(place)  # (seeds, rates, decays)
    means = maps[place] = runs.mean(axis=0)
    best = np.unravel_index(means.argmin(), means.shape)
    chosen = runs[:, best[0], best[1]]
    summary[place] = [float(v) for v in (chosen.mean(), chosen.min(), chosen.max())]
    too_fast[place] = runs[:, -2, means[-2].argmin()].tolist()  # at a high rate
    print(f"{place:8s} best {chosen.mean():.3f} ({chosen.min():.3f}-{chosen.max():.3f})"
          f" at rate {RATES[best[0]]}, decay {DECAYS[place][best[1]]}")
    print("         best decay for each rate:",
          *(f"{DECAYS[place][i]:g}" for i in means.argmin(axis=1)))
without = runs[:, :, 0]
chosen = without[:, without.mean(axis=0).argmin()]
none, none_low, none_high = (float(f(chosen)) for f in (np.mean, np.min, np.max))
too_fast["none"] = without[:, -2].tolist()
print(f"no decay best {none:.3f} ({none_low:.3f}-{none_high:.3f})")
print(f"at rate {RATES[-2]}, best decay for it:", ", ".join(
    f"{place} {np.mean(values):.3f}" for place, values in too_fast.items()))

# %% picture
figure, panels = plt.subplots(1, 2, figsize=(7.2, 3.5), sharey=True)
for panel, (place, means) in zip(panels, maps.items()):
    image = panel.imshow(means, vmin=0.5, vmax=1.0, cmap="cividis", aspect="auto")
    for row, line in enumerate(means):
        for column, value in enumerate(line):
            panel.text(column, row, f"{value:.2f}", ha="center", va="center",
                       fontsize=7, color="#fff" if value < 0.8 else "#000")
    panel.set(title=f"decay {place} the loss" if place == "inside"
              else "decay outside of it", xlabel="weight decay",
              xticks=range(len(DECAYS[place])),
              xticklabels=[f"{decay:g}" for decay in DECAYS[place]],
              yticks=range(len(RATES)), yticklabels=RATES)
panels[0].set_ylabel("learning rate")
plt.show()
