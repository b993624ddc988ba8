# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "The book's four networks, ten seeds each, trained as one model"
# sources = [
#   "mtf-ch02-sonar-tiny-model-train", "mtf-ch02-plot-history-helper",
#   "mtf-ch02-sonar-baseline-model", "mtf-ch02-sonar-l2-model",
#   "mtf-ch02-sonar-dropout-model", "mtf-ch02-fig-2-13-2-18-sonar",
# ]
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 4
# NETWORKS = 2
# EVERY = 2
#
# [tool.book.values]
# networks = "NETWORKS"
# epochs = "EPOCHS"
# names = "list(runs)"
# parameters = "[int(value) for value in parameters]"
# same = "float(same)"
# unreliable = "float(scale_ratio)"
# train = "[float(last('accuracy', 'train', name).mean()) for name in runs]"
# test = "[float(last('accuracy', 'test', name).mean()) for name in runs]"
# test_low = "[float(last('accuracy', 'test', name).min()) for name in runs]"
# test_high = "[float(last('accuracy', 'test', name).max()) for name in runs]"
# test_best = "[float(v) for v in best]"
# train_loss = "[float(last('loss', 'train', name).mean()) for name in runs]"
# test_loss = "[float(last('loss', 'test', name).mean()) for name in runs]"
# lowest_loss = "[float(v) for v in lowest]"
# reported_train = "[float(runs[name][1]['loss'][-1]) for name in runs]"
# reported_test = "[float(runs[name][1]['val_loss'][-1]) for name in runs]"
# penalty = "[float(value) for value in penalty]"
# risen = "[int(value) for value in risen]"
# errors = "errors"
# ///

# %% parameters
EPOCHS = 300
NETWORKS = 10
EVERY = 10

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

# %% older-spelling
errors = []
layers = keras.layers
for attempt in (
    lambda: keras.optimizers.SGD(lr=0.01, momentum=0.8),
    lambda: keras.callbacks.ModelCheckpoint("sonar_tiny.best.hdf5"),
    lambda: __import__("tensorflow.keras.wrappers.scikit_learn"),
):
    try:
        attempt()
    except (ValueError, ModuleNotFoundError) as problem:
        errors.append(f"{type(problem).__name__}: {problem}")
        print(errors[-1].replace(" Received:", "\n   Received:"))

# %% data
address = (
    "https://archive.ics.uci.edu/ml/machine-learning-databases/"
    "undocumented/connectionist-bench/sonar/sonar.all-data"
)
table = pd.read_csv(
    keras.utils.get_file(fname="sonar.all-data", origin=address), header=None
)
x = table.iloc[:, :60].to_numpy(dtype="float32")
y = (table[60] == "R").to_numpy(dtype="float32")
x_train, x_test, y_train, y_test = train_test_split(
    x, y, test_size=0.25, random_state=0
)


# %% stack
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


# %% stack-check
def copies(rows):  # (row, ...) to (row, network, ...): all networks see the same
    return np.repeat(rows[:, np.newaxis], NETWORKS, axis=1)


keras.utils.set_random_seed(0)
together = stack(NETWORKS, hidden=(10,))
alone = keras.Sequential([
    keras.Input(shape=(60,)),
    keras.layers.Dense(units=10, activation="relu"),
    keras.layers.Dense(units=1, activation="sigmoid"),
])
alone.set_weights([weights[1] for weights in together.get_weights()])
sgd = {"learning_rate": 0.01, "momentum": 0.8}
together.compile(loss=summed_loss, optimizer=keras.optimizers.SGD(**sgd))
alone.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(**sgd))
few = {"epochs": 3, "batch_size": 16, "shuffle": False, "verbose": 0}
together.fit(copies(x_train), copies(y_train), **few)
alone.fit(x_train, y_train, **few)
pairs = zip(together.get_weights(), alone.get_weights(), strict=True)
same = max(np.abs(many[1] - one).max() for many, one in pairs)
print(f"network 1 of {NETWORKS} and the same network by itself: {same:.0e}")

glorot = keras.initializers.GlorotUniform()((NETWORKS, 60, 10))
scale_ratio = np.std(own_weights((NETWORKS, 60, 10))) / np.std(glorot)
print(f"Keras's own initializer draws weights {scale_ratio:.1f} times too small")


# %% scores
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
def train(**arguments):
    keras.utils.set_random_seed(0)
    model = stack(NETWORKS, **arguments)
    model.compile(loss=summed_loss, steps_per_execution=10,
                  optimizer=keras.optimizers.SGD(**sgd))
    parts = {
        "train": (copies(x_train), copies(y_train)),
        "test": (copies(x_test), copies(y_test)),
    }
    scores = Scores(**parts)
    history = model.fit(
        *parts["train"], validation_data=parts["test"], validation_freq=EVERY,
        epochs=EPOCHS, batch_size=16, callbacks=[scores], verbose=0,
    ).history
    reported = {key: np.array(history[key]) / NETWORKS for key in history}
    return scores, reported, model


book = keras.regularizers.L2(0.001)
runs = {
    "tiny": train(hidden=(10,)),
    "baseline": train(hidden=(60, 30)),
    "L2": train(hidden=(60, 30), penalty=book),
    "L2 and dropout": train(hidden=(60, 30), penalty=book, dropout=(0.7, 0.8)),
}


def last(what, part, name):
    return getattr(runs[name][0], what)[part][-1]


parameters, penalty, best, lowest, risen = [], [], [], [], []
for name, (scores, reported, model) in runs.items():
    parameters.append(model.count_params() // NETWORKS)
    penalty.append(sum(float(value) for value in model.losses) / NETWORKS)
    best.append(np.max(scores.accuracy["test"], axis=0).mean())
    lowest.append(np.min(scores.loss["test"], axis=0).mean())
    ends = last("loss", "test", name)
    risen.append((ends > 1.1 * np.min(scores.loss["test"], axis=0)).sum())
    test_accuracy = last("accuracy", "test", name)
    print(
        f"{name:15}{parameters[-1]:5} weights; accuracy: training "
        f"{last('accuracy', 'train', name).mean():.3f}, test "
        f"{test_accuracy.mean():.3f} ± {test_accuracy.std():.3f}"
    )


# %% plot-history
def plot_history(scores, panels):
    """Accuracy above, loss below: runs thin, their mean thick, lowest loss starred."""
    for axes, what in zip(panels, (scores.accuracy, scores.loss), strict=True):
        for part, color in [("train", "C0"), ("test", "C1")]:
            curves = np.array(what[part])  # (epoch, run)
            axes.plot(scores.epochs, curves, color=color, linewidth=0.5, alpha=0.4)
            axes.plot(scores.epochs, curves.mean(axis=1), color=color,
                      linestyle="-" if part == "train" else "--")
    losses = np.array(scores.loss["test"])
    lowest = losses.argmin(axis=0)
    panels[1].plot(np.array(scores.epochs)[lowest], losses.min(axis=0), "*",
                   color="C1", markersize=7)
    panels[1].set_xlabel("epoch")


figure, panels = plt.subplots(
    nrows=2, ncols=len(runs), figsize=(7.2, 4.6), sharex=True, sharey="row"
)
for column, (name, (scores, reported, _)) in zip(panels.T, runs.items(), strict=True):
    plot_history(scores, column)
    column[0].set_title(name)
panels[1, -1].plot(np.arange(1, EPOCHS + 1), runs["L2 and dropout"][1]["loss"],
                   color="C6", linestyle=":")
panels[0, 0].set_ylabel("accuracy")
panels[1, 0].set_ylabel("cross-entropy")
panels[1, 0].set_ylim(0, 1.2)
panels[0, 0].text(90, 0.97, "training", color="C0")
panels[0, 0].text(150, 0.70, "test", color="C1")
panels[1, -1].text(60, 0.85, "training loss\nas reported", color="C6")
plt.show()

# %% reported
print(" " * 14, "as Keras reports it    dropout and penalty off")
for name, (_, reported, _) in runs.items():
    print(
        f"{name:15} training {reported['loss'][-1]:.3f}, test "
        f"{reported['val_loss'][-1]:.3f}   training "
        f"{last('loss', 'train', name).mean():.3f}, test "
        f"{last('loss', 'test', name).mean():.3f}"
    )
