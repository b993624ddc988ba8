# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Scramble the pixels, then the labels: what each network can and cannot see"
# sources = ["mtf-ch01-discrete-convolution", "mtf-ch01-claim-cnn-beats-dense"]
#
# [tool.book.smoke]
# TRAIN_IMAGES = 320
# TEST_IMAGES = 100
# EPOCHS = 1
# LABEL_IMAGES = 200
# LABEL_EPOCHS = 2
# SEEDS = [0]
#
# [tool.book.values]
# epochs = "EPOCHS"
# label_images = "LABEL_IMAGES"
# label_epochs = "LABEL_EPOCHS"
# dense_plain = "accuracies['dense', 'plain']"
# dense_scrambled = "accuracies['dense', 'scrambled']"
# cnn_plain = "accuracies['one convolution', 'plain']"
# cnn_scrambled = "accuracies['one convolution', 'scrambled']"
# random_train = "[run['accuracy'][-1] for run in label_histories['random labels']]"
# random_validation = "[run['val_accuracy'][-1] for run in label_histories['random labels']]"
# true_train = "[run['accuracy'][-1] for run in label_histories['true labels']]"
# true_validation = "[run['val_accuracy'][-1] for run in label_histories['true labels']]"
# ///

# %% parameters
TRAIN_IMAGES = 4_000
TEST_IMAGES = 2_000
EPOCHS = 8
LABEL_IMAGES = 1_000
LABEL_EPOCHS = 25
BATCH_SIZE = 64
SEEDS = (0, 1, 2)

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

fit_on, judge_on = keras.datasets.cifar10.load_data()
train_images, train_labels = fit_on[0][:TRAIN_IMAGES], fit_on[1][:TRAIN_IMAGES, 0]
test_images, test_labels = judge_on[0][:TEST_IMAGES], judge_on[1][:TEST_IMAGES, 0]


def centre(images):
    return images.astype("float32") / 127.5 - 1


train_images, test_images = centre(train_images), centre(test_images)


def dense_network():
    return [layers.Flatten()]


def one_convolution():
    convolution = layers.Conv2D(filters=32, kernel_size=3, activation="relu")
    return [convolution, layers.Flatten()]


def train(first_layers, images, labels, judged_images, epochs, seed):
    keras.utils.set_random_seed(seed)
    hidden = layers.Dense(units=64, activation="relu")
    answer = layers.Dense(units=10, activation="softmax")
    model = keras.Sequential(
        [keras.Input(shape=(32, 32, 3)), *first_layers(), hidden, answer]
    )
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model.fit(
        x=images,
        y=labels,
        validation_data=(judged_images, test_labels),
        batch_size=BATCH_SIZE,
        epochs=epochs,
        verbose=0,
    ).history


# %% scramble
order = np.random.default_rng(0).permutation(32 * 32)


def scramble(images):
    pixels = images.reshape(-1, 32 * 32, 3)  # (image, pixel, colour)
    return pixels[:, order].reshape(images.shape)


scrambled_train, scrambled_test = scramble(train_images), scramble(test_images)

# %% scrambled-pictures
figure, panels = plt.subplots(nrows=2, ncols=6, figsize=(7.2, 2.5))
for index, column in enumerate(panels.T):
    for panel, pictures in zip(column, [test_images, scrambled_test]):
        panel.imshow((pictures[index] + 1) / 2)
        panel.set_axis_off()
figure.subplots_adjust(wspace=0.05, hspace=0.05, left=0, right=1, bottom=0, top=1)
plt.show()

# %% pixels
pictures = {
    "plain": (train_images, test_images),
    "scrambled": (scrambled_train, scrambled_test),
}
networks = {"dense": dense_network, "one convolution": one_convolution}
accuracies = {}
for network, first_layers in networks.items():
    for kind, (fitted, judged) in pictures.items():
        histories = [
            train(first_layers, fitted, train_labels, judged, EPOCHS, seed)
            for seed in SEEDS
        ]
        last = [history["val_accuracy"][-1] for history in histories]
        accuracies[network, kind] = last
        print(f"{network:15s} {kind:9s}", np.round(accuracies[network, kind], 3))

# %% pixels-figure
figure, panel = plt.subplots(figsize=(7.2, 2.9))
for colour, network in zip(["C0", "C1"], networks):
    plain, scrambled = accuracies[network, "plain"], accuracies[network, "scrambled"]
    for ends in zip(plain, scrambled):
        panel.plot([0, 1], ends, "o-", color=colour, lw=0.8, ms=4, alpha=0.7)
    panel.plot([0, 1], [np.mean(plain), np.mean(scrambled)], color=colour, lw=2.6)
    panel.text(-0.04, np.mean(plain), network, color=colour, ha="right", va="center")
panel.set_xticks([0, 1], ["pictures as they are", "pixels scrambled"])
panel.set(xlim=(-0.5, 1.2), ylabel="test accuracy")
figure.tight_layout()
plt.show()

# %% labels
some_images, true_labels = train_images[:LABEL_IMAGES], train_labels[:LABEL_IMAGES]
random_labels = np.random.default_rng(0).integers(0, 10, size=LABEL_IMAGES)
label_histories = {"true labels": [], "random labels": []}
for kind, labels in zip(label_histories, [true_labels, random_labels]):
    for seed in SEEDS:
        history = train(
            one_convolution, some_images, labels, test_images, LABEL_EPOCHS, seed
        )
        label_histories[kind].append(history)
for kind, histories in label_histories.items():
    for name in ["accuracy", "val_accuracy"]:
        last = [history[name][-1] for history in histories]
        print(f"{kind:13s} {name:12s}", np.round(last, 3))

# %% labels-figure
figure, panels = plt.subplots(ncols=2, sharey=True, figsize=(7.2, 3.0))
epochs = np.arange(1, LABEL_EPOCHS + 1)
for panel, (kind, histories) in zip(panels, label_histories.items()):
    lines = [("accuracy", "train", "--"), ("val_accuracy", "test", "-")]
    for name, text, dashes in lines:
        curves = np.array([history[name] for history in histories])  # (seed, epoch)
        panel.plot(epochs, curves.T, dashes, color="C1", lw=0.7, alpha=0.6)
        panel.plot(epochs, curves.mean(axis=0), dashes, color="C1", lw=2.4)
        end = curves[:, -1].mean()
        panel.text(LABEL_EPOCHS * 1.02, end, text, color="C1", va="center")
    panel.axhline(0.1, color="C6", linestyle=":")
    panel.set(xlabel="epoch", title=kind, xlim=(0, LABEL_EPOCHS * 1.2))
panels[0].set_ylabel("accuracy")
panels[0].text(1, 0.11, "guessing", color="C6", va="bottom")
figure.tight_layout()
plt.show()
