# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "pandas~=3.1.1", "scikit-learn~=1.9.1"]
#
# [tool.book]
# title = "Solution: five networks vote"
# sources = []
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 4
# SPLITS = 2
# SEEDS = 2
#
# [tool.book.values]
# splits = "SPLITS"
# seeds = "SEEDS"
# one_loss = "float(loss['one network'].mean())"
# voted_loss = "float(loss['the mean of all'].mean())"
# one_accuracy = "float(accuracy['one network'].mean())"
# voted_accuracy = "float(accuracy['the mean of all'].mean())"
# lower_loss = "int((loss['the mean of all'] < loss['one network']).sum())"
# ///

# %% parameters
EPOCHS = 300
SPLITS = 10
SEEDS = 5

# %% setup
import keras
import numpy as np
import pandas as pd
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

# %% vote
keras.utils.set_random_seed(0)
train, test = split(np.repeat(np.arange(SPLITS), SEEDS))
model = stack(networks=SPLITS * SEEDS, hidden=(60, 30))
model.compile(loss=summed_loss, steps_per_execution=10,
              optimizer=keras.optimizers.SGD(learning_rate=0.01, momentum=0.8))
history = model.fit(x[train], y[train], epochs=EPOCHS, batch_size=16, verbose=0)

scores = model.predict(x[test], verbose=0).reshape(-1, SPLITS, SEEDS)
each = np.clip(1 / (1 + np.exp(-scores)), 1e-7, 1 - 1e-7)  # probability of a rock
voted = each.mean(axis=2, keepdims=True)
rock = y[test].reshape(-1, SPLITS, SEEDS)
loss, accuracy = {}, {}
for name, p, labels in [
    ("one network", each, rock), ("the mean of all", voted, rock[..., :1])
]:
    costs = -np.log(np.where(labels == 1, p, 1 - p))
    loss[name] = costs.mean(axis=(0, 2))  # for each split
    accuracy[name] = ((p > 0.5) == labels).mean(axis=(0, 2))
    print(f"{name:15} accuracy {accuracy[name].mean():.3f}, "
          f"loss {loss[name].mean():.3f}")
print(f"loss lower in {(loss['the mean of all'] < loss['one network']).sum()} "
      f"of {SPLITS} splits")
