# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Heron's square root: a loop that knows only at run time when to stop"
#
# [tool.book.values]
# turns = "turns"
# error = "largest_error"
# graphs = "heron.experimental_get_tracing_count()"
# gradients = "gradients"
# ///

# %% heron
import numpy as np
import tensorflow as tf


@tf.function(input_signature=[tf.TensorSpec(shape=[], dtype=tf.float32)])
def heron(a):
    estimate, turns = a, 0
    while tf.abs(estimate * estimate - a) > 1e-6 * a:
        estimate = (estimate + a / estimate) / 2
        turns += 1
    return estimate, turns


# %% run
turns, errors = [], []
for number in (1.0, 2.0, 9.0, 1e6):
    estimate, count = heron(tf.constant(number))
    turns.append(int(count))
    errors.append(abs(float(estimate) / np.sqrt(number) - 1))
    print(f"{number:9.0f}  {float(estimate):9.4f}  {int(count):2d} turns")
largest_error = max(errors)

# %% gradient
gradients = []
for number in (9.0, 1.0):
    a = tf.constant(number)
    with tf.GradientTape() as tape:
        tape.watch(a)
        estimate, _ = heron(a)
    gradients.append(float(tape.gradient(estimate, a)))
    print(f"at {number}: {gradients[-1]:.4f}, should be {0.5 / np.sqrt(number):.4f}")
