# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy~=2.4.6"]
#
# [tool.book]
# title = "The reduction AUTO is not known any more"
#
# [tool.book.values]
# error = "error"
# works = "float(value)"
# ///

# %% old
import tensorflow as tf


class AbsoluteError(tf.keras.losses.Loss):
    def __init__(self, reduction=tf.keras.losses.Reduction.AUTO):
        super().__init__(reduction=reduction)

    def call(self, y_true, y_pred):
        return tf.abs(y_true - y_pred)


print("the class is defined")
try:
    AbsoluteError()
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
loss = AbsoluteError(reduction="sum_over_batch_size")
value = loss(y_true=tf.constant([1.0, 2.0]), y_pred=tf.constant([2.0, 4.0]))
print(float(value))
