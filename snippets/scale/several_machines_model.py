# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy", "matplotlib"]
#
# [tool.book]
# title = "One process first: does the model learn at all?"
# sources = ["mtf-ch07-mw-mnist-py", "mtf-ch07-mw-single-worker-check"]
#
# [tool.book.smoke]
# SEEDS = [0]
# PAIR_STEPS = 2
#
# [tool.book.values]
# parameters = "parameters"
# megabytes = "4 * parameters / 1e6"
# loss = "[float(value) for value in losses.mean(axis=0)]"
# accuracy = "[float(value) for value in accuracies.mean(axis=0)]"
# first_losses = "[float(value) for value in losses[:, 0]]"
# last_losses = "[float(value) for value in losses[:, -1]]"
# last_accuracies = "[float(value) for value in accuracies[:, -1]]"
# pair_losses = "[float(value) for value in pair_losses[:, -1]]"
# pair_accuracies = "[float(value) for value in pair_accuracies[:, -1]]"
# seeds = "len(SEEDS)"
# ///

# %% parameters
BATCH = 64
EPOCHS = 3
STEPS = 10
PAIR_STEPS = 70
SEEDS = (0, 1, 2, 3, 4)

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

(images, labels), _ = keras.datasets.mnist.load_data()
images = images / np.float32(255)  # (60000, 28, 28), 0..1
labels = labels.astype("int64")


def batches(size, seed):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels))
    return dataset.shuffle(len(images), seed=seed).repeat().batch(size)


# %% model
def build_and_compile():
    layers = keras.layers
    model = keras.Sequential([
        keras.Input(shape=(28, 28)),
        layers.Reshape(target_shape=(28, 28, 1)),
        layers.Conv2D(filters=32, kernel_size=3, activation="relu"),
        layers.Flatten(),
        layers.Dense(units=128, activation="relu"),
        layers.Dense(units=10),
    ])  # fmt: skip
    model.compile(
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        optimizer=keras.optimizers.SGD(learning_rate=0.001),
        metrics=["accuracy"],
    )
    return model


# %% train
def train(batch, steps):
    """Losses and accuracies, (seed, epoch)."""
    histories = []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        model = build_and_compile()
        stream = batches(size=batch, seed=seed)
        run = model.fit(stream, epochs=EPOCHS, steps_per_epoch=steps, verbose=0)
        histories.append(run.history)
    return (np.array([h[name] for h in histories]) for name in ("loss", "accuracy"))


losses, accuracies = train(batch=BATCH, steps=STEPS)
print("mean loss:    ", losses.mean(axis=0).round(3))
print("mean accuracy:", accuracies.mean(axis=0).round(3))
parameters = build_and_compile().count_params()
print(f"weights: {parameters:,}")

# %% pair
pair_losses, pair_accuracies = train(batch=2 * BATCH, steps=PAIR_STEPS)
for name, values in {"loss": pair_losses, "accuracy": pair_accuracies}.items():
    low, high = values.min(axis=0).round(3), values.max(axis=0).round(3)
    print(f"{name:8} by epoch: lowest {low}, highest {high}")

# %% figure
theirs = [2.2582, 2.1708, 2.0728]
runs = {
    f"one process, batch {BATCH}": (losses, STEPS, [2.2927, 2.2841, 2.2771]),
    f"batch {2 * BATCH}, as two workers": (pair_losses, PAIR_STEPS, theirs),
}
figure, panels = plt.subplots(ncols=2)
for panel, (title, (ours, steps, reported)) in zip(panels, runs.items()):
    epochs = np.arange(1, EPOCHS + 1)
    panel.plot(epochs, ours.T, color="C0", linewidth=0.8, alpha=0.6)
    panel.plot(epochs, ours.mean(axis=0), color="C0", linewidth=2.5)
    panel.plot(epochs, reported, "o--", color="C1")
    panel.set(xlabel=f"epoch of {steps} steps", title=title, xticks=epochs)
    panel.text(3.05, ours.mean(axis=0)[-1], "ours", color="C0", va="center")
    panel.text(3.05, reported[-1], "source", color="C1", va="center")
    panel.set(xlim=(0.9, 3.6))
panels[0].set(ylabel="loss (cross-entropy, nats)")
plt.show()
