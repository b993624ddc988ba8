# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow[and-cuda]~=2.21.0", "numpy"]
#
# [tool.book]
# title = "On which device did it run?"
# marks = ["gpu"]
#
# [tool.book.values]
# gpus = "len(gpus)"
# gpu_name = "details.get('device_name', 'unknown')"
# relative_difference = "float(relative_difference)"
# ///

# %% parameters
SIZE = 1024

# %% devices
import numpy as np
import tensorflow as tf

gpus = tf.config.list_physical_devices(device_type="GPU")
assert gpus, "TensorFlow sees no GPU"
details = tf.config.experimental.get_device_details(gpus[0])
print(f"{len(gpus)} GPU(s), the first: {details.get('device_name', 'unknown')}")

# %% multiply
generator = np.random.default_rng(seed=0)
left = generator.normal(size=(SIZE, SIZE)).astype("float32")
right = generator.normal(size=(SIZE, SIZE)).astype("float32")


def multiply(device):
    with tf.device(device):
        return tf.matmul(tf.constant(left), tf.constant(right))


on_cpu, on_gpu = multiply("/CPU:0"), multiply("/GPU:0")
print("on_cpu.device:", on_cpu.device)
print("on_gpu.device:", on_gpu.device)

# %% placed
# Without a GPU, tf.device("/GPU:0") falls back to the CPU and says nothing.
# So look at .device.
assert on_cpu.device.endswith("CPU:0")
assert on_gpu.device.endswith("GPU:0")

# %% default
by_default = tf.matmul(tf.constant(left), tf.constant(right))
print("without tf.device:", by_default.device)
# An operation that has a GPU kernel goes there by itself.
assert by_default.device == on_gpu.device

# %% compare
# Recent GPUs multiply float32 with a mantissa of 10 bits (TF32) unless told otherwise.
difference = np.max(np.abs(on_cpu.numpy() - on_gpu.numpy()))
relative_difference = difference / np.max(np.abs(on_cpu.numpy()))
assert relative_difference < 0.01
print("largest difference below 1 % of the largest entry:", relative_difference < 0.01)
