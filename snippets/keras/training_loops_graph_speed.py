# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Eager against graph: a ratio that shrinks as the work per call grows"
# sources = ["gt-train-test-steps"]
# marks = ["timing"]
#
# [tool.book.smoke]
# BATCH_SIZES = [1, 8]
# REPEATS = 2
#
# [tool.book.values]
# batch_sizes = "list(BATCH_SIZES)"
# medians = "[float(np.median(ratios[size])) for size in BATCH_SIZES]"
# lowest = "[float(min(ratios[size])) for size in BATCH_SIZES]"
# highest = "[float(max(ratios[size])) for size in BATCH_SIZES]"
# ///

# %% imports
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

# %% parameters
BATCH_SIZES = [1, 8, 32, 128, 512]
REPEATS = 7

# %% step
keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    Conv2D(filters=32, kernel_size=3, activation="relu"),
    MaxPooling2D(pool_size=2),
    Conv2D(filters=64, kernel_size=3, activation="relu"),
    MaxPooling2D(pool_size=2),
    Conv2D(filters=64, kernel_size=3, activation="relu"),
    Flatten(),
    Dense(units=64, activation="relu"),
    Dense(units=10),
])
loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.Adam()
optimizer.build(model.trainable_variables)


def eager_step(images, labels):
    with tf.GradientTape() as tape:
        loss = loss_function(labels, model(images, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


graph_step = tf.function(eager_step)


# %% measure
def seconds(step, images, labels, calls):
    start = time.perf_counter()
    for _ in range(calls):
        loss = step(images, labels)
    loss.numpy()  # wait until the work is done
    return time.perf_counter() - start


ratios = {}
for size in BATCH_SIZES:
    batch = tf.random.uniform(shape=(size, 28, 28, 1)), tf.zeros(size, dtype=tf.int32)
    calls = max(3, 60 // size)
    for step in (eager_step, graph_step):
        seconds(step, *batch, calls=2)  # trace, allocate, warm up
    ratios[size] = [
        seconds(eager_step, *batch, calls) / seconds(graph_step, *batch, calls)
        for _ in range(REPEATS)
    ]

# %% figure
figure, axes = plt.subplots()
for size in BATCH_SIZES:
    axes.plot([size] * REPEATS, ratios[size], "o", color="C0", alpha=0.4)
axes.plot(BATCH_SIZES, [np.median(ratios[size]) for size in BATCH_SIZES], color="C0")
axes.axhline(1.0, linestyle="--", color="C6")
axes.text(BATCH_SIZES[0], 1.1, "equally fast", color="C6")
axes.set_xscale("log", base=2)
axes.set_xticks(BATCH_SIZES, [str(size) for size in BATCH_SIZES])
axes.set_yscale("log", base=2)
axes.set_yticks([1, 2, 4, 8, 16, 32], ["1", "2", "4", "8", "16", "32"])
axes.set(xlabel="images in a batch", ylabel="time eager ÷ time graph")
plt.show()
