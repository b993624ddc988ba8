# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorboard~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Summaries and FileWriter, old and new, read back from the event files"
# sources = [
#     "kth-write-graph", "kth-tensorboard-idea", "kth-summary-and-filewriter",
#     "kth-fig-graph", "kth-summary-per-step", "kth-fig-loss",
# ]
#
# [tool.book.values]
# graph_only = "graph_only"
# costs_old = "costs_old"
# costs_new = "costs_new"
# together = "together"
# difference = "difference"
# nodes = "len(definition.node)"
# groups = "len(members)"
# largest_group = "max(members.values())"
# function_nodes = "function_nodes"
# ///

# %% read-back
from collections import Counter
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1


def read_events(folder):
    files = sorted(str(path) for path in Path(folder).glob("events*"))
    records = tf.data.TFRecordDataset(files)
    return [v1.Event.FromString(record.numpy()) for record in records]


def kinds(folder):
    return dict(Counter(event.WhichOneof("what") for event in read_events(folder)))


# %% write-graph
with tf.Graph().as_default() as graph:
    total = tf.add(tf.constant(5, name="a"), tf.constant(3, name="b"), name="d_add")
    writer = v1.summary.FileWriter("graphs", graph)
writer.close()
print(kinds("graphs"))

# %% train
inputs = np.random.default_rng(0).normal(size=(2000, 3)).astype("float32")
targets = (inputs @ [0.3, 0.5, 0.1] - 0.2).astype("float32")

with tf.Graph().as_default() as graph, v1.Session() as session:
    with tf.name_scope("data"):
        x = v1.placeholder(tf.float32, shape=[None, 3], name="x")
        y_true = v1.placeholder(tf.float32, shape=None, name="y_true")
    with tf.name_scope("model"):
        w = tf.Variable([[0.0, 0.0, 0.0]], name="weights")
        b = tf.Variable(0.0, name="bias")
        y_hat = tf.add(tf.matmul(w, tf.transpose(x)), b, name="y_hat")
    with tf.name_scope("cost"):
        cost = tf.reduce_mean(tf.square(y_true - y_hat), name="mse")
    train = v1.train.GradientDescentOptimizer(0.1).minimize(cost, name="train")
    summary = v1.summary.scalar("Loss", cost)
    v1.summary.FileWriter("graph_only", graph).close()  # as on the first slide

    feed = {x: inputs, y_true: targets}
    session.run(v1.global_variables_initializer())
    with v1.summary.FileWriter("old", graph) as writer:
        for step in range(20):
            session.run(train, feed)
            writer.add_summary(summary.eval(feed_dict=feed), step)

    session.run(v1.global_variables_initializer())
    together = []
    for _ in range(20):
        _, value = session.run([train, cost], feed)  # one pass, not two
        together.append(float(value))

graph_only = sum(kind == "summary" for kind in kinds("graph_only"))
print(kinds("graph_only"))
print(kinds("old"))

# %% train-now
w, b = tf.Variable([0.0, 0.0, 0.0]), tf.Variable(0.0)


@tf.function
def step_now():
    with tf.GradientTape() as tape:
        cost = tf.reduce_mean(tf.square(tf.linalg.matvec(inputs, w) + b - targets))
    slope_w, slope_b = tape.gradient(cost, [w, b])
    w.assign_sub(0.1 * slope_w)
    b.assign_sub(0.1 * slope_b)
    return cost


with tf.summary.create_file_writer("new").as_default():
    for step in range(20):
        tf.summary.scalar("Loss", step_now(), step=step)
    tf.summary.graph(step_now.get_concrete_function().graph)
print(kinds("new"))

# %% compare
costs_old = [
    value.simple_value for event in read_events("old") for value in event.summary.value
]
costs_new = [
    float(tf.make_ndarray(value.tensor))
    for event in read_events("new")
    for value in event.summary.value
    if value.tag == "Loss"
]
difference = float(np.abs(np.subtract(together, costs_new)).max())
assert difference < 1e-6
assert np.allclose(costs_old[:-1], costs_new[1:], atol=1e-6)
graphs = [event.graph_def for event in read_events("new") if event.graph_def]
function_nodes = len(v1.GraphDef.FromString(graphs[0]).node)
print("read back:", len(costs_old), "old values,", len(costs_new), "new ones")

# %% loss-picture
_, axes = plt.subplots()
axes.plot(range(20), costs_new, color="C0")
axes.plot(range(20), costs_old, "o", color="C1", fillstyle="none")
axes.text(3.0, costs_new[2], "line: now, the cost before each step", color="C0")
axes.text(0.4, costs_old[4] / 2.5, "circles: 2018,\nafter each step", color="C1")
axes.set(xlabel="step", ylabel="Loss (log scale)", yscale="log", xticks=range(0, 20, 4))
plt.show()

# %% groups
stored = [event.graph_def for event in read_events("old") if event.graph_def]
definition = v1.GraphDef.FromString(stored[0])


def group(name):
    return name.lstrip("^").split(":")[0].split("/")[0]


members = Counter(group(node.name) for node in definition.node)
edges = {
    (group(source), group(node.name))
    for node in definition.node
    for source in node.input
    if group(source) != group(node.name)
}
print(len(definition.node), "nodes:", dict(members))

# %% groups-picture
depth = dict.fromkeys(members, 0)
for _ in members:  # a group stands behind all that feed it
    for source, target in edges:
        depth[target] = max(depth[target], depth[source] + 1)
place = {}
for name in members:
    row = sum(depth[other] == depth[name] for other in place)
    place[name] = (depth[name], -row)

_, axes = plt.subplots(figsize=(7.2, 2.8))
BOX = {"boxstyle": "round", "facecolor": "none", "lw": 1.2}
for name, (x, y) in place.items():
    colour = "C1" if name in ("gradients", "train", "init") else "C0"
    label = f"{name}\n{members[name]}"
    axes.text(x, y, label, ha="center", va="center", bbox=BOX | {"edgecolor": colour})
for source, target in edges:
    far = depth[target] - depth[source] > 1 and place[source][1] == place[target][1]
    arrow = {"arrowstyle": "->", "shrinkA": 26, "shrinkB": 26, "lw": 1.2, "color": "C6"}
    arrow["connectionstyle"] = f"arc3,rad={-0.3 if far else 0}"
    axes.annotate("", xy=place[target], xytext=place[source], arrowprops=arrow)
axes.set(xlim=(-0.5, max(depth.values()) + 0.5), ylim=(-1.4, 0.9))
axes.axis("off")
plt.show()
