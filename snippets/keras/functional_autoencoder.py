# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "An autoencoder, its encoder and its decoder: three models, one set of weights"
# sources = [
#     "mtf-ch03-autoencoder-data",
#     "mtf-ch03-autoencoder-functional",
#     "mtf-ch03-autoencoder-encoder-model",
#     "mtf-ch03-autoencoder-reconstruct",
# ]
# timeout = 600
#
# [tool.book.smoke]
# TRAIN = 1000
# EPOCHS = 1
# LONG_EPOCHS = 2
# SEEDS = [0]
#
# [tool.book.values]
# parameters = "parameters"
# dtype_error = "dtype_error"
# one_hot_dtype = "str(one_hot.dtype)"
# seeds = "len(SEEDS)"
# epochs = "EPOCHS"
# long_epochs = "LONG_EPOCHS"
# loss = "[float(v) for v in train_loss[:, :EPOCHS].mean(axis=0)]"
# val_loss = "[float(v) for v in test_loss[:, :EPOCHS].mean(axis=0)]"
# val_loss_at_5 = "[float(v) for v in test_loss[:, EPOCHS - 1]]"
# val_loss_long = "[float(v) for v in test_loss[:, -1]]"
# loss_long = "[float(v) for v in train_loss[:, -1]]"
# same_codes = "float(same_codes)"
# same_pictures = "float(same_pictures)"
# dead = "dead"
# zero_share = "float(zero_share)"
# black_error = "float(black_error)"
# mean_error = "float(mean_error)"
# errors_shown = "[float(e) for e in shown_errors]"
# ///

# %% parameters
TRAIN = 60_000
CODE = 64
EPOCHS = 5  # as in the source
LONG_EPOCHS = 10
SEEDS = (0, 1, 2)

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train[:TRAIN].reshape(-1, 784) / np.float32(255)
x_test = x_test.reshape(-1, 784) / np.float32(255)
print(x_train.shape, x_test.shape, x_train.dtype)

black_error = np.mean(x_test**2)
mean_error = np.mean((x_test - x_train.mean(axis=0)) ** 2)
print(f"error of a black picture {black_error:.4f}, of the mean {mean_error:.4f}")


# %% three-models
def build_autoencoder(code_size):
    picture = keras.Input(shape=(784,), name="picture")
    code = layers.Dense(units=code_size, activation="relu", name="code")(picture)
    encoder = keras.Model(inputs=picture, outputs=code, name="encoder")

    code_input = keras.Input(shape=(code_size,), name="any_code")
    drawing = layers.Dense(units=784, activation="sigmoid", name="drawing")(code_input)
    decoder = keras.Model(inputs=code_input, outputs=drawing, name="decoder")

    autoencoder = keras.Model(
        inputs=picture, outputs=decoder(encoder(picture)), name="autoencoder"
    )
    return autoencoder, encoder, decoder


parameters = build_autoencoder(CODE)[0].count_params()
print("parameters:", parameters)

# %% train
histories = []
for seed in reversed(SEEDS):  # the last one kept is the first seed
    keras.utils.set_random_seed(seed)
    autoencoder, encoder, decoder = build_autoencoder(CODE)
    autoencoder.compile(optimizer="adam", loss="mse", steps_per_execution=67)
    histories.insert(
        0,
        autoencoder.fit(
            x_train,
            x_train,  # the target is the input
            batch_size=128,
            epochs=LONG_EPOCHS,
            validation_data=(x_test, x_test),
            verbose=0,
        ).history,
    )
train_loss = np.array([history["loss"] for history in histories])  # (seed, epoch)
test_loss = np.array([history["val_loss"] for history in histories])
for epoch in range(EPOCHS):
    print(
        f"epoch {epoch + 1}: loss {train_loss[:, epoch].mean():.4f},"
        f" test loss {test_loss[:, epoch].mean():.4f}"
        f" (seeds {test_loss[:, epoch].min():.4f} to {test_loss[:, epoch].max():.4f})"
    )
print(f"epoch {LONG_EPOCHS}: test loss {test_loss[:, -1].mean():.4f}")

# %% curves
figure, axes = plt.subplots()
epochs = np.arange(1, LONG_EPOCHS + 1)
for losses, color in ((train_loss, "C0"), (test_loss, "C1")):
    axes.plot(epochs, losses.T, color=color, linewidth=0.8, alpha=0.5)
    axes.plot(epochs, losses.mean(axis=0), color=color, linewidth=2.5)
axes.text(1.25, train_loss[:, 0].mean(), "training (mean over the epoch)", color="C0")
axes.text(1.9, test_loss[:, 1].mean() * 0.95, "test", color="C1", va="top", ha="right")
axes.axvline(EPOCHS, color="C6", linestyle=":")
axes.text(EPOCHS + 0.1, axes.get_ylim()[1] * 0.75, "the source stops here", color="C6")
axes.set(yscale="log", xlabel="epoch", ylabel="mean squared error a pixel")
plt.show()

# %% same-weights
codes = encoder.predict(x_test, verbose=0)
drawings = autoencoder.predict(x_test, verbose=0)

kernel, bias = autoencoder.get_layer("encoder").get_layer("code").get_weights()
same_codes = np.abs(codes - np.maximum(x_test @ kernel + bias, 0)).max()
same_pictures = np.abs(drawings - decoder.predict(codes, verbose=0)).max()
print("codes", codes.shape, "against NumPy:", f"{same_codes:.0e}")
print("decoder(encoder(x)) against autoencoder(x):", f"{same_pictures:.0e}")

dead = int((codes.max(axis=0) == 0).sum())
zero_share = (codes == 0).mean()
print(f"units that are 0 for every test picture: {dead} of {CODE}")
print(f"zeros in the codes: {zero_share:.1%}")

# %% pictures
shown = [int(np.flatnonzero(y_test == digit)[0]) for digit in range(10)]
shown_errors = ((drawings[shown] - x_test[shown]) ** 2).mean(axis=1)
rows = (
    ("original\n784 numbers", x_test[shown].reshape(-1, 28, 28)),
    (f"code\n{CODE} numbers", codes[shown].reshape(10, -1, 8)),
    ("decoded\n784 numbers", drawings[shown].reshape(-1, 28, 28)),
)
figure, grid = plt.subplots(nrows=3, ncols=10, figsize=(7.2, 2.7))
for axes_row, (label, pictures) in zip(grid, rows, strict=True):
    for axes, picture in zip(axes_row, pictures, strict=True):
        axes.imshow(picture, cmap="gray", vmin=0, vmax=pictures.max())
        axes.set(xticks=[], yticks=[])
    axes_row[0].set_ylabel(label, rotation=0, ha="right", va="center")
for axes, error in zip(grid[2], shown_errors, strict=True):
    axes.set_xlabel(f"{error:.4f}", fontsize="small")
figure.supxlabel("mean squared error of each drawing", fontsize="small")
plt.show()

# %% labels
one_hot = keras.utils.to_categorical(y_train[:2], num_classes=10)
print(one_hot.shape, one_hot.dtype)
try:
    keras.utils.to_categorical(y_train[:2], num_classes=10, dtype="float32")
except TypeError as problem:
    dtype_error = f"{type(problem).__name__}: {problem}"
    print(dtype_error)
