# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Under a strategy the learning rate is a variable on every device"
#
# [tool.book.values]
# error = "error"
# alone = "alone"
# works = "rate"
# ///

# %% strategy
import keras
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(
    cpu, [tf.config.LogicalDeviceConfiguration()] * 2
)
strategy = tf.distribute.MirroredStrategy(devices=["CPU:0", "CPU:1"])

# %% old
alone = float(keras.optimizers.SGD(learning_rate=0.25).learning_rate)
print("without a strategy:", alone)
with strategy.scope():
    optimizer = keras.optimizers.SGD(learning_rate=0.25)
try:
    float(optimizer.learning_rate)
except TypeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
rate = float(optimizer.learning_rate.numpy())
print(rate)
