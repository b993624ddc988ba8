# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "What a gradient tape records, checked by hand and by differences"
# sources = ["gt-gradient-tape-idea"]
# marks = []
#
# [tool.book.values]
# loss = "float(loss)"
# weight_gradient = "float(gradients['weight'])"
# bias_gradient = "float(gradients['bias'])"
# by_hand = "float(by_hand)"
# by_difference = "float(by_difference)"
# ///

# %% record
import matplotlib.pyplot as plt
import tensorflow as tf

x, y = tf.constant(3.0), tf.constant(5.0)
weight, bias = tf.Variable(2.0), tf.Variable(1.0)

with tf.GradientTape() as tape:
    product = weight * x
    prediction = product + bias
    error = prediction - y
    loss = error**2

print("loss", loss.numpy())
print("watched", [variable.numpy() for variable in tape.watched_variables()])

# %% gradient
nodes = {
    "weight": weight,
    "bias": bias,
    "product": product,
    "prediction": prediction,
    "error": error,
}
gradients = tape.gradient(loss, nodes)
for name, gradient in gradients.items():
    print(f"d loss / d {name:10} = {gradient.numpy():5.1f}")

# %% by-hand
by_hand = 2 * error * 1 * 1 * x  # loss <- error <- prediction <- product <- weight


def loss_at(weight_value):
    return (weight_value * x + bias - y) ** 2


step = 0.01
by_difference = (loss_at(weight + step) - loss_at(weight - step)) / (2 * step)
print("chain rule", by_hand.numpy(), " difference", round(float(by_difference), 3))

# %% picture
places = {
    "weight": (0, 1),
    "product": (1, 1),
    "bias": (1, 0),
    "prediction": (2, 1),
    "error": (3, 1),
    "loss": (4, 1),
}
edges = [
    ("weight", "product", "× x"),
    ("product", "prediction", "+ bias"),
    ("bias", "prediction", ""),
    ("prediction", "error", "− y"),
    ("error", "loss", "square"),
]
values = {**nodes, "loss": loss}
slopes = {**gradients, "loss": tf.constant(1.0)}  # d loss / d loss
forward = {"arrowstyle": "->", "color": "C0", "linewidth": 1.5}
backward = {"arrowstyle": "->", "color": "C1", "linewidth": 1.5, "linestyle": "--"}


def arrow(start, end, shift, look):
    axes.annotate(
        "",
        xy=(end[0], end[1] + shift),
        xytext=(start[0], start[1] + shift),
        arrowprops={"shrinkA": 34, "shrinkB": 34, **look},
    )


figure, axes = plt.subplots(figsize=(7.2, 3.2))
for start, end, operation in edges:
    arrow(places[start], places[end], 0.06, forward)
    arrow(places[end], places[start], -0.06, backward)
    middle = (places[start][0] + places[end][0]) / 2
    axes.text(middle, 1.16, operation, color="C0", ha="center", fontsize="small")
for name, (column, row) in places.items():
    above = {"color": "C0", "ha": "center", "va": "bottom"}
    below = {"color": "C1", "ha": "center", "va": "top"}
    axes.text(column, row, name, ha="center", va="center", weight="bold")
    axes.text(column, row + 0.12, f"{values[name].numpy():g}", **above)
    axes.text(column, row - 0.12, f"{slopes[name].numpy():g}", **below)
axes.text(4.3, 0.3, "forward, solid: values", color="C0", ha="right")
axes.text(4.3, 0.05, "backward, dashed: d loss / d node", color="C1", ha="right")
axes.set(xlim=(-0.4, 4.4), ylim=(-0.4, 1.5))
axes.axis("off")
plt.show()

# %% not-recorded
constant = tf.constant(2.0)
with tf.GradientTape() as tape:
    result = constant**2
print("constant, not watched:", tape.gradient(result, constant))

with tf.GradientTape() as tape:
    tape.watch(constant)
    result = constant**2
print("constant, watched:    ", tape.gradient(result, constant).numpy())

with tf.GradientTape() as tape:
    detour = float(weight) ** 2  # a Python float: the tape sees nothing
    result = tf.constant(detour) + bias
print("through Python:       ", tape.gradient(result, weight))

# %% once
with tf.GradientTape() as tape:
    result = weight**2
tape.gradient(result, weight)
try:
    tape.gradient(result, weight)
except RuntimeError as error_again:
    print(type(error_again).__name__, error_again, sep=": ")
