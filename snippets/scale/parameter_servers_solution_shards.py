# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Which variables are worth cutting"
#
# [tool.book.values]
# shards = "shards"
# ///

# %% parameters
SERVERS = 4
LEAST_BYTES = 262_144

# %% cut
import tensorflow as tf

partitioners = tf.distribute.experimental.partitioners
cut = partitioners.MinSizePartitioner(LEAST_BYTES, max_shards=SERVERS)
shapes = {"bias": [512], "kernel": [512, 256], "embedding": [100_000, 64]}
shards = []
for name, shape in shapes.items():
    parts = cut(tf.TensorShape(shape), tf.float32)
    shards.append(int(parts[0]))
    print(f"{name:<10} shape {shape!s:<13} parts by axis {parts}")
