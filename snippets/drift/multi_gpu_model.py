# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "One model on several GPUs: MirroredStrategy"
#
# [tool.book.values]
# error = "error"
# replicas = "strategy.num_replicas_in_sync"
# works = "losses[-1] / losses[0]"
# ///

# %% old
import keras
import numpy as np
import tensorflow as tf

try:
    keras.utils.multi_gpu_model
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(
    cpu, [tf.config.LogicalDeviceConfiguration()] * 2
)
strategy = tf.distribute.MirroredStrategy(devices=["CPU:0", "CPU:1"])
inputs = np.linspace(start=0.0, stop=1.0, num=32, dtype="float32")[:, None]
keras.utils.set_random_seed(0)
with strategy.scope():  # two pieces of a CPU here; without devices=, all GPUs
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(units=1)])
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mse")
losses = model.fit(inputs, 3 * inputs, epochs=10, verbose=0).history["loss"]
print(f"{strategy.num_replicas_in_sync} replicas, {losses[0]:.2f} -> {losses[-1]:.2f}")
