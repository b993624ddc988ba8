# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tf-keras~=2.21.0"]
#
# [tool.book]
# title = "What stops TF-Agents at its import: a name that tf.keras lost"
#
# [tool.book.values]
# error = "error"
# works = "answer"
# ///

# %% old
import tensorflow as tf

# TF-Agents imports tensorflow_probability 0.23, whose layers ask for this name.
try:
    tf.keras.__internal__
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
import os
import subprocess
import sys

PROGRAM = """
import tensorflow as tf
registers = tf.keras.__internal__.utils.register_symbolic_tensor_type
print(registers.__module__.partition(".")[0])
"""

# The switch must be set before TensorFlow loads Keras, hence a process of its own.
process = subprocess.run(
    [sys.executable, "-c", PROGRAM],
    env={**os.environ, "TF_USE_LEGACY_KERAS": "1"},
    capture_output=True,
    text=True,
    check=True,
)
answer = process.stdout.strip()
print(answer)
