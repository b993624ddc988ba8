# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "validation_split takes the last rows, before any shuffling"
# sources = ["mtf-ch03-fashion-mlp-data"]
# marks = []
#
# [tool.book.smoke]
# ROWS = 600
# SEEDS = [0]
#
# [tool.book.values]
# sorted_accuracy = "[float(value) for value in accuracy['sorted']]"
# mixed_accuracy = "[float(value) for value in accuracy['mixed']]"
# sorted_train = "[float(value) for value in trained['sorted']]"
# held_classes = "held_classes"
# train_classes = "train_classes"
# difference = "float(difference)"
# rows = "ROWS"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras.layers import Dense

# %% parameters
ROWS = 6_000
EPOCHS = 3
SPLIT = 0.2
SEEDS = (0, 1, 2)

# %% data
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x, y = x[:ROWS].reshape(-1, 784).astype("float32") / 255.0, y[:ROWS]
by_class = np.argsort(y, kind="stable")  # as from a folder for each class


# %% model
def build_model(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(784,)),
        Dense(units=64, activation="relu"),
        Dense(units=64, activation="relu"),
        Dense(units=10),
    ])
    model.compile(
        optimizer="rmsprop",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% which-rows
cut = int(len(x) * (1 - SPLIT))
options = {"batch_size": 64, "epochs": EPOCHS, "shuffle": True, "verbose": 0}
split = build_model(0).fit(x, y, validation_split=SPLIT, **options)
tail = build_model(0).fit(
    x[:cut], y[:cut], validation_data=(x[cut:], y[cut:]), **options
)
losses = [run.history["val_loss"] for run in (split, tail)]
print("validation loss, by split", *(f"{value:.4f}" for value in losses[0]))
print("        by the last fifth", *(f"{value:.4f}" for value in losses[1]))
difference = np.max(np.abs(np.subtract(*losses)))

# %% sorted
accuracy, trained = {"sorted": [], "mixed": []}, {"sorted": [], "mixed": []}
for seed in SEEDS:
    mixed = np.random.default_rng(seed).permutation(len(x))
    for name, order in (("sorted", by_class), ("mixed", mixed)):
        model = build_model(seed)
        fitted = model.fit(x[order], y[order], validation_split=SPLIT, **options)
        accuracy[name].append(fitted.history["val_accuracy"][-1])
        trained[name].append(fitted.history["accuracy"][-1])

for name, values in accuracy.items():
    shown = " ".join(f"{value:.3f}" for value in values)
    print(f"{name}: training {np.mean(trained[name]):.3f}, validation {shown}")

# %% figure
figure, axes = plt.subplots(nrows=2, figsize=(7.2, 2.6), sharex=True)
for axis, (name, order) in zip(axes, (("sorted", by_class), ("mixed", mixed))):
    axis.plot(np.arange(len(y)), y[order], ".", markersize=1.5, rasterized=True)
    axis.axvspan(cut, len(y), color="C1", alpha=0.15, linewidth=0)
    axis.axvline(cut, color="C1")
    axis.set(ylabel="class", yticks=[0, 4, 9], ylim=(-1, 10), title=name)
axes[0].text(
    cut - 0.01 * len(y), 8.6, "validation_split=0.2 takes these →", color="C1",
    ha="right", va="center",
)
axes[1].set(xlabel="row, as handed to fit", xlim=(0, len(y)))
plt.show()

# %% classes
held_classes = sorted({int(value) for value in y[by_class][cut:]})
train_classes = sorted({int(value) for value in y[by_class][:cut]})
print("sorted: trained on classes", train_classes, "and validated on", held_classes)

# %% dataset
pairs = tf.data.Dataset.from_tensor_slices((x, y)).batch(64)
try:
    build_model(0).fit(pairs, validation_split=SPLIT, verbose=0)
except ValueError as error:
    print(type(error).__name__, str(error).split("Found")[0], sep=": ")
