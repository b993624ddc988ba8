# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "NumPy's promotion inside TensorFlow"
# sources = ["kth-dtype-and-cast"]
#
# [tool.book.values]
# legacy = "legacy"
# promoted = "promoted"
# ///

# %% legacy
import tensorflow as tf
import tensorflow.experimental.numpy as tnp

legacy = tnp.add(tf.constant(1), tf.constant(1.0)).dtype.name
print("tnp.add(int32, float32):", legacy)

# %% switch
tnp.experimental_enable_numpy_behavior(dtype_conversion_mode="all")
pairs = [(tf.int32, tf.float32), (tf.int64, tf.float32), (tf.float32, tf.float64),
         (tf.uint8, tf.int8), (tf.bfloat16, tf.float16)]
promoted = [(tf.ones([], a) + tf.ones([], b)).dtype.name for a, b in pairs]
for (first, second), result in zip(pairs, promoted):
    print(f"{first.name:>8} + {second.name:8} -> {result}")
print(f"   int32 + 1.5      -> {(tf.constant(1) + 1.5).dtype.name}")
