# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Exercise: a low and a high price instead of one"
# sources = []
# marks = []
#
# [tool.book.smoke]
# SEEDS = [0]
# EPOCHS = 2
#
# [tool.book.values]
# wanted = "HIGH - LOW"
# covered = "[float(share) for share in covered]"
# widened = "[float(share) for share in widened]"
# width = "[float(size) for size in widths]"
# width_widened = "[float(size) for size in widths_after]"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np

# %% parameters
SEEDS = (0, 1, 2, 3, 4)
EPOCHS = 100
LOW = 0.1
HIGH = 0.9

# %% data
(x, y), _ = keras.datasets.boston_housing.load_data()
x, y = x.astype("float32"), y.astype("float32")


# %% loss
def quantile_loss(truth, answer):  # answer: (batch, 2), the low and the high price
    error = truth - answer
    level = keras.ops.convert_to_tensor([LOW, HIGH])
    return keras.ops.mean(
        keras.ops.maximum(level * error, (level - 1) * error), axis=-1
    )


# %% train
covered, widened, widths, widths_after = [], [], [], []
for seed in SEEDS:
    order = np.random.default_rng(seed).permutation(len(x))
    fit, adjust, judge = order[:202], order[202:303], order[303:]
    keras.utils.set_random_seed(seed)
    mean, variance = x[fit].mean(axis=0), x[fit].var(axis=0)
    model = keras.Sequential([
        keras.Input(shape=(13,)),
        keras.layers.Normalization(mean=mean, variance=variance),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=2),
    ])
    model.compile(optimizer="rmsprop", loss=quantile_loss, steps_per_execution=13)
    model.fit(x[fit], y[fit, np.newaxis], epochs=EPOCHS, batch_size=16, verbose=0)

    low, high = model.predict(x[adjust], verbose=0).T
    outside = np.maximum(low - y[adjust], y[adjust] - high)  # negative: inside
    share = (HIGH - LOW) * (len(adjust) + 1) / len(adjust)
    margin = np.quantile(outside, share, method="higher")

    low, high = model.predict(x[judge], verbose=0).T
    covered.append(np.mean((y[judge] >= low) & (y[judge] <= high)))
    widened.append(np.mean((y[judge] >= low - margin) & (y[judge] <= high + margin)))
    widths.append(np.mean(high - low))
    widths_after.append(np.mean(high - low) + 2 * margin)
print("inside, as trained:", *(f"{share:.2f}" for share in covered))
print("inside, widened:   ", *(f"{share:.2f}" for share in widened))
print(f"mean width {np.mean(widths):.1f}, widened {np.mean(widths_after):.1f}")

# %% figure
figure, axes = plt.subplots()
order = np.argsort(low + high)
place, truth = np.arange(len(order)), y[judge][order]
low, high = low[order] - margin, high[order] + margin
inside = (truth >= low) & (truth <= high)
axes.vlines(place, low, high, color="C0", alpha=0.4, linewidth=3)
axes.plot(place[inside], truth[inside], "o", color="C0", markersize=4)
axes.plot(place[~inside], truth[~inside], "X", color="C1", markersize=7)
axes.set(xlabel="tracts, by the middle of the interval", ylim=(0, 60),
         ylabel="price (1,000 dollars)")
axes.text(2, 54, "bar: interval, widened", color="C0")
axes.text(2, 49, "cross: truth outside", color="C1")
plt.show()
