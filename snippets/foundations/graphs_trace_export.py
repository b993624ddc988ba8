# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "y = Ax + b: its graph written for TensorBoard, and read back"
# sources = ["mtf-ch01-tffunction-trace-tensorboard", "mtf-ch01-fig-1-10-1-11-graph"]
#
# [tool.book.values]
# y = "y.numpy().tolist()"
# node_names = "[node.name for node in traced.node]"
# node_types = "[node.op for node in traced.node]"
# optimized_names = "[node.name for node in optimized.node]"
# optimized_types = "[node.op for node in optimized.node]"
# tag = "tag"
# plugin = "plugin"
# ///

# %% function
import tensorflow as tf


@tf.function
def affine(A, x, b):
    return tf.add(tf.matmul(A, x), b, name="result")


A = tf.constant([[1.0, 2.0], [3.0, 4.0]])
x = tf.constant([[0.0, 10.0], [0.0, 0.5]])
b = tf.constant([[1.0, -1.0]])

# %% export
writer = tf.summary.create_file_writer("logs")
tf.summary.trace_on(graph=True, profiler=True, profiler_outdir="logs")
y = affine(A, x, b)
with writer.as_default():
    tf.summary.trace_export(name="affine", step=0)
writer.close()
print(y.numpy())

# %% read-back
from pathlib import Path

(path,) = Path("logs").glob("events.out.tfevents.*")
profiles = sorted(file.suffixes[-2:] for file in Path("logs").rglob("*.pb"))
print("profile:", profiles)
for record in tf.data.TFRecordDataset(str(path)):
    event = tf.compat.v1.Event.FromString(record.numpy())
    for value in event.summary.value:
        tag, plugin = value.tag, value.metadata.plugin_data.plugin_name
        content = value.tensor.string_val[0]
metadata = tf.compat.v1.RunMetadata.FromString(content)
functions = metadata.function_graphs[0]
traced = functions.pre_optimization_graph
optimized = functions.post_optimization_graph
print(tag, "|", plugin)
for title, definition in (("traced", traced), ("optimised", optimized)):
    print(title)
    for node in definition.node:
        print(f"  {node.name:15s} {node.op:12s} from {list(node.input)}")

# %% one-node
operation = affine.get_concrete_function(A, x, b).graph.get_operation_by_name("result")
print("operation", operation.type)
print("device   ", repr(operation.device))
print("attribute", "T =", operation.get_attr("T").name)
for tensor in operation.inputs:
    print("input    ", tensor.name, tensor.shape)
for tensor in operation.outputs:
    print("output   ", tensor.name, tensor.shape)

# %% picture
import matplotlib.pyplot as plt

LABELS = {"_Arg": "argument", "AddV2": "add", "_Retval": "return"}
ARROW = {"arrowstyle": "->", "shrinkA": 2, "shrinkB": 2, "color": "C6", "lw": 1.3}
graph = affine.get_concrete_function(A, x, b).graph
shapes = {op.name.lower(): op.outputs[0].shape for op in graph.get_operations()}


def draw(axes, definition, title):
    place, boxes = {}, {}
    for node in definition.node:
        inputs = [place[name] for name in node.input]
        column = 1 + max((column for column, _ in inputs), default=-1)
        row = inputs[0][1] if inputs else -len(place)
        if len(inputs) > 1:
            row = sum(row for _, row in inputs) / len(inputs)
        place[node.name] = (column, row)
        box = {"boxstyle": "round,pad=0.4", "facecolor": "none", "lw": 1.2}
        box["edgecolor"] = "C1" if node.name == "result" else "C0"
        name = node.name.replace("identity_RetVal", "output")
        label = "\n".join(dict.fromkeys((name, LABELS.get(node.op, node.op))))
        center = {"ha": "center", "va": "center", "fontsize": 8.5, "bbox": box}
        boxes[node.name] = axes.text(column, row, label, **center).get_bbox_patch()
        for name, start in zip(node.input, inputs):
            arrow = ARROW | {"patchA": boxes[name], "patchB": boxes[node.name]}
            axes.annotate("", xy=(column, row), xytext=start, arrowprops=arrow)
            middle = (start[0] + column) / 2, (start[1] + row) / 2 + 0.14
            shape = "×".join(map(str, shapes[name.lower()]))
            axes.text(*middle, shape, ha="center", color="C2", fontsize=8.5)
    axes.set(xlim=(-0.4, 4.4), ylim=(-2.5, 0.5))
    axes.set_title(title)
    axes.axis("off")


_, (upper, lower) = plt.subplots(nrows=2, figsize=(7.2, 5.2))
draw(upper, traced, "As traced")
draw(lower, optimized, "As run")
plt.show()
