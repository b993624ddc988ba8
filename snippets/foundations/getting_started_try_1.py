# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Try it 1: forget to scale the pixels"
# sources = ["mtf-ch01-cifar10-load-normalize"]
#
# [tool.book.smoke]
# TRAIN_IMAGES = 320
# TEST_IMAGES = 100
# EPOCHS = 1
# SEEDS = [0]
#
# [tool.book.values]
# first_losses = "first_losses"
# raw = "accuracies['0 to 255']"
# zero_one = "accuracies['0 to 1']"
# centred = "accuracies['-1 to 1']"
# guess_loss = "float(np.log(10))"
# ///

# %% parameters
TRAIN_IMAGES = 10_000
TEST_IMAGES = 2_000
EPOCHS = 3
SEEDS = (0, 1, 2)

# %% three-scales
import keras
import numpy as np

(images, labels), (test_images, test_labels) = keras.datasets.cifar10.load_data()
images, labels = images[:TRAIN_IMAGES].astype("float32"), labels[:TRAIN_IMAGES]
test_images, test_labels = test_images[:TEST_IMAGES], test_labels[:TEST_IMAGES]

scales = {"0 to 255": (1, 0), "0 to 1": (1 / 255, 0), "-1 to 1": (1 / 127.5, -1)}
first_losses, accuracies = [], {}
for name, (scale, offset) in scales.items():
    accuracies[name] = []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        model = keras.Sequential(
            [
                keras.Input(shape=(32, 32, 3)),
                keras.layers.Rescaling(scale=scale, offset=offset),
                keras.layers.Flatten(),
                keras.layers.Dense(units=64, activation="relu"),
                keras.layers.Dense(units=10, activation="softmax"),
            ]
        )
        model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        start = model.evaluate(test_images, test_labels, verbose=0)[0]
        model.compile(
            optimizer="adam",
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
        model.fit(images, labels, batch_size=64, epochs=EPOCHS, verbose=0)
        accuracies[name].append(model.evaluate(test_images, test_labels, verbose=0)[1])
    first_losses.append(start)
    print(f"{name:9s} loss before training {start:6.2f}, "
          f"accuracy after {EPOCHS} epochs", np.round(accuracies[name], 3))
