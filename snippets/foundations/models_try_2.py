# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A residual layer, and the gradient that arrives at the first of twenty"
#
# [tool.book.smoke]
# SEEDS = [0]
# DEPTH = 5
#
# [tool.book.values]
# plain = "shares['plain']"
# residual = "shares['residual']"
# depth = "DEPTH"
# ///

# %% parameters
SEEDS = [0, 1, 2, 3, 4]
DEPTH = 20

# %% layer
import keras
import numpy as np
import tensorflow as tf


class Residual(keras.layers.Layer):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def build(self, input_shape):
        self.inner.build(input_shape)

    def call(self, inputs):
        return inputs + self.inner(inputs)


# %% compare
def share_at_first_layer(wrap, seed):
    keras.utils.set_random_seed(seed)
    inner = [keras.layers.Dense(units=32, activation="sigmoid") for _ in range(DEPTH)]
    model = keras.Sequential([keras.Input(shape=(32,)), *map(wrap, inner)])
    inputs = tf.random.normal(shape=(64, 32))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(inputs) * tf.random.normal(shape=(64, 32)))
    first, last = tape.gradient(loss, [inner[0].kernel, inner[-1].kernel])
    return float(tf.reduce_max(tf.abs(first)) / tf.reduce_max(tf.abs(last)))


shares = {
    "plain": [share_at_first_layer(lambda layer: layer, seed) for seed in SEEDS],
    "residual": [share_at_first_layer(Residual, seed) for seed in SEEDS],
}
for name, values in shares.items():
    print(f"{name:8s} {np.median(values):.1e} ({min(values):.1e} to {max(values):.1e})")
