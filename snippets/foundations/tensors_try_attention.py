# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Exercise: attention in three lines, against a loop and against Keras"
#
# [tool.book.values]
# loop_gap = "float(np.max(np.abs(ours - looped)))"
# keras_gap = "float(np.max(np.abs(ours - library)))"
# row_sums = "float(np.max(np.abs(tf.reduce_sum(weights, axis=-1) - 1)))"
# shape = "list(ours.shape)"
# ///

# %% attention
import keras
import numpy as np
import tensorflow as tf

queries = tf.random.stateless_normal((2, 5, 3, 4), seed=(0, 1))
keys = tf.random.stateless_normal((2, 7, 3, 4), seed=(0, 2))
values = tf.random.stateless_normal((2, 7, 3, 4), seed=(0, 3))
# (batch, place, head, feature)

scores = tf.einsum("bqhf,bkhf->bhqk", queries, keys) / 4**0.5
weights = tf.nn.softmax(scores, axis=-1)  # over the keys
ours = tf.einsum("bhqk,bkhf->bqhf", weights, values)
print(scores.shape, "->", ours.shape)

# %% check
looped = np.zeros(ours.shape)
for batch, place, head in np.ndindex(2, 5, 3):
    each = keys[batch, :, head].numpy() @ queries[batch, place, head].numpy() / 2
    share = np.exp(each) / np.exp(each).sum()
    looped[batch, place, head] = share @ values[batch, :, head].numpy()
library = keras.ops.dot_product_attention(queries, keys, values)
print(f"against the loop: {np.max(np.abs(ours - looped)):.0e}")
print(f"against Keras:    {np.max(np.abs(ours - library)):.0e}")
