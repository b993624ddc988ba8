# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "Filling gaps without looking at the answer: four ways, measured"
# sources = ["mtf-ch02-pima-train-test-split", "mtf-ch02-pima-clean-impute"]
# marks = []
#
# [tool.book.smoke]
# SPLITS = 5
#
# [tool.book.values]
# shapes = "[list(x_train.shape)[0], list(x_test.shape)[0]]"
# positives = "[float(y_train.mean()), float(y_test.mean())]"
# plain_shares = "[float(np.min(plain_shares)), float(np.max(plain_shares))]"
# stratified_shares = "[float(np.min(even_shares)), float(np.max(even_shares))]"
# splits = "SPLITS"
# error = "error"
# fills_train = "[float(fill) for fill in fills_train]"
# fills_test = "[float(fill) for fill in fills_test]"
# alone = "[float(p) for p in alone]"
# ways = "list(ways)"
# linear = "[float(np.mean(accuracy['logistic regression', w])) for w in ways]"
# tree = "[float(np.mean(accuracy['tree', way])) for way in ways]"
# linear_gain = "[float(np.mean(gains['logistic regression', w])) for w in ways]"
# linear_gain_std = "[float(np.std(gains['logistic regression', w])) for w in ways]"
# tree_gain = "[float(np.mean(gains['tree', way])) for way in ways]"
# tree_gain_std = "[float(np.std(gains['tree', way])) for way in ways]"
# tree_won = "int((gains['tree', 'by the outcome'] > 0).sum())"
# always_no = "float(1 - table['Outcome'].mean())"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

# %% parameters
SPLITS = 50

# %% load
address = (
    "https://raw.githubusercontent.com/rajdeepd/"
    "tensorflow_2.0_book_code/master/data/diabetes.csv"
)
table = pd.read_csv(keras.utils.get_file(fname="diabetes.csv", origin=address))
impossible = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]

# %% split
x, y = table.drop(columns="Outcome"), table["Outcome"]
x_train, x_test, y_train, y_test = train_test_split(
    x, y, test_size=0.25, random_state=0
)
print(x_train.shape, x_test.shape)
print(f"with diabetes: {y_train.mean():.3f} of training, {y_test.mean():.3f} of test")

# %% stratify
plain_shares, even_shares = [], []
for seed in range(SPLITS):
    _, _, _, plain = train_test_split(x, y, test_size=0.25, random_state=seed)
    _, _, _, even = train_test_split(
        x, y, test_size=0.25, random_state=seed, stratify=y
    )
    plain_shares.append(plain.mean())
    even_shares.append(even.mean())
print(f"at random:  {min(plain_shares):.3f} to {max(plain_shares):.3f} with diabetes")
print(f"stratified: {min(even_shares):.3f} to {max(even_shares):.3f}")

# %% older-fill
older = x_train.copy()
measured = older.loc[older["Glucose"] != 0, "Glucose"]
error = "none"
try:
    older.loc[older["Glucose"] == 0, "Glucose"] = measured.mean()
except TypeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% own-means
seen = table.astype(dict.fromkeys(impossible, float))
seen[impossible] = seen[impossible].replace(0.0, np.nan)
fills_train = seen.loc[x_train.index, impossible].mean()
fills_test = seen.loc[x_test.index, impossible].mean()
fills = pd.DataFrame({"of training": fills_train, "of test": fills_test})
print(fills.round(3).to_string())

# %% one-patient
classifier = make_pipeline(StandardScaler(), LogisticRegression())
filled = seen.loc[x_train.index, x.columns].fillna(fills_train)
classifier.fit(filled, y_train)

by_glucose = seen.loc[x_test.index].sort_values("Glucose", na_position="first")
patient = by_glucose[x.columns].iloc[[0]]  # the one without a glucose value
ages = seen.loc[x_test.index, "Age"]
companies = {
    "the young, under 30": x_test.index[ages < 30],
    "all test patients": x_test.index,
    "the old, 50 and over": x_test.index[ages >= 50],
}
alone = []
for name, company in companies.items():
    means = seen.loc[company.union(patient.index), x.columns].mean()
    alone.append(classifier.predict_proba(patient.fillna(means))[0, 1])
    print(f"filled with means of {name:20} p(diabetes) = {alone[-1]:.2f}")
print("mean glucose of this woman alone:", patient["Glucose"].mean())


# %% ways
def train_means(train, test, outcome):
    means = train.mean()
    return train.fillna(means), test.fillna(means)


def means_of_each_part(train, test, outcome):
    return train.fillna(train.mean()), test.fillna(test.mean())


def means_before_split(train, test, outcome):
    means = pd.concat([train, test]).mean()
    return train.fillna(means), test.fillna(means)


def means_by_outcome(train, test, outcome):
    both = pd.concat([train, test])
    means = both.groupby(outcome[both.index]).transform("mean")
    both = both.fillna(means)
    return both.loc[train.index], both.loc[test.index]


ways = {
    "training means": train_means,
    "each part its own": means_of_each_part,
    "before the split": means_before_split,
    "by the outcome": means_by_outcome,
}

# %% measure
judges = {"logistic regression": classifier, "tree": DecisionTreeClassifier(
    max_depth=5, random_state=0
)}
accuracy = {(name, way): [] for name in judges for way in ways}
for seed in range(SPLITS):
    train, test = train_test_split(
        seen, test_size=0.25, random_state=seed, stratify=y
    )
    for way, fill in ways.items():
        inputs, inputs_test = fill(train[x.columns], test[x.columns], y)
        for name, judge in judges.items():
            judge.fit(inputs, train["Outcome"])
            score = judge.score(inputs_test, test["Outcome"])
            accuracy[name, way].append(100 * score)

gains = {}
for name, way in accuracy:
    points = np.array(accuracy[name, way])
    gains[name, way] = points - accuracy[name, "training means"]
    print(
        f"{name:19} {way:18} {points.mean():.1f} ± {points.std():.1f} %"
        f"   {gains[name, way].mean():+.1f} ± {gains[name, way].std():.1f}"
    )

# %% figure
figure, panels = plt.subplots(nrows=2, figsize=(7.2, 4.4), sharex=True)
random = np.random.default_rng(0)
always_no = 100 * (1 - y.mean())
for axes, name in zip(panels, judges, strict=True):
    for height, way in enumerate(reversed(ways)):
        points = np.array(accuracy[name, way])
        shake = height + random.uniform(-0.15, 0.15, size=len(points))
        color = "C1" if way == "by the outcome" else "C0"
        axes.plot(points, shake, "o", color=color, markersize=3, alpha=0.3)
        axes.plot(points.mean(), height, "D", color=color, markersize=7)
        axes.annotate(f"{points.mean():.1f}", (points.mean(), height + 0.22),
                      ha="center", color=color)
    axes.axvline(always_no, color="C6", linestyle=":")
    axes.set_yticks(range(len(ways)), list(reversed(ways)))
    axes.set_ylim(-0.5, 3.8)
    axes.set_title(name)
panels[0].text(always_no + 0.3, 3.35, "always no", color="C6")
panels[1].set_xlabel("test accuracy (%)")
plt.show()
