# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "A profile, read back without TensorBoard"
# marks = ["timing"]
#
# [tool.book.smoke]
# STEPS = 3
#
# [tool.book.values]
# files = "files"
# input_share = "float(input_share)"
# input_share_prefetch = "float(input_share_prefetch)"
# parts = "list(spent)"
# adam_share = "float(spent['Adam'] / spent.total())"
# forward_share = "float(spent['forward'] / spent.total())"
# backward_share = "float(spent['backward'] / spent.total())"
# longest = "[f'{kind} ({part})' for (part, kind), _ in longest]"
# kernels = "len(kernels)"
# events = "len(inside)"
# ///

# %% parameters
STEPS = 6

# %% work
import re
from collections import Counter
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import tensorflow as tf

keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input(shape=(64, 64, 3)),
    keras.layers.Conv2D(filters=16, kernel_size=3, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Flatten(),
    keras.layers.Dense(units=128, activation="relu"),
    keras.layers.Dense(units=10),
])
optimizer = keras.optimizers.Adam()
optimizer.build(model.trainable_variables)
loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@tf.function
def train_step(images, labels):
    with tf.GradientTape() as tape:
        loss = loss_function(labels, model(images, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(gradients)
    return loss


def blurred(number):
    images = tf.random.stateless_normal(shape=(32, 64, 64, 3), seed=(number, 0))
    for _ in range(4):
        images = tf.nn.avg_pool2d(images, ksize=5, strides=1, padding="SAME")
    labels = tf.random.stateless_uniform((32,), (number, 1), 0, 10, tf.int32)
    return images, labels


options = tf.data.Options()
options.autotune.enabled = False  # nothing but what is written
batches = tf.data.Dataset.range(STEPS + 1).map(blurred).with_options(options)

# %% record
def profile(dataset, folder):
    """Train under the profiler; the names of the files that it writes."""
    iterator = iter(dataset)
    train_step(*next(iterator))  # traced before the profile begins
    with tf.profiler.experimental.Profile(folder):
        for number in range(STEPS):
            with tf.profiler.experimental.Trace("train", step_num=number, _r=1):
                with tf.profiler.experimental.Trace("input"):
                    images, labels = next(iterator)
                with tf.profiler.experimental.Trace("compute"):
                    train_step(images, labels).numpy()  # wait for the result
    return sorted(path.name.split(".", 1)[1] for path in Path(folder).rglob("*.pb"))


files = profile(batches, "waiting")
profile(batches.prefetch(2), "ahead")
print(files)

# %% read
from tensorflow.tsl.profiler.protobuf import xplane_pb2


def events_of(folder):
    """All events as (name, thread, start, end), in milliseconds."""
    space = xplane_pb2.XSpace()
    space.ParseFromString(next(Path(folder).rglob("*.xplane.pb")).read_bytes())
    return [
        (
            plane.event_metadata[event.metadata_id].name.split("#")[0],
            line.id,
            line.timestamp_ns / 1e6 + event.offset_ps / 1e9,
            line.timestamp_ns / 1e6 + (event.offset_ps + event.duration_ps) / 1e9,
        )
        for plane in space.planes
        for line in plane.lines
        for event in line.events
    ]


def share_of_input(events):
    total = dict.fromkeys(("train", "input"), 0.0)
    for name, _, start, end in events:
        if name in total:
            total[name] += end - start
    return total["input"] / total["train"]


waiting, ahead = events_of("waiting"), events_of("ahead")
input_share, input_share_prefetch = share_of_input(waiting), share_of_input(ahead)
print(f"of a step, spent waiting for input: {input_share:.0%}, "
      f"with prefetch: {input_share_prefetch:.0%}")

# %% kernels
_, python_thread, begin, end = [event for event in waiting if event[0] == "train"][-2]
inside = [event for event in waiting if begin <= event[2] and event[3] <= end]
parts = {"stateless_random": "input", "AvgPool2D": "input", "sequential": "forward",
         "gradient_tape": "backward", "adam": "Adam"}


def part_of(name):
    """Kernels are named path:operation; the path tells which part of a step it is."""
    return next((part for key, part in parts.items() if name.startswith(key)), "other")


is_kernel = re.compile(r"[^:]+:[A-Za-z_]\w*").fullmatch
kernels = [event for event in inside
           if event[1] != python_thread and is_kernel(event[0])]
spent, by_kind = Counter(), Counter()
for name, _, start, finish in kernels:
    spent[part_of(name)] += finish - start
    by_kind[part_of(name), name.rsplit(":", 1)[1]] += finish - start
for part in ("input", "forward", "backward", "Adam", "other"):
    print(f"{part:9}{spent[part] / spent.total():6.0%}")
longest = by_kind.most_common(5)
for (part, kind), value in longest:
    print(f"{value / spent.total():6.0%}  {kind} ({part})")

# %% picture
figure, axes = plt.subplots(figsize=(7.2, 3.0))
for name, _, start, finish in inside:
    if name in ("input", "compute"):
        axes.barh(0, finish - start, left=start - begin, height=0.7, color="C6",
                  alpha=0.5)
        axes.text((start + finish) / 2 - begin, 0, name, ha="center", va="center")
colours = {"input": "C1", "forward": "C2", "backward": "C0", "Adam": "C3"}
rows = {"input": 1, "forward": 2, "backward": 3, "Adam": 4}
for name, _, start, finish in kernels:
    part = part_of(name)
    if part == "other":
        continue
    axes.barh(rows[part], finish - start, left=start - begin, height=0.7,
              color=colours[part])
axes.set_yticks(range(5), ["Python waits for", *rows])
axes.tick_params(axis="y", length=0)
axes.spines["left"].set_visible(False)
axes.set_ylim(4.6, -0.6)
axes.set_xlabel("time since the step began (ms)")
plt.show()
