# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Logits or probabilities: the same formula, until it saturates"
#
# [tool.book.values]
# from_logits = "[float(value) for value in from_logits]"
# from_probabilities = "[float(value) for value in from_probabilities]"
# slopes_logits = "[float(value) for value in slopes_logits]"
# slopes_probabilities = "[float(value) for value in slopes_probabilities]"
# rescued = "[float(value) for value in rescued]"
# ceiling = "float(max(from_probabilities))"
# epsilon = "float(keras.config.epsilon())"
# once = "float(once)"
# twice = "float(twice)"
# floor = "float(floor)"
# ///

# %% naive
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

logits = np.array([5.0, 20.0, 50.0, 100.0], dtype="float32")
with np.errstate(divide="ignore"):
    naive = -np.log(1 - 1 / (1 + np.exp(-logits)))  # loss of a sure "yes" that is wrong
print("naive formula:     ", naive)

# %% keras
labels = np.zeros((4, 1), dtype="float32")
on_logits = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
on_probabilities = keras.losses.BinaryCrossentropy(reduction=None)


def losses_and_slopes(loss, activation):
    points = tf.constant(logits[:, None])
    with tf.GradientTape() as tape:
        tape.watch(points)
        values = loss(labels, activation(points))
    return values.numpy(), tape.gradient(values, points).numpy().ravel()


from_logits, slopes_logits = losses_and_slopes(on_logits, tf.identity)
from_probabilities, slopes_probabilities = losses_and_slopes(
    on_probabilities, tf.sigmoid
)
rescued, _ = losses_and_slopes(on_probabilities, keras.activations.sigmoid)
print("logits:            ", from_logits, "slopes", slopes_logits)
print("tf.sigmoid:        ", from_probabilities, "slopes", slopes_probabilities)
print("keras's sigmoid:   ", rescued)

# %% picture
points = np.linspace(-5, 40, 400, dtype="float32")
zeros = np.zeros((400, 1), dtype="float32")
figure, axis = plt.subplots()
axis.plot(points, on_logits(zeros, points[:, None]), color="C0")
capped = on_probabilities(zeros, tf.sigmoid(points)[:, None])
axis.plot(points, capped, "--", color="C1")
axis.text(31, 33, "from logits", color="C0", ha="right")
axis.text(40, 11.5, "from probabilities", color="C1", ha="right")
axis.set(xlabel="logit of the wrong answer", ylabel="binary cross-entropy")
plt.show()

# %% twice
classes = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
sure = np.array([[30.0, 0.0, 0.0]], dtype="float32")  # (batch, class), and 0 is right
label = np.array([0])
once = classes(label, sure)
twice = classes(label, tf.nn.softmax(sure))  # the model has softmax, the loss adds one
floor = np.log(np.e + 2) - 1
print(f"softmax once  {once:.6f}")
print(f"softmax twice {twice:.6f}, and log(e + 2) - 1 is {floor:.6f}")
