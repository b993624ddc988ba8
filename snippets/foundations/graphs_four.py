# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "One Python function, five calls, four graphs"
# sources = ["zt-ch2-many-traces", "zt-ch2-question-which-call-traced", "zt-ch2-list-signatures"]
#
# [tool.book.values]
# counts = "counts"
# results = "results"
# signatures = "len(signatures)"
# order = "[name for name, new in zip(calls, made_new) if new]"
# first_dtype = "shared[0]"
# second_dtype = "shared[1]"
# reversed_dtypes = "reversed_order"
# ///

# %% function
import tensorflow as tf


def f(a, b, power=2, d=3):
    return tf.pow(a, power) + d * b


compiled = tf.function(f, autograph=False)

# %% calls
vector = tf.TensorSpec(shape=[1], dtype=tf.float32)
one, two = tf.constant(1.0), tf.constant(2.0)
calls = {
    "ask for shape [1]": lambda: compiled.get_concrete_function(a=vector, b=vector),
    "f(1., 2.)": lambda: compiled(1.0, 2.0),
    "f(one, 2, power=2.)": lambda: compiled(one, 2, power=2.0),
    "f(one, 2., d=3)": lambda: compiled(one, 2.0, d=3),
    "f(one, 2., power=3., d=3.)": lambda: compiled(one, 2.0, power=3.0, d=3.0),
}
counts, results = [], []
for name, call in calls.items():
    result = call()
    counts.append(compiled.experimental_get_tracing_count())
    if isinstance(result, tf.Tensor):
        results.append(float(result))
    print(f"{name:28s} graphs so far: {counts[-1]}")
made_new = [after > before for before, after in zip([0, *counts], counts)]
print(results)

# %% signatures
import re

signatures = compiled.pretty_printed_concrete_signatures().split("Input Parameters:\n")
signatures = [
    dict(re.findall(r"(\w+) \(POSITIONAL_OR_KEYWORD\): (.+)", text))
    for text in signatures[1:]
]
for signature in signatures:
    for name, kind in signature.items():
        kind = re.sub(r"Literal\[(.+)\]", r"\1", kind)
        kind = re.sub(r"TensorSpec\(shape=(.+), dtype=tf.(\w+),.*", r"\2 \1", kind)
        print(f"{name}: {kind:13s}", end="  ")
    print()

# %% picture
import matplotlib.pyplot as plt

BOX = {"boxstyle": "round", "lw": 1.2, "facecolor": "none"}
ARROW = {"arrowstyle": "->", "shrinkA": 11, "shrinkB": 11, "lw": 1.2, "color": "C6"}
COLORS = {"Placeholder": "C1", "Const": "C6"}


def draw(axes, graph):
    nodes = {node.name: node for node in graph.as_graph_def().node}
    leaves = iter(range(100))

    def place(name, height):
        node = nodes[name]
        inputs = [place(i, height + 1) for i in node.input]
        x = sum(i[0] for i in inputs) / len(inputs) if inputs else next(leaves)
        names = {"Placeholder": name, "AddV2": "add", "Identity": "return"}
        label = names.get(node.op, node.op.lower())
        if node.op == "Const":
            label = str(tf.make_ndarray(node.attr["value"].tensor))
        box = BOX | {"edgecolor": COLORS.get(node.op, "C0")}
        if node.op == "Const":
            box["linestyle"] = "--"
        axes.text(x, height, label, fontsize=8.5, ha="center", va="center", bbox=box)
        for start in inputs:
            axes.annotate("", xy=(x, height), xytext=start, arrowprops=ARROW)
        return x, height

    (result,) = [node.name for node in nodes.values() if node.op == "Identity"]
    place(result, 0)
    axes.set(xlim=(-0.6, 3.6), ylim=(-0.4, 3.4))
    axes.axis("off")


graphs = [  # known signatures: nothing is traced again
    compiled.get_concrete_function(a=vector, b=vector),
    compiled.get_concrete_function(1.0, 2.0),
    compiled.get_concrete_function(one, 2, power=2.0),
    compiled.get_concrete_function(one, 2.0, power=3.0, d=3.0),
]
titles = [
    "a, b of shape [1]",
    "f(1., 2.)",
    "f(one, 2, power=2.)",
    "f(one, 2., power=3., d=3.)",
]
_, panels = plt.subplots(2, 2, figsize=(7.2, 5.6))
for axes, graph, title in zip(panels.flat, graphs, titles):
    draw(axes, graph.graph)
    axes.set_title(title)
assert compiled.experimental_get_tracing_count() == 4
plt.show()

# %% equal-numbers
as_tensor = tf.function(tf.constant, autograph=False)
shared = [as_tensor(2).dtype.name, as_tensor(2.0).dtype.name]
print("2, then 2.0:", shared)

as_tensor = tf.function(tf.constant, autograph=False)
reversed_order = [as_tensor(2.0).dtype.name, as_tensor(2).dtype.name]
print("2.0, then 2:", reversed_order)
