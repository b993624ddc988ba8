# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Solution: batch normalisation sees the share of a replica"
#
# [tool.book.values]
# plain = "float(gaps['each replica for itself'])"
# synchronized = "float(gaps['synchronized=True'])"
# ///

# %% devices
import keras
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
logical = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
tf.config.set_logical_device_configuration(cpu, logical)
mirrored = tf.distribute.MirroredStrategy()
inputs = np.random.default_rng(seed=0).normal(size=(8, 3)).astype("float32")


# %% normalise
def normalise(strategy, synchronized):
    with strategy.scope():
        layer = keras.layers.BatchNormalization(synchronized=synchronized)
        layer.build((None, 3))
    dataset = tf.data.Dataset.from_tensors(inputs)
    batch = next(iter(strategy.experimental_distribute_dataset(dataset)))
    outputs = strategy.run(
        tf.function(lambda share: layer(share, training=True)), args=(batch,)
    )
    return np.concatenate(strategy.experimental_local_results(outputs))


# %% compare
by_hand = (inputs - inputs.mean(axis=0)) / np.sqrt(inputs.var(axis=0) + 1e-3)
gaps = {}
for synchronized in (False, True):
    name = "synchronized=True" if synchronized else "each replica for itself"
    outputs = normalise(mirrored, synchronized)
    gaps[name] = np.max(np.abs(outputs - by_hand))
    print(f"{name}: largest difference from the whole batch {gaps[name]:.6f}")
