# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Exercise: all distances at once, and the price of the shortcut"
# sources = []
#
# [tool.book.values]
# direct = "direct"
# shortcut = "shortcut"
# elements_direct = "int(np.prod(pairs))"
# elements_shortcut = "int(np.prod(pairs[:2]))"
# ///

# %% parameters
OFFSETS = (0.0, 10.0, 100.0, 1000.0)
POINTS = 200

# %% distances
import numpy as np
import tensorflow as tf


def direct_distances(a, b):
    difference = a[:, tf.newaxis, :] - b[tf.newaxis, :, :]  # (n, m, features)
    return tf.reduce_sum(tf.square(difference), axis=-1)


def shortcut_distances(a, b):  # |a - b|² = |a|² - 2 a·b + |b|²
    a_squares = tf.reduce_sum(tf.square(a), axis=1, keepdims=True)  # (n, 1)
    b_squares = tf.reduce_sum(tf.square(b), axis=1)  # (m,)
    return a_squares - 2 * tf.matmul(a, b, transpose_b=True) + b_squares


# %% compare
random = np.random.default_rng(0)
points = random.normal(size=(POINTS, 8))
pairs = (POINTS, POINTS, 8)
direct, shortcut = [], []
for offset in OFFSETS:
    moved = points + offset
    exact = np.sum((moved[:, None] - moved[None]) ** 2, axis=-1)  # in float64
    single = tf.constant(moved, dtype=tf.float32)
    direct.append(float(np.abs(direct_distances(single, single) - exact).max()))
    shortcut.append(float(np.abs(shortcut_distances(single, single) - exact).max()))
    print(f"offset {offset:6.0f}: largest error direct {direct[-1]:.1e}, "
          f"shortcut {shortcut[-1]:.1e}")
