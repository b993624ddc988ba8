# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Exercise: the mean of the words that are there"
# sources = []
#
# [tool.book.values]
# naive = "[float(v) for v in naive]"
# masked = "[float(v) for v in masked]"
# expected = "[float(v) for v in expected]"
# ///

# %% data
import tensorflow as tf

lengths = tf.constant([2, 4, 1])
scores = tf.constant([[4.0, 6.0, 0.0, 0.0], [1.0, 2.0, 3.0, 6.0], [9.0, 0.0, 0.0, 0.0]])

# %% masked
places = tf.range(scores.shape[1])  # (words,)
mask = tf.cast(places < lengths[:, tf.newaxis], scores.dtype)  # (batch, words)
naive = tf.reduce_mean(scores, axis=1)
masked = tf.reduce_sum(scores * mask, axis=1) / tf.reduce_sum(mask, axis=1)
expected = tf.reduce_mean(tf.RaggedTensor.from_tensor(scores, lengths), axis=1)
print(mask.numpy())
print("padding counted:", naive.numpy())
print("padding masked: ", masked.numpy(), " ragged:", expected.numpy())
