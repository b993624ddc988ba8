# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "CIFAR-10 by a dense network, by one convolution, and by two with pooling"
# sources = ["mtf-ch01-cifar10-load-normalize", "mtf-ch01-cifar10-image-grid", "mtf-ch01-cifar10-dense-model", "mtf-ch01-cifar10-dense-compile-train", "mtf-ch01-eval-metric-helper", "mtf-ch01-fig-1-6-1-7-dense-curves", "mtf-ch01-predict-argmax", "mtf-ch01-plot-image-value-array", "mtf-ch01-cifar10-cnn-model-train", "mtf-ch01-claim-cnn-beats-dense", "mtf-ch01-fig-1-16-1-17-cnn-curves"]
#
# [tool.book.smoke]
# TRAIN_IMAGES = 320
# TEST_IMAGES = 100
# VALIDATION_IMAGES = 100
# EPOCHS = 1
# SEEDS = [0]
#
# [tool.book.values]
# seeds = "len(SEEDS)"
# epochs = "EPOCHS"
# fitted_images = "len(centred['train'])"
# mean_pixel = "float(zero_to_one['train'].mean())"
# zero_one_train = "[run.train for run in zero_one_runs]"
# zero_one_test = "[run.test for run in zero_one_runs]"
# zero_one_dead = "zero_one_dead"
# dense_dead = "dense_dead"
# test_images = "len(test_images)"
# float64_mb = "wasteful.nbytes / 2**20"
# float32_mb = "scaled.nbytes / 2**20"
# float64_whole_gb = "50_000 * 32 * 32 * 3 * 8 / 1e9"
# dense_weights = "dense_runs[0].model.count_params()"
# cnn_weights = "cnn_runs[0].model.count_params()"
# cnn_convolution_weights = "cnn_runs[0].model.layers[0].count_params()"
# cnn_head_weights = "cnn_runs[0].model.layers[2].count_params()"
# pooled_weights = "pooled_runs[0].model.count_params()"
# dense_train = "[run.train for run in dense_runs]"
# dense_test = "[run.test for run in dense_runs]"
# cnn_train = "[run.train for run in cnn_runs]"
# cnn_test = "[run.test for run in cnn_runs]"
# pooled_train = "[run.train for run in pooled_runs]"
# pooled_test = "[run.test for run in pooled_runs]"
# dense_history = "mean_history(dense_runs, 'accuracy')"
# cnn_history = "mean_history(cnn_runs, 'accuracy')"
# dense_validation_loss = "mean_history(dense_runs, 'val_loss')"
# cnn_validation_loss = "mean_history(cnn_runs, 'val_loss')"
# cnn_validation = "mean_history(cnn_runs, 'val_accuracy')"
# cnn_best_epochs = "[int(np.argmin(run.history['val_loss'])) + 1 for run in cnn_runs]"
# dense_confidence_wrong = "confidence_wrong['dense']"
# cnn_confidence_wrong = "confidence_wrong['one convolution']"
# dense_disagree = "disagree['dense']"
# cnn_disagree = "disagree['one convolution']"
# pooled_disagree = "disagree['two, pooled']"
# first_answers = "first_answers"
# first_truth = "class_names[test_labels[0]]"
# first_probability_sum = "float(first.sum())"
# gallery_right = "gallery_right"
# ///

# %% parameters
TRAIN_IMAGES = 10_000  # the whole set has 50,000
TEST_IMAGES = 2_000  # the whole set has 10,000
VALIDATION_IMAGES = 2_000  # taken out of the training images
EPOCHS = 10
BATCH_SIZE = 64
SEEDS = (0, 1, 2)

# %% data
from types import SimpleNamespace

import keras
import matplotlib.pyplot as plt
import numpy as np

(images, labels), (test_images, test_labels) = keras.datasets.cifar10.load_data()
images, labels = images[:TRAIN_IMAGES], labels[:TRAIN_IMAGES, 0]
test_images, test_labels = test_images[:TEST_IMAGES], test_labels[:TEST_IMAGES, 0]

class_names = ["airplane", "automobile", "bird", "cat", "deer",
               "dog", "frog", "horse", "ship", "truck"]
print("images", images.shape, images.dtype, "from", images.min(), "to", images.max())
print("labels", labels.shape, labels.dtype, "for example", labels[:6])
print("test  ", test_images.shape)

# %% look
figure, panels = plt.subplots(nrows=3, ncols=10, figsize=(7.2, 2.5))
for label, column in enumerate(panels.T):
    for panel, image in zip(column, images[labels == label]):
        panel.imshow(image)
        panel.set_axis_off()
    column[0].set_title(class_names[label], fontsize=7.5, loc="center")
figure.subplots_adjust(wspace=0.06, hspace=0.06, left=0, right=1, bottom=0, top=0.9)
plt.show()

# %% scale
wasteful = images / 255.0
scaled = images.astype("float32") / 255
print("one pixel", images[0, 0, 0], "->", scaled[0, 0, 0].round(3))
print("/ 255.0               ", wasteful.dtype, f"{wasteful.nbytes / 2**20:.0f} MiB")
print('.astype("float32")/255', scaled.dtype, f"{scaled.nbytes / 2**20:.0f} MiB")
print("the same picture?     ", np.array_equal(np.rint(scaled * 255), images))

# %% split
def split(array):
    return {"validation": array[:VALIDATION_IMAGES], "train": array[VALIDATION_IMAGES:]}


zero_to_one = split(scaled) | {"test": test_images.astype("float32") / 255}
answers = split(labels) | {"test": test_labels}
for use, part in zero_to_one.items():
    print(f"{use:10s} {len(part):5d} images")

# %% dense-model
from keras import layers


def dense_network():
    return keras.Sequential(
        [
            keras.Input(shape=(32, 32, 3)),
            layers.Flatten(),  # (batch, 3072)
            layers.Dense(units=64, activation="relu"),
            layers.Dense(units=10, activation="softmax"),  # (batch, class)
        ],
        name="dense",
    )


dense_network().summary()

# %% train
def train(build, pictures, seed):
    keras.utils.set_random_seed(seed)
    model = build()
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    fitted = model.fit(
        x=pictures["train"],
        y=answers["train"],
        validation_data=(pictures["validation"], answers["validation"]),
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        verbose=0,
    )
    accuracy = {
        use: model.evaluate(pictures[use], answers[use], verbose=0)[1]
        for use in ["train", "test"]
    }
    return SimpleNamespace(model=model, history=fitted.history, **accuracy)


def report(runs):
    for seed, run in zip(SEEDS, runs):
        print(f"seed {seed}: train {run.train:.3f}  test {run.test:.3f}")


# %% dense-zero-one
zero_one_runs = [train(dense_network, zero_to_one, seed) for seed in SEEDS]
report(zero_one_runs)

# %% dead-units
def share_firing(run, pictures):
    kernel, bias = run.model.layers[1].get_weights()  # (3072, 64), (64,)
    before_relu = pictures["train"].reshape(-1, 3072) @ kernel + bias
    return np.mean(before_relu > 0, axis=0)  # (unit,)


zero_one_firing = [share_firing(run, zero_to_one) for run in zero_one_runs]
zero_one_dead = [int(np.sum(share == 0)) for share in zero_one_firing]
print("units of 64 that no training image switches on:", zero_one_dead)
print("mean pixel", zero_to_one["train"].mean().round(3))

# %% centre
centred = {use: 2 * part - 1 for use, part in zero_to_one.items()}
print("from", centred["train"].min(), "to", centred["train"].max(),
      "mean", centred["train"].mean().round(3))

dense_runs = [train(dense_network, centred, seed) for seed in SEEDS]
report(dense_runs)
dense_firing = [share_firing(run, centred) for run in dense_runs]
dense_dead = [int(np.sum(share == 0)) for share in dense_firing]
print("dead units", dense_dead)

# %% firing-figure
figure, panel = plt.subplots(figsize=(7.2, 3.0))
units = np.arange(1, 65)
for colour, firing in [("C1", zero_one_firing), ("C0", dense_firing)]:
    for shares in firing:
        panel.plot(units, np.sort(shares)[::-1], color=colour, lw=1.5)
panel.text(8, 0.28, "pixels from 0 to 1", color="C1")
panel.text(30, 0.62, "pixels from −1 to 1", color="C0")
panel.set(xlabel="hidden unit, the busiest first (three seeds)", ylim=(-0.03, 1.03))
panel.set_ylabel("share of images\nthat switch it on")
figure.tight_layout()
plt.show()

# %% curves
def mean_history(runs, name):
    return np.mean([run.history[name] for run in runs], axis=0).tolist()


def draw_curves(runs, colour):
    epochs = np.arange(1, EPOCHS + 1)
    figure, panels = plt.subplots(ncols=2, figsize=(7.2, 3.2))
    for panel, name in zip(panels, ["loss", "accuracy"]):
        lines = [(name, "--", "train"), ("val_" + name, "-", "validation")]
        for key, dashes, text in lines:
            for run in runs:
                single = run.history[key]
                panel.plot(epochs, single, dashes, color=colour, lw=0.7, alpha=0.6)
            mean = mean_history(runs, key)
            panel.plot(epochs, mean, dashes, color=colour, lw=2.4)
            panel.text(EPOCHS + 0.15, mean[-1], text, color=colour,
                       va="center", clip_on=True)
        panel.set(xlabel="epoch", ylabel=name, xlim=(1, EPOCHS * 1.35))
        panel.set_xticks(np.arange(1, EPOCHS + 1, max(1, EPOCHS // 5)))
    panels[0].set_ylabel("loss (nats)")
    panels[0].set_ylim(0.4, 2.2)
    panels[1].set_ylim(0.1, 0.9)
    figure.tight_layout()


# %% dense-curves
draw_curves(dense_runs, "C0")
plt.show()

# %% cnn-model
def one_convolution():
    return keras.Sequential(
        [
            keras.Input(shape=(32, 32, 3)),
            layers.Conv2D(filters=32, kernel_size=3, activation="relu"),
            layers.Flatten(),  # (batch, 30 * 30 * 32)
            layers.Dense(units=64, activation="relu"),
            layers.Dense(units=10, activation="softmax"),
        ],
        name="one_convolution",
    )


one_convolution().summary()

# %% cnn-train
cnn_runs = [train(one_convolution, centred, seed) for seed in SEEDS]
report(cnn_runs)

# %% cnn-curves
draw_curves(cnn_runs, "C1")
plt.show()

# %% confident
def predict(runs):
    return [run.model.predict(centred["test"], verbose=0) for run in runs]


# for each seed: (image, class)
probabilities = {"dense": predict(dense_runs), "one convolution": predict(cnn_runs)}
confidence_wrong = {}
for name, per_seed in probabilities.items():
    confidence_wrong[name] = [
        float(p.max(axis=1)[p.argmax(axis=1) != test_labels].mean()) for p in per_seed
    ]
    print(f"{name:15s} when wrong, sure at", np.round(confidence_wrong[name], 2))

# %% pooled-model
def two_convolutions_pooled():
    return keras.Sequential(
        [
            keras.Input(shape=(32, 32, 3)),
            layers.Conv2D(filters=32, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),  # (batch, 15, 15, 32)
            layers.Conv2D(filters=64, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),  # (batch, 6, 6, 64)
            layers.Flatten(),  # (batch, 2304)
            layers.Dense(units=64, activation="relu"),
            layers.Dense(units=10, activation="softmax"),
        ],
        name="two_convolutions_pooled",
    )


pooled_runs = [train(two_convolutions_pooled, centred, seed) for seed in SEEDS]
print("weights", pooled_runs[0].model.count_params())
report(pooled_runs)

# %% gap-figure
networks = {
    "dense": dense_runs,
    "one convolution": cnn_runs,
    "two, pooled": pooled_runs,
}
figure, panel = plt.subplots(figsize=(7.2, 2.8))
for place, (name, runs) in enumerate(networks.items()):
    for seed, run in enumerate(runs):
        height = place + 0.22 * (seed - 1)
        colour = f"C{place}"
        panel.plot([run.test, run.train], [height, height], color=colour, lw=2)
        panel.plot(run.test, height, "o", color=colour, ms=7)
        panel.plot(run.train, height, "|", color=colour, ms=10, mew=2)
    gap = np.mean([run.train - run.test for run in runs])
    panel.text(run.train + 0.02, place, f"gap {gap:.2f}", va="center", color=colour)
panel.set_yticks(range(len(networks)), list(networks))
panel.invert_yaxis()
panel.set(xlabel="accuracy   (dot: test images, bar: training images)", xlim=(0, 1))
panel.axvline(0.1, color="C6", linestyle=":")
panel.text(0.11, -0.4, "guessing", color="C6", va="center")
figure.tight_layout()
plt.show()

# %% predict
probabilities["two, pooled"] = predict(pooled_runs)
first = probabilities["two, pooled"][0][0]  # (class,)
for name, probability in zip(class_names, first):
    print(f"{name:10s} {probability:.3f}")
print("sum   ", first.sum().round(3))
print("argmax", first.argmax(), class_names[first.argmax()])
print("truth ", test_labels[0], class_names[test_labels[0]])

# %% disagree
disagree = {}
for name, per_seed in probabilities.items():
    chosen = np.array([p.argmax(axis=1) for p in per_seed])  # (seed, image)
    disagree[name] = float(np.mean(chosen.min(axis=0) != chosen.max(axis=0)))
    print(f"{name:15s} {disagree[name]:.0%} of the test images get different answers")
first_answers = [class_names[p[0].argmax()] for p in probabilities["dense"]]
print("the dense network on test image 0, seed by seed:", first_answers)

# %% gallery
def draw_tile(tile, image, chances, truth):
    answer = chances.argmax()
    colour, mark = ("C0", "✓") if answer == truth else ("C1", "✗")
    picture = tile.add_axes((0.02, 0.04, 0.44, 0.76))
    picture.imshow(image)
    picture.set_axis_off()
    title = f"{mark} {class_names[answer]} {chances[answer]:.0%}"
    picture.set_title(title, color=colour)
    bars = tile.add_axes((0.71, 0.04, 0.27, 0.76))
    colours = ["C6"] * 10
    colours[answer] = colour
    bars.barh(range(10), chances, color=colours, height=0.75)
    bars.set(xlim=(0, 1), xticks=[])
    names = list(class_names)
    names[truth] = "▸ " + names[truth]
    bars.set_yticks(range(10), names, fontsize=7)
    bars.tick_params(axis="y", length=0)
    bars.invert_yaxis()
    bars.spines[:].set_visible(False)
    bars.get_yticklabels()[truth].set_fontweight("bold")
    return int(answer == truth)


figure = plt.figure(figsize=(7.2, 4.5))
gallery_right = 0
for index, tile in enumerate(figure.subfigures(nrows=3, ncols=3).flat):
    chances = probabilities["two, pooled"][0][index]
    gallery_right += draw_tile(tile, test_images[index], chances, test_labels[index])
plt.show()
