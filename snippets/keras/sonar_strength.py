# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "Eight strengths of L1 and L2 at once, and what they do to the weights"
# sources = ["mtf-ch02-l1-l2-concept"]
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 4
# SPLITS = 2
# EVERY = 2
#
# [tool.book.values]
# splits = "SPLITS"
# strengths_two = "STRENGTHS['L2']"
# strengths_one = "STRENGTHS['L1']"
# loss_two = "[float(v) for v in ends['L2']['loss'].mean(axis=1)]"
# loss_one = "[float(v) for v in ends['L1']['loss'].mean(axis=1)]"
# accuracy_two = "[float(v) for v in ends['L2']['accuracy'].mean(axis=1)]"
# accuracy_one = "[float(v) for v in ends['L1']['accuracy'].mean(axis=1)]"
# accuracy_soft = "[float(v) for v in ends['soft threshold']['accuracy'].mean(axis=1)]"
# zeros_one = "[float(v) for v in zeros['L1']]"
# zeros_two = "[float(v) for v in zeros['L2']]"
# zeros_soft = "[float(v) for v in zeros['soft threshold']]"
# small_one = "[float(v) for v in small['L1']]"
# small_two = "[float(v) for v in small['L2']]"
# smallest_one = "float(smallest)"
# ///

# %% parameters
EPOCHS = 300
SPLITS = 6
EVERY = 10
STRENGTHS = {
    "L2": [0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
    "L1": [0, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03],
}

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


# %% penalties
RATE, MOMENTUM = 0.01, 0.8


def of_each_network(strengths):  # one strength for each (strength, split)
    return np.repeat(strengths, SPLITS).astype("float32")[:, None, None]


def l2(kernel):  # (network, input, output)
    return keras.ops.sum(of_each_network(STRENGTHS["L2"]) * kernel**2)


def l1(kernel):
    return keras.ops.sum(of_each_network(STRENGTHS["L1"]) * keras.ops.abs(kernel))


def soft_threshold(kernel):  # after each step; momentum makes steps 5 times as long
    reach = RATE / (1 - MOMENTUM) * of_each_network(STRENGTHS["L1"])
    return keras.ops.sign(kernel) * keras.ops.relu(keras.ops.abs(kernel) - reach)


# %% train
train, test = split(np.tile(np.arange(SPLITS), 8))
ways = {
    "L2": {"penalty": l2},
    "L1": {"penalty": l1},
    "soft threshold": {"constraint": soft_threshold},
}
ends, weights = {}, {}
for way, arguments in ways.items():
    keras.utils.set_random_seed(0)
    scores = Scores(test=(x[test], y[test]))
    model = stack(networks=8 * SPLITS, hidden=(60, 30), **arguments)
    model.compile(loss=summed_loss, steps_per_execution=10,
                  optimizer=keras.optimizers.SGD(RATE, momentum=MOMENTUM))
    model.fit(x[train], y[train], epochs=EPOCHS, batch_size=16, callbacks=[scores],
              verbose=0)
    ends[way] = {
        what: getattr(scores, what)["test"][-1].reshape(8, SPLITS)
        for what in ("accuracy", "loss")
    }
    weights[way] = model.get_weights()[0].reshape(8, -1)  # (strength, weight)

# %% zeros
zeros = {way: (values == 0).mean(axis=1) for way, values in weights.items()}
small = {way: (np.abs(values) < 0.01).mean(axis=1) for way, values in weights.items()}
smallest = np.abs(weights["L1"][-3]).min()
for way, place in [("L2", 5), ("L1", 5), ("soft threshold", 5)]:
    strength = STRENGTHS[way if way in STRENGTHS else "L1"][place]
    print(
        f"{way:14} {strength}: below 0.01: {small[way][place]:5.1%}, "
        f"exactly zero: {zeros[way][place]:5.1%}, test accuracy "
        f"{ends[way]['accuracy'][place].mean():.3f}"
    )

# %% weights-figure
figure, panels = plt.subplots(ncols=4, figsize=(7.2, 2.8), sharex=True, sharey=True)
bins = np.linspace(-0.5, 0.5, num=51)
shown = [
    ("no penalty", weights["L2"][0], "C6"), ("L2, 0.01", weights["L2"][5], "C0"),
    ("L1, 0.003", weights["L1"][5], "C1"),
    ("soft threshold", weights["soft threshold"][5], "C2"),
]
for axes, (name, values, color) in zip(panels, shown, strict=True):
    axes.hist(values, bins=bins, weights=np.full(values.size, 100 / values.size),
              color=color)
    axes.set_title(name)
    axes.set_xlabel("weight")
panels[0].set_ylabel("share of weights (%)")
plt.show()

# %% strength-figure
figure, panels = plt.subplots(ncols=2, figsize=(7.2, 3.3))
for axes, what, label in [
    (panels[0], "accuracy", "test accuracy"), (panels[1], "loss", "test cross-entropy")
]:
    for way, color, style in [("L2", "C0", "-"), ("L1", "C1", "--")]:
        values = ends[way][what]
        places = np.array(STRENGTHS[way])
        places[0] = 0.00001  # stands for none on the logarithmic axis
        axes.plot(places, values, "o", color=color, markersize=3, alpha=0.3)
        axes.plot(places, values.mean(axis=1), color=color, linestyle=style)
        axes.annotate(way, (places[-1], values[-1].mean()), xytext=(6, -3),
                      textcoords="offset points", color=color)
    axes.set_xscale("log")
    axes.set_xlim(right=0.22)
    axes.set_xticks([0.00001, 0.0001, 0.001, 0.01, 0.1],
                    ["none", "0.0001", "0.001", "0.01", "0.1"])
    axes.set_xlabel("strength of the penalty")
    axes.set_ylabel(label)
plt.show()
