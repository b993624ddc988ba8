# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Solution: a cross-entropy that survives large logits"
#
# [tool.book.values]
# naive = "[str(value) for value in naive]"
# stable = "stable"
# built_in = "built_in"
# ///

# %% naive
import numpy as np
import tensorflow as tf

z = tf.constant([-200.0, -2.0, 0.0, 2.0, 200.0])
y = tf.constant([1.0, 1.0, 1.0, 0.0, 0.0])

p = tf.sigmoid(z)
naive = (-(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p))).numpy()
print(naive)

# %% stable
stable = tf.maximum(z, 0.0) - z * y + tf.math.log1p(tf.exp(-tf.abs(z)))
stable = stable.numpy().tolist()
built_in = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z).numpy().tolist()
assert np.allclose(stable, built_in, atol=1e-6)
print(np.round(stable, 4))
