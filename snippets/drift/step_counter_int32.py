# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorboard~=2.21.0"]
#
# [tool.book]
# title = "A step counter for summaries is an int64"
#
# [tool.book.values]
# error = "error"
# works = "float(written)"
# ///

# %% old
import tensorflow as tf

writer = tf.summary.create_file_writer("logs")
step = tf.Variable(0)  # int32
try:
    with writer.as_default():
        tf.summary.scalar("loss", data=0.5, step=step)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
step = tf.Variable(0, dtype=tf.int64)
with writer.as_default():
    written = tf.summary.scalar("loss", data=0.5, step=step)
print(bool(written))
