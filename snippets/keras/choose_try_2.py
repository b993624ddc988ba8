# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Does the order of the optimizers survive a longer training?"
# sources = []
#
# [tool.book.smoke]
# ROWS = 100
# HELD_OUT = 50
# EPOCHS = [1, 2]
# COUNT = 4
# SEEDS = [0, 1]
#
# [tool.book.values]
# epochs = "EPOCHS"
# seeds = "len(SEEDS)"
# sgd = "losses_at['SGD']"
# sgd_rate = "rates_at['SGD']"
# adam = "losses_at['Adam']"
# adam_rate = "rates_at['Adam']"
# momentum = "losses_at['momentum']"
# momentum_rate = "rates_at['momentum']"
# ///

# %% parameters
ROWS = 3000
HELD_OUT = 1500
EPOCHS = (2, 6, 18, 54)
BATCH = 50
SEEDS = (0, 1, 2)
FIRST = {"SGD": -9, "momentum": -12, "Adam": -15}  # lowest rate, as a power of two
COUNT = 11  # rates, each twice the one before

# %% stack
import keras
import numpy as np
import tensorflow as tf

(pixels, clothes), _ = keras.datasets.fashion_mnist.load_data()
pixels = pixels[:ROWS + HELD_OUT].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
pixels = pixels.reshape(-1, 196).astype("float32")
pixels = tf.constant((pixels - pixels[:ROWS].mean()) / pixels[:ROWS].std())
clothes = tf.one_hot(clothes[:ROWS + HELD_OUT], depth=10)


def losses(weights, inputs, targets):  # (seeds, batch, ...) -> (seeds, rates)
    hidden = tf.einsum("sbi,sriu->srbu", inputs, weights[0]) + weights[1]
    outputs = tf.nn.relu(hidden) @ weights[2] + weights[3]
    surprise = -tf.reduce_sum(targets[:, None] * tf.nn.log_softmax(outputs), axis=-1)
    return tf.reduce_mean(surprise, axis=-1)


def train(optimizer, rates):  # -> (times, seeds, rates)
    weights, history = [], []
    for layer, shape in enumerate(((196, 32), (32, 10))):
        kernels = [keras.initializers.GlorotUniform(seed=10 * seed + layer)(shape)
                   for seed in SEEDS]
        kernels = tf.repeat(tf.stack(kernels)[:, None], repeats=COUNT, axis=1)
        weights.append(keras.Variable(kernels))
        weights.append(keras.Variable(tf.zeros((len(SEEDS), COUNT, 1, shape[1]))))
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
    held_out = [tf.repeat(rows[None, ROWS:], repeats=len(SEEDS), axis=0)
                for rows in (pixels, clothes)]
    for epoch in range(1, max(EPOCHS) + 1):
        orders = np.stack([generator.permutation(ROWS) for generator in generators])
        batches = orders.reshape(len(SEEDS), -1, BATCH).swapaxes(0, 1)
        run_epoch(tf.constant(batches))
        if epoch in EPOCHS:
            values = [weight.value for weight in weights]
            history.append(losses(values, *held_out).numpy())
    return np.nan_to_num(np.array(history), nan=np.inf)


# %% compare
makers = {
    "SGD": lambda: keras.optimizers.SGD(learning_rate=1.0),
    "momentum": lambda: keras.optimizers.SGD(learning_rate=1.0, momentum=0.9),
    "Adam": lambda: keras.optimizers.Adam(learning_rate=1.0),
}
losses_at, rates_at = {}, {}
print("epochs      " + "".join(f"{epochs:>18d}" for epochs in EPOCHS))
for name, make in makers.items():
    rates = 2.0 ** (FIRST[name] + np.arange(COUNT))
    runs = train(make(), rates)
    means = runs.mean(axis=1)  # (times, rates)
    places = means.argmin(axis=1)
    losses_at[name] = means.min(axis=1).tolist()
    rates_at[name] = rates[places].tolist()
    print(f"{name:12s}" + "".join(
        f"{low:10.3f} {f'({rate:.4f})':7s}" for low, rate in
        zip(losses_at[name], rates_at[name])))
