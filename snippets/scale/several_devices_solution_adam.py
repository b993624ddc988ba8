# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Solution: the factor two that Adam hides"
#
# [tool.book.smoke]
# STEPS = 10
#
# [tool.book.values]
# gap_sgd = "float(gaps['SGD'])"
# gap_adam = "float(gaps['Adam'])"
# gap_clipped = "float(gaps['SGD, clipped'])"
# ///

# %% parameters
STEPS = 50

# %% data
import keras
import numpy as np
import tensorflow as tf

generator = np.random.default_rng(seed=0)
inputs = generator.normal(size=(64, 4)).astype("float32")
targets = inputs @ np.array([[1.0], [-2.0], [3.0], [-4.0]], dtype="float32")
optimizers = {
    "SGD": lambda: keras.optimizers.SGD(learning_rate=0.01),
    "Adam": lambda: keras.optimizers.Adam(learning_rate=0.01),
    "SGD, clipped": lambda: keras.optimizers.SGD(learning_rate=0.01, clipnorm=1.0),
}


# %% train
def train(optimizer, factor):
    """A factor on every gradient, as a mean per replica that is summed gives it."""
    weight = keras.Variable(np.zeros((4, 1), dtype="float32"))
    optimizer.build([weight])

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            error = tf.matmul(inputs, weight.value) - targets
            loss = factor * tf.reduce_mean(tf.square(error))
        optimizer.apply_gradients([(tape.gradient(loss, weight.value), weight)])

    for _ in range(STEPS):
        step()
    return weight.numpy()


# %% compare
gaps = {}
for name, make in optimizers.items():
    right, doubled = train(make(), factor=1.0), train(make(), factor=2.0)
    gaps[name] = np.max(np.abs(right - doubled))
    print(f"{name:13} largest difference of a weight {gaps[name]:.1e}")
