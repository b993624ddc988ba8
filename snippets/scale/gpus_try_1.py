# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Does data parallelism by hand survive batch normalisation?"
#
# [tool.book.values]
# plain = "[float(value) for value in results['plain']]"
# normalised = "[float(value) for value in results['batch normalisation']]"
# shared = "[float(value) for value in results['shared statistics']]"
# ///

# %% parameters
SEEDS = (0, 1, 2)

# %% losses
import numpy as np
import tensorflow as tf


def loss_of(weights, inputs, targets, statistics):
    hidden = tf.matmul(inputs, weights)
    if statistics is not None:
        mean, variance = statistics(hidden)
        hidden = (hidden - mean) / tf.sqrt(variance + 1e-3)
    answers = tf.reduce_sum(tf.nn.relu(hidden), axis=1)
    return tf.reduce_mean(tf.square(answers - targets))


def own(hidden):
    return tf.nn.moments(hidden, axes=0)


# %% compare
def difference(seed, statistics_of):
    """How far the mean of two halves' gradients is from the whole batch's gradient."""
    generator = np.random.default_rng(seed)
    inputs = tf.constant(generator.normal(size=(8, 4)), tf.float32)
    targets = tf.constant(generator.normal(size=8), tf.float32)
    weights = tf.Variable(generator.normal(size=(4, 3)), dtype=tf.float32)
    statistics = statistics_of(inputs, weights)
    gradients = []
    for parts in (1, 2):
        with tf.GradientTape() as tape:
            losses = [
                loss_of(weights, part, answers, statistics)
                for part, answers in zip(
                    tf.split(inputs, parts), tf.split(targets, parts)
                )
            ]
            loss = tf.add_n(losses) / parts
        gradients.append(tape.gradient(loss, weights))
    whole, sharded = gradients
    return tf.norm(whole - sharded) / tf.norm(whole)


def of_the_whole_batch(inputs, weights):
    return lambda hidden: tf.nn.moments(tf.matmul(inputs, weights), axes=0)


ways = {
    "plain": lambda inputs, weights: None,
    "batch normalisation": lambda inputs, weights: own,
    "shared statistics": of_the_whole_batch,
}
results = {
    name: [difference(seed, way) for seed in SEEDS] for name, way in ways.items()
}
for name, differences in results.items():
    print(f"{name:20}", *(f"{value:.1e}" for value in differences))
