# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "The sonar table, and what a label encoder is for"
# sources = ["mtf-ch02-sonar-load-encode", "mtf-ch02-label-encoder-demo"]
# marks = []
#
# [tool.book.smoke]
# SEEDS = [0]
#
# [tool.book.values]
# rows = "len(table)"
# rocks = "int((labels == 'R').sum())"
# mines = "int((labels == 'M').sum())"
# train_rows = "len(x_train)"
# test_rows = "len(x_test)"
# wrong_slice = "list(wrong.shape)"
# classes = "[int(c) for c in encoder.classes_]"
# codes = "[int(c) for c in codes]"
# order = "[str(c) for c in floors.classes_]"
# as_number = "[float(value) for value in scores['one number']]"
# one_hot = "[float(value) for value in scores['one column each']]"
# unseen = "unseen"
# nearest = "float(nearest)"
# ///

# %% parameters
SEEDS = (0, 1, 2, 3, 4)

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import LabelEncoder

# %% load
address = (
    "https://archive.ics.uci.edu/ml/machine-learning-databases/"
    "undocumented/connectionist-bench/sonar/sonar.all-data"
)
path = keras.utils.get_file(fname="sonar.all-data", origin=address)
table = pd.read_csv(path, header=None)
x = table.iloc[:, :60].to_numpy(dtype="float32")
labels = table[60].to_numpy()
print(table.shape, dict(table[60].value_counts()))

# %% slices
dataset = table.to_numpy()
wrong, right = dataset[:60], dataset[:, 60]
print("dataset[:60]   ", wrong.shape, "the first 60 rows, kinds", {*wrong[:, 60]})
print("dataset[:, 60] ", right.shape, "column 60, kinds", {*right})

# %% encode
kinds = LabelEncoder().fit(labels)
y = kinds.transform(labels)
x_train, x_test, y_train, y_test = train_test_split(
    x, y, test_size=0.25, random_state=0
)
print({kind: int(kinds.transform([kind])[0]) for kind in kinds.classes_})
print(x_train.shape, x_test.shape)

# %% echoes
figure, axes = plt.subplots(figsize=(7.2, 3.0))
bands = np.arange(1, 61)
for kind, name, color, style in [("M", "mine", "C0", "-"), ("R", "rock", "C1", "--")]:
    low, middle, high = np.quantile(x[labels == kind], [0.25, 0.5, 0.75], axis=0)
    axes.fill_between(bands, low, high, color=color, alpha=0.2)
    axes.plot(bands, middle, color=color, linestyle=style)
    axes.annotate(name, (bands[10], middle[10]), xytext=(0, 14 if kind == "M" else -16),
                  textcoords="offset points", color=color, ha="right")
axes.set_xlabel("frequency band (input)")
axes.set_ylabel("energy (0 to 1)")
plt.show()

# %% nearest
neighbour = KNeighborsClassifier(n_neighbors=1).fit(x_train, y_train)
nearest = neighbour.score(x_test, y_test)
print(f"label of the most similar training echo: {nearest:.3f} right")

# %% encoder
encoder = LabelEncoder().fit([1, 2, 2, 3, 3, 3])
codes = encoder.transform([1, 1, 2, 3, 3, 3])
print(encoder.classes_, codes, encoder.inverse_transform(codes))

# %% encoder-inputs
floors = LabelEncoder().fit(["sand", "gravel", "mud"])
print({str(floor): code for code, floor in enumerate(floors.classes_)})

scores = {"one number": [], "one column each": []}
for seed in SEEDS:
    random = np.random.default_rng(seed)
    floor = random.choice(["sand", "gravel", "mud"], size=400)
    buried = (floor == "mud") ^ (random.random(400) < 0.1)  # in mud, mostly
    forms = {
        "one number": floors.transform(floor)[:, np.newaxis],
        "one column each": pd.get_dummies(floor).to_numpy(),
    }
    for form, inputs in forms.items():
        judge = LogisticRegression().fit(inputs[:200], buried[:200])
        scores[form].append(judge.score(inputs[200:], buried[200:]))
for form, values in scores.items():
    print(f"sea floor as {form:16} {np.mean(values):.3f} ± {np.std(values):.3f} right")

# %% encoder-unseen
unseen = "none"
try:
    floors.transform(["rock"])
except ValueError as problem:
    unseen = f"{type(problem).__name__}: {problem}"
print(unseen)

lookup = keras.layers.StringLookup(
    vocabulary=["sand", "gravel", "mud"], output_mode="one_hot"
)
print(lookup(np.array(["mud", "rock"])).numpy())
