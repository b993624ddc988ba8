# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Exercise: shuffle one column at a time"
# sources = []
# marks = []
#
# [tool.book.smoke]
# SEEDS = [0, 1]
# EPOCHS = 2
# SHUFFLES = 2
#
# [tool.book.values]
# order = "order"
# rise = "[float(value) for value in rise.mean(axis=0)[ranked]]"
# rise_std = "[float(value) for value in rise.std(axis=0)[ranked]]"
# b = "float(rise.mean(axis=0)[names.index('B')])"
# tax = "float(rise.mean(axis=0)[names.index('TAX')])"
# rad = "float(rise.mean(axis=0)[names.index('RAD')])"
# together = "[float(value) for value in together]"
# apart = "[float(value) for value in apart]"
# correlation = "float(np.corrcoef(x[:, names.index('RAD')], x[:, names.index('TAX')])[0, 1])"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np

# %% parameters
SEEDS = (0, 1, 2, 3, 4)
EPOCHS = 100
SHUFFLES = 20

# %% data
(x, y), _ = keras.datasets.boston_housing.load_data()
x, y = x.astype("float32"), y.astype("float32")
names = ["CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE",
         "DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT"]


# %% shuffle
def rise_of_error(model, rows, prices, columns, random):
    copies = np.repeat(rows[np.newaxis], SHUFFLES, axis=0)  # (shuffles, rows, 13)
    for copy in copies:
        copy[:, columns] = random.permutation(copy[:, columns])
    answers = model.predict(copies.reshape(-1, 13), batch_size=4096, verbose=0)
    answers = answers.reshape(SHUFFLES, len(rows))
    before = model.predict(rows, verbose=0)[:, 0]
    return np.abs(answers - prices).mean() - np.abs(before - prices).mean()


# %% measure
rise, together = [], []
for seed in SEEDS:
    random = np.random.default_rng(seed)
    fit, judge = np.split(random.permutation(len(x)), [303])
    keras.utils.set_random_seed(seed)
    mean, variance = x[fit].mean(axis=0), x[fit].var(axis=0)
    model = keras.Sequential([
        keras.Input(shape=(13,)),
        keras.layers.Normalization(mean=mean, variance=variance),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=1),
    ])
    model.compile(optimizer="rmsprop", loss="mse", steps_per_execution=19)
    model.fit(x[fit], y[fit], epochs=EPOCHS, batch_size=16, verbose=0)
    rise.append([
        rise_of_error(model, x[judge], y[judge], [column], random)
        for column in range(13)
    ])
    pair = [names.index("RAD"), names.index("TAX")]
    together.append(rise_of_error(model, x[judge], y[judge], pair, random))
rise, together = np.array(rise), np.array(together)  # (seeds, 13), (seeds,)
apart = rise[:, names.index("RAD")] + rise[:, names.index("TAX")]

# %% figure
ranked = np.argsort(rise.mean(axis=0))
order = [names[column] for column in ranked]
figure, axes = plt.subplots(figsize=(7.2, 3.8))
for place, column in enumerate(ranked):
    color = "C1" if names[column] == "B" else "C0"
    axes.plot(rise[:, column], [place] * len(SEEDS), "o", color=color, markersize=4,
              alpha=0.5)
    axes.plot(rise[:, column].mean(), place, "D", color=color, markersize=7)
axes.axvline(0, color="C6", linewidth=1)
axes.set_yticks(range(13), order)
axes.set_xlabel("rise of the mean absolute error when shuffled (1,000 dollars)")
plt.show()

# %% pair
print(f"RAD and TAX shuffled apart, summed: {apart.mean():.2f} ± {apart.std():.2f}")
print(f"RAD and TAX shuffled together:      {together.mean():.2f} "
      f"± {together.std():.2f}")
