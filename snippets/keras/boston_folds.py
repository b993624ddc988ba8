# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Four folds by hand: two baselines, and a network that scales for itself"
# sources = [
#   "mtf-ch02-boston-normalize", "mtf-ch02-boston-build-model", "mtf-ch02-boston-kfold-100"
# ]
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 2
#
# [tool.book.values]
# epochs = "EPOCHS"
# folds = "FOLDS"
# rows = "[len(folds[0][0]), len(folds[0][1])]"
# trainable = "sum(w.shape.num_elements() for w in model.trainable_variables)"
# counted = "model.count_params()"
# steps = "steps"
# mean = "[float(score) for score in scores['mean']]"
# median = "[float(score) for score in scores['median']]"
# linear = "[float(score) for score in scores['least squares']]"
# network = "[float(score) for score in scores['network']]"
# book_mean = "float(book.mean())"
# book_low = "float(book.min())"
# book_high = "float(book.max())"
# book_spread = "float(book.std())"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np

# %% parameters
FOLDS = 4
EPOCHS = 100
BATCH_SIZE = 16

# %% data
(x, y), (x_test, y_test) = keras.datasets.boston_housing.load_data()


# %% folds
def split(order, folds):
    """Pairs of row numbers: to fit on, to judge by."""
    parts = np.split(order, folds)  # four times 101
    return [
        (np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(folds)
    ]


folds = split(np.arange(len(x)), FOLDS)
for fit_rows, judge_rows in folds:
    first, last = judge_rows[0], judge_rows[-1]
    print(f"fit on {len(fit_rows)} rows, judge by rows {first} to {last}")

# %% folds-figure
figure, axes = plt.subplots(figsize=(7.2, 2.5))
for line in range(FOLDS):
    for part, (_, rows) in enumerate(folds):
        word, color = ("judge", "C1") if part == line else ("fit", "C0")
        axes.barh(line, len(rows), left=rows[0], color=color, alpha=0.15, height=0.7)
        axes.text(rows.mean(), line, word, color=color, ha="center", va="center")
axes.set_yticks(range(FOLDS), [f"fold {fold + 1}" for fold in range(FOLDS)])
axes.invert_yaxis()
axes.set(xlabel="row of the training part", xlim=(0, len(x)))
axes.set_xticks(np.arange(FOLDS + 1) * len(x) // FOLDS)
plt.show()


# %% baselines
def constant_mean(x_fit, y_fit, x_judge):
    return np.full(len(x_judge), y_fit.mean())


def constant_median(x_fit, y_fit, x_judge):
    return np.full(len(x_judge), np.median(y_fit))


def least_squares(x_fit, y_fit, x_judge):
    ones_fit, ones_judge = np.ones((len(x_fit), 1)), np.ones((len(x_judge), 1))
    weights, *_ = np.linalg.lstsq(np.hstack([ones_fit, x_fit]), y_fit)
    return np.hstack([ones_judge, x_judge]) @ weights


# %% model
steps = -(-len(folds[0][0]) // BATCH_SIZE)  # batches an epoch, rounded up


def build(x_fit):
    scale = keras.layers.Normalization()
    scale.adapt(x_fit)
    model = keras.Sequential([
        keras.Input(shape=(13,)),
        scale,
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=1),
    ])
    model.compile(
        optimizer="rmsprop",
        loss="mse",
        metrics=["mae"],
        steps_per_execution=steps,
    )
    return model


model = build(x[folds[0][0]])
model.summary(line_length=72)


# %% network
def network(x_fit, y_fit, x_judge):
    keras.utils.set_random_seed(0)
    model = build(x_fit)
    model.fit(x_fit, y_fit, epochs=EPOCHS, batch_size=BATCH_SIZE, verbose=0)
    return model.predict(x_judge, verbose=0)[:, 0]  # (rows, 1) -> (rows,)


# %% cross-validate
candidates = {
    "mean": constant_mean, "median": constant_median,
    "least squares": least_squares, "network": network,
}
scores = {name: [] for name in candidates}
for fit_rows, judge_rows in folds:
    for name, candidate in candidates.items():
        answer = candidate(x[fit_rows], y[fit_rows], x[judge_rows])
        scores[name].append(np.mean(np.abs(answer - y[judge_rows])))

book = np.array([2.3030572, 2.2186685, 2.6573195, 2.455313])
for name, values in [*scores.items(), ("the book", book)]:
    line = " ".join(f"{value:5.2f}" for value in values)
    print(f"{name:14}{line}   mean {np.mean(values):.2f} ± {np.std(values):.2f}")
