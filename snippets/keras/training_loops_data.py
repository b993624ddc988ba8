# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "MNIST in shuffled batches, and what the shuffle buffer does"
# sources = ["gt-dataset-modules", "gt-mnist-load", "gt-batching"]
# marks = []
#
# [tool.book.smoke]
# BUFFERS = [1000, 60000]
#
# [tool.book.values]
# modules = "modules"
# train_batches = "len(train_batches)"
# test_batches = "len(test_batches)"
# last_batch = "int(last_labels.shape[0])"
# correlations = "correlations"
# early_reach = "early_reach"
# classes_in_first_batch = "classes_in_first_batch"
# ///

# %% imports
import pkgutil

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% modules
found = pkgutil.iter_modules(keras.datasets.__path__)
modules = sorted(module.name for module in found)
print(modules)

# %% parameters
SEED = 0
BUFFERS = [1_000, 10_000, 60_000]

# %% load
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()

x_train = x_train.astype("float32") / 255.0  # (60000, 28, 28), from 0 to 1
x_test = x_test.astype("float32") / 255.0
x_train = x_train[..., np.newaxis]  # (60000, 28, 28, 1): one grey channel
x_test = x_test[..., np.newaxis]
print(x_train.shape, x_train.dtype, x_test.shape, "labels", np.unique(y_train))

# %% batches
keras.utils.set_random_seed(SEED)
train = tf.data.Dataset.from_tensor_slices((x_train, y_train))
train_batches = train.shuffle(buffer_size=len(x_train)).batch(32)
train_batches = train_batches.prefetch(tf.data.AUTOTUNE)
test_batches = tf.data.Dataset.from_tensor_slices((x_test, y_test)).batch(32)

for _, last_labels in test_batches:
    pass
print(len(train_batches), "training batches")
print(len(test_batches), "test batches, the last of", last_labels.shape[0])

# %% buffer
keras.utils.set_random_seed(SEED)
positions = tf.data.Dataset.range(len(x_train))
orders = {
    size: np.array(list(positions.shuffle(buffer_size=size).as_numpy_iterator()))
    for size in BUFFERS
}

place = np.arange(len(x_train))
correlations = [float(np.corrcoef(place, order)[0, 1]) for order in orders.values()]
early_reach = [int((order - place).max()) for order in orders.values()]
for size, correlation, reach in zip(orders, correlations, early_reach):
    print(f"buffer {size:6d}: correlation {correlation:6.3f}, earliest by {reach}")

# %% buffer-figure
figure, panels = plt.subplots(ncols=len(orders), sharey=True, figsize=(7.2, 2.9))
every = slice(None, None, 40)
for panel, (size, order) in zip(panels, orders.items()):
    panel.plot(place[every], order[every], ".", markersize=1.5, rasterized=True)
    panel.set_title(f"buffer {size:,}")
    panel.set_xticks([0, 30_000, 60_000])
    panel.set_xlabel("place after shuffling")
panels[0].set_yticks([0, 30_000, 60_000])
panels[0].set_ylabel("place in the file")
plt.show()

# %% sorted
by_class = tf.data.Dataset.from_tensor_slices(np.sort(y_train))
classes_in_first_batch = []
for size in BUFFERS:
    first_batch = next(iter(by_class.shuffle(buffer_size=size, seed=SEED).batch(32)))
    classes_in_first_batch.append(len(np.unique(first_batch)))
    print(f"buffer {size:6d}: classes {np.unique(first_batch)}")
