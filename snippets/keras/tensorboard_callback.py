# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorboard~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "What the Keras callback writes: a classifier of clothes, read back from its logs"
# sources = ["mtf-ch03-fig-3-1-3-2-tensorboard"]
#
# [tool.book.smoke]
# TRAIN_IMAGES = 2_000
# VALIDATION_IMAGES = 1_000
#
# [tool.book.values]
# epochs = "EPOCHS"
# loss = "epochs_of['train', 'epoch_loss']"
# accuracy = "epochs_of['train', 'epoch_sparse_categorical_accuracy']"
# val_loss = "epochs_of['validation', 'epoch_loss']"
# val_accuracy = "epochs_of['validation', 'epoch_sparse_categorical_accuracy']"
# from_fit = "[float(v) for v in history['loss']]"
# layers = "layers"
# graphs_by_callback = "sum(has_graph)"
# graph_nodes = "len(stored.node)"
# parameters = "model.count_params()"
# steps = "len(callback_line)"
# steps_each = "steps_each"
# callback_jump = "callback_jump"
# batch_jump = "batch_jump"
# callback_scatter = "callback_scatter"
# batch_scatter = "batch_scatter"
# mean_differs = "mean_differs"
# last_callback = "float(callback_line[-1])"
# ///

# %% imports
import json

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras.layers import Dense
from tensorboard.backend.event_processing.event_accumulator import (
    TENSORS,
    EventAccumulator,
)

# %% parameters
SEED = 0
EPOCHS = 3
BATCH = 64
TRAIN_IMAGES = 50_000
VALIDATION_IMAGES = 10_000

# %% data
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x.reshape(-1, 784).astype("float32") / 255.0
x_train, y_train = x[:TRAIN_IMAGES], y[:TRAIN_IMAGES]
x_validation, y_validation = x[-VALIDATION_IMAGES:], y[-VALIDATION_IMAGES:]

# %% metric
@keras.saving.register_keras_serializable()
class ThisBatch(keras.metrics.Metric):
    """The loss of the last batch alone: it overwrites where others add up."""

    def __init__(self, name="loss_of_this_batch", **options):
        super().__init__(name=name, **options)
        self.value = self.add_weight(name="value", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        losses = keras.losses.sparse_categorical_crossentropy(
            y_true, y_pred, from_logits=True
        )
        self.value.assign(keras.ops.mean(losses))

    def result(self):
        return self.value.value


# %% model
keras.utils.set_random_seed(SEED)
inputs = keras.Input(shape=(784,), name="digits")
hidden = Dense(units=64, activation="relu", name="dense_1")(inputs)
hidden = Dense(units=64, activation="relu", name="dense_2")(hidden)
outputs = Dense(units=10, name="predictions")(hidden)
model = keras.Model(inputs=inputs, outputs=outputs)
model.compile(
    optimizer=keras.optimizers.RMSprop(),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["sparse_categorical_accuracy", ThisBatch()],
)

# %% fit
callback = keras.callbacks.TensorBoard(
    log_dir="logs/clothes", histogram_freq=1, update_freq=1
)
history = model.fit(
    x_train,
    y_train,
    batch_size=BATCH,
    epochs=EPOCHS,
    validation_data=(x_validation, y_validation),
    callbacks=[callback],
    verbose=0,
).history

# %% tags
logs = {}
for run in ("train", "validation"):
    logs[run] = EventAccumulator(f"logs/clothes/{run}", size_guidance={TENSORS: 0})
    logs[run].Reload()
    print(run)
    for tag in logs[run].Tags()["tensors"]:
        print(f"  {len(logs[run].Tensors(tag)):5d}  {tag}")
print("graph:", {run: log.Tags()["graph"] for run, log in logs.items()})

# %% epochs
def values_of(run, tag):
    events = logs[run].Tensors(tag)
    return [float(tf.make_ndarray(event.tensor_proto)) for event in events]


ACCURACY = "epoch_sparse_categorical_accuracy"
epochs_of = {
    (run, tag): values_of(run, tag) for run in logs for tag in ("epoch_loss", ACCURACY)
}
steps = [event.step for event in logs["train"].Tensors("epoch_loss")]
for (run, tag), numbers in epochs_of.items():
    print(f"{run:10s} {tag:33s}", [round(number, 4) for number in numbers])
print("steps:", steps)

# %% epochs-picture
REPORTED = {
    ("train", "epoch_loss"): [0.5624, 0.3972, 0.3581],
    ("train", ACCURACY): [0.8013, 0.8546, 0.8705],
    ("validation", "epoch_loss"): [0.5479, 0.4370, 0.4054],
    ("validation", ACCURACY): [0.7936, 0.8430, 0.8553],
}
_, panels = plt.subplots(ncols=2, figsize=(7.2, 3.2))
for axes, tag in zip(panels, ("epoch_loss", ACCURACY)):
    for run, colour, mark in (("train", "C0", "o"), ("validation", "C1", "s")):
        numbers = epochs_of[run, tag]
        axes.plot(range(EPOCHS), numbers, f"{mark}-", color=colour)
        axes.plot(range(3), REPORTED[run, tag], mark, color=colour, fillstyle="none")
        right = run == "validation"
        up = right != (tag == ACCURACY)
        shift = {"xytext": (6 if right else -8, 6 if up else -14)}
        shift |= {"textcoords": "offset points", "ha": "left" if right else "right"}
        axes.annotate(run, xy=(1, numbers[1]), color=colour, **shift)
    axes.set(title=tag, xlabel="step (epoch, from 0)", xticks=range(3))
panels[0].set_ylabel("cross-entropy")
panels[1].set_ylabel("accuracy")
plt.show()

# %% batches
callback_line = np.array(values_of("train", "batch_loss"))
single = np.array(values_of("train", "batch_loss_of_this_batch"))

sizes = np.full(steps_each := -(-TRAIN_IMAGES // BATCH), BATCH)
sizes[-1] = TRAIN_IMAGES - BATCH * (steps_each - 1)
running = [
    np.cumsum(single[start : start + steps_each] * sizes) / np.cumsum(sizes)
    for start in range(0, len(single), steps_each)
]
mean_differs = float(np.abs(np.concatenate(running) - callback_line).max())
print(f"batch_loss against a running mean: {mean_differs:.1e}")

# %% batches-picture
_, axes = plt.subplots(figsize=(7.2, 3.4))
shown = np.arange(1, len(single) + 1)
axes.plot(shown, single, color="C6", lw=0.5, alpha=0.6, rasterized=True)
axes.plot(shown, callback_line, color="C1", lw=2)
for epoch in range(1, EPOCHS):
    axes.axvline(epoch * steps_each + 0.5, color="C6", lw=0.8, linestyle=":")
note = {"ha": "right", "transform": axes.transAxes}
axes.text(0.99, 0.9, "thin: each batch", color="C6", **note)
axes.text(0.99, 0.82, "thick: batch_loss of the callback", color="C1", **note)
axes.set(xlabel="training step (batch)", ylabel="cross-entropy", ylim=(0, 1.2))
plt.show()

edge = steps_each
callback_jump = float(callback_line[edge] - callback_line[edge - 1])
last, first = single[edge // 2 : edge], single[edge : edge + edge // 2]
batch_jump = float(first.mean() - last.mean())
callback_scatter = float(np.diff(callback_line[edge // 2 : edge]).std())
batch_scatter = float(np.diff(single[edge // 2 : edge]).std())
print(f"step at the edge: callback {callback_jump:+.3f}, batches {batch_jump:+.3f}")

# %% layers
(event,) = logs["train"].Tensors("keras")
described = json.loads(event.tensor_proto.string_val[0])["config"]["layers"]
layers = [layer["name"] for layer in described]
for layer in described:
    before = [node["args"][0]["config"] for node in layer["inbound_nodes"]]
    before = [tensor["keras_history"][0] for tensor in before]
    print(f"{layer['class_name']:10s} {layer['name']:11s} from {before}")
print([keras.Input(shape=(784,), name="digits").name for _ in range(3)])

# %% graph
forward = tf.function(model).get_concrete_function(tf.TensorSpec(shape=(None, 784)))
with tf.summary.create_file_writer("logs/clothes/graph").as_default() as writer:
    tf.summary.graph(forward.graph)
writer.close()

log = EventAccumulator("logs/clothes/graph").Reload()
stored = tf.compat.v1.GraphDef.FromString(log.Graph().SerializeToString())
has_graph = [bool(logs[run].Tags()["graph"]) for run in logs]
print("graph from the callback:", has_graph, "from us:", log.Tags()["graph"])
kept = [node for node in stored.node if node.op not in ("Placeholder", "NoOp")]
for node in kept[:8]:
    print(f"{node.op:14s} {node.name}")

# %% graph-picture
_, axes = plt.subplots(figsize=(7.2, 2.2))
arrow = {"arrowstyle": "->", "lw": 1.2, "color": "C6"}
patches = []
for place, name in enumerate(layers):
    mine = [node for node in kept if f"/{name}_" in node.name]
    inside = [node.op for node in mine if node.op != "ReadVariableOp"]
    box = {"boxstyle": "round,pad=0.5", "facecolor": "none"}
    box |= {"edgecolor": "C0", "lw": 1.3}
    text = {"ha": "center", "va": "center", "bbox": box}
    patches.append(axes.text(place, 0, name, **text).get_bbox_patch())
    operations = "\n".join(inside)
    axes.text(place, -0.5, operations, ha="center", va="top", color="C1", fontsize=8)
    if place:
        ends = {"patchA": patches[-2], "patchB": patches[-1]}
        axes.annotate("", xy=(place, 0), xytext=(place - 1, 0), arrowprops=arrow | ends)
axes.set(xlim=(-0.4, 3.4), ylim=(-1.8, 0.5))
axes.axis("off")
plt.show()
