# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "pandas~=3.1.1", "scikit-learn~=1.9.1"]
#
# [tool.book]
# title = "Solution: class weights move the probabilities, not the order"
# sources = []
# marks = []
#
# [tool.book.smoke]
# SEEDS = [0]
# EPOCHS = 2
#
# [tool.book.values]
# found = "[float(v) for v in found['plain']]"
# found_weighted = "[float(v) for v in found['weighted']]"
# area = "[float(v) for v in area['plain']]"
# area_weighted = "[float(v) for v in area['weighted']]"
# said = "[float(v) for v in said['plain']]"
# said_weighted = "[float(v) for v in said['weighted']]"
# share = "float(np.mean(shares))"
# ///

# %% imports
import keras
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

# %% parameters
EPOCHS = 30
SEEDS = (0, 1, 2)

# %% data
address = (
    "https://raw.githubusercontent.com/rajdeepd/"
    "tensorflow_2.0_book_code/master/data/diabetes.csv"
)
table = pd.read_csv(keras.utils.get_file(fname="diabetes.csv", origin=address))
impossible = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]
table = table.astype("float32")
table[impossible] = table[impossible].replace(0.0, np.nan)
x = table.drop(columns="Outcome").to_numpy()
y = table["Outcome"].to_numpy()

# %% train
choices = {"plain": None, "weighted": {0: 0.5 / (1 - y.mean()), 1: 0.5 / y.mean()}}
found, area, said = ({name: [] for name in choices} for _ in range(3))
shares = []
for seed in SEEDS:
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_size=0.25, stratify=y, random_state=seed
    )
    mean, variance = np.nanmean(x_train, axis=0), np.nanvar(x_train, axis=0)
    shares.append(y_test.mean())
    for name, weights in choices.items():
        keras.utils.set_random_seed(seed)
        inputs = keras.Input(shape=(8,))
        hidden = keras.layers.Normalization(mean=mean, variance=variance)(inputs)
        hidden = keras.ops.nan_to_num(hidden, nan=0.0)
        hidden = keras.layers.Dense(units=12, activation="relu")(hidden)
        hidden = keras.layers.Dense(units=8, activation="relu")(hidden)
        outputs = keras.layers.Dense(units=1, activation="sigmoid")(hidden)
        model = keras.Model(inputs, outputs)
        model.compile(
            loss="binary_crossentropy", optimizer="adam", steps_per_execution=36
        )
        model.fit(
            x_train, y_train, epochs=EPOCHS, batch_size=16, class_weight=weights,
            verbose=0,
        )
        p = model(x_test)[:, 0].numpy()
        found[name].append(np.mean(p[y_test == 1] > 0.5))
        area[name].append(roc_auc_score(y_test, p))
        said[name].append(p.mean())

for name in choices:
    print(
        f"{name:9} finds {np.mean(found[name]):.2f} ± {np.std(found[name]):.2f} "
        f"at 0.5, area {np.mean(area[name]):.3f} ± {np.std(area[name]):.3f}, "
        f"mean probability {np.mean(said[name]):.2f}"
    )
print(f"with diabetes: {np.mean(shares):.2f}")
