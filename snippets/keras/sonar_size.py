# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "From no hidden unit to three hundred: training and test error"
# sources = []
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 4
# SPLITS = 2
# EVERY = 2
# WIDTHS = [0, 2]
#
# [tool.book.values]
# splits = "SPLITS"
# widths = "list(WIDTHS)"
# parameters = "[int(count) for count in parameters]"
# train_error = "[float(v.mean()) for v in table_of('accuracy', 'train', -1, 1)]"
# test_error = "[float(v.mean()) for v in table_of('accuracy', 'test', -1, 1)]"
# train_loss = "[float(v.mean()) for v in table_of('loss', 'train', -1)]"
# test_loss = "[float(v.mean()) for v in table_of('loss', 'test', -1)]"
# lowest_loss = "[float(low.mean()) for low in lowest]"
# lowest_epoch = "[float(epoch) for epoch in lowest_epoch]"
# won = "int((largest < smallest).sum())"
# one_unit = "int(WIDTHS.index(2))"
# ///

# %% parameters
EPOCHS = 300
SPLITS = 20
EVERY = 10
WIDTHS = (0, 1, 2, 4, 10, 30, 100, 300)

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


# %% train
train, test = split(np.arange(SPLITS))
parts = {"train": (x[train], y[train]), "test": (x[test], y[test])}
results, parameters = [], []
for width in WIDTHS:
    keras.utils.set_random_seed(0)
    scores = Scores(**parts)
    model = stack(networks=SPLITS, hidden=(width,) if width else ())
    model.compile(loss=summed_loss, steps_per_execution=10,
                  optimizer=keras.optimizers.SGD(learning_rate=0.01, momentum=0.8))
    model.fit(*parts["train"], epochs=EPOCHS, batch_size=16, callbacks=[scores],
              verbose=0)
    results.append(scores)
    parameters.append(model.count_params() // SPLITS)

# %% table
def table_of(what, part, epoch, one_minus=0):
    values = np.array([getattr(scores, what)[part][epoch] for scores in results])
    return one_minus - values if one_minus else values  # (width, network)


lowest = [np.min(scores.loss["test"], axis=0) for scores in results]
lowest_epoch = [
    scores.epochs[np.mean(scores.loss["test"], axis=1).argmin()] for scores in results
]
for width, count, train_error, test_error, low in zip(
    WIDTHS, parameters, table_of("accuracy", "train", -1, 1),
    table_of("accuracy", "test", -1, 1), lowest, strict=True,
):
    print(
        f"{width:4} hidden units, {count:6} parameters: wrong in training "
        f"{train_error.mean():.3f}, test {test_error.mean():.3f} "
        f"± {test_error.std():.3f}"
    )
largest, smallest = table_of("accuracy", "test", -1, 1)[[-1, WIDTHS.index(2)]]

# %% figure
figure, panels = plt.subplots(ncols=2, figsize=(7.2, 3.5))
places = np.arange(len(WIDTHS))
for axes, what, one_minus, title in [
    (panels[0], "accuracy", 1, "share of wrong answers"),
    (panels[1], "loss", 0, "cross-entropy"),
]:
    for part, color, style in [("train", "C0", "-"), ("test", "C1", "--")]:
        values = table_of(what, part, -1, one_minus)
        axes.plot(places, values, "o", color=color, markersize=3, alpha=0.25)
        axes.plot(places, values.mean(axis=1), color=color, linestyle=style)
    axes.set_xticks(places, WIDTHS)
    axes.set_xlabel("hidden units")
    axes.set_title(title)
    axes.set_ylim(bottom=-0.01)
    axes.set_xlim(right=9.6)
panels[1].plot(places, [low.mean() for low in lowest], color="C2", linestyle=":")
for axes, height, label, color in [
    (panels[0], 0.025, "training", "C0"), (panels[0], 0.187, "test", "C1"),
    (panels[1], 0.135, "training", "C0"), (panels[1], 0.53, "test, last", "C1"),
    (panels[1], 0.42, "test, best", "C2"),
]:
    axes.text(7.4, height, label, color=color, va="center")
plt.show()
