# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "To NumPy and back: who owns the bytes; and where a tensor lives"
# sources = ["zt-ch1-to-numpy", "zt-ch1-devices"]
#
# [tool.book.values]
# shares = "[bool(flag) for flag in shares.values()]"
# after_change = "float(tensor[0])"
# gpus = "len(tf.config.list_physical_devices('GPU'))"
# asked_gpu = "asked_gpu.device.rsplit('/', 1)[-1]"
# errors = "errors"
# ///

# %% to-numpy
import numpy as np
import tensorflow as tf

tensor = tf.random.uniform((3, 2), seed=42)
array = tensor.numpy()
print(type(array), array.shape, array.dtype)
print("np.mean of a tensor:", np.mean(tensor) == array.mean())

# %% from-numpy
source = np.array([1.0, 2.0, 3.0], dtype=np.float32)
tensor = tf.constant(source)
source[0] = 99.0
print("the array:", source, " the tensor:", tensor.numpy())

# %% who-shares
view = np.asarray(tensor)
source = np.arange(3, dtype=np.float32)
shares = {
    "tensor.numpy()": np.shares_memory(tensor.numpy(), view),
    "np.array(tensor)": np.shares_memory(np.array(tensor), view),
    "np.asarray(tensor)": np.shares_memory(np.asarray(tensor), view),
    "np.from_dlpack(tensor)": np.shares_memory(np.from_dlpack(tensor), view),
    "tf.constant(array)": np.shares_memory(np.asarray(tf.constant(source)), source),
    "tf.convert_to_tensor(array)":
        np.shares_memory(np.asarray(tf.convert_to_tensor(source)), source),
}
for call, flag in shares.items():
    print(f"{call:28} {'shares' if flag else 'copies'}")
print("np.asarray may be written to:", view.flags.writeable)

# %% devices
with tf.device("/cpu:0"):
    on_cpu = tf.identity(tensor)
with tf.device("/gpu:0"):
    asked_gpu = tf.identity(tensor)
print("GPUs here:", len(tf.config.list_physical_devices("GPU")))
print("asked for the CPU:", on_cpu.device)
print("asked for a GPU:  ", asked_gpu.device)

# %% device-errors
import logging

logging.getLogger("tensorflow").setLevel(logging.ERROR)  # they also warn: deprecated
errors = []
for name, argument in (("cpu", "0"), ("gpu", "0"), ("gpu", 0)):
    try:
        getattr(tensor, name)(argument)
    except (TypeError, RuntimeError) as error:
        errors.append(type(error).__name__)
        print(f"{name}({argument!r}): {type(error).__name__}: {error}")
