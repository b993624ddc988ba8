# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow[and-cuda]~=2.21.0"]
#
# [tool.book]
# title = "A part of a GPU's memory, and two devices out of one"
# marks = ["gpu"]
#
# [tool.book.values]
# names = "[device.name for device in logical]"
# peak_megabytes = "peak / 2**20"
# refused = "refused"
# ///

# %% parameters
LIMIT_MEGABYTES = 1024

# %% share
import tensorflow as tf

gpus = tf.config.list_physical_devices(device_type="GPU")
assert gpus, "TensorFlow sees no GPU"

# The first GPU becomes two logical ones of fixed size; any other grows as needed.
part = tf.config.LogicalDeviceConfiguration(memory_limit=LIMIT_MEGABYTES)
tf.config.set_logical_device_configuration(gpus[0], [part, part])
for gpu in gpus[1:]:
    tf.config.experimental.set_memory_growth(gpu, True)
logical = tf.config.list_logical_devices(device_type="GPU")
print([device.name for device in logical])

# %% use
with tf.device("/GPU:0"):
    half_of_it = tf.zeros(shape=(LIMIT_MEGABYTES // 2, 2**18))  # 1 MiB a row
peak = tf.config.experimental.get_memory_info("GPU:0")["peak"]
print(f"peak: {peak / 2**20:.0f} MiB of {LIMIT_MEGABYTES}")
assert half_of_it.device.endswith("GPU:0")

# %% too-much
try:
    with tf.device("/GPU:0"):
        tf.zeros(shape=(2 * LIMIT_MEGABYTES, 2**18))
    refused = "accepted"
except tf.errors.ResourceExhaustedError as error:
    refused = type(error).__name__
print(refused)
assert refused == "ResourceExhaustedError"
