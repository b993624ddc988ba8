# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Stop in the middle of an epoch, and go on with the next row"
#
# [tool.book.smoke]
# SEEDS = [0]
#
# [tool.book.values]
# with_iterator = "differences['with the iterator']"
# without = "differences['without it']"
# moved = "moved"
# twice = "twice"
# never = "never"
# rows = "ROWS"
# sizes = "list(sizes.values())"
# buffers = "list(sizes)"
# row_bytes = "row_bytes"
# errors = "errors"
# ///

# %% parameters
ROWS = 2_048
BATCH = 32
STOP = 40  # batches; an epoch has 64
SEEDS = (0, 1, 2)

# %% job
import pathlib

import keras
import numpy as np
import tensorflow as tf

tf.config.experimental.enable_op_determinism()
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x[:ROWS].reshape(ROWS, 784).astype("float32") / 255.0
y = y[:ROWS]
loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


class Job:
    """All that a run consists of, and what was seen."""

    def __init__(self, seed):
        keras.utils.set_random_seed(seed)
        self.model = keras.Sequential([
            keras.Input(shape=(784,)), keras.layers.Dense(units=10)
        ])
        self.optimizer = keras.optimizers.Adam(learning_rate=0.01)
        self.optimizer.build(self.model.trainable_variables)
        rows = tf.data.Dataset.from_tensor_slices((tf.range(ROWS), x, y))
        rows = rows.shuffle(buffer_size=ROWS, seed=seed).batch(BATCH)
        self.iterator = iter(rows.repeat())
        self.step = tf.function(self.eager_step)
        self.seen = []

    def eager_step(self, images, labels):
        with tf.GradientTape() as tape:
            loss = loss_function(labels, self.model(images, training=True))
        gradients = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply(gradients, self.model.trainable_variables)

    def run(self, batches):
        for _ in range(batches):
            numbers, images, labels = next(self.iterator)
            self.step(images, labels)
            self.seen.extend(numbers.numpy())
        return self

    def checkpoint(self, with_iterator):
        parts = {"model": self.model, "optimizer": self.optimizer}
        if with_iterator:
            parts["iterator"] = self.iterator
        return tf.train.Checkpoint(**parts)


# %% resume
epoch = ROWS // BATCH
differences = {"with the iterator": [], "without it": []}
twice, never, moved = [], [], []
for seed in SEEDS:
    straight = Job(seed).run(epoch)
    moved.append(max(float(np.abs(a - b).max()) for a, b in zip(
        Job(seed).model.get_weights(), straight.model.get_weights())))
    for name in differences:
        with_iterator = name == "with the iterator"
        first = Job(seed).run(STOP)
        path = first.checkpoint(with_iterator).save("stopped")
        second = Job(seed)
        second.checkpoint(with_iterator).restore(path).assert_consumed()
        second.run(epoch - STOP)
        differences[name].append(max(float(np.abs(a - b).max()) for a, b in zip(
            straight.model.get_weights(), second.model.get_weights())))
        counts = np.bincount(first.seen + second.seen, minlength=ROWS)
        if not with_iterator:
            twice.append(int((counts > 1).sum()))
            never.append(int((counts == 0).sum()))
        else:
            assert counts.min() == counts.max() == 1, "not one epoch"
for name, found in differences.items():
    print(f"{name:18} weights differ by at most", *(f"{gap:.3f}" for gap in found))
print("without it: rows seen twice", twice, " never seen", never)

# %% size
row_bytes = x[0].nbytes
sizes = {}
for buffer in (1, 256, 1_024, 2_048):
    iterator = iter(tf.data.Dataset.from_tensor_slices(x).shuffle(buffer, seed=0))
    next(iterator)
    path = pathlib.Path(tf.train.Checkpoint(iterator=iterator).save("size"))
    sizes[buffer] = path.with_name(path.name + ".data-00000-of-00001").stat().st_size
    print(f"buffer {buffer:5}: {sizes[buffer]:>9,} bytes of checkpoint")

# %% refused
sources = {
    "generator": tf.data.Dataset.from_generator(
        lambda: iter(range(9)), output_signature=tf.TensorSpec((), tf.int64)),
    "tf.random in map": tf.data.Dataset.range(9).map(
        lambda row: tf.random.uniform(shape=(), seed=1)),
    "stateless random in map": tf.data.Dataset.range(9).map(
        lambda row: tf.random.stateless_uniform(shape=(), seed=[1, row])),
}
errors = []
for name, data in sources.items():
    try:
        tf.train.Checkpoint(iterator=iter(data)).save("refused")
    except tf.errors.FailedPreconditionError as error:
        errors.append(error.message.split("}} ")[-1].split(" [")[0])
        print(f"{name:24} {type(error).__name__}: {errors[-1]}")
    else:
        print(f"{name:24} saved")
