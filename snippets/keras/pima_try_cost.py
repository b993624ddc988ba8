# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "pandas~=3.1.1", "scikit-learn~=1.9.1"]
#
# [tool.book]
# title = "Solution: the threshold that a price list asks for"
# sources = []
# marks = []
#
# [tool.book.smoke]
# REPEATS = 1
#
# [tool.book.values]
# by_rule = "float(rule)"
# cheapest = "[float(threshold) for threshold in cheapest]"
# cost_rule = "[float(cost) for cost in cost_rule]"
# cost_half = "[float(cost) for cost in cost_half]"
# cost_all = "float(cost_all)"
# ///

# %% imports
import keras
import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# %% parameters
REPEATS = 10
MISSED = 5.0  # a sick woman sent home costs five times
ALARM = 1.0  # what a healthy woman's second test costs

# %% data
address = (
    "https://raw.githubusercontent.com/rajdeepd/"
    "tensorflow_2.0_book_code/master/data/diabetes.csv"
)
table = pd.read_csv(keras.utils.get_file(fname="diabetes.csv", origin=address))
impossible = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]
table = table.astype(float)
table[impossible] = table[impossible].replace(0.0, np.nan)
x, y = table.drop(columns="Outcome"), table["Outcome"].to_numpy()

# %% cost
rule = ALARM / (ALARM + MISSED)
grid = np.linspace(0.02, 0.98, 97)


def cost(probability, threshold):
    missed = np.sum((y == 1) & (probability <= threshold))
    alarms = np.sum((y == 0) & (probability > threshold))
    return (MISSED * missed + ALARM * alarms) / len(y)


cheapest, cost_rule, cost_half = [], [], []
model = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression())
for seed in range(REPEATS):
    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=seed)
    p = cross_val_predict(model, x, y, cv=folds, method="predict_proba")[:, 1]
    cheapest.append(grid[np.argmin([cost(p, threshold) for threshold in grid])])
    cost_rule.append(cost(p, rule))
    cost_half.append(cost(p, 0.5))
cost_all = ALARM * np.mean(y == 0)
print(f"rule: threshold {rule:.3f}; cheapest found {np.mean(cheapest):.2f}")
print(f"cost a woman at 0.5:      {np.mean(cost_half):.3f} ± {np.std(cost_half):.3f}")
print(f"cost a woman by the rule: {np.mean(cost_rule):.3f} ± {np.std(cost_rule):.3f}")
print(f"cost of alarming everyone: {cost_all:.3f}")
