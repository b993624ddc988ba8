# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Six losses as curves, each with its slope"
#
# [tool.book.values]
# square_at_4 = "float(square(4.0))"
# square_slope_at_4 = "float(value_of(square, [4.0])[1][0])"
# huber_slope_at_4 = "float(value_of(huber, [4.0])[1][0])"
# confident_wrong = "float(cross_entropy(-6.0))"
# confident_wrong_slope = "float(value_of(cross_entropy, [-6.0])[1][0])"
# square_of_sigmoid_slope = "float(value_of(squared_probability, [-6.0])[1][0])"
# ///

# %% curves
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf


def square(error):
    return error**2


def absolute(error):
    return tf.abs(error)


def huber(error):  # a parabola up to 1, then a straight line
    return tf.where(tf.abs(error) <= 1, 0.5 * error**2, tf.abs(error) - 0.5)


def cross_entropy(logit):  # of an example whose true class is 1
    return tf.nn.softplus(-logit)  # -log(sigmoid(logit))


def squared_probability(logit):
    return (1 - tf.sigmoid(logit)) ** 2


def value_of(loss, points):
    points = tf.constant(points)
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = loss(points)
    return value.numpy(), tape.gradient(value, points).numpy()


# %% picture
rows = [
    ("error: prediction minus truth", np.linspace(-5, 5, 401, dtype="float32"),
     [("squared", square, "C1"), ("absolute", absolute, "C2"), ("Huber", huber, "C0")]),
    ("logit of the true class", np.linspace(-8, 8, 401, dtype="float32"),
     [("cross-entropy", cross_entropy, "C0"),
      ("square of 1 - probability", squared_probability, "C1")]),
]
figure, panels = plt.subplots(2, 2, figsize=(7.2, 5.4))
for (label, points, losses), (left, right) in zip(rows, panels):
    for (name, loss, color), style in zip(losses, ("-", "--", "-.")):
        values, slopes = value_of(loss, points)
        left.plot(points, values, style, color=color, label=name)
        right.plot(points, slopes, style, color=color, label=name)
    left.set(xlabel=label, ylabel="loss", ylim=(-0.3, 8.5))
    right.set(xlabel=label, ylabel="slope of the loss")
    left.legend()
panels[0, 1].set_ylim(-5, 5)
figure.tight_layout()
plt.show()
