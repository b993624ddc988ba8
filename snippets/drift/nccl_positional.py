# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "The implementation of an all-reduce is an option with a name"
#
# [tool.book.values]
# error = "error"
# works = "float(total)"
# ///

# %% old
import tensorflow as tf

experimental = tf.distribute.experimental
try:
    tf.distribute.MultiWorkerMirroredStrategy(experimental.CollectiveCommunication.NCCL)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
options = experimental.CommunicationOptions(
    implementation=experimental.CommunicationImplementation.NCCL
)
strategy = tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)
total = strategy.reduce("SUM", strategy.run(lambda: tf.constant(3.0)), axis=None)
print(float(total))
