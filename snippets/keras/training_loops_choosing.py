# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "How much a test score flatters when the test images choose the epoch"
# sources = ["gt-early-stopping-loop"]
# marks = []
#
# [tool.book.smoke]
# SEEDS = [0, 1]
# EPOCHS = 2
# DRAWS = 20
# SIZES = [100, 1000]
# TRAIN_IMAGES = 500
#
# [tool.book.values]
# sizes = "list(SIZES)"
# on_test = "[float(np.mean(gains['test'][size])) for size in SIZES]"
# on_validation = "[float(np.mean(gains['validation'][size])) for size in SIZES]"
# lowest_on_test = "[float(min(gains['test'][size])) for size in SIZES]"
# highest_on_validation = "[float(max(gains['validation'][size])) for size in SIZES]"
# seeds = "len(SEEDS)"
# draws = "DRAWS"
# train_images = "TRAIN_IMAGES"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras.layers import Dense, Flatten

# %% parameters
TRAIN_IMAGES = 2_000
EPOCHS = 20
SEEDS = (0, 1, 2, 3, 4)
SIZES = [100, 300, 1_000, 3_000, 10_000]  # test images, and as many for validation
DRAWS = 200  # random ways to draw them

# %% data
(x, y), _ = keras.datasets.mnist.load_data()
x = x.astype("float32") / 255.0  # (60000, 28, 28)
x_train, y_train = x[:TRAIN_IMAGES], y[:TRAIN_IMAGES]
x_rest, y_rest = x[TRAIN_IMAGES:], y[TRAIN_IMAGES:]


# %% train
def right_or_wrong(seed):
    """Which of the other images are classified correctly after each epoch."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(28, 28)),
        Flatten(),
        Dense(units=128, activation="relu"),
        Dense(units=10),
    ])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(loss=loss, optimizer=keras.optimizers.Adam())
    right = []
    for _ in range(EPOCHS):
        model.fit(x_train, y_train, batch_size=32, epochs=1, verbose=0)
        logits = model.predict(x_rest, batch_size=2000, verbose=0)
        right.append(logits.argmax(axis=1) == y_rest)
    return np.array(right)  # (epochs, images)


runs = [right_or_wrong(seed) for seed in SEEDS]

# %% choose
random = np.random.default_rng(0)


def optimism(right, size):
    """Reported test accuracy minus the accuracy on all other images, in points."""
    draws = {"test": [], "validation": []}
    for _ in range(DRAWS):
        chosen = random.permutation(right.shape[1])
        test, validation = chosen[:size], chosen[size : 2 * size]
        fresh = chosen[2 * size :]
        test_curve = right[:, test].mean(axis=1)  # (epochs,)
        for chooser, images in (("test", test), ("validation", validation)):
            epoch = right[:, images].mean(axis=1).argmax()
            truth = right[epoch, fresh].mean()
            draws[chooser].append(100 * (test_curve[epoch] - truth))
    return {chooser: np.mean(points) for chooser, points in draws.items()}


gains = {chooser: {size: [] for size in SIZES} for chooser in ("test", "validation")}
for right in runs:
    for size in SIZES:
        for chooser, points in optimism(right, size).items():
            gains[chooser][size].append(points)

for size in SIZES:
    print(f"{size:6,} images: ", end="")
    for chooser in gains:
        points = gains[chooser][size]
        spread = f"{np.mean(points):+.2f} ± {np.std(points):.2f}"
        print(f"chosen on {chooser} {spread}", end="  ")
    print()

# %% figure
figure, axes = plt.subplots()
for chooser, color, marker in (("test", "C1", "o"), ("validation", "C0", "s")):
    points = np.array([gains[chooser][size] for size in SIZES])  # (sizes, seeds)
    axes.plot(SIZES, points, marker, color=color, markersize=3, alpha=0.4)
    axes.plot(SIZES, points.mean(axis=1), color=color, linewidth=2.5)
    label = f"epoch chosen on the {chooser} images"
    height = points.mean(axis=1)[0] if chooser == "test" else -0.3
    axes.text(1.2 * SIZES[0], height, label, color=color)
axes.axhline(0, color="C6", linestyle=":")
axes.set_xscale("log")
axes.set_xticks(SIZES, [f"{size:,}" for size in SIZES])
axes.set_xlabel("images in the test set")
axes.set_ylabel("test score − truth\n(percentage points)")
plt.show()
