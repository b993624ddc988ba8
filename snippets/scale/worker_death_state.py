# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy", "matplotlib"]
#
# [tool.book]
# title = "What a run consists of: leave one part out and resume"
#
# [tool.book.smoke]
# SEEDS = [0]
#
# [tool.book.values]
# parts = "list(PARTS)"
# sizes = "[sizes[part] for part in PARTS]"
# stop = "STOP"
# steps = "STEPS"
# seeds = "len(SEEDS)"
# everything = "distances['nothing']"
# weights = "distances['model']"
# optimizer = "distances['optimizer']"
# step = "distances['step']"
# noise = "distances['noise']"
# other_run = "other_run"
# ///

# %% parameters
STOP = 20  # the run is interrupted after this many steps
STEPS = 40
SEEDS = (0, 1, 2)
EXAMPLES = 640
BATCH = 64

# %% run
import tempfile
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

PARTS = ("model", "optimizer", "step", "noise")
(pictures, classes), _ = keras.datasets.mnist.load_data()
pictures = pictures[:EXAMPLES].reshape(-1, 784) / np.float32(255)
classes = classes[:EXAMPLES]


class Run:
    """A training run, as the parts that it consists of."""

    def __init__(self, seed):
        keras.utils.set_random_seed(seed)
        self.seed = seed
        self.model = keras.Sequential([keras.Input(shape=(784,))])
        self.model.add(keras.layers.Dense(units=32, activation="relu"))
        self.model.add(keras.layers.Dense(units=10))
        self.optimizer = keras.optimizers.Adam(learning_rate=0.003)
        self.optimizer.build(self.model.trainable_variables)
        self.step = tf.Variable(0, dtype=tf.int64)
        self.noise = tf.random.Generator.from_seed(seed + 100)
        self.loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.update = tf.function(self.update_eagerly)

    def checkpoint(self, parts):
        state = {"model": self.model, "step": self.step, "noise": self.noise}
        state["optimizer"] = [variable.value for variable in self.optimizer.variables]
        return tf.train.Checkpoint(**{part: state[part] for part in parts})

    def batch(self):
        """The place in the data follows from the step and the seed."""
        epoch, place = divmod(int(self.step), EXAMPLES // BATCH)
        order = np.random.default_rng([self.seed, epoch]).permutation(EXAMPLES)
        rows = order[place * BATCH :][:BATCH]
        noise = self.noise.normal(shape=(BATCH, 784), stddev=0.2)
        return pictures[rows] + noise, classes[rows]

    def update_eagerly(self, images, labels):
        with tf.GradientTape() as tape:
            loss = self.loss(labels, self.model(images, training=True))
        gradients = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.model.trainable_variables))

    def train(self, steps):
        for _ in range(steps):
            self.update(*self.batch())
            self.step.assign_add(1)
        return self

    def weights(self):
        return np.concatenate([np.ravel(v) for v in self.model.get_weights()])


# %% leave-out
def distance(first, second):
    """Between two runs' weights, in percent of the way that training went."""
    way = np.linalg.norm(first.weights() - Run(first.seed).weights())
    return float(100 * np.linalg.norm(first.weights() - second.weights()) / way)


distances = {left_out: [] for left_out in ("nothing", *PARTS)}
other_run = []
for seed in SEEDS:
    undisturbed = Run(seed).train(STEPS)
    with tempfile.TemporaryDirectory() as folder:
        interrupted = Run(seed).train(STOP)
        path = interrupted.checkpoint(PARTS).save(str(Path(folder) / "ckpt"))
        for left_out in distances:
            parts = [part for part in PARTS if part != left_out]
            resumed = Run(seed)
            resumed.checkpoint(parts).restore(path).expect_partial()
            resumed.train(STEPS - STOP)
            distances[left_out].append(distance(undisturbed, resumed))
        reader = tf.train.load_checkpoint(path)
        sizes = dict.fromkeys(PARTS, 0)
        for name, shape in reader.get_variable_to_shape_map().items():
            part = name.split("/")[0]
            if part in PARTS and "OBJECT_CONFIG" not in name:
                size = reader.get_variable_to_dtype_map()[name].size
                sizes[part] += int(np.prod(shape, dtype=int)) * size
    noisy = Run(seed)
    noisy.noise.reset_from_seed(seed + 900)
    other_run.append(distance(undisturbed, noisy.train(STEPS)))

for left_out, values in distances.items():
    print(f"without {left_out:9}:", *(f"{value:6.2f} %" for value in values))
print(f"other noise from the first step on: {np.round(other_run, 1)} %")

# %% picture
EXPLAINED = {
    "model": "what was learnt",
    "optimizer": "Adam's means of gradients\nand squares, its step count",
    "step": "how far; which rows come next",
    "noise": "which random numbers come next",
}
figure, (left, right) = plt.subplots(ncols=2, sharey=True, width_ratios=(1, 1))
for row, part in enumerate(PARTS):
    left.barh(row, sizes[part], color=f"C{row}", height=0.5)
    left.text(sizes[part] * 1.6, row, f"{sizes[part]:,d} bytes", va="center")
    values = distances[part]
    right.plot(values, [row] * len(values), "o", color=f"C{row}")
    right.text(max(values) + 3, row, f"{np.mean(values):.0f} %", va="center")
right.axvline(0, color="C6", linewidth=1)
right.text(1, -0.62, "everything restored: 0", color="C6")
left.set_xscale("log")
left.set_xlim(1, 3e8)
left.set_yticks(range(len(PARTS)), [f"{part}\n{EXPLAINED[part]}" for part in PARTS])
left.set_ylim(len(PARTS) - 0.5, -0.9)
left.set_xlabel("size in the checkpoint (bytes, log scale)")
right.set_xlim(-4, 1.35 * max(max(values) for values in distances.values()))
right.set_xlabel("left out: final weights differ by\n(% of the way that training went)")
plt.show()
