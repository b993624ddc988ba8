# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "What the order of map and batch, a generator and a graph cost"
# sources = ["mtf-ch03-custom-loop-train-step"]
# marks = ["timing"]
#
# [tool.book.smoke]
# IMAGES = 256
# REPEATS = 1
# STEPS = 2
#
# [tool.book.values]
# images = "IMAGES"
# batch = "BATCH"
# names = "list(relative)"
# relative = "[float(relative[name]) for name in relative]"
# eager_over_graph = "[float(a / b) for a, b in zip(step_seconds['eager'], step_seconds['graph'])]"
# generator_over_slices = "ratios('generator, row by row', 'map after batch')"
# map_before_over_after = "ratios('map before batch', 'map after batch')"
# generator_batches_over_rows = "ratios('generator, row by row', 'generator of batches')"
# numpy_over_slices = "ratios('NumPy, no pipeline', 'map after batch')"
# fastest = "min(relative, key=relative.get)"
# ///

# %% parameters
IMAGES = 10_000
BATCH = 64
REPEATS = 5
STEPS = 30

# %% data
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

(x, y), _ = keras.datasets.fashion_mnist.load_data()
x, y = x[:IMAGES], y[:IMAGES].astype("int32")  # (images, 28, 28), whole numbers


def scale(images, labels):
    return tf.cast(images, tf.float32)[..., tf.newaxis] / 255.0, labels


# %% sources
def row_by_row():
    yield from zip(x, y)


def of_batches():
    for start in range(0, IMAGES, BATCH):
        yield x[start:start + BATCH], y[start:start + BATCH]


def numpy_batches():
    for images, labels in of_batches():
        yield images[..., np.newaxis].astype("float32") / np.float32(255.0), labels


def generated(function, *leading):
    signature = (tf.TensorSpec(shape=(*leading, 28, 28), dtype=tf.uint8),
                 tf.TensorSpec(shape=leading, dtype=tf.int32))
    return tf.data.Dataset.from_generator(function, output_signature=signature)


slices = tf.data.Dataset.from_tensor_slices((x, y))
sources = {
    "map after batch": lambda: slices.batch(BATCH).map(scale),
    "map before batch": lambda: slices.map(scale).batch(BATCH),
    "generator of batches": lambda: generated(of_batches, None).map(scale),
    "generator, row by row": lambda: generated(row_by_row).batch(BATCH).map(scale),
    "NumPy, no pipeline": numpy_batches,
}

# %% measure
def drain(source):
    """Seconds for all batches, and a check sum over images and labels."""
    started = time.perf_counter()
    total = 0.0
    for images, labels in source:
        images, labels = np.asarray(images), np.asarray(labels)  # no copy
        total += float(images[0, 14, 14, 0]) + int(labels[-1])
    return time.perf_counter() - started, total


seconds, totals = {name: [] for name in sources}, set()
for repeat in range(REPEATS + 1):
    for name, build in sources.items():
        taken, total = drain(build())
        totals.add(round(total, 3))
        if repeat:  # the first round warms up
            seconds[name].append(taken)
assert len(totals) == 1, "the pipelines give different numbers"


def ratios(slow, fast):
    return [float(a / b) for a, b in zip(seconds[slow], seconds[fast])]


relative = {name: np.median(ratios(name, "map after batch")) for name in sources}
for name, factor in relative.items():
    print(f"{name:24}{factor:6.2f} times the time of map after batch")

# %% bars
figure, axes = plt.subplots(figsize=(7.2, 2.6))
for line, name in enumerate(sources):
    found = ratios(name, "map after batch")
    axes.barh(line, relative[name], color="C0", alpha=0.6)
    axes.plot(found, [line] * len(found), "o", color="C0", markersize=4)
    axes.text(max(found) + 0.4, line, f"{relative[name]:.2f}", va="center")
axes.set_yticks(range(len(sources)), list(sources))
axes.invert_yaxis()
axes.set(xlabel="time for one pass, relative to map after batch")
plt.show()

# %% step
keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    keras.layers.Conv2D(filters=16, kernel_size=5, activation="relu"),
    keras.layers.MaxPooling2D(pool_size=2),
    keras.layers.Conv2D(filters=32, kernel_size=5, activation="relu"),
    keras.layers.MaxPooling2D(pool_size=2),
    keras.layers.Dropout(rate=0.2),
    keras.layers.Flatten(),
    keras.layers.Dense(units=128, activation="relu"),
    keras.layers.Dense(units=10, activation="softmax"),
])
loss_function = keras.losses.SparseCategoricalCrossentropy()
optimizer = keras.optimizers.SGD(learning_rate=0.01)
optimizer.build(model.trainable_variables)


def eager_step(images, labels):
    with tf.GradientTape() as tape:
        loss = loss_function(labels, model(images))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(gradients, model.trainable_variables)
    return loss


# %% eager-against-graph
batches = list(slices.batch(BATCH).map(scale).take(STEPS))
start = model.get_weights()
step_seconds, losses = {"eager": [], "graph": []}, {"eager": [], "graph": []}
steps = {"eager": eager_step, "graph": tf.function(eager_step)}
for repeat in range(REPEATS + 1):
    for name, step in steps.items():
        model.set_weights(start)
        started = time.perf_counter()
        for images, labels in batches:
            loss = float(step(images, labels))
        if repeat:
            step_seconds[name].append(time.perf_counter() - started)
        losses[name].append(loss)
assert np.allclose(losses["eager"], losses["graph"], atol=1e-3), losses
ratio = np.median(np.divide(step_seconds["eager"], step_seconds["graph"]))
print(f"the source's step, eager: {ratio:.1f} times the time of the graph")
