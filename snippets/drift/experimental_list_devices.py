# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Devices are listed as physical or as logical ones"
#
# [tool.book.values]
# error = "error"
# works = "names[0]"
# ///

# %% old
import tensorflow as tf

try:
    tf.config.experimental_list_devices()
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
names = [device.name for device in tf.config.list_logical_devices("CPU")]
print(names)
