# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "More rows, and worse labels"
# sources = []
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 2
# SPLITS = 2
# EVERY = 1
# COUNTS = [16, 156]
# SHARES = [0.0, 0.5]
#
# [tool.book.values]
# splits = "SPLITS"
# counts = "list(COUNTS)"
# shares = "list(SHARES)"
# train_error = "[float(1 - v.mean()) for v in learned['train']]"
# test_error = "[float(1 - v.mean()) for v in learned['test']]"
# gained = "int((learned['test'][-1] > learned['test'][0]).sum())"
# last_step = "[float(v) for v in last_step]"
# noisy_train = "[float(v.mean()) for v in noisy['plain', 'train']]"
# noisy_test = "[float(v.mean()) for v in noisy['plain', 'test']]"
# noisy_loss = "[float(v.mean()) for v in noisy['plain', 'loss']]"
# held_train = "[float(v.mean()) for v in noisy['L2, 0.01', 'train']]"
# held_test = "[float(v.mean()) for v in noisy['L2, 0.01', 'test']]"
# held_loss = "[float(v.mean()) for v in noisy['L2, 0.01', 'loss']]"
# ///

# %% parameters
EPOCHS = 300
SPLITS = 20
EVERY = 10
COUNTS = (16, 32, 64, 104, 156)
SHARES = (0.0, 0.1, 0.2, 0.3, 0.5)

# %% setup
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

address = (
    "https://archive.ics.uci.edu/ml/machine-learning-databases/"
    "undocumented/connectionist-bench/sonar/sonar.all-data"
)
table = pd.read_csv(
    keras.utils.get_file(fname="sonar.all-data", origin=address), header=None
)
x = table.iloc[:, :60].to_numpy(dtype="float32")
y = (table[60] == "R").to_numpy(dtype="float32")


def split(seeds):
    parts = [
        train_test_split(np.arange(len(x)), test_size=52, random_state=s, stratify=y)
        for s in seeds
    ]
    train, test = (np.stack(rows, axis=1) for rows in zip(*parts, strict=True))
    return train, test  # (row, network): each network has a split of its own


def own_weights(shape, dtype=None):  # Glorot's rule, for each network by itself
    inputs, units = shape[1:]
    limit = np.sqrt(6 / (inputs + units))
    return keras.random.uniform(shape, minval=-limit, maxval=limit, dtype=dtype)


def stack(networks, hidden, penalty=None, dropout=(0, 0), constraint=None):
    def dense(units, activation=None, **arguments):
        return keras.layers.EinsumDense(
            "bni,nio->bno",  # batch, network, input or output
            output_shape=(networks, units), bias_axes="no",
            activation=activation, kernel_initializer=own_weights, **arguments,
        )

    model = keras.Sequential([keras.Input(shape=(networks, 60))])
    for units, rate in zip(hidden, dropout):
        model.add(dense(units, "relu", kernel_regularizer=penalty,
                        kernel_constraint=constraint))
        model.add(keras.layers.Dropout(rate))
    model.add(dense(1))
    model.add(keras.layers.Reshape(target_shape=(networks,)))
    return model


def summed_loss(labels, scores):  # summed over networks: each gets its own gradient
    losses = keras.ops.binary_crossentropy(labels, scores, from_logits=True)
    return keras.ops.sum(losses, axis=-1)


class Scores(keras.callbacks.Callback):
    """Loss and accuracy of each network, measured with dropout off."""

    def __init__(self, **parts):
        super().__init__()
        self.parts, self.epochs = parts, []
        self.loss = {part: [] for part in parts}
        self.accuracy = {part: [] for part in parts}

    def on_train_begin(self, logs=None):
        self.predict = tf.function(lambda rows: self.model(rows, training=False))

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % EVERY:
            return
        self.epochs.append(epoch + 1)
        for part, (rows, labels) in self.parts.items():
            scores = self.predict(rows).numpy()  # (row, network)
            losses = np.logaddexp(0, scores) - labels * scores
            self.loss[part].append(losses.mean(axis=0))
            self.accuracy[part].append(((scores > 0) == labels).mean(axis=0))


# %% more-rows
train, test = split(np.arange(SPLITS))


def run(rows, labels, test, penalty=None):
    keras.utils.set_random_seed(0)
    scores = Scores(train=(x[rows], labels), test=(x[test], y[test]))
    model = stack(rows.shape[1], hidden=(60, 30), penalty=penalty)
    model.compile(loss=summed_loss, steps_per_execution=10,
                  optimizer=keras.optimizers.SGD(learning_rate=0.01, momentum=0.8))
    model.fit(x[rows], labels, epochs=EPOCHS, batch_size=16, callbacks=[scores],
              verbose=0)
    return scores


learned = {"train": [], "test": []}
for count in COUNTS:
    rows = train[np.arange(160) % count]  # repeated: the same number of steps for all
    scores = run(rows, y[rows], test)
    for part, values in learned.items():
        values.append(scores.accuracy[part][-1])
    print(f"{count:4} rows: wrong in training {1 - learned['train'][-1].mean():.3f}, "
          f"test {1 - learned['test'][-1].mean():.3f} ± "
          f"{learned['test'][-1].std():.3f}")
last_step = 1 - np.array(learned["test"][-2:]).mean(axis=1)

# %% noise
numbers = np.tile(np.arange(SPLITS // 2), len(SHARES))
train, test = split(numbers)
random = np.random.default_rng(0)
chances = random.random(size=(len(train), SPLITS // 2))  # the same for each share
flipped = np.concatenate([chances < share for share in SHARES], axis=1)
labels = np.where(flipped, 1 - y[train], y[train]).astype("float32")
noisy = {}
for name, penalty in [("plain", None), ("L2, 0.01", keras.regularizers.L2(0.01))]:
    scores = run(train, labels, test, penalty)
    for what, values in [
        ("train", scores.accuracy["train"]), ("test", scores.accuracy["test"]),
        ("loss", scores.loss["test"]),
    ]:
        noisy[name, what] = values[-1].reshape(len(SHARES), -1)
    for share, trained, tested, loss in zip(
        SHARES, noisy[name, "train"], noisy[name, "test"], noisy[name, "loss"],
        strict=True,
    ):
        print(f"{name:8} {share:3.0%} of labels flipped: accuracy on them "
              f"{trained.mean():.3f}, on true test labels {tested.mean():.3f}, "
              f"loss {loss.mean():.2f}")

# %% rows-figure
figure, panels = plt.subplots(ncols=2, figsize=(7.2, 3.4), sharey=True)
for part, color, style in [("train", "C0", "-"), ("test", "C1", "--")]:
    values = 1 - np.array(learned[part])
    panels[0].plot(COUNTS, values, "o", color=color, markersize=3, alpha=0.25)
    panels[0].plot(COUNTS, values.mean(axis=1), color=color, linestyle=style)
    for name, width in [("plain", 1.9), ("L2, 0.01", 0.9)]:
        values = 1 - noisy[name, part]
        panels[1].plot(100 * np.array(SHARES), values.mean(axis=1), color=color,
                       linestyle=style, linewidth=width, marker="o", markersize=3)
panels[0].text(60, 0.03, "training", color="C0")
panels[0].text(60, 0.30, "test", color="C1")
panels[0].set_xlabel("training rows")
panels[1].set_xlabel("flipped training labels (%)")
panels[0].set_ylabel("share of wrong answers")
panels[0].set_title("more rows")
panels[1].set_title("worse labels (thin: L2)")
plt.show()
