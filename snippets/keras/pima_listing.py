# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1", "scikit-learn~=1.9.1"
# ]
#
# [tool.book]
# title = "The older listing's thousand epochs, and what its best score is worth"
# sources = [
#   "mtf-ch02-pima-compile-checkpoint",
#   "mtf-ch02-pima-train",
#   "mtf-ch02-pima-history-plots",
# ]
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 12
# SEEDS = [0]
# HALVINGS = 10
#
# [tool.book.values]
# epochs = "EPOCHS"
# seeds = "len(SEEDS)"
# halvings = "HALVINGS"
# first = "[float(h['val_accuracy'][0]) for h in histories]"
# first_loss = "[float(h['val_loss'][0]) for h in histories]"
# best = "[float(max(h['val_accuracy'])) for h in histories]"
# last = "[float(h['val_accuracy'][-1]) for h in histories]"
# last_train = "[float(h['accuracy'][-1]) for h in histories]"
# turn = "[int(np.argmin(h['val_loss'])) + 1 for h in histories]"
# lowest_loss = "[float(min(h['val_loss'])) for h in histories]"
# last_loss = "[float(h['val_loss'][-1]) for h in histories]"
# optimism = "[float(points) for points in optimism]"
# always_no = "float(1 - y_test.mean())"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

# %% parameters
EPOCHS = 1_000
BATCH_SIZE = 16
SEEDS = (0, 1, 2)
HALVINGS = 200

# %% data
address = (
    "https://raw.githubusercontent.com/rajdeepd/"
    "tensorflow_2.0_book_code/master/data/diabetes.csv"
)
table = pd.read_csv(keras.utils.get_file(fname="diabetes.csv", origin=address))
table = table.astype(float)
impossible = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]
table[impossible] = table[impossible].replace(0.0, np.nan)

x_train, x_test, y_train, y_test = train_test_split(
    table.drop(columns="Outcome"), table["Outcome"], test_size=0.25, random_state=0
)
x_train = x_train.fillna(x_train.mean()).to_numpy("float32")
x_test = x_test.fillna(x_test.mean()).to_numpy("float32")  # its own means: a mistake
y_train, y_test = y_train.to_numpy("float32"), y_test.to_numpy("float32")


# %% train
class Remember(keras.callbacks.Callback):
    """Keeps which test patients are answered rightly after each epoch."""

    def on_train_begin(self, logs=None):
        self.right = []

    def on_epoch_end(self, epoch, logs=None):
        probability = self.model(x_test)[:, 0].numpy()
        self.right.append((probability > 0.5) == (y_test == 1))


histories, answers = [], []
for seed in SEEDS:
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(8,)),
        keras.layers.Dense(units=12, activation="relu"),
        keras.layers.Dense(units=8, activation="relu"),
        keras.layers.Dense(units=1, activation="sigmoid"),
    ])
    model.compile(
        loss="binary_crossentropy",
        optimizer="adam",
        metrics=["accuracy"],
        steps_per_execution=len(x_train) // BATCH_SIZE,
    )
    remember = Remember()
    history = model.fit(
        x_train, y_train, validation_data=(x_test, y_test), epochs=EPOCHS,
        batch_size=BATCH_SIZE, validation_batch_size=len(x_test),
        callbacks=[remember], verbose=0,
    )
    histories.append(history.history)
    answers.append(np.array(remember.right))  # (epochs, patients)
    accuracy = history.history["val_accuracy"]
    print(
        f"seed {seed}: first {accuracy[0]:.3f}, best {max(accuracy):.3f} "
        f"in epoch {np.argmax(accuracy) + 1}, last {accuracy[-1]:.3f}"
    )

# %% history-figure
figure, panels = plt.subplots(ncols=3, figsize=(7.2, 3.0), width_ratios=(1, 1, 1))
views = [("accuracy", "accuracy", 0), ("loss", "loss", 0), ("loss", "loss", 10)]
for axes, (key, label, skip) in zip(panels, views, strict=True):
    for name, color, dash in ((key, "C0", "-"), (f"val_{key}", "C1", "-")):
        curves = np.array([history[name][skip:] for history in histories])
        epochs = np.arange(skip + 1, skip + 1 + curves.shape[1])
        axes.plot(epochs, curves.T, dash, color=color, linewidth=0.5, alpha=0.35)
        width = min(25, curves.shape[1])
        kernel = np.ones(width) / width
        smooth = np.convolve(curves.mean(axis=0), kernel, mode="valid")
        axes.plot(epochs[width - 1 :], smooth, color=color, linewidth=2)
        text, line = ("test", 0) if name.startswith("val") else ("training", 1)
        height = (0.3 if key == "accuracy" else 0.8) + 0.1 * line
        axes.text(0.95, height, text, transform=axes.transAxes, color=color, ha="right")
    axes.set_xlabel("epoch")
    axes.set_ylabel(label + (" (epochs 11 on)" if skip else ""))
panels[1].set_yscale("log")
plt.show()

# %% turn
for seed, history in zip(SEEDS, histories, strict=True):
    turn = int(np.argmin(history["val_loss"])) + 1
    print(
        f"seed {seed}: lowest test loss {min(history['val_loss']):.3f} in epoch "
        f"{turn}, at the end {history['val_loss'][-1]:.3f}"
    )

# %% optimism
random = np.random.default_rng(0)
optimism = []
for right in answers:
    gains = []
    for _ in range(HALVINGS):
        patients = random.permutation(right.shape[1])
        choose, judge = np.split(patients, 2)
        best_epoch = right[:, choose].mean(axis=1).argmax()
        reported = right[best_epoch, choose].mean()
        gains.append(100 * (reported - right[best_epoch, judge].mean()))
    optimism.append(np.mean(gains))
    print(f"reported minus fresh patients: {optimism[-1]:+.1f} points")
