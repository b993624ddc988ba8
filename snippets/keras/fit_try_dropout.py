# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Solution: how much of the gap is dropout, how much the moving model"
# sources = []
# marks = []
#
# [tool.book.smoke]
# ROWS = 600
# EPOCHS = 2
# SEEDS = [0]
#
# [tool.book.values]
# printed = "[float(v) for v in shares[:, 0]]"
# on = "[float(v) for v in shares[:, 1]]"
# off = "[float(v) for v in shares[:, 2]]"
# validation = "[float(v) for v in shares[:, 3]]"
# ///

# %% parameters
ROWS = 10_000
EPOCHS = 6
SEEDS = (0, 1, 2)

# %% train
import keras
import numpy as np
from keras.layers import Dense, Dropout

(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x.reshape(60_000, 784).astype("float32") / 255.0
x_val, y_val, x, y = x[-10_000:], y[-10_000:], x[:ROWS], y[:ROWS]

shares = []
for seed in SEEDS:
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(784,)),
        Dense(units=64, activation="relu"),
        Dropout(rate=0.5),
        Dense(units=64, activation="relu"),
        Dropout(rate=0.5),
        Dense(units=10),
    ])
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    history = model.fit(
        x, y, batch_size=64, epochs=EPOCHS, validation_data=(x_val, y_val), verbose=0
    ).history
    dropped = np.argmax(model(x, training=True), axis=1)
    _, whole = model.evaluate(x, y, batch_size=1_000, verbose=0)
    row = [history["accuracy"][-1], np.mean(dropped == y), whole]
    shares.append([*row, history["val_accuracy"][-1]])
shares = np.array(shares)  # (seed, way of measuring)

# %% compare
ways = ["printed by fit", "now, dropout on", "now, dropout off", "validation"]
for way, values in zip(ways, shares.T):
    print(f"{way:17}", *(f"{value:.3f}" for value in values))
