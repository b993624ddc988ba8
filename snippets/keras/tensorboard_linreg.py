# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorboard~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Linear regression that writes scalars, histograms and its graph, read back"
# sources = [
#     "tb-linreg-imports", "tb-boston-load-standardise", "tb-linreg-subclassed-model",
#     "tb-linreg-input-pipeline", "tb-linreg-loss-optimizer-metrics",
#     "tb-linreg-train-test-steps", "tb-summary-writers", "tb-linreg-training-loop",
#     "tb-linreg-printed-log", "tb-fig-30-9", "tb-promised-graph-and-statistics",
# ]
#
# [tool.book.smoke]
# EPOCHS = 4
#
# [tool.book.values]
# train_loss = "[float(curves['train', 'loss'][s - 1]) for s in marks]"
# train_rmse = "[float(curves['train', 'rmse'][s - 1]) for s in marks]"
# test_loss = "[float(curves['test', 'loss'][s - 1]) for s in marks]"
# test_rmse = "[float(curves['test', 'rmse'][s - 1]) for s in marks]"
# all_train_rmse = "[round(float(v), 4) for v in curves['train', 'rmse'][:200]]"
# all_test_rmse = "[round(float(v), 4) for v in curves['test', 'rmse'][:200]]"
# last_loss = "float(curves['train', 'loss'][-1])"
# last_rmse = "float(curves['train', 'rmse'][-1])"
# last_test_loss = "float(curves['test', 'loss'][-1])"
# last_test_rmse = "float(curves['test', 'rmse'][-1])"
# best_test_rmse = "float(curves['test', 'rmse'].min())"
# best_step = "int(curves['test', 'rmse'].argmin()) + 1"
# squares_differ = "squares_differ"
# rows = "[len(x_train), len(x_test)]"
# batches = "[len(train_batches), len(test_batches)]"
# last_batches = "last_batches"
# by_default = "by_default"
# in_file = "in_file"
# nodes = "len(stored.node)"
# function_nodes = "sum(len(f.node_def) for f in stored.library.function)"
# gradient_nodes = "members['gradient_tape']"
# model_nodes = "members['linear_regression_1']"
# score_nodes = "members['score']"
# residual_median = "[float(v) for v in medians]"
# above_ten = "above_ten"
# buckets = "len(boxes)"
# ///

# %% imports
import shutil
from collections import Counter

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras.datasets import boston_housing

# %% parameters
SEED = 0
EPOCHS = 1_000
BATCH = 32
LEARNING_RATE = 0.01
HISTOGRAMS_AT = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987)

# %% data
(x_train, y_train), (x_test, y_test) = boston_housing.load_data()
mean, deviation = x_train.mean(axis=0), x_train.std(axis=0)


def prepare(x, y):  # -> (rows, 13), (rows, 1)
    standardised = (x - mean) / deviation
    return standardised.astype("float32"), y.reshape(-1, 1).astype("float32")


x_train, y_train = prepare(x_train, y_train)
x_test, y_test = prepare(x_test, y_test)
print(x_train.shape, x_test.shape)

# %% model
class LinearRegression(keras.Model):
    def __init__(self):
        super().__init__()
        normal = keras.initializers.RandomNormal(stddev=1.0)
        self.weight = self.add_weight(shape=(13, 1), initializer=normal, name="weight")
        self.bias = self.add_weight(shape=(), initializer="ones", name="bias")

    def call(self, inputs):  # (batch, 13) -> (batch, 1)
        return tf.matmul(inputs, self.weight) + self.bias


keras.utils.set_random_seed(SEED)
model = LinearRegression()
print([variable.path for variable in model.trainable_variables])

# %% pipeline
train_rows = tf.data.Dataset.from_tensor_slices((x_train, y_train))
test_rows = tf.data.Dataset.from_tensor_slices((x_test, y_test))
train_batches = train_rows.shuffle(len(x_train), seed=SEED).batch(BATCH).prefetch(1)
test_batches = test_rows.batch(BATCH).cache()

sizes = [[len(y) for _, y in batches] for batches in (train_batches, test_batches)]
last_batches = [int(size[-1]) for size in sizes]
print("batches:", [len(size) for size in sizes], "rows in the last:", last_batches)

# %% tools
loss_function = keras.losses.MeanSquaredError()
optimizer = keras.optimizers.SGD(learning_rate=LEARNING_RATE)
optimizer.build(model.trainable_variables)

train_loss, test_loss = keras.metrics.Mean(), keras.metrics.Mean()
train_rmse = keras.metrics.RootMeanSquaredError()
test_rmse = keras.metrics.RootMeanSquaredError()
metrics = (train_loss, train_rmse, test_loss, test_rmse)

# %% steps
@tf.function(reduce_retracing=True)
def train_step(inputs, labels):
    with tf.GradientTape() as tape:
        predictions = model(inputs)
        loss = loss_function(labels, predictions)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    with tf.name_scope("score"):
        train_loss.update_state(loss, sample_weight=tf.shape(labels)[0])
        train_rmse.update_state(labels, predictions)


@tf.function(reduce_retracing=True)
def test_step(inputs, labels):
    predictions = model(inputs)
    loss = loss_function(labels, predictions)
    test_loss.update_state(loss, sample_weight=tf.shape(labels)[0])
    test_rmse.update_state(labels, predictions)


# %% writers
shutil.rmtree("logs/linear", ignore_errors=True)
train_writer = tf.summary.create_file_writer("logs/linear/train")
test_writer = tf.summary.create_file_writer("logs/linear/test")

# %% loop
for epoch in range(1, EPOCHS + 1):
    for metric in metrics:
        metric.reset_state()
    for inputs, labels in train_batches:
        train_step(inputs, labels)
    for inputs, labels in test_batches:
        test_step(inputs, labels)

    with train_writer.as_default(step=epoch):
        tf.summary.scalar("loss", train_loss.result())
        tf.summary.scalar("rmse", train_rmse.result())
        if epoch in HISTOGRAMS_AT:
            tf.summary.histogram("weight", model.weight)
    with test_writer.as_default(step=epoch):
        tf.summary.scalar("loss", test_loss.result())
        tf.summary.scalar("rmse", test_rmse.result())
        if epoch in HISTOGRAMS_AT:
            tf.summary.histogram("residual", y_test - model(x_test), buckets=30)

    if epoch % 100 == 0:
        numbers = [float(metric.result()) for metric in metrics]
        print(f"{epoch:4d}  train {numbers[0]:.4f} {numbers[1]:.4f}", end="  ")
        print(f"test {numbers[2]:.4f} {numbers[3]:.4f}")

# %% graph
graph = train_step.get_concrete_function(inputs, labels).graph
with train_writer.as_default():
    tf.summary.graph(graph)
train_writer.close()
test_writer.close()

# %% read-back
from tensorboard.backend.event_processing.event_accumulator import (
    TENSORS,
    EventAccumulator,
)

logs = {}
for run in ("train", "test"):
    logs[run] = EventAccumulator(f"logs/linear/{run}", size_guidance={TENSORS: 0})
    logs[run].Reload()
    print(run, logs[run].Tags()["tensors"])

curves = {
    (run, tag): np.array([tf.make_ndarray(e.tensor_proto) for e in log.Tensors(tag)])
    for run, log in logs.items()
    for tag in ("loss", "rmse")
}
marks = list(range(100, EPOCHS + 1, 100))
squares = curves["test", "rmse"] ** 2
squares_differ = float(np.abs(curves["test", "loss"] - squares).max())
print("largest difference of test loss and squared test RMSE:", f"{squares_differ:.1e}")

# %% lost
forgetful = EventAccumulator("logs/linear/train").Reload()
by_default = len(forgetful.Tensors("loss"))
in_file = len(logs["train"].Tensors("loss"))
print("in the file:", in_file, "read with the default setting:", by_default)

# %% curves
_, panels = plt.subplots(ncols=2, figsize=(7.2, 3.4))
steps = np.arange(1, EPOCHS + 1)
for axes, tag in zip(panels, ("loss", "rmse")):
    for run, colour, style in (("train", "C0", "-"), ("test", "C1", "--")):
        curve = curves[run, tag]
        axes.plot(steps, curve, color=colour, linestyle=style, lw=1.4)
        where = {"xytext": (-4, 14 if run == "test" else -12), "ha": "right"}
        place = {"xy": (EPOCHS, curve[-1]), "textcoords": "offset points"}
        axes.annotate(f"{run} {curve[-1]:.2f}", color=colour, **place, **where)
    axes.set(title=tag, xlabel="step (epoch), log scale", xscale="log", yscale="log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    ticks = (20, 30, 50, 100, 200, 400) if tag == "loss" else (4, 5, 7, 10, 15, 20)
    axes.set_yticks(ticks, labels=ticks)
    axes.minorticks_off()
panels[0].set_ylabel("squared thousands of dollars")
panels[1].set_ylabel("thousands of dollars")
plt.show()

# %% statistics
def boxes_of(event):  # (buckets, 3): left edge, right edge, how many
    return tf.make_ndarray(event.tensor_proto)


shown = (1, 5, 13, 34, 89, 987)
chosen = [event for event in logs["test"].Tensors("residual") if event.step in shown]
_, (ridge, paths) = plt.subplots(ncols=2, figsize=(7.2, 4.0), width_ratios=(1.5, 1))
medians = []
for place, event in enumerate(chosen):
    boxes = boxes_of(event)
    width = boxes[:, 1] - boxes[:, 0]
    density = boxes[:, 2] / width / boxes[:, 2].sum()
    edges = np.append(boxes[:, 0], boxes[-1, 1])
    base = -0.1 * place
    outline = {"edges": edges, "baseline": base, "color": "C0"}
    ridge.stairs(base + density, fill=True, alpha=0.45, **outline)
    ridge.stairs(base + density, lw=1.1, **outline)
    ridge.text(-36, base + 0.012, f"step {event.step}", color="C0", fontsize=8.5)
    share = np.cumsum(boxes[:, 2]) / boxes[:, 2].sum()
    medians.append(np.interp(0.5, share, edges[1:]))
ridge.axvline(0, color="C6", lw=0.8)
ridge.set(xlim=(-37, 40), yticks=[], title="tag residual, on test rows")
ridge.set(xlabel="true price - predicted, thousands of dollars")
ridge.spines["left"].set_visible(False)

final = boxes_of(logs["test"].Tensors("residual")[-1])
above_ten = float(final[final[:, 0] >= 10, 2].sum())

spread = [(e.step, boxes_of(e)) for e in logs["train"].Tensors("weight")]
for step, boxes in spread:
    held = boxes[boxes[:, 2] > 0]
    paths.vlines(np.full(len(held), step), held[:, 0], held[:, 1], color="C2", lw=5)
paths.set(xscale="log")
paths.xaxis.set_major_formatter("{x:,.0f}")
paths.set(xlabel="step (epoch), log scale", ylabel="value of a weight")
paths.set_title("tag weight: filled buckets")
plt.show()

# %% graph-read-back
stored = tf.compat.v1.GraphDef()
stored.ParseFromString(logs["train"].Graph().SerializeToString())


COUNTER = {"Const", "Cast", "Add", "AssignVariableOp"}  # the optimizer counts its steps


def group(name):
    first = name.lstrip("^").split(":")[0].split("/")[0]
    return "counter" if first in COUNTER else first


members = dict(Counter(group(node.name) for node in stored.node).most_common())
edges = {
    (group(source), group(node.name))
    for node in stored.node
    for source in node.input
    if group(source) != group(node.name)
}
print(len(stored.node), "nodes:", members)

# %% graph-picture
PLACES = {
    "inputs": (0, 1), "labels": (0, -1), "linear_regression_1": (1.2, 1),
    "mean_squared_error": (1.7, -0.5), "gradient_tape": (3, 1), "ones": (3.6, 0),
    "sgd": (4, 1), "score": (3, -1), "counter": (4, -1),
}  # fmt: skip
assert set(PLACES) == set(members)

_, axes = plt.subplots(figsize=(7.2, 3.3))
arrow = {"arrowstyle": "->", "lw": 1.1, "color": "C6"}
drawn = {}
for name, (column, row) in PLACES.items():
    colour = "C1" if name in ("gradient_tape", "ones", "sgd", "counter") else "C0"
    box = {"boxstyle": "round,pad=0.4", "facecolor": "none"}
    box |= {"edgecolor": colour, "lw": 1.3}
    text = {"ha": "center", "va": "center", "fontsize": 8.5, "bbox": box}
    label = axes.text(column, row, f"{name}\n{members[name]}", **text)
    drawn[name] = label.get_bbox_patch()
for source, target in sorted(edges):
    far = abs(PLACES[source][0] - PLACES[target][0]) > 2
    bend = f"arc3,rad={-0.35 if far and PLACES[source][1] > 0 else 0}"
    ends = {"patchA": drawn[source], "patchB": drawn[target], "connectionstyle": bend}
    place = {"xy": PLACES[target], "xytext": PLACES[source]}
    axes.annotate("", **place, arrowprops=arrow | ends)
axes.set(xlim=(-0.4, 4.5), ylim=(-1.5, 2.1))
axes.axis("off")
plt.show()
