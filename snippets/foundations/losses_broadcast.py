# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "A loss of one's own, and the shapes that fool it"
#
# [tool.book.values]
# wrong = "float(wrong)"
# right = "float(right)"
# built_in = "float(built_in)"
# best_constant = "float(tf.reduce_mean(truth))"
# perfect = "float(perfect)"
# total = "float(total)"
# mean_of_rows = "[float(value) for value in each]"
# weighted = "float(weighted)"
# ///

# %% own
import keras
import tensorflow as tf


def mean_square(truth, guess):
    return tf.reduce_mean(tf.square(truth - guess))


truth = tf.constant([1.0, 2.0, 3.0, 4.0])  # (batch,)
guess = tf.constant([[1.1], [2.1], [2.9], [3.9]])  # (batch, 1), as Dense(1) gives it
wrong = mean_square(truth, guess)
right = mean_square(truth[:, None], guess)
perfect = mean_square(truth, truth[:, None])
print(f"(4,) against (4, 1): {wrong:.3f}, of shape {(truth - guess).shape}")
print(f"(4, 1) against (4, 1): {right:.3f}")
print(f"a perfect guess of shape (4, 1): {perfect:.3f}")

# %% subclass
class MeanSquare(keras.losses.Loss):
    """One loss an example; the base class weights and averages them."""

    def call(self, y_true, y_pred):
        tf.debugging.assert_equal(tf.shape(y_true), tf.shape(y_pred))
        return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)


built_in = keras.losses.MeanSquaredError()(truth, guess)
print(f"built-in: {built_in:.3f}")
try:
    MeanSquare()(truth, guess)
except tf.errors.InvalidArgumentError as error:
    print(type(error).__name__, error.message, sep=": ")

# %% reduction
truths = tf.constant([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
guesses = tf.constant([[0.0, 1.0], [1.0, 1.0], [2.0, 5.0]])
each = MeanSquare(reduction=None)(truths, guesses)
total = MeanSquare(reduction="sum")(truths, guesses)
weighted = MeanSquare()(truths, guesses, sample_weight=[1.0, 1.0, 0.0])
print("each:", each.numpy(), "sum:", float(total), "third one off:", float(weighted))
