# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1",
#   "scipy"
# ]
#
# [tool.book]
# title = "Every remedy against the plain network, on the same splits"
# sources = ["mtf-ch02-claim-sonar-regularization"]
# marks = []
# timeout = 900
#
# [tool.book.smoke]
# EPOCHS = 3
# SPLITS = 2
# SEEDS = 2
# EVERY = 1
#
# [tool.book.values]
# splits = "SPLITS"
# seeds = "SEEDS"
# names = "list(results)"
# accuracy = "[float(results[name]['accuracy'].mean()) for name in results]"
# loss = "[float(results[name]['loss'].mean()) for name in results]"
# train_accuracy = "[float(results[name]['train'].mean()) for name in results]"
# better = "[float(row[0]) for row in gains['accuracy'].values()]"
# better_low = "[float(row[1]) for row in gains['accuracy'].values()]"
# better_high = "[float(row[2]) for row in gains['accuracy'].values()]"
# naive_half = "[float(row[3]) for row in gains['accuracy'].values()]"
# loss_change = "[float(row[0]) for row in gains['loss'].values()]"
# loss_low = "[float(row[1]) for row in gains['loss'].values()]"
# loss_high = "[float(row[2]) for row in gains['loss'].values()]"
# others = "list(gains['loss'])"
# stopped = "float(stopped.mean())"
# correction = "float(correction)"
# ///

# %% parameters
EPOCHS = 300
SPLITS = 10
SEEDS = 2
EVERY = 10

# %% setup
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from scipy.stats import t
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
L1, L2 = keras.regularizers.L1, keras.regularizers.L2
variants = {
    "plain": {"hidden": (60, 30)},
    "tiny": {"hidden": (10,)},
    "L2, 0.001": {"hidden": (60, 30), "penalty": L2(0.001)},
    "L2, 0.01": {"hidden": (60, 30), "penalty": L2(0.01)},
    "L1, 0.001": {"hidden": (60, 30), "penalty": L1(0.001)},
    "dropout, half": {"hidden": (60, 30), "dropout": (0.5, 0.5)},
    "book's L2 + dropout": {
        "hidden": (60, 30), "penalty": L2(0.001), "dropout": (0.7, 0.8)
    },
}
train, test = split(np.repeat(np.arange(SPLITS), SEEDS))


def run(rows, variant, **parts):
    keras.utils.set_random_seed(0)
    scores = Scores(test=(x[test], y[test]), **parts)
    model = stack(networks=SPLITS * SEEDS, **variant)
    model.compile(loss=summed_loss, steps_per_execution=-(-len(rows) // 16),
                  optimizer=keras.optimizers.SGD(learning_rate=0.01, momentum=0.8))
    model.fit(x[rows], y[rows], epochs=EPOCHS, batch_size=16, callbacks=[scores],
              verbose=0)
    return scores


results = {}
for name, variant in variants.items():
    scores = run(train, variant, train=(x[train], y[train]))
    results[name] = {
        "accuracy": scores.accuracy["test"][-1].reshape(SPLITS, SEEDS),
        "loss": scores.loss["test"][-1].reshape(SPLITS, SEEDS),
        "train": scores.accuracy["train"][-1],
    }

# %% stop-early
fitted, held = train[31:], train[:31]  # 31 of the 156 rows choose the epoch
scores = run(
    fitted, variants["plain"], held=(x[held], y[held]), train=(x[fitted], y[fitted])
)
epoch = np.argmin(scores.loss["held"], axis=0)  # for each network
networks = np.arange(SPLITS * SEEDS)
stopped = np.array(scores.epochs)[epoch]
results["stopped early"] = {
    "accuracy": np.array(scores.accuracy["test"])[epoch, networks],
    "loss": np.array(scores.loss["test"])[epoch, networks],
    "train": np.array(scores.accuracy["train"])[epoch, networks],
}
for what in ("accuracy", "loss"):
    early = results["stopped early"]
    early[what] = early[what].reshape(SPLITS, SEEDS)
print(f"stopped at epoch {stopped.mean():.0f} on average")

# %% pairs
correction = 1 / SPLITS + len(test) / len(train)  # the splits share their rows
gains = {"accuracy": {}, "loss": {}}
for name in results:
    if name == "plain":
        continue
    for what in gains:
        pairs = results[name][what] - results["plain"][what]
        pairs = pairs.mean(axis=1)  # one difference a split
        reach = t.ppf(0.975, SPLITS - 1) * pairs.std(ddof=1)
        half = reach * np.sqrt(correction)
        middle = pairs.mean()
        gains[what][name] = (
            middle, middle - half, middle + half, reach * np.sqrt(1 / SPLITS)
        )
for name, both in results.items():
    print(f"{name:20} accuracy {both['accuracy'].mean():.3f}, "
          f"loss {both['loss'].mean():.3f}, training accuracy "
          f"{both['train'].mean():.3f}")

# %% pairs-figure
figure, panels = plt.subplots(ncols=2, figsize=(7.2, 3.4), sharey=True)
for axes, what, scale in [(panels[0], "accuracy", 100), (panels[1], "loss", 1)]:
    for place, name in enumerate(reversed(gains[what])):
        middle, low, high, naive = np.array(gains[what][name]) * scale
        pairs = results[name][what] - results["plain"][what]
        axes.plot(scale * pairs.mean(axis=1), [place + 0.18] * SPLITS, "|",
                  color="C6", alpha=0.7)
        axes.plot([low, high], [place, place], color="C0", linewidth=1.2)
        axes.plot([middle - naive, middle + naive], [place, place], color="C0",
                  linewidth=4, solid_capstyle="butt")
        axes.plot(middle, place, "D", color="C1", markersize=6)
    axes.axvline(0, color="C6", linestyle=":")
panels[0].set_yticks(range(len(gains["loss"])), list(reversed(gains["loss"])))
panels[0].set_xlabel("change of test accuracy (points)\nbetter to the right")
panels[1].set_xlabel("change of test cross-entropy\nbetter to the left")
plt.show()
