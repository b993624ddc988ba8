# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "x.cpu() and x.gpu() warn; a device scope says it instead"
#
# [tool.book.values]
# error = "error"
# works = "copy.device.rsplit('/', 1)[-1]"
# ///

# %% old
import logging
from unittest import mock

import tensorflow as tf

heard = []


class Listener(logging.Handler):
    def emit(self, record):
        heard.append(record.getMessage().partition(": ")[2])  # without the file's path


numbers = tf.constant([1.0, 2.0])
with mock.patch.object(tf.get_logger(), "handlers", [Listener()]):
    numbers.cpu()
error = f"WARNING:tensorflow: {heard[0].splitlines()[0]}"
print(error)

# %% new
with tf.device("/cpu:0"):
    copy = tf.identity(numbers)
print(copy.device)
