# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "How many seeds does it take to tell two optimizers apart?"
# sources = []
#
# [tool.book.smoke]
# ROWS = 100
# HELD_OUT = 50
# EPOCHS = 1
# SEEDS = 4
#
# [tool.book.values]
# seeds = "SEEDS"
# momentum_mean = "float(scores['momentum'].mean())"
# adam_mean = "float(scores['Adam'].mean())"
# spread = "float(scores['Adam'].std(ddof=1))"
# counts = "COUNTS"
# wrong = "wrong"
# ///

# %% parameters
ROWS = 3000
HELD_OUT = 1500
EPOCHS = 6
BATCH = 50
SEEDS = 64
RATES = {"momentum": 0.0215, "Adam": 0.00215}  # the best of the sweep
COUNTS = (1, 3, 5, 10, 20)

# %% train
import keras
import numpy as np
import tensorflow as tf

(pixels, clothes), _ = keras.datasets.fashion_mnist.load_data()
pixels = pixels[:ROWS + HELD_OUT].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
pixels = pixels.reshape(-1, 196).astype("float32")
pixels = tf.constant((pixels - pixels[:ROWS].mean()) / pixels[:ROWS].std())
clothes = tf.one_hot(clothes[:ROWS + HELD_OUT], depth=10)


def losses(weights, inputs, targets):  # (seeds, batch, ...) -> (seeds,)
    hidden = tf.nn.relu(inputs @ weights[0] + weights[1])
    surprise = tf.nn.log_softmax(hidden @ weights[2] + weights[3]) * targets
    return -tf.reduce_mean(tf.reduce_sum(surprise, axis=-1), axis=-1)


def train(optimizer, first_seed):
    weights, seeds = [], range(first_seed, first_seed + SEEDS)
    for layer, shape in enumerate(((196, 32), (32, 10))):
        kernels = [keras.initializers.GlorotUniform(seed=10 * seed + layer)(shape)
                   for seed in seeds]
        weights.append(keras.Variable(tf.stack(kernels)))  # (seeds, inputs, units)
        weights.append(keras.Variable(tf.zeros((SEEDS, 1, shape[1]))))
    optimizer.build(weights)

    @tf.function
    def run_epoch(batches):
        for rows in batches:
            values = [weight.value for weight in weights]
            with tf.GradientTape() as tape:
                x, y = tf.gather(pixels, rows), tf.gather(clothes, rows)
                total = tf.reduce_sum(losses(values, x, y))
            optimizer.apply(tape.gradient(total, values), weights)

    generators = [np.random.default_rng(seed) for seed in seeds]
    for _ in range(EPOCHS):
        orders = np.stack([generator.permutation(ROWS) for generator in generators])
        run_epoch(tf.constant(orders.reshape(SEEDS, -1, BATCH).swapaxes(0, 1)))
    values = [weight.value for weight in weights]
    return losses(values, pixels[None, ROWS:], clothes[None, ROWS:]).numpy()


momentum = keras.optimizers.SGD(learning_rate=RATES["momentum"], momentum=0.9)
adam = keras.optimizers.Adam(learning_rate=RATES["Adam"])
scores = {"momentum": train(momentum, first_seed=100),
          "Adam": train(adam, first_seed=1000)}
for name, values in scores.items():
    print(f"{name:9s} {values.mean():.4f}, standard deviation {values.std(ddof=1):.4f}")

# %% compare
generator = np.random.default_rng(0)
better = min(scores, key=lambda name: scores[name].mean())
worse = max(scores, key=lambda name: scores[name].mean())
wrong = []
for count in COUNTS:
    means = {
        name: generator.choice(values, size=(20_000, count)).mean(axis=1)
        for name, values in scores.items()
    }
    wrong.append(float(np.mean(means[better] > means[worse])))
    print(f"{count:2d} seeds each: {100 * wrong[-1]:4.1f} % of comparisons name"
          f" {worse} the better one")
