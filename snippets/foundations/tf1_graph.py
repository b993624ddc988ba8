# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "One small program as a TensorFlow 1 graph, as eager code and as a function"
# sources = [
#     "kth-dataflow-idea", "kth-two-phases", "kth-build-graph", "kth-run-session",
#     "kth-complete-code", "kth-named-nodes", "kth-graph-definition",
#     "mtf-ch01-dataflow-concept", "mtf-ch03-eager-vs-session",
# ]
#
# [tool.book.values]
# session_result = "int(old_result)"
# eager_result = "int(e)"
# function_result = "int(new_result)"
# old_nodes = "len(definition.node)"
# new_nodes = "len(new_definition.node)"
# bytes = "len(definition.SerializeToString())"
# affine_old = "affine_old.tolist()"
# affine_new = "affine_new.numpy().tolist()"
# ///

# %% build
import tensorflow as tf

graph = tf.Graph()
with graph.as_default():
    a = tf.constant(5, name="a")
    b = tf.constant(3, name="b")
    c = tf.multiply(a, b, name="c_mul")
    d = tf.add(a, b, name="d_add")
    e = tf.add(c, d, name="e_add")
print(e)

# %% definition
definition = graph.as_graph_def()
for node in definition.node:
    print(f"{node.name:6s} {node.op:6s} from {list(node.input)}")

# %% run
with tf.compat.v1.Session(graph=graph) as session:
    old_result = session.run(e)
    old_values = dict(zip("abcde", session.run([a, b, c, d, e]), strict=True))
print(old_result)

# %% eager
a = tf.constant(5)
b = tf.constant(3)
c = a * b
d = a + b
e = c + d
print(e)


# %% function
@tf.function
def program(a, b):
    c = tf.multiply(a, b, name="c_mul")
    d = tf.add(a, b, name="d_add")
    return tf.add(c, d, name="e_add")


new_result = program(tf.constant(5), tf.constant(3))
number = tf.TensorSpec(shape=[], dtype=tf.int32)
new_definition = program.get_concrete_function(number, number).graph.as_graph_def()
for node in new_definition.node:
    print(f"{node.name:8s} {node.op:11s} from {list(node.input)}")
print("result", int(new_result))

# %% picture
import matplotlib.pyplot as plt


BOX = {"boxstyle": "round", "facecolor": "none", "edgecolor": "C0", "lw": 1.2}
ARROW = {"arrowstyle": "->", "shrinkA": 21, "shrinkB": 17, "lw": 1.2, "color": "C6"}


def draw(axes, definition, values):
    depth = {}
    for node in definition.node:  # a node stands behind its inputs
        depth[node.name] = 1 + max((depth[name] for name in node.input), default=-1)
    levels = [[n for n in depth if depth[n] == level] for level in set(depth.values())]
    place = {}
    for height, level in enumerate(levels):
        for index, name in enumerate(level):
            place[name] = (1.1 * (index - (len(level) - 1) / 2), -height)
    for node in definition.node:
        x, y = place[node.name]
        label = f"{node.name}\n{node.op}"
        axes.text(x, y, label, fontsize=8.5, ha="center", va="center", bbox=BOX)
        tensor = f"{node.name}:0{values.get(node.name, '')}"
        beside = x + 0.14 + 0.018 * max(map(len, (node.name, node.op)))
        axes.text(beside, y, tensor, va="center", color="C1", fontsize=8.5)
        for name in node.input:
            axes.annotate("", xy=(x, y), xytext=place[name], arrowprops=ARROW)
    axes.set(xlim=(-0.85, 1.4), ylim=(-3.35, 0.35))
    axes.axis("off")


numbers = {node.name: f" = {old_values[node.name[0]]}" for node in definition.node}
_, (left, right) = plt.subplots(ncols=2, figsize=(7.2, 4.2))
draw(left, definition, numbers)
draw(right, new_definition, {})
left.set_title("2018: built by hand, run by a session")
right.set_title("Now: traced from a Python function")
plt.show()

# %% affine
with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    weights = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    points = tf.constant([[0.0, 10.0], [0.0, 0.5]])
    bias = tf.constant([[1.0, -1.0]])
    affine_old = session.run(tf.add(tf.matmul(weights, points), bias))

weights = tf.constant([[1.0, 2.0], [3.0, 4.0]])
points = tf.constant([[0.0, 10.0], [0.0, 0.5]])
affine_new = weights @ points + tf.constant([[1.0, -1.0]])
assert (affine_old == affine_new.numpy()).all()
print(affine_new.numpy())
