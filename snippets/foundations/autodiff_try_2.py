# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Exercise: a gradient for rounding"
# sources = []
#
# [tool.book.values]
# plain = "str(plain)"
# reached = "float(reached)"
# weight = "float(weight)"
# ///

# %% straight-through
import tensorflow as tf


@tf.custom_gradient
def round_through(x):
    return tf.round(x), lambda upstream: upstream  # as if it were not rounded


weight = tf.Variable(1.2)
with tf.GradientTape() as tape:
    loss = tf.square(tf.round(weight) - 7.0)
plain = tape.gradient(loss, weight)

for _ in range(40):
    with tf.GradientTape() as tape:
        loss = tf.square(round_through(weight) - 7.0)
    weight.assign_sub(0.1 * tape.gradient(loss, weight))
reached = round_through(weight)
print("through tf.round:", plain)
print(f"straight through: weight {weight.numpy():.3f}, rounded {reached.numpy():.0f}")
