# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "tf.train.Checkpoint takes a metric's variables, not the metric"
#
# [tool.book.values]
# error = "error"
# in_list = "in_list"
# works = "float(restored.result())"
# ///

# %% data
import keras
import tensorflow as tf

metric = keras.metrics.Mean()
metric.update_state([2.0, 4.0])

# %% old
try:
    tf.train.Checkpoint(metric=metric)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}".split(". ")[0] + "."
print(error)

# %% in-a-list
path = tf.train.Checkpoint(metrics=[metric]).save("silent/checkpoint")
in_list = [name for name, shape in tf.train.list_variables(path) if "metric" in name]
print("variables of metrics in the file:", in_list)

# %% new
path = tf.train.Checkpoint(metric=list(metric.variables)).save("new/checkpoint")
restored = keras.metrics.Mean()
reader = tf.train.Checkpoint(metric=list(restored.variables))
reader.restore(path).assert_consumed()
print(float(restored.result()))
