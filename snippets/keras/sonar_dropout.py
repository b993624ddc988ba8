# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "What a dropout layer does to numbers"
# sources = ["mtf-ch02-sonar-dropout-model"]
# marks = []
#
# [tool.book.smoke]
# DRAWS = 500
#
# [tool.book.values]
# rates = "list(RATES)"
# factors = "[float(value) for value in factors]"
# means = "[float(value) for value in means]"
# spreads = "[float(value) for value in spreads]"
# predicted = "[float(value) for value in predicted]"
# unchanged = "float(unchanged)"
# left = "[float(value) for value in left]"
# nothing_left = "float(nothing_left)"
# nothing_predicted = "float(0.8 ** 30)"
# ///

# %% parameters
DRAWS = 20000
RATES = (0.2, 0.5, 0.7, 0.8)

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np

# %% layer
keras.utils.set_random_seed(0)
ones = np.ones((1, 8), dtype="float32")
layer = keras.layers.Dropout(rate=0.5)
print("training: ", layer(ones, training=True).numpy()[0])
print("training: ", layer(ones, training=True).numpy()[0])
print("inference:", layer(ones, training=False).numpy()[0])
print("default:  ", layer(ones).numpy()[0])

# %% measure
many = np.ones((DRAWS, 30), dtype="float32")  # the book's second layer has 30 units
factors, means, spreads, left = [], [], [], []
for rate in RATES:
    dropped = keras.layers.Dropout(rate=rate)(many, training=True).numpy()
    factors.append(dropped.max())
    means.append(dropped.mean())
    spreads.append(dropped.std())
    left.append((dropped > 0).sum(axis=1).mean())
    print(f"rate {rate}: survivors times {factors[-1]:.2f}, mean {means[-1]:.3f}, "
          f"standard deviation {spreads[-1]:.2f}, {left[-1]:.1f} of 30 units left")
predicted = [np.sqrt(rate / (1 - rate)) for rate in RATES]
nothing_left = (dropped.sum(axis=1) == 0).mean()
unchanged = np.abs(keras.layers.Dropout(0.8)(many, training=False) - many).max()
print(f"rate 0.8: no unit at all is left in {nothing_left:.2%} of the draws")

# %% picture
random = np.random.default_rng(3)
values = random.uniform(0.2, 1.0, size=(1, 12)).astype("float32")
layer = keras.layers.Dropout(rate=0.5, seed=1)
pictures = [
    ("a layer's output", values),
    ("training, step 1", layer(values, training=True)),
    ("training, step 2", layer(values, training=True)),
    ("predicting", layer(values, training=False)),
]
figure, panels = plt.subplots(ncols=4, figsize=(7.2, 2.5), sharey=True)
for axes, (title, bars) in zip(panels, pictures, strict=True):
    bars = np.asarray(bars)[0]
    axes.bar(range(1, 13), values[0], fill=False, edgecolor="C6", linewidth=0.8)
    axes.bar(range(1, 13), bars, color="C0", alpha=0.8)
    axes.plot(np.flatnonzero(bars == 0) + 1, np.zeros((bars == 0).sum()), "x",
              color="C1")
    axes.set_title(title)
    axes.set_xlabel("unit")
panels[0].set_ylabel("output")
plt.show()
