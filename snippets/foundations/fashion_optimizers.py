# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Eight optimizers train the same convolutional network on Fashion-MNIST"
# sources = ["mtf-ch03-optimizer-sgd", "mtf-ch03-fig-3-8-3-9-adaptive"]
# timeout = 1500
#
# [tool.book.smoke]
# ROWS = 256
# TEST_ROWS = 128
# EPOCHS = 1
# SEEDS = [0]
#
# [tool.book.values]
# rows = "ROWS"
# test_rows = "TEST_ROWS"
# epochs = "EPOCHS"
# parameters = "parameters"
# names = "list(optimizers)"
# sgd = "final['SGD']"
# momentum = "final['SGD, momentum']"
# nesterov = "final['SGD, Nesterov']"
# adam = "final['Adam']"
# adagrad = "final['AdaGrad']"
# adagrad_tuned = "final['AdaGrad, 0.03']"
# adadelta = "final['Adadelta']"
# adadelta_tuned = "final['Adadelta, 1.0']"
# sgd_train = "train_final['SGD']"
# momentum_train = "train_final['SGD, momentum']"
# nesterov_train = "train_final['SGD, Nesterov']"
# adam_train = "train_final['Adam']"
# adagrad_train = "train_final['AdaGrad']"
# adadelta_train = "train_final['Adadelta']"
# ///

# %% parameters
ROWS = 4000  # of 60,000
TEST_ROWS = 2000  # of 10,000
EPOCHS = 5
BATCH = 32
SEEDS = (0, 1, 2)

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train = tf.constant(x_train[:ROWS, ..., None] / 255, dtype="float32")
x_test = tf.constant(x_test[:TEST_ROWS, ..., None] / 255, dtype="float32")
y_train = tf.constant(y_train[:ROWS], dtype="int32")
y_test = tf.constant(y_test[:TEST_ROWS], dtype="int32")


def build_network(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(filters=16, kernel_size=5, activation="relu"),
        keras.layers.MaxPooling2D(pool_size=2),
        keras.layers.Conv2D(filters=32, kernel_size=5, activation="relu"),
        keras.layers.MaxPooling2D(pool_size=2),
        keras.layers.Dropout(rate=0.2),
        keras.layers.Flatten(),
        keras.layers.Dense(units=128, activation="relu"),
        keras.layers.Dense(units=10),
    ])


parameters = build_network(seed=0).count_params()
print(f"{parameters:,} parameters")

# %% optimizers
optimizers = {
    "SGD": lambda: keras.optimizers.SGD(),
    "SGD, momentum": lambda: keras.optimizers.SGD(momentum=0.9),
    "SGD, Nesterov": lambda: keras.optimizers.SGD(momentum=0.9, nesterov=True),
    "Adam": lambda: keras.optimizers.Adam(),
    "AdaGrad": lambda: keras.optimizers.Adagrad(),
    "AdaGrad, 0.03": lambda: keras.optimizers.Adagrad(learning_rate=0.03),
    "Adadelta": lambda: keras.optimizers.Adadelta(),
    "Adadelta, 1.0": lambda: keras.optimizers.Adadelta(learning_rate=1.0),
}


# %% train
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def train(make_optimizer, seed):
    model = build_network(seed)
    model.compile(optimizer=make_optimizer(), loss=loss, metrics=["accuracy"])
    history = model.fit(
        x_train, y_train, batch_size=BATCH, epochs=EPOCHS, verbose=0,
        validation_data=(x_test, y_test), validation_batch_size=500,
    ).history
    return history["loss"], history["val_loss"], history["val_accuracy"]


curves = {}  # name: (seeds, 3, epochs)
for name, make_optimizer in optimizers.items():
    curves[name] = np.array([train(make_optimizer, seed) for seed in SEEDS])
train_final = {name: runs[:, 0, -1].tolist() for name, runs in curves.items()}
final = {name: runs[:, 1, -1].tolist() for name, runs in curves.items()}
for name, runs in curves.items():
    means, spread = runs[:, :, -1].mean(axis=0), np.ptp(runs[:, 1, -1])
    print(f"{name:14s} train {means[0]:.3f}  test {means[1]:.3f} (spread {spread:.3f})"
          f"  accuracy {means[2]:.3f}")

# %% picture
groups = [  # name: how far its label moves up, in points
    {"SGD": 0, "SGD, momentum": -8, "SGD, Nesterov": 5},
    {"SGD, momentum": 5, "Adam": -3},
    {"Adam": -4, "AdaGrad": 0, "AdaGrad, 0.03": 5},
    {"Adam": 5, "Adadelta": 0, "Adadelta, 1.0": -5},
]
epochs = np.arange(1, EPOCHS + 1)
figure, panels = plt.subplots(2, 2, figsize=(7.2, 6), sharex=True, sharey=True)
for panel, group in zip(panels.flat, groups):
    for number, (name, shift) in enumerate(group.items()):
        runs = curves[name]
        panel.plot(epochs, runs[:, 1].T, color=f"C{number}", linewidth=0.6, alpha=0.6)
        panel.plot(epochs, runs[:, 1].mean(axis=0), color=f"C{number}", linewidth=2)
        panel.plot(epochs, runs[:, 0].mean(axis=0), ":", color=f"C{number}")
        panel.annotate(name, (EPOCHS, runs[:, 1, -1].mean()), color=f"C{number}",
                       xytext=(4, shift), textcoords="offset points",
                       fontsize=8, va="center")
    panel.set_yscale("log")
    panel.set(xlim=(1, EPOCHS * 1.45), ylim=(0.4, 2.5), xticks=epochs,
              yticks=[0.5, 1, 2], yticklabels=[0.5, 1, 2])
    panel.minorticks_off()
for panel in panels[1]:
    panel.set_xlabel("epoch")
for panel in panels[:, 0]:
    panel.set_ylabel("loss")
figure.tight_layout()
plt.show()
