# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "Boston housing: thirteen columns, one of them about race, and a ceiling"
# sources = ["mtf-ch02-boston-load", "mtf-ch02-boston-target-plot"]
# marks = []
#
# [tool.book.values]
# rows = "[len(x_train), len(x_test)]"
# first = "[float(price) for price in y_train[:3]]"
# lowest = "float(prices.min())"
# highest = "float(prices.max())"
# median = "float(np.median(prices))"
# mean = "float(prices.mean())"
# removed = "removed"
# none = "none"
# two_answers = "two_answers"
# edge = "EDGE"
# capped = "capped"
# just_below = "just_below"
# capped_train = "int(np.sum(y_train == 50))"
# capped_test = "int(np.sum(y_test == 50))"
# towns = "towns"
# largest_town = "largest_town"
# with_neighbour = "with_neighbour"
# quarter = "float(np.percentile(prices, 25))"
# three_quarters = "float(np.percentile(prices, 75))"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import sklearn.datasets

# %% load
(x_train, y_train), (x_test, y_test) = keras.datasets.boston_housing.load_data()
print(x_train.shape, y_train.shape, x_test.shape, y_test.shape)
print(y_train[:8])

# %% older-loader
try:
    load_boston = sklearn.datasets.load_boston
except ImportError as problem:
    first_line = str(problem).strip().splitlines()[0]
    removed = f"{type(problem).__name__}: {first_line}"
print(removed)

# %% columns
names = ["CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE",
         "DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT"]
x = np.concatenate([x_train, x_test])  # (506, 13)
prices = np.concatenate([y_train, y_test])  # (506,), in 1,000 dollars
table = pd.DataFrame(x, columns=names)
table["price"] = prices
with pd.option_context("display.width", 80, "display.max_columns", 20):
    print(table.describe().loc[["min", "mean", "max"]].T.round(2))

# %% race-column
EDGE = 1000 * (1 - 0.63) ** 2  # up to here, a share of at most 1 lies on either side
two_answers = int(np.sum(table["B"] <= EDGE))
none = int(np.sum(table["B"] > 1000 * 0.63**2 - 0.01))
print(f"B = {1000 * 0.63**2:.1f}, a share of zero: {none} of {len(table)} tracts")
print(f"B below {EDGE:.1f}, two possible shares: {two_answers} tracts")

# %% race-figure
figure, (left, right) = plt.subplots(ncols=2, figsize=(7.2, 3.2))
share = np.linspace(0, 1, 201)
left.plot(share, 1000 * (share - 0.63) ** 2, color="C0")
left.axhline(EDGE, color="C6", linestyle=":")
left.plot([0.43, 0.83], [40, 40], "o", color="C1", markersize=7)
left.annotate("the same B", (0.63, 40), (0, 10), textcoords="offset points",
              color="C1", ha="center")
left.text(0.0, EDGE - 22, f"{EDGE:.0f}", color="C6", va="top")
left.set(xlabel="share of Black residents", ylabel="B",
         title="what was done to the share")
right.scatter(table["B"], prices, s=9, color="C0", alpha=0.5, rasterized=True)
right.set(xlabel="B", ylabel="median price (1,000 dollars)",
          title="what is left of it")
plt.show()

# %% towns
by_town = table.groupby(["ZN", "INDUS", "RAD", "TAX", "PTRATIO"]).size()
towns, largest_town = len(by_town), int(by_town.max())
print(f"{towns} different rows in ZN, INDUS, RAD, TAX, PTRATIO")
print(f"the commonest stands {largest_town} times")
shared = [1, 2, 8, 9, 10]
known = {tuple(row) for row in x_train[:, shared]}
with_neighbour = sum(tuple(row) in known for row in x_test[:, shared])
print(f"of {len(x_test)} test rows, {with_neighbour} have such a twin in training")

# %% prices
capped = int(np.sum(prices == 50))
just_below = int(np.sum((prices >= 49) & (prices < 50)))
print(f"at exactly 50.0: {capped} tracts; from 49.0 to 49.9: {just_below}")
print(f"lowest {prices.min()}, median {np.median(prices)}, mean {prices.mean():.1f}")

# %% prices-figure
figure, (left, right) = plt.subplots(ncols=2, figsize=(7.2, 3.2), sharey=True)
left.plot(y_train, color="C6", linewidth=0.8)
left.set(xlabel="row of the training part", ylabel="median price (1,000 dollars)",
         title="the book's picture: price by row")
right.hist(prices, bins=np.arange(5, 52), orientation="horizontal", color="C0")
right.annotate(f"{capped} tracts at 50:\n50,000 or more", (capped, 50.5), (4, -4),
               textcoords="offset points", color="C1", va="top")
right.axhline(np.median(prices), color="C1", linestyle="--", linewidth=1)
right.set_xlim(0, 50)
right.text(50, np.median(prices) + 0.6, "median", color="C1", ha="right")
right.set(xlabel="number of tracts", title="a histogram: tracts by price")
plt.show()
