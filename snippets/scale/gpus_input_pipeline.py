# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib", "numpy"]
#
# [tool.book]
# title = "Five ways to feed a device, and what it waits for"
# marks = ["timing"]
#
# [tool.book.smoke]
# BATCHES = 4
# REPEATS = 1
#
# [tool.book.values]
# read_ms = "READ_SECONDS * 1000"
# step_ms = "STEP_SECONDS * 1000"
# batch_size = "BATCH_SIZE"
# parallel = "PARALLEL"
# ratio_prefetch = "float(ratio['prefetch'])"
# ratio_parallel = "float(ratio['parallel map'])"
# ratio_interleave = "float(ratio['interleave'])"
# ratio_both = "float(ratio['parallel map, prefetch'])"
# ratio_cache_first_epoch = "float(ratio['cache'])"
# ratio_cache_later_epoch = "float(ratio['cache, epoch 2'])"
# predicted = "[float(predicted[name]) for name in ratio]"
# measured = "[float(ratio[name]) for name in ratio]"
# names = "list(ratio)"
# busy = "[float(busy[name]) for name in ratio]"
# ///

# %% parameters
BATCHES = 12
BATCH_SIZE = 4
READ_SECONDS = 0.008  # waiting for one element: a disk, a network
STEP_SECONDS = 0.016  # the device is busy with one batch
PARALLEL = 4
REPEATS = 3

# %% parts
import threading
import time

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

events = []  # (what, thread, start, end)


def logged(what, seconds):
    started = time.perf_counter()
    time.sleep(seconds)
    events.append((what, threading.get_ident(), started, time.perf_counter()))


def read_in_python(index):
    logged("read", READ_SECONDS)
    return index


def read(index, stateful=False):
    element = tf.numpy_function(read_in_python, [index], tf.int64, stateful=stateful)
    return tf.ensure_shape(element, ())


def epoch(dataset):
    """The batches, and the seconds of an epoch whose step keeps a device busy."""
    started = time.perf_counter()
    batches = []
    for batch in dataset:
        logged("step", STEP_SECONDS)
        batches.append(batch.numpy().tolist())
    return batches, time.perf_counter() - started


# %% variants
elements = tf.data.Dataset.range(BATCHES * BATCH_SIZE)


def files(number):  # file k holds the elements k, k + PARALLEL, …
    rows = tf.data.Dataset.range(BATCHES * BATCH_SIZE)
    return rows.shard(num_shards=PARALLEL, index=number).map(read)


variants = {
    "plain": elements.map(read).batch(BATCH_SIZE),
    "prefetch": elements.map(read).batch(BATCH_SIZE).prefetch(2),
    "parallel map": elements.map(read, num_parallel_calls=PARALLEL).batch(BATCH_SIZE),
    "interleave": tf.data.Dataset.range(PARALLEL).interleave(
        files, cycle_length=PARALLEL, num_parallel_calls=PARALLEL
    ).batch(BATCH_SIZE),
    "parallel map, prefetch": elements.map(
        read, num_parallel_calls=PARALLEL
    ).batch(BATCH_SIZE).prefetch(2),
    "cache": elements.map(read).batch(BATCH_SIZE).cache(),
}
by_hand = tf.data.Options()
by_hand.threading.private_threadpool_size = 8  # waiting threads cost no core
by_hand.experimental_optimization.apply_default_optimizations = False
by_hand.autotune.enabled = False  # do what is written, and nothing else
variants = {name: data.with_options(by_hand) for name, data in variants.items()}

as_shipped = tf.data.Options()
as_shipped.threading.private_threadpool_size = 8
variants["plain, as shipped"] = elements.map(read).batch(BATCH_SIZE).with_options(
    as_shipped
)
variants["the same, stateful"] = elements.map(
    lambda index: read(index, stateful=True)
).batch(BATCH_SIZE).with_options(as_shipped)

# %% measure
seconds, timelines, busy = {}, {}, {}
for name, dataset in variants.items():
    for number in range(REPEATS):
        for label in [name, f"{name}, epoch 2"] if name == "cache" else [name]:
            events.clear()
            batches, taken = epoch(dataset)
            assert batches == np.arange(BATCHES * BATCH_SIZE).reshape(
                BATCHES, BATCH_SIZE
            ).tolist(), "another result"
            seconds.setdefault(label, []).append(taken)
            timelines[label] = list(events)
        if name == "cache":  # a new copy, not yet filled
            dataset = elements.map(read).batch(BATCH_SIZE).cache().with_options(by_hand)

plain = np.median(seconds["plain"])
ratio = {name: plain / np.median(taken) for name, taken in seconds.items()}
for name, taken in seconds.items():
    busy[name] = BATCHES * STEP_SECONDS / np.median(taken)

# %% predict
reading, step = BATCH_SIZE * READ_SECONDS, STEP_SECONDS
side_by_side = reading / min(PARALLEL, BATCH_SIZE)
predicted_seconds = {
    "plain": reading + step,
    "prefetch": max(reading, step),
    "parallel map": side_by_side + step,
    "interleave": side_by_side + step,
    "parallel map, prefetch": max(side_by_side, step),
    "cache": reading + step,
    "cache, epoch 2": step,
    "plain, as shipped": max(side_by_side, step),
    "the same, stateful": reading + step,  # with op determinism, nothing runs ahead
}
predicted = {
    name: predicted_seconds["plain"] / value
    for name, value in predicted_seconds.items()
}
print("                        speed: predicted  measured   device busy")
for name in ratio:
    print(f"{name:24}{predicted[name]:16.1f}{ratio[name]:10.1f}{busy[name]:13.0%}")

# %% picture
def lanes(intervals):
    """A row for each interval, the first row that is free: as many as run at once."""
    ends, rows = [], []
    for start, end in intervals:
        row = next((k for k, free in enumerate(ends) if free <= start), len(ends))
        ends[row:row + 1] = [end]
        rows.append(row)
    return rows


shown = ["plain", "prefetch", "parallel map", "parallel map, prefetch"]
span = 4.5 * (reading + step)
figure, axes = plt.subplots(nrows=len(shown), sharex=True, figsize=(7.2, 4.8))
for panel, name in zip(axes, shown):
    origin = min(start for _, _, start, _ in timelines[name])
    for what, first_row, colour in (("step", 0, "C1"), ("read", 1, "C0")):
        intervals = sorted(
            (start - origin, min(end - origin, span))
            for kind, _, start, end in timelines[name]
            if kind == what and start - origin < span
        )
        for row, (start, end) in zip(lanes(intervals), intervals):
            panel.barh(first_row + row, 1000 * (end - start), left=1000 * start,
                       height=0.75, color=colour, edgecolor="none")
    panel.set_yticks([0, 2.5], ["device", "reading"])
    panel.set_ylim(PARALLEL + 0.6, -0.6)
    panel.spines["left"].set_visible(False)
    panel.tick_params(axis="y", length=0)
    panel.set_title(f"{name}: {ratio[name]:.1f} times as fast", fontsize=9)
axes[-1].set_xlim(0, 1000 * span)
axes[-1].set_xlabel("time since the first read began (ms)")
plt.show()
