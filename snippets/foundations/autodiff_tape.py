# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "The tape: what it records, and the ways it is asked"
# sources = ["zt-ch1-tape-basic", "zt-ch1-tape-watch", "zt-ch1-tape-single-use", "zt-ch1-tape-persistent"]
#
# [tool.book.values]
# gradient = "[float(g[0]) for g in gradients]"
# watched = "float(watched)"
# unwatched = "unwatched"
# twice = "twice"
# forward = "forward"
# backward = "backward"
# shared = "float(shared)"
# orders = "orders"
# ///

# %% basic
import matplotlib.pyplot as plt
import tensorflow as tf
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

a = tf.Variable([4.0])
b = tf.Variable([5.0])


def f(a, b, power=2, d=3):
    return tf.pow(a, power) + d * b


with tf.GradientTape() as tape:
    c = f(a, b)
gradients = tape.gradient(c, [a, b])
print("c =", c.numpy(), " dc/da, dc/db =", *[g.numpy() for g in gradients])

# %% chain
with tf.GradientTape(persistent=True) as tape:
    square = a**2
    triple = 3.0 * b
    total = square + triple
    loss = tf.math.log(total)

nodes = {"a": a, "b": b, "a²": square, "3b": triple, "sum": total, "log": loss}
forward = [float(node[0]) for node in nodes.values()]
backward = [float(tape.gradient(loss, node)[0]) for node in nodes.values()]
for name, value, derivative in zip(nodes, forward, backward):
    print(f"{name:4} value {value:8.4f}   d log / d {name:4} {derivative:.4f}")

# %% picture
places = {"a": (0, 1), "b": (0, -1), "a²": (2.6, 1), "3b": (2.6, -1), "sum": (5.2, 0),
          "log": (7.8, 0)}
local = {  # edge: the local slope, and where to write it
    ("a", "a²"): (f"2a = {2 * forward[0]:g}", 1.3, 0.62),
    ("b", "3b"): ("3", 1.3, -1.38),
    ("a²", "sum"): ("1", 3.55, 0.2),
    ("3b", "sum"): ("1", 3.55, -0.3),
    ("sum", "log"): (f"1/{forward[4]:g}", 6.5, -0.38),
}
figure, panel = plt.subplots(figsize=(7.2, 3.4))
for (start, end), (text, x, y) in local.items():
    (x0, y0), (x1, y1) = places[start], places[end]
    y1 += 0.2 * (y0 - y1) if end == "sum" else 0
    for shift, colour, tips in ((0.09, "C0", "-|>"), (-0.09, "C1", "<|-")):
        panel.add_patch(FancyArrowPatch(
            (x0 + 0.76, y0 + shift), (x1 - 0.76, y1 + shift), arrowstyle=tips,
            mutation_scale=11, color=colour, linewidth=1.3, shrinkA=0, shrinkB=0,
        ))
    panel.text(x, y, f"× {text}", color="C1", ha="center", va="center", fontsize=8)
for (name, (x, y)), value, derivative in zip(places.items(), forward, backward):
    box = FancyBboxPatch((x - 0.62, y - 0.36), 1.24, 0.72, boxstyle="round,pad=0.08")
    box.set(facecolor="C6", alpha=0.14)
    panel.add_patch(box)
    panel.text(x, y + 0.26, name, ha="center", va="center", fontweight="bold")
    panel.text(x, y, f"{value:.4g}", ha="center", va="center", color="C0")
    panel.text(x, y - 0.27, f"{derivative:.4f}", ha="center", va="center", color="C1")
panel.text(5.2, 1.5, "forward: values →", color="C0", ha="center")
panel.text(5.2, 1.15, "← backward: derivatives of the log", color="C1", ha="center")
panel.set(xlim=(-0.9, 8.7), ylim=(-1.6, 1.7))
panel.set_axis_off()
plt.show()

# %% several-paths
with tf.GradientTape() as tape:
    branch = a * a + tf.sin(a) * a  # `a` is used four times
shared = tape.gradient(branch, a)[0]
by_hand = 2 * a + tf.cos(a) * a + tf.sin(a)
print("tape", shared.numpy(), " by hand", by_hand[0].numpy())

# %% watch
d = tf.constant(3.0)
with tf.GradientTape() as tape:
    c = f(a, b, d=d)
unwatched = str(tape.gradient(c, d))
with tf.GradientTape() as tape:
    tape.watch(d)
    c = f(a, b, d=d)
watched = tape.gradient(c, d)
print("a constant:", unwatched, "  watched:", watched.numpy())

# %% single-use
with tf.GradientTape() as tape:
    c = f(a, b)
tape.gradient(c, [a])
try:
    tape.gradient(c, [b])
except RuntimeError as error:
    twice = str(error)
    print(type(error).__name__, twice.partition(" (")[0], sep=":\n  ")

# %% persistent
with tf.GradientTape(persistent=True) as tape:
    c = f(a, b)
print(tape.gradient(c, [a])[0].numpy(), tape.gradient(c, [b])[0].numpy())
del tape  # lets go of every recorded value

# %% higher
t = tf.Variable(2.0)
with tf.GradientTape() as third:
    with tf.GradientTape() as second:
        with tf.GradientTape() as first:
            y = t**4
        slope = first.gradient(y, t)  # recorded by the outer tapes
    curvature = second.gradient(slope, t)
orders = [float(y), float(slope), float(curvature), float(third.gradient(curvature, t))]
print("t⁴ and its derivatives at 2:", orders)
