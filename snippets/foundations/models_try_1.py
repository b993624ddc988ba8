# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A slope below zero brings dead units back"
#
# [tool.book.smoke]
# STEPS = 5
#
# [tool.book.values]
# relu = "errors['relu'].tolist()"
# leaky = "errors['leaky_relu'].tolist()"
# ///

# %% parameters
STEPS = 5001
SEEDS = 30

# %% train
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(42)
x = tf.random.uniform(shape=(32, 5))
y = x @ tf.range(5, dtype=tf.float32)[:, tf.newaxis]


def train(activation):
    draws = [
        [
            keras.initializers.GlorotUniform(seed=seed + offset)(shape)
            for seed in range(SEEDS)
        ]
        for offset, shape in ((0, (5, 3)), (1000, (3, 1)))
    ]
    first, second = (tf.Variable(tf.stack(draw)) for draw in draws)

    def predict():
        return activation(x @ first) @ second  # (seeds, 32, 1)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.reduce_mean(tf.square(y - predict()), axis=[1, 2]))
        for variable, gradient in zip(
            (first, second), tape.gradient(loss, (first, second))
        ):
            variable.assign_sub(0.05 * gradient)

    for _ in range(STEPS):
        step()
    return np.abs(y - predict()).mean(axis=(1, 2))


errors = {}
for name in ("relu", "leaky_relu"):
    errors[name] = train(getattr(keras.activations, name))
    stuck = int((errors[name] > 1).sum())
    worst = errors[name].max()
    print(f"{name:10s} stuck: {stuck} of {SEEDS}, largest error {worst:.1e}")
