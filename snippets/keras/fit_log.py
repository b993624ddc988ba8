# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "A logger without an account: configuration, curves and result in a folder"
# sources = ["mtf-ch03-fashion-mlp-wandb"]
# marks = []
#
# [tool.book.smoke]
# ROWS = 600
# EPOCHS = 2
# RATES = [0.001, 0.01]
#
# [tool.book.values]
# files = "files"
# parameters = "model.count_params()"
# gap = "float(gap)"
# steps = "steps"
# columns = "columns"
# best = "float(best['config']['learning_rate'])"
# best_accuracy = "float(best['result']['val_accuracy'])"
# rates = "list(RATES)"
# ///

# %% imports
import csv
import json
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras.layers import Dense

# %% parameters
ROWS = 10_000
EPOCHS = 6
EVERY = 10  # batches between two lines of batches.csv
RATES = (0.0001, 0.001, 0.01)

# %% data
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x.reshape(60_000, 784).astype("float32") / 255.0
x_val, y_val, x, y = x[-10_000:], y[-10_000:], x[:ROWS], y[:ROWS]


# %% logger
class RunFolder(keras.callbacks.Callback):
    """Keeps a run in a folder: config.json, batches.csv, model.json, result.json."""

    def __init__(self, folder, config, every=EVERY):
        super().__init__()
        self.folder, self.config, self.every = Path(folder), config, every
        self.step = 0

    def on_train_begin(self, logs=None):
        self.folder.mkdir(parents=True)  # an error if the run exists already
        self.write("config.json", {**self.config, **self.params})
        self.write("model.json", self.model.get_config())
        self.file = open(self.folder / "batches.csv", "w", newline="")
        self.table = csv.writer(self.file)
        self.table.writerow(["step", "epoch", "running_loss"])

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        if self.step % self.every == 0:
            self.table.writerow([self.step, self.epoch, float(logs["loss"])])

    def on_train_end(self, logs=None):
        self.file.close()
        self.write("result.json", {name: float(value) for name, value in logs.items()})

    def write(self, name, content):
        text = json.dumps(content, indent=1, default=str)
        (self.folder / name).write_text(text, encoding="utf-8")


# %% run
def run(rate, seed=0):
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(shape=(784,))
    hidden = Dense(units=64, activation="relu")(inputs)
    hidden = Dense(units=64, activation="relu")(hidden)
    model = keras.Model(inputs=inputs, outputs=Dense(units=10)(hidden))
    model.compile(
        optimizer=keras.optimizers.RMSprop(learning_rate=rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    folder = Path("runs") / f"rate-{rate:g}"
    logger = RunFolder(folder, config={"learning_rate": rate, "seed": seed})
    history = model.fit(
        x, y, batch_size=64, epochs=EPOCHS, validation_data=(x_val, y_val), verbose=0,
        callbacks=[logger, keras.callbacks.CSVLogger(folder / "epochs.csv")],
    )
    return model, history.history, logger.step


for rate in RATES:
    model, history, steps = run(rate)
files = sorted(path.name for path in Path("runs").glob("rate-0.01/*"))
print(*files)

# %% read
def read_table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


epochs = read_table("runs/rate-0.01/epochs.csv")
columns = list(epochs[0])
print(*columns)
written = [float(line["val_loss"]) for line in epochs]
gap = np.max(np.abs(np.subtract(written, history["val_loss"])))
print("largest difference from the history:", gap)

# %% compare
results = []
for folder in sorted(Path("runs").iterdir()):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    results.append({"folder": folder, "config": config, "result": result})
    print(f"{folder.name:12} epochs {config['epochs']}", end="  ")
    print(f"val_accuracy {result['val_accuracy']:.4f}")
best = max(results, key=lambda entry: entry["result"]["val_accuracy"])

# %% figure
figure, axes = plt.subplots(figsize=(7.2, 3.2))
for color, mark, entry in zip(("C0", "C1", "C2"), "os^", results):
    lines = read_table(entry["folder"] / "epochs.csv")
    at = [int(line["epoch"]) + 1 for line in lines]
    loss = [float(line["val_loss"]) for line in lines]
    axes.plot(at, loss, mark + "-", color=color)
    axes.annotate(
        f"rate {entry['config']['learning_rate']:g}", (at[-1], loss[-1]), xytext=(8, 0),
        textcoords="offset points", color=color, va="center",
    )
axes.set(xlabel="epoch", ylabel="validation cross-entropy")
axes.set_xlim(0.8, EPOCHS + 1)
plt.show()
