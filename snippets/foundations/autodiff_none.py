# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Why a gradient is None, zero or NaN"
# sources = ["zt-ch1-tape-watch"]
#
# [tool.book.values]
# nones = "nones"
# stopped = "float(stopped)"
# flowing = "float(flowing)"
# naive_value = "str(float(naive_value))"
# naive_gradient = "str(float(naive_gradient))"
# stable_gradient = "float(stable_gradient)"
# exact = "exact"
# where_bad = "str(float(bad[0]))"
# where_good = "float(good[0])"
# ///

# %% none
import math

import numpy as np
import tensorflow as tf

x = tf.Variable(3.0)
integer = tf.Variable(3)


def through_numpy():
    return tf.constant(np.square(x.numpy()))


def through_assignment():
    store = tf.Variable(0.0)
    store.assign(x * x)
    return store * 1.0


def overwritten():
    copy = tf.constant(3.0)  # not x
    return copy * copy


cases = {
    "NumPy in between": (through_numpy, x),
    "assigned to a variable": (through_assignment, x),
    "an integer variable": (lambda: integer * integer, integer),
    "cast to int and back": (lambda: tf.cast(tf.cast(x, tf.int32), tf.float32), x),
    "not connected": (overwritten, x),
}
tf.get_logger().setLevel("ERROR")  # the integer case also warns
nones = 0
for name, (function, source) in cases.items():
    with tf.GradientTape() as tape:
        result = function()
    gradient = tape.gradient(result, source)
    nones += gradient is None
    print(f"{name:24} {gradient}")

# %% zero-instead
with tf.GradientTape() as tape:
    unrelated = tf.constant(1.0) * 2.0
zero = tape.gradient(unrelated, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
print("asked for zeros:", zero.numpy())
with tf.GradientTape() as tape:
    rounded = tf.round(x * 1.3)
print("through round: ", tape.gradient(rounded, x))

# %% stop
with tf.GradientTape(persistent=True) as tape:
    whole = x * tf.square(x)
    half = x * tf.stop_gradient(tf.square(x))
flowing, stopped = tape.gradient(whole, x), tape.gradient(half, x)
print("x³:", flowing.numpy(), "  x·stop(x²):", stopped.numpy())

# %% overflow
def naive_softplus(x):
    return tf.math.log(1 + tf.exp(x))


large = tf.Variable(100.0)
with tf.GradientTape() as tape:
    naive_value = naive_softplus(large)
naive_gradient = tape.gradient(naive_value, large)
print("log(1 + e^100) =", naive_value.numpy(), " gradient", naive_gradient.numpy())

# %% custom
@tf.custom_gradient
def softplus(x):
    value = tf.maximum(x, 0.0) + tf.math.log1p(tf.exp(-tf.abs(x)))

    def backward(upstream):
        return upstream * tf.sigmoid(x)

    return value, backward


with tf.GradientTape() as tape:
    value = softplus(large)
stable_gradient = tape.gradient(value, large)
exact = 1 / (1 + math.exp(-100))
print("softplus(100) =", value.numpy(), " gradient", stable_gradient.numpy())

# %% where
positions = tf.Variable([0.0, 4.0])
with tf.GradientTape(persistent=True) as tape:
    guarded = tf.where(positions > 0, tf.math.log(positions), 0.0)
    safe = tf.where(positions > 0, positions, 1.0)
    guarded_twice = tf.where(positions > 0, tf.math.log(safe), 0.0)
bad, good = tape.gradient(guarded, positions), tape.gradient(guarded_twice, positions)
print("value:   ", guarded.numpy())
print("one where:", bad.numpy(), "  two:", good.numpy())
