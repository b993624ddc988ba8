# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorboard~=2.21.0"]
#
# [tool.book]
# title = "Without the tensorboard package, tf.summary has no scalar"
#
# [tool.book.values]
# error = "error"
# works = "float(written)"
# ///

# %% old
import sys
from unittest import mock

import tensorflow as tf
from tensorflow.python.summary.tb_summary import TBNotInstalledError

writer = tf.summary.create_file_writer("logs")

# None in sys.modules makes Python refuse the import, as if the package were absent.
absent = {"tensorboard": None, "tensorboard.summary.v2": None}
try:
    with mock.patch.dict(sys.modules, absent), writer.as_default():
        tf.summary.scalar("loss", data=0.5, step=1)
except TBNotInstalledError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
with writer.as_default():
    written = tf.summary.scalar("loss", data=0.5, step=1)
print(bool(written))
