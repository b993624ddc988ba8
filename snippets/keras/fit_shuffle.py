# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tf-keras~=2.21.0", "numpy"]
#
# [tool.book]
# title = "With a seed, fit shuffles arrays into the same order in every epoch"
# sources = ["mtf-ch03-fashion-mlp-compile-fit"]
# marks = []
#
# [tool.book.smoke]
# ROWS = 640
# EPOCHS = 2
# SEEDS = [0]
#
# [tool.book.values]
# seeded = "orders['arrays, seeded']"
# dataset = "orders['dataset, seeded']"
# keras_2 = "orders['Keras 2, seeded']"
# frozen = "[float(v) for v in shares['arrays']]"
# fresh = "[float(v) for v in shares['dataset']]"
# seeds = "len(SEEDS)"
# rows = "ROWS"
# epochs = "EPOCHS"
# ///

# %% imports
import keras
import numpy as np
import tensorflow as tf
import tf_keras
from keras.layers import Dense

# %% parameters
ROWS = 10_000
EPOCHS = 6
SEEDS = (0, 1, 2, 3)


# %% recorder
def orders_seen(library, data, **options):
    """The row numbers that reach the loss, in order, one list for each epoch."""
    seen = []

    def loss(row_numbers, output):
        seen.extend(int(number) for number in row_numbers.numpy().ravel())
        return tf.reduce_mean(output**2)

    model = library.Sequential([library.layers.Dense(units=1)])
    model.compile(optimizer="sgd", loss=loss, run_eagerly=True)
    model.fit(*data, epochs=3, verbose=0, **options)
    return np.reshape(seen, (3, 12))


# %% orders
numbers = np.arange(12.0, dtype="float32").reshape(12, 1)
arrays = (numbers, numbers)
runs = {}
for name, library in (("arrays, seeded", keras), ("Keras 2, seeded", tf_keras)):
    library.utils.set_random_seed(0)
    runs[name] = orders_seen(library, arrays, batch_size=4)
keras.utils.set_random_seed(0)
shuffled = tf.data.Dataset.from_tensor_slices(arrays).shuffle(buffer_size=12).batch(4)
runs["dataset, seeded"] = orders_seen(keras, (shuffled,))

orders = {}
for name, epochs in runs.items():
    orders[name] = len({tuple(order) for order in epochs})
    print(f"{name}: {orders[name]} different orders in 3 epochs")
    for order in epochs:
        print("   ", *order)

# %% cost
(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x, y = x[:ROWS].reshape(-1, 784).astype("float32") / 255.0, y[:ROWS]
x_test = x_test.reshape(-1, 784).astype("float32") / 255.0
pairs = tf.data.Dataset.from_tensor_slices((x, y)).cache()

shares = {"arrays": [], "dataset": []}
for seed in SEEDS:
    for name in shares:
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([
            keras.Input(shape=(784,)),
            Dense(units=64, activation="relu"),
            Dense(units=64, activation="relu"),
            Dense(units=10),
        ])
        model.compile(
            optimizer="adam",
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        if name == "arrays":
            model.fit(x, y, batch_size=64, epochs=EPOCHS, verbose=0)
        else:
            mixed = pairs.shuffle(buffer_size=ROWS, seed=seed).batch(64)
            model.fit(mixed, epochs=EPOCHS, verbose=0)
        scores = model.evaluate(x_test, y_test, batch_size=1_000, verbose=0)
        shares[name].append(scores[1])
for name, values in shares.items():
    shown = " ".join(f"{value:.3f}" for value in values)
    print(f"{name:8} {np.mean(values):.4f} +- {np.std(values, ddof=1):.4f}  ({shown})")
