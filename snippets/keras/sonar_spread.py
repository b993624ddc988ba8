# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "One network, twenty splits, five seeds each: what a score is worth"
# sources = ["mtf-ch02-claim-sonar-regularization"]
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 4
# SPLITS = 3
# SEEDS = 2
# EVERY = 2
#
# [tool.book.values]
# splits = "SPLITS"
# seeds = "SEEDS"
# mean = "float(accuracy.mean())"
# low = "float(accuracy.min())"
# high = "float(accuracy.max())"
# split_low = "float(by_split.min())"
# split_high = "float(by_split.max())"
# seed_spread = "float(seed_spread)"
# split_spread = "float(split_spread)"
# expected = "float(expected)"
# first_split = "float(by_split[0])"
# same_half = "float(same_half.mean())"
# other_half = "float(other_half.mean())"
# other_half_won = "int((by_split_gain > 0).sum())"
# optimism = "float(by_split_gain.mean())"
# rows_for_one_point = "float(rows_for_one_point)"
# ///

# %% parameters
EPOCHS = 300
SPLITS = 20
SEEDS = 5
EVERY = 5

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
keras.utils.set_random_seed(0)
train, test = split(np.repeat(np.arange(SPLITS), SEEDS))
half = len(test) // 2
scores = Scores(
    one=(x[test[:half]], y[test[:half]]), other=(x[test[half:]], y[test[half:]])
)
model = stack(networks=SPLITS * SEEDS, hidden=(60, 30))
model.compile(loss=summed_loss, steps_per_execution=10,
              optimizer=keras.optimizers.SGD(learning_rate=0.01, momentum=0.8))
history = model.fit(
    x[train], y[train], epochs=EPOCHS, batch_size=16, callbacks=[scores], verbose=0
)

# %% spread
one, other = (np.array(scores.accuracy[part]) for part in ("one", "other"))
accuracy = ((one[-1] + other[-1]) / 2).reshape(SPLITS, SEEDS)
by_split = accuracy.mean(axis=1)
seed_spread = np.sqrt(accuracy.var(axis=1, ddof=1).mean())
split_spread = by_split.std(ddof=1)
expected = np.sqrt(accuracy.mean() * (1 - accuracy.mean()) / len(test))
print(f"test accuracy {accuracy.mean():.3f}, from {accuracy.min():.3f} "
      f"to {accuracy.max():.3f}")
print(f"same split, other seeds:   standard deviation {seed_spread:.3f}")
print(f"other splits, seeds averaged:                 {split_spread:.3f}")
print(f"expected of {len(test)} rows drawn at random:        {expected:.3f}")

# %% spread-figure
figure, axes = plt.subplots(figsize=(7.2, 3.4))
order = by_split.argsort()
for place, number in enumerate(order):
    axes.plot([place] * SEEDS, accuracy[number], "o", color="C0", alpha=0.4,
              markersize=4)
    axes.plot(place, by_split[number], "_", color="C0", markersize=12,
              markeredgewidth=2.5)
low, high = accuracy.mean() - 2 * expected, accuracy.mean() + 2 * expected
axes.axhspan(low, high, color="C6", alpha=0.15)
axes.text(0, high - 0.004, "two standard errors of 52 rows", color="C6", va="top")
for level, text in [(0.865, "book: tiny, L2, dropout"), (0.885, "book: baseline")]:
    axes.axhline(level, color="C1", linestyle=":")
    axes.text(-0.4, level + 0.002, text, color="C1", va="bottom")
axes.set_xticks([])
axes.set_xlabel(f"{SPLITS} splits of the same 208 rows, worst to best")
axes.set_ylabel("test accuracy")
plt.show()

# %% best-epoch
same_half, other_half = [], []
for chooses, judges in [(one, other), (other, one)]:
    epoch = chooses.argmax(axis=0)  # the best epoch for each network
    networks = np.arange(SPLITS * SEEDS)
    same_half.append(chooses[epoch, networks])
    other_half.append(judges[epoch, networks])
same_half, other_half = np.mean(same_half, axis=0), np.mean(other_half, axis=0)
by_split_gain = (same_half - other_half).reshape(SPLITS, SEEDS).mean(axis=1)
print(f"best epoch's accuracy on the 26 rows that chose it: {same_half.mean():.3f}")
print(f"that epoch's accuracy on the other 26 test rows:    {other_half.mean():.3f}")

# %% rows-needed
rows_for_one_point = accuracy.mean() * (1 - accuracy.mean()) * (1.96 / 0.01) ** 2
print(f"test rows to know an accuracy to one point: {rows_for_one_point:,.0f}")
