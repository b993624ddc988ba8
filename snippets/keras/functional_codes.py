# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Reconstruction error against code size: PCA, a linear autoencoder, two with bends"
# timeout = 600
#
# [tool.book.smoke]
# IMAGES = 512
# TEST_IMAGES = 256
# CODES = [2, 8]
# EPOCHS = 1
# SEEDS = [0]
#
# [tool.book.values]
# images = "IMAGES"
# epochs = "EPOCHS"
# codes = "list(CODES)"
# pca = "[float(e) for e in pca_test]"
# pca_train = "[float(e) for e in pca_train]"
# linear = "[float(e) for e in test_error['linear'].mean(axis=1)]"
# one_layer = "[float(e) for e in test_error['one layer'].mean(axis=1)]"
# deep = "[float(e) for e in test_error['deep'].mean(axis=1)]"
# linear_gap = "[float(g) for g in linear_gap]"
# linear_above_pca = "float(linear_gap.min())"
# deep_worst = "[float(e) for e in test_error['deep'].max(axis=1)]"
# one_worst = "[float(e) for e in test_error['one layer'].max(axis=1)]"
# one_best = "[float(e) for e in test_error['one layer'].min(axis=1)]"
# deep_best = "[float(e) for e in test_error['deep'].min(axis=1)]"
# clipped = "[float(e) for e in clipped]"
# ///

# %% parameters
IMAGES = 8_000  # of 60,000
TEST_IMAGES = 5_000
CODES = (2, 8, 32, 64)
EPOCHS = 20
SEEDS = (0, 1, 2)

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

(x_train, _), (x_test, _) = keras.datasets.mnist.load_data()
x_train = x_train[:IMAGES].reshape(-1, 784) / np.float32(255)
x_test = x_test[:TEST_IMAGES].reshape(-1, 784) / np.float32(255)

# %% pca
mean = x_train.mean(axis=0)
_, variances, directions = np.linalg.svd(
    (x_train - mean).T @ (x_train - mean), hermitian=True
)


def pca_drawings(pictures, code_size):
    axes = directions[:code_size]  # (code, 784), orthonormal rows
    return (pictures - mean) @ axes.T @ axes + mean


def error(pictures, drawings):
    return np.mean((pictures - drawings) ** 2)


pca_train = [error(x_train, pca_drawings(x_train, size)) for size in CODES]
pca_test = [error(x_test, pca_drawings(x_test, size)) for size in CODES]
clipped = [error(x_test, np.clip(pca_drawings(x_test, size), 0, 1)) for size in CODES]
for size, plain, cut in zip(CODES, pca_test, clipped, strict=True):
    print(f"code {size:2}: PCA {plain:.4f}, cut to 0..1 {cut:.4f}")


# %% build
def build(kind, code_size):
    picture = x = keras.Input(shape=(784,))
    if kind == "deep":
        x = layers.Dense(units=128, activation="relu")(x)
    bend = "relu" if kind == "one layer" else None
    x = layers.Dense(units=code_size, activation=bend, name="code")(x)
    if kind == "deep":
        x = layers.Dense(units=128, activation="relu")(x)
    squash = None if kind == "linear" else "sigmoid"
    drawing = layers.Dense(units=784, activation=squash)(x)
    return keras.Model(inputs=picture, outputs=drawing)


# %% train
KINDS = ("linear", "one layer", "deep")
test_error = {kind: np.zeros((len(CODES), len(SEEDS))) for kind in KINDS}
train_error = {kind: np.zeros((len(CODES), len(SEEDS))) for kind in KINDS}
for kind in KINDS:
    for row, size in enumerate(CODES):
        for column, seed in enumerate(SEEDS):
            keras.utils.set_random_seed(seed)
            model = build(kind, size)
            adam = keras.optimizers.Adam(learning_rate=0.003)
            model.compile(optimizer=adam, loss="mse", steps_per_execution=20)
            model.fit(x_train, x_train, batch_size=200, epochs=EPOCHS, verbose=0)
            for table, pictures in ((train_error, x_train), (test_error, x_test)):
                drawings = model.predict(pictures, batch_size=1000, verbose=0)
                table[kind][row, column] = error(pictures, drawings)
    means = ", ".join(f"{value:.4f}" for value in test_error[kind].mean(axis=1))
    print(f"{kind:9}: {means}")

linear_gap = (train_error["linear"] / np.array(pca_train)[:, np.newaxis]).min(axis=1)
print("linear / PCA on the training pictures:", np.round(linear_gap, 3))

# %% figure
figure, axes = plt.subplots(figsize=(7.2, 4))
axes.axhline(100, color="C6", linestyle="--")
axes.text(CODES[-1] * 1.08, 99.4, "PCA", color="C6", va="top")
labels = {  # kind: colour, place in CODES, shift, alignment
    "linear": ("C0", -1, 1.08, {"va": "bottom", "ha": "left"}),
    "one layer": ("C1", -1, 1.08, {"va": "center", "ha": "left"}),
    "deep": ("C2", 1, 0.93, {"va": "top", "ha": "right"}),
}
for kind, (color, place, shift, align) in labels.items():
    share = 100 * test_error[kind] / np.array(pca_test)[:, np.newaxis]
    axes.plot(CODES, share, "o", color=color, markersize=3, alpha=0.6)
    means = share.mean(axis=1)
    axes.plot(CODES, means, color=color, linewidth=2)
    axes.text(CODES[place] * shift, means[place], kind, color=color, **align)
axes.set(
    xscale="log",
    xlim=(CODES[0] / 1.2, CODES[-1] * 1.7),
    xlabel="numbers in the code",
    ylabel="error on test pictures (% of PCA's)",
)
axes.set_xticks(CODES, [str(size) for size in CODES])
axes.minorticks_off()
plt.show()
