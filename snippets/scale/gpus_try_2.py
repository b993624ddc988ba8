# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Why the variables stay in float32"
#
# [tool.book.values]
# ends = "ends"
# smallest = "[float(value) for value in smallest]"
# ///

# %% parameters
STEPS = 1000
UPDATE = 0.0003

# %% add-up
import tensorflow as tf

ends, smallest = [], []
for dtype in (tf.float32, tf.float16, tf.bfloat16):
    weight = tf.Variable(1.0, dtype=dtype)
    for _ in range(STEPS):
        weight.assign_add(tf.cast(UPDATE, dtype))
    ends.append(float(weight))
    step = 1.0
    while tf.cast(1 + step, dtype) > 1:  # halve until it no longer counts
        step /= 2
    smallest.append(2 * step)
    print(f"{dtype.name:9} 1 → {ends[-1]:.4f}; the smallest step up from 1: {2 * step}")
