# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "Network, logistic regression and always no, on patients they never saw"
# sources = []
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 2
# REPEATS = 1
# FOLDS = 2
#
# [tool.book.values]
# splits = "FOLDS * REPEATS"
# accuracy_no = "[float(score) for score in scores['always no', 'accuracy']]"
# accuracy_linear = "[float(score) for score in scores['logistic', 'accuracy']]"
# accuracy_network = "[float(score) for score in scores['network', 'accuracy']]"
# auc_linear = "[float(score) for score in scores['logistic', 'area']]"
# auc_network = "[float(score) for score in scores['network', 'area']]"
# precision_linear = "[float(score) for score in scores['logistic', 'precision']]"
# precision_network = "[float(score) for score in scores['network', 'precision']]"
# loss_linear = "[float(score) for score in scores['logistic', 'loss']]"
# loss_network = "[float(score) for score in scores['network', 'loss']]"
# loss_no = "[float(score) for score in scores['always no', 'loss']]"
# wins = "int(np.sum(np.array(auc_gap) > 0))"
# gap = "float(np.mean(auc_gap))"
# gap_std = "float(np.std(auc_gap))"
# table_half = "[float(n) for n in tables[0.5].ravel()]"
# table_low = "[float(n) for n in tables[0.3].ravel()]"
# found_half = "float(tables[0.5][1, 1] / tables[0.5][1].sum())"
# found_low = "float(tables[0.3][1, 1] / tables[0.3][1].sum())"
# alarm_half = "float(tables[0.5][0, 1] / tables[0.5][0].sum())"
# alarm_low = "float(tables[0.3][0, 1] / tables[0.3][0].sum())"
# precise_half = "float(tables[0.5][1, 1] / tables[0.5][:, 1].sum())"
# precise_low = "float(tables[0.3][1, 1] / tables[0.3][:, 1].sum())"
# accuracy_low = "float(np.trace(tables[0.3]) / tables[0.3].sum())"
# accuracy_half = "float(np.trace(tables[0.5]) / tables[0.5].sum())"
# share = "float(y.mean())"
# error_network = "float(np.mean(errors['network']))"
# error_network_std = "float(np.std(errors['network']))"
# error_linear = "float(np.mean(errors['logistic']))"
# error_linear_std = "float(np.std(errors['logistic']))"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, confusion_matrix, log_loss
from sklearn.metrics import precision_recall_curve, roc_auc_score, roc_curve
from sklearn.model_selection import RepeatedStratifiedKFold, train_test_split

# %% parameters
EPOCHS = 50
FOLDS = 5
REPEATS = 2

# %% data
address = (
    "https://raw.githubusercontent.com/rajdeepd/"
    "tensorflow_2.0_book_code/master/data/diabetes.csv"
)
table = pd.read_csv(keras.utils.get_file(fname="diabetes.csv", origin=address))
table = table.astype("float32")
impossible = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]
table[impossible] = table[impossible].replace(0.0, np.nan)
x = table.drop(columns="Outcome").to_numpy()  # (768, 8)
y = table["Outcome"].to_numpy()


# %% candidates
def network(x_fit, y_fit, x_test, seed):
    """Probabilities for x_test. The best epoch is chosen inside the training part."""
    x_train, x_watch, y_train, y_watch = train_test_split(
        x_fit, y_fit, test_size=0.2, stratify=y_fit, random_state=seed
    )
    mean, variance = np.nanmean(x_train, axis=0), np.nanvar(x_train, axis=0)
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(shape=(8,))
    scaled = keras.layers.Normalization(mean=mean, variance=variance)(inputs)
    hidden = keras.ops.nan_to_num(scaled, nan=0.0)
    hidden = keras.layers.Dense(units=12, activation="relu")(hidden)
    hidden = keras.layers.Dense(units=8, activation="relu")(hidden)
    outputs = keras.layers.Dense(units=1, activation="sigmoid")(hidden)
    model = keras.Model(inputs, outputs)
    model.compile(
        loss="binary_crossentropy", optimizer="adam",
        steps_per_execution=len(x_train) // 16,
    )
    best = keras.callbacks.ModelCheckpoint("best.keras", save_best_only=True)
    model.fit(
        x_train, y_train, validation_data=(x_watch, y_watch), epochs=EPOCHS,
        batch_size=16, validation_batch_size=len(x_watch), callbacks=[best],
        verbose=0,
    )
    model.load_weights("best.keras")
    return model(x_test)[:, 0].numpy()


def logistic(x_fit, y_fit, x_test, seed):
    mean, deviation = np.nanmean(x_fit, axis=0), np.nanstd(x_fit, axis=0)

    def scale(rows):
        return np.nan_to_num((rows - mean) / deviation)

    model = LogisticRegression().fit(scale(x_fit), y_fit)
    return model.predict_proba(scale(x_test))[:, 1]


def always_no(x_fit, y_fit, x_test, seed):
    return np.full(len(x_test), y_fit.mean())


# %% cross-validate
candidates = {"always no": always_no, "logistic": logistic, "network": network}
folds = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=REPEATS, random_state=0)
answers = {name: [] for name in candidates}  # one array a fold
truths = []
for seed, (fit_rows, test_rows) in enumerate(folds.split(x, y)):
    truths.append(y[test_rows])
    for name, candidate in candidates.items():
        probability = candidate(x[fit_rows], y[fit_rows], x[test_rows], seed)
        answers[name].append(probability)

# %% scores
judges = {
    "accuracy": lambda truth, p: np.mean((p > 0.5) == truth),
    "area": roc_auc_score,
    "precision": average_precision_score,
    "loss": log_loss,
}
scores = {}
for name in candidates:
    for kind, judge in judges.items():
        pairs = zip(truths, answers[name], strict=True)
        scores[name, kind] = np.array([judge(truth, p) for truth, p in pairs])
    every = [scores[name, judge] for judge in judges]
    line = [f"{values.mean():.3f} ± {values.std():.3f}" for values in every]
    print(f"{name:10}", *line, sep="  ")
auc_gap = scores["network", "area"] - scores["logistic", "area"]
print(f"network's area minus logistic's: {auc_gap.mean():+.3f} ± {auc_gap.std():.3f}")

# %% scores-figure
figure, panels = plt.subplots(ncols=3, figsize=(7.2, 2.6), sharey=True)
titles = {
    "accuracy": "accuracy (more is better)",
    "area": "area under ROC (more)",
    "loss": "cross-entropy (less)",
}
random = np.random.default_rng(0)
for axes, (kind, title) in zip(panels, titles.items(), strict=True):
    for height, (name, color) in enumerate(
        (("always no", "C6"), ("logistic", "C2"), ("network", "C0"))
    ):
        values = scores[name, kind]
        shake = height + random.uniform(-0.13, 0.13, size=len(values))
        axes.plot(values, shake, "o", color=color, markersize=4, alpha=0.45)
        axes.plot(values.mean(), height, "D", color=color, markersize=8)
        axes.annotate(f"{values.mean():.3f}", (values.mean(), height + 0.24),
                      color=color, ha="center")
    axes.set_title(title, fontsize=9)
    axes.set_yticks(range(3), ["always no", "logistic\nregression", "network"])
    axes.set_ylim(-0.4, 2.6)
panels[0].axvline(0.79688, color="C1", linestyle="--")
panels[0].text(0.79, -0.3, "the book's 0.797", color="C1", ha="right", fontsize=8)
plt.show()

# %% tables
tables = {}
for threshold in (0.5, 0.3):
    counts = [
        confusion_matrix(truth, p > threshold)
        for truth, p in zip(truths, answers["network"], strict=True)
    ]
    tables[threshold] = np.sum(counts, axis=0) / REPEATS  # of 768 women
    (kept, alarms), (missed, found) = tables[threshold]
    print(
        f"threshold {threshold}: found {found:.0f}, missed {missed:.0f}, "
        f"false alarms {alarms:.0f}, rightly left alone {kept:.0f}"
    )

# %% roc-figure
figure, (left, right) = plt.subplots(ncols=2, figsize=(7.2, 3.6))
grid = np.linspace(0, 1, 101)
for name, color, dash in (("logistic", "C2", "--"), ("network", "C0", "-")):
    rises, precisions = [], []
    for truth, p in zip(truths, answers[name], strict=True):
        alarm, found, _ = roc_curve(truth, p)
        rises.append(np.interp(grid, alarm, found))
        precision, recall, _ = precision_recall_curve(truth, p)
        precisions.append(np.interp(grid, recall[::-1], precision[::-1]))
    for axes, curves in ((left, rises), (right, precisions)):
        if name == "network":
            axes.plot(grid, np.transpose(curves), color=color, linewidth=0.5, alpha=0.4)
        axes.plot(grid, np.mean(curves, axis=0), dash, color=color, linewidth=2.5)
for threshold in tables:
    (kept, alarms), (missed, found) = tables[threshold]
    point = alarms / (alarms + kept), found / (found + missed)
    left.plot(*point, "o", color="C1", markersize=8)
    left.annotate(f"at {threshold}", point, (8, -10), color="C1",
                  textcoords="offset points")
    point = found / (found + missed), found / (found + alarms)
    right.plot(*point, "o", color="C1", markersize=8)
    right.annotate(f"at {threshold}", point, (6, 6), color="C1",
                   textcoords="offset points")
left.plot([0, 1], [0, 1], ":", color="C6")
left.text(0.62, 0.54, "guessing", color="C6")
left.text(0.98, 0.2, "network", color="C0", ha="right")
left.text(0.98, 0.1, "logistic (dashed)", color="C2", ha="right")
left.set_xlabel("share of healthy women alarmed")
left.set_ylabel("share of sick women found")
right.axhline(y.mean(), color="C6", linestyle=":")
right.text(0.02, y.mean() + 0.02, "guessing", color="C6")
right.set_ylim(0, 1.02)
right.set_xlabel("share of sick women found (recall)")
right.set_ylabel("share of alarms that are right\n(precision)")
plt.show()

# %% calibration
edges = np.linspace(0, 1, 11)
truth = np.concatenate(truths)
errors, curves = {}, {}
for name in ("logistic", "network"):
    errors[name] = []
    for part, p in zip(truths, answers[name], strict=True):
        box = np.clip(np.digitize(p, edges) - 1, 0, 9)
        apart = [abs(np.sum(p[box == b]) - np.sum(part[box == b])) for b in range(10)]
        errors[name].append(np.sum(apart) / len(part))
    p = np.concatenate(answers[name])
    box = np.clip(np.digitize(p, edges) - 1, 0, 9)
    curves[name] = np.array([
        (p[box == b].mean(), truth[box == b].mean(), np.sum(box == b) / REPEATS)
        for b in range(10) if np.any(box == b)
    ])
    print(f"{name:9} {np.mean(errors[name]):.3f} ± {np.std(errors[name]):.3f}")

# %% calibration-figure
figure, axes = plt.subplots(figsize=(5.2, 4.2))
axes.plot([0, 1], [0, 1], ":", color="C6")
for name, color, marker in (("logistic", "C2", "s"), ("network", "C0", "o")):
    said, was, women = curves[name].T
    shift = 0.008 if name == "network" else -0.008
    spread = 1.96 * np.sqrt(was * (1 - was) / women)
    axes.errorbar(said + shift, was, yerr=spread, fmt=marker, color=color,
                  markersize=6, linewidth=1)
axes.text(0.05, 0.92, "● network", color="C0")
axes.text(0.05, 0.84, "■ logistic regression", color="C2")
axes.set_xlabel("probability said")
axes.set_ylabel("share that had diabetes")
axes.set_xlim(-0.02, 1.02)
axes.set_ylim(-0.02, 1.02)
plt.show()
