# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "The profiler's folder is given when tracing starts"
#
# [tool.book.values]
# error = "error"
# works = "float(len(files))"
# ///

# %% data
from pathlib import Path

import tensorflow as tf


@tf.function
def double(inputs):
    return 2 * inputs


writer = tf.summary.create_file_writer("logs")

# %% old
tf.summary.trace_on(graph=True, profiler=True)
double(tf.constant(1.0))
try:
    with writer.as_default():
        tf.summary.trace_export("double", step=0, profiler_outdir="old_profile")
except tf.errors.UnavailableError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
tf.summary.trace_off()
tf.summary.trace_on(graph=True, profiler=True, profiler_outdir="profile")
double(tf.constant([1.0, 2.0]))
with writer.as_default():
    tf.summary.trace_export("double", step=1)
files = sorted(path.suffix for path in Path("profile").rglob("*.pb"))
print(files)
