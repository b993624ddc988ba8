# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "A falling rate and a warm-up: where they pay and where they cost"
# sources = []
#
# [tool.book.smoke]
# ROWS = 100
# HELD_OUT = 50
# EPOCHS = 1
# COUNT = 5
# SEEDS = [0, 1]
#
# [tool.book.values]
# seeds = "len(SEEDS)"
# steps = "steps"
# treatments = "list(treatments)"
# pictures_momentum = "means['pictures, momentum']"
# pictures_momentum_low = "lows['pictures, momentum']"
# pictures_momentum_high = "highs['pictures, momentum']"
# pictures_momentum_rate = "places['pictures, momentum']"
# pictures_adam = "means['pictures, Adam']"
# pictures_adam_low = "lows['pictures, Adam']"
# pictures_adam_high = "highs['pictures, Adam']"
# pictures_adam_rate = "places['pictures, Adam']"
# pictures_adam_fast = "fast['pictures, Adam']"
# copies_momentum = "means['copies, momentum']"
# copies_momentum_low = "lows['copies, momentum']"
# copies_momentum_high = "highs['copies, momentum']"
# copies_adam = "means['copies, Adam']"
# copies_adam_low = "lows['copies, Adam']"
# copies_adam_high = "highs['copies, Adam']"
# ///

# %% parameters
ROWS = 3000
HELD_OUT = 1500
EPOCHS = 6
BATCH = 50
SEEDS = (0, 1, 2, 3, 4)
FIRST = {"momentum": -9, "Adam": -12}  # lowest rate, as a power of two
COUNT = 11  # rates, each twice the one before

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
problems = {
    "pictures": (clothes, (196, 32, 10), lambda outputs, targets: -tf.reduce_sum(
        targets * tf.nn.log_softmax(outputs), axis=-1)),
    "copies": (pixels, (196, 32, 8, 32, 196), lambda outputs, targets: tf.reduce_mean(
        tf.square(outputs - targets), axis=-1)),
}
makers = {
    "momentum": lambda: keras.optimizers.SGD(learning_rate=1.0, momentum=0.9),
    "Adam": lambda: keras.optimizers.Adam(learning_rate=1.0),
}

# %% treatments
steps = EPOCHS * (ROWS // BATCH)
tenth = max(1, steps // 10)
cosine = keras.optimizers.schedules.CosineDecay(
    initial_learning_rate=1.0, decay_steps=steps
)
warm_cosine = keras.optimizers.schedules.CosineDecay(
    initial_learning_rate=0.0, warmup_target=1.0, warmup_steps=tenth,
    decay_steps=steps - tenth,
)
treatments = {  # factor on the rate at this step
    "constant": lambda step: tf.constant(1.0),
    "cosine": cosine,
    "warm-up, cosine": warm_cosine,
}
for name, factor in treatments.items():
    shown = [float(factor(tf.constant(step))) for step in (0, tenth, steps // 2, steps)]
    print(f"{name:18s}", *(f"{value:5.2f}" for value in shown))


# %% stack
def start(sizes):
    weights = []
    for layer, shape in enumerate(zip(sizes[:-1], sizes[1:])):
        kernels = [keras.initializers.GlorotUniform(seed=10 * seed + layer)(shape)
                   for seed in SEEDS]
        kernels = tf.repeat(tf.stack(kernels)[:, None], repeats=COUNT, axis=1)
        weights.append(keras.Variable(kernels))  # (seeds, rates, inputs, units)
        weights.append(keras.Variable(tf.zeros((len(SEEDS), COUNT, 1, shape[1]))))
    return weights


def losses(weights, inputs, targets, loss):  # -> (seeds, rates)
    hidden = tf.einsum("sbi,sriu->srbu", inputs, weights[0]) + weights[1]
    for layer in range(2, len(weights), 2):
        hidden = tf.nn.relu(hidden) @ weights[layer] + weights[layer + 1]
    return tf.reduce_mean(loss(hidden, targets[:, None]), axis=-1)


# %% train
def train(problem, optimizer, rates, factor):
    answers, sizes, loss = problem
    weights = start(sizes)
    optimizer.build(weights)
    scale = tf.constant(rates[:, None, None], dtype="float32")

    @tf.function
    def run_epoch(batches):
        for rows in batches:
            now = scale * factor(optimizer.iterations.value)  # this step's rates
            values = [weight.value for weight in weights]
            with tf.GradientTape() as tape:
                x, y = tf.gather(pixels, rows), tf.gather(answers, rows)
                total = tf.reduce_sum(losses(values, x, y, loss))
            before = [tf.identity(value) for value in values]
            optimizer.apply(tape.gradient(total, values), weights)
            for weight, old in zip(weights, before):
                weight.assign(old + now * (weight.value - old))

    generators = [np.random.default_rng(seed) for seed in SEEDS]
    for _ in range(EPOCHS):
        orders = np.stack([generator.permutation(ROWS) for generator in generators])
        batches = orders[:, :ROWS // BATCH * BATCH].reshape(len(SEEDS), -1, BATCH)
        run_epoch(tf.constant(batches.swapaxes(0, 1)))
    held_out = [tf.repeat(rows[None, ROWS:], repeats=len(SEEDS), axis=0)
                for rows in (pixels, answers)]
    result = losses([weight.value for weight in weights], *held_out, loss)
    return np.nan_to_num(result.numpy(), nan=np.inf)


# %% run
curves, means, lows, highs, places, fast = ({} for _ in range(6))
for kind, problem in problems.items():
    for name, make in makers.items():
        case = f"{kind}, {name}"
        rates = 2.0 ** (FIRST[name] + np.arange(COUNT))
        curves[case] = {treatment: train(problem, make(), rates, factor)
                        for treatment, factor in treatments.items()}
        for store in (means, lows, highs, places, fast):
            store[case] = []
        for treatment, runs in curves[case].items():
            place = int(runs.mean(axis=0).argmin())
            chosen = runs[:, place]
            means[case].append(float(chosen.mean()))
            lows[case].append(float(chosen.min()))
            highs[case].append(float(chosen.max()))
            places[case].append(float(rates[place]))
            fast[case].append(float(runs[:, COUNT - 4].mean()))
            print(f"{case:19s} {treatment:16s} best {chosen.mean():.3f}"
                  f" ({chosen.min():.3f}-{chosen.max():.3f}) at {rates[place]:.4f}")

# %% picture
figure, panels = plt.subplots(2, 2, figsize=(7.2, 5.2), sharey="row", sharex="col")
for panel, (case, group) in zip(panels.flat, curves.items()):
    name = case.split(", ")[1]
    rates = 2.0 ** (FIRST[name] + np.arange(COUNT))
    for number, (treatment, runs) in enumerate(group.items()):
        panel.plot(rates, runs.mean(axis=0), "--" if number == 2 else "-",
                   color=f"C{number}", label=treatment)
        panel.fill_between(rates, runs.min(axis=0), runs.max(axis=0), alpha=0.15,
                           color=f"C{number}", linewidth=0)
    panel.set(title=case, xscale="log", yscale="log")
for row, (low, high) in enumerate(((0.42, 1.5), (0.12, 0.9))):
    ticks = [tick for tick in (0.15, 0.2, 0.3, 0.5, 0.7, 1.0) if low < tick < high]
    panels[row, 0].set_ylim(low, high)
    for panel in panels[row]:
        panel.minorticks_off()
    panels[row, 0].set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    panels[row, 0].set_ylabel("validation loss")
for panel in panels[1]:
    panel.set_xlabel("highest learning rate")
panels[0, 0].legend(loc="upper left")
plt.show()
