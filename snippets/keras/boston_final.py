# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "The final model: five seeds, one test, and how far to trust it"
# sources = ["mtf-ch02-boston-final-model", "mtf-ch02-boston-predictions-plot"]
# marks = []
#
# [tool.book.smoke]
# SEEDS = [0, 1]
# EPOCHS = 2
# DRAWS = 100
# TREES = 5
#
# [tool.book.values]
# epochs = "EPOCHS"
# seeds = "len(SEEDS)"
# draws = "DRAWS"
# network = "[float(np.abs(answer - y_test).mean()) for answer in answers]"
# together = "float(errors['mean of five networks'].mean())"
# linear = "float(errors['least squares'].mean())"
# forest = "float(errors['random forest'].mean())"
# constant = "float(errors['mean price'].mean())"
# first_low = "float(intervals['one network'][0])"
# first_high = "float(intervals['one network'][1])"
# together_low = "float(intervals['mean of five networks'][0])"
# together_high = "float(intervals['mean of five networks'][1])"
# linear_low = "float(intervals['least squares'][0])"
# linear_high = "float(intervals['least squares'][1])"
# forest_low = "float(intervals['random forest'][0])"
# forest_high = "float(intervals['random forest'][1])"
# gain_low = "float(gain_linear[0])"
# gain_high = "float(gain_linear[1])"
# trees_low = "float(gain_forest[0])"
# trees_high = "float(gain_forest[1])"
# rmse = "float(np.sqrt(np.mean(errors['one network'] ** 2)))"
# mae = "float(errors['one network'].mean())"
# typical = "float(np.median(errors['one network']))"
# worst = "float(errors['one network'].max())"
# worst_truth = "float(y_test[errors['one network'].argmax()])"
# worst_said = "float(answers[0][errors['one network'].argmax()])"
# worst_share = "worst_share"
# worst_rooms = "float(x_test[ranked[0], 5])"
# most_rooms = "float(max(x[:, 5].max(), x_test[:, 5].max()))"
# worst_alone = "float(np.abs(residual).max() / np.abs(residual).sum())"
# same = "bool(np.array_equal(again, answers[0]))"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import RandomForestRegressor

# %% parameters
SEEDS = (0, 1, 2, 3, 4)
EPOCHS = 100
BATCH_SIZE = 16
DRAWS = 10_000
TREES = 100

# %% data
(x, y), (x_test, y_test) = keras.datasets.boston_housing.load_data()


# %% train
def build():
    scale = keras.layers.Normalization()
    scale.adapt(x)
    model = keras.Sequential([
        keras.Input(shape=(13,)),
        scale,
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=1),
    ])
    model.compile(
        optimizer="rmsprop", loss="mse", metrics=["mae"],
        steps_per_execution=-(-len(x) // BATCH_SIZE),
    )
    return model


models, answers = [], []
for seed in SEEDS:
    keras.utils.set_random_seed(seed)
    model = build()
    model.fit(x, y, epochs=EPOCHS, batch_size=BATCH_SIZE, verbose=0)
    models.append(model)
    answers.append(model.predict(x_test, verbose=0)[:, 0])
answers = np.array(answers)  # (seeds, 102)
print("test error by seed:", *np.abs(answers - y_test).mean(axis=1).round(2))

# %% save
models[0].save("boston.keras")
again = keras.models.load_model("boston.keras").predict(x_test, verbose=0)[:, 0]
print("same answers after reading back:", np.array_equal(again, answers[0]))

# %% others
ones = np.ones((len(x), 1)), np.ones((len(x_test), 1))
weights, *_ = np.linalg.lstsq(np.hstack([ones[0], x]), y)
trees = RandomForestRegressor(n_estimators=TREES, random_state=0).fit(x, y)
errors = {  # one for each test tract
    "mean price": np.abs(y.mean() - y_test),
    "least squares": np.abs(np.hstack([ones[1], x_test]) @ weights - y_test),
    "one network": np.abs(answers[0] - y_test),
    "mean of five networks": np.abs(answers.mean(axis=0) - y_test),
    "random forest": np.abs(trees.predict(x_test) - y_test),
}

# %% bootstrap
random = np.random.default_rng(0)
drawn = random.integers(len(y_test), size=(DRAWS, len(y_test)))
intervals = {}
for name, values in errors.items():
    intervals[name] = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    low, high = intervals[name]
    print(f"{name:22} {values.mean():.2f}   95 %: {low:.2f} to {high:.2f}")

# %% differences
averaged = errors["mean of five networks"]
gain_linear, gain_forest = [
    np.percentile((errors[name] - averaged)[drawn].mean(axis=1), [2.5, 97.5])
    for name in ("least squares", "random forest")
]
print("least squares less five networks: {:+.2f} to {:+.2f}".format(*gain_linear))
print("random forest less five networks: {:+.2f} to {:+.2f}".format(*gain_forest))

# %% bootstrap-figure
figure, axes = plt.subplots(figsize=(7.2, 2.7))
shown = [name for name in errors if name != "mean price"]
for height, name in enumerate(shown):
    color = "C0" if "network" in name else "C6"
    low, high = intervals[name]
    axes.plot([low, high], [height, height], color=color, linewidth=3, alpha=0.5)
    axes.plot(errors[name].mean(), height, "D", color=color, markersize=8)
    axes.annotate(f"{errors[name].mean():.2f}", (errors[name].mean(), height), (0, 8),
                  textcoords="offset points", color=color, ha="center")
for value, words, side in ((2.6080945, "book 2.61", "left"),):
    axes.axvline(value, color="C1", linestyle="--")
    axes.text(value + 0.02, len(shown) - 0.5, words, color="C1", ha=side)
axes.set_yticks(range(len(shown)), shown)
axes.set(ylim=(-0.5, len(shown) - 0.1), xlabel="mean absolute error (1,000 dollars)")
plt.show()

# %% worst
answer, residual = answers[0], answers[0] - y_test
ranked = np.argsort(np.abs(residual))[::-1]
worst_share = float(np.abs(residual)[ranked[:10]].sum() / np.abs(residual).sum())
for row in ranked[:3]:
    rooms = x_test[row, 5]
    print(f"said {answer[row]:4.1f}, true {y_test[row]:4.1f}; {rooms:.2f} rooms")
print(f"the worst ten of {len(y_test)} make {100 * worst_share:.0f} % of the error")

# %% scatter-figure
figure, (left, right) = plt.subplots(ncols=2, figsize=(7.2, 3.5))
capped = y_test == 50
for axes, height in ((left, y_test), (right, y_test - answer)):
    axes.scatter(answer[~capped], height[~capped], s=16, color="C0", alpha=0.6)
    axes.scatter(answer[capped], height[capped], s=34, marker="^", color="C1")
    axes.set_xlabel("predicted price (1,000 dollars)")
left.plot([5, 52], [5, 52], color="C6", linewidth=1)
left.axhline(50, color="C1", linestyle=":", linewidth=1)
left.text(6, 47.8, "ceiling of the data: 50", color="C1", va="top")
left.text(37, 29, "right\nprediction", color="C6")
left.set(ylabel="true price (1,000 dollars)", title="truth against prediction")
right.axhline(0, color="C6", linewidth=1)
right.set(ylabel="truth − prediction (1,000 dollars)", title="what is left over")
plt.show()

# %% rows-figure
figure, axes = plt.subplots(figsize=(7.2, 2.6))
axes.plot(y_test, color="C1", linewidth=1)
axes.plot(answer, "--", color="C0", linewidth=1)
axes.text(103, y_test[-1], "truth", color="C1", va="center")
axes.text(103, answer[-1] - 3, "predicted", color="C0", va="center")
axes.set(xlim=(0, 116), xlabel="row of the test part (an order without meaning)",
         ylabel="price (1,000 dollars)")
plt.show()
