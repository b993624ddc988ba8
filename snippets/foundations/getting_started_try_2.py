# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Try it 2: how much are more photographs worth?"
# sources = ["mtf-ch01-claim-cnn-beats-dense"]
#
# [tool.book.smoke]
# SIZES = [200, 400]
# TEST_IMAGES = 100
# STEPS = 10
# SEEDS = [0]
#
# [tool.book.values]
# sizes = "list(SIZES)"
# steps = "STEPS"
# train_means = "train_scores.mean(axis=1)"
# test_means = "test_scores.mean(axis=1)"
# smallest_test = "test_scores[0]"
# largest_test = "test_scores[-1]"
# smallest_gaps = "train_scores[0] - test_scores[0]"
# largest_gaps = "train_scores[-1] - test_scores[-1]"
# ///

# %% parameters
SIZES = (1_250, 2_500, 5_000, 10_000)
TEST_IMAGES = 2_000
STEPS = 600  # the same amount of training for every size
BATCH_SIZE = 64
SEEDS = (0, 1, 2)

# %% network
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

(images, labels), (test_images, test_labels) = keras.datasets.cifar10.load_data()
images = images.astype("float32") / 127.5 - 1
test_images = test_images[:TEST_IMAGES].astype("float32") / 127.5 - 1
test_labels = test_labels[:TEST_IMAGES]


def train(size, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input(shape=(32, 32, 3)),
            layers.Conv2D(filters=32, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Conv2D(filters=64, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Flatten(),
            layers.Dense(units=64, activation="relu"),
            layers.Dense(units=10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    epochs = round(STEPS * BATCH_SIZE / size)
    known = images[:size], labels[:size]
    model.fit(*known, batch_size=BATCH_SIZE, epochs=epochs, verbose=0)
    fitted = model.evaluate(*known, verbose=0)[1]
    judged = model.evaluate(test_images, test_labels, verbose=0)[1]
    return fitted, judged


# %% sizes
scores = np.array([[train(size, seed) for seed in SEEDS] for size in SIZES])
train_scores, test_scores = scores[..., 0], scores[..., 1]  # (size, seed)
for size, fitted, judged in zip(SIZES, train_scores, test_scores):
    print(f"{size:6d} images: train", np.round(fitted, 3), " test", np.round(judged, 3))

# %% sizes-figure
figure, panel = plt.subplots(figsize=(7.2, 3.2))
lines = [(train_scores, "--", "train"), (test_scores, "-", "test")]
for values, dashes, text in lines:
    panel.plot(SIZES, values, dashes, color="C2", lw=0.8, alpha=0.7)
    panel.plot(SIZES, values.mean(axis=1), dashes, marker="o", color="C2", lw=2.4)
    panel.text(SIZES[-1] * 1.06, values[-1].mean(), text, color="C2", va="center")
panel.set_xscale("log", base=2)
panel.set_xticks(SIZES, [f"{size:,}" for size in SIZES])
panel.set(xlabel="training images (each twice the one before)", ylabel="accuracy")
panel.set_xlim(SIZES[0] * 0.85, SIZES[-1] * 1.4)
figure.tight_layout()
plt.show()
