# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "scikit-learn~=1.9.1"]
#
# [tool.book]
# title = "Exercise: judge by towns that were never seen"
# sources = []
# marks = []
#
# [tool.book.smoke]
# SEEDS = [0]
# EPOCHS = 2
# TREES = 5
#
# [tool.book.values]
# towns = "len(set(town))"
# linear_tracts = "[float(score) for score in scores['least squares', 'tracts']]"
# linear_towns = "[float(score) for score in scores['least squares', 'towns']]"
# forest_tracts = "[float(score) for score in scores['forest', 'tracts']]"
# forest_towns = "[float(score) for score in scores['forest', 'towns']]"
# network_tracts = "[float(score) for score in scores['network', 'tracts']]"
# network_towns = "[float(score) for score in scores['network', 'towns']]"
# network_largest = "[float(e) for e in np.array(every['network', 'towns'])[alone]]"
# forest_largest = "[float(e) for e in np.array(every['forest', 'towns'])[alone]]"
# network_others = "float(np.array(every['network', 'towns'])[~alone].mean())"
# forest_others = "float(np.array(every['forest', 'towns'])[~alone].mean())"
# linear_others = "float(np.array(every['least squares', 'towns'])[~alone].mean())"
# far_tracts = "float(max(far['tracts']))"
# far_towns = "float(max(far['towns']))"
# ///

# %% imports
import keras
import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GroupKFold, KFold

# %% parameters
SEEDS = (0, 1, 2)
EPOCHS = 60
TREES = 100

# %% data
(x, y), _ = keras.datasets.boston_housing.load_data()
shared = x[:, [1, 2, 8, 9, 10]]  # ZN, INDUS, RAD, TAX, PTRATIO
_, town = np.unique(shared, axis=0, return_inverse=True)
print(f"{len(x)} tracts of {len(set(town))} towns; the largest has "
      f"{np.bincount(town).max()}")


# %% candidates
def linear(x_fit, y_fit, x_judge, seed):
    return LinearRegression().fit(x_fit, y_fit).predict(x_judge)


def forest(x_fit, y_fit, x_judge, seed):
    trees = RandomForestRegressor(n_estimators=TREES, random_state=seed)
    return trees.fit(x_fit, y_fit).predict(x_judge)


def network(x_fit, y_fit, x_judge, seed):
    keras.utils.set_random_seed(seed)
    mean, variance = x_fit.mean(axis=0), x_fit.var(axis=0)
    model = keras.Sequential([
        keras.Input(shape=(13,)),
        keras.layers.Normalization(mean=mean, variance=variance),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=1),
    ])
    model.compile(optimizer="rmsprop", loss="mse", steps_per_execution=19)
    model.fit(x_fit, y_fit, epochs=EPOCHS, batch_size=16, verbose=0)
    return model.predict(x_judge, verbose=0)[:, 0]


# %% compare
candidates = {"least squares": linear, "forest": forest, "network": network}
every = {}  # name, kind -> (seeds, folds)
largest = np.bincount(town).argmax()
far = {"tracts": [], "towns": []}  # largest standardised value, fold by fold
alone = []  # the fold that judges by the largest town
for kind, folds in (("tracts", KFold), ("towns", GroupKFold)):
    for seed in SEEDS:
        split = folds(n_splits=4, shuffle=True, random_state=seed)
        pairs = list(split.split(x, y, groups=town))
        for name, candidate in candidates.items():
            errors = [
                np.abs(candidate(x[fit], y[fit], x[judge], seed) - y[judge]).mean()
                for fit, judge in pairs
            ]
            every.setdefault((name, kind), []).append(errors)
        for fit, judge in pairs:
            z = (x[judge] - x[fit].mean(axis=0)) / x[fit].std(axis=0)
            far[kind].append(np.abs(z[:, 8]).max())  # RAD
        if kind == "towns":
            alone.append([largest in town[judge] for _, judge in pairs])
scores = {key: np.mean(errors, axis=1) for key, errors in every.items()}
for (name, kind), values in scores.items():
    print(f"{name:13} unseen {kind:6}: {values.mean():5.2f} ± {values.std():.2f}")

# %% largest-town
alone = np.array(alone)
for name in candidates:
    errors = np.array(every[name, "towns"])
    print(f"{name:13} judged by the largest town {errors[alone].mean():5.2f}, "
          f"by the others {errors[~alone].mean():.2f}")
print(f"largest |z| of RAD: {max(far['tracts']):.1f} with random folds, "
      f"{max(far['towns']):.1f} with towns")
