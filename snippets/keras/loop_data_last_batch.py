# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "The last batch: what one left-over example weighs"
#
# [tool.book.smoke]
# SHUFFLES = 20
#
# [tool.book.values]
# rows = "ROWS"
# batch = "BATCH"
# sizes = "sizes"
# dropped_sizes = "dropped_sizes"
# shuffles = "SHUFFLES"
# exact = "float(exact)"
# spread_plain = "float(np.std(plain))"
# spread_weighted = "float(np.std(weighted))"
# lowest_plain = "float(min(plain))"
# highest_plain = "float(max(plain))"
# gap_means = "gap_means"
# gap_sums = "gap_sums"
# normalised = "normalised.numpy().ravel().tolist()"
# kernel_slope = "kernel_slope"
# bias_slope = "bias_slope"
# ///

# %% parameters
ROWS = 257
BATCH = 64
SHUFFLES = 1_000

# %% sizes
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x[:ROWS].reshape(ROWS, 784).astype("float32") / 255.0  # (rows, 784)
y = y[:ROWS].astype("int32")
rows = tf.data.Dataset.from_tensor_slices((x, y))

sizes = [len(labels) for _, labels in rows.batch(BATCH)]
dropped_sizes = [len(labels) for _, labels in rows.batch(BATCH, drop_remainder=True)]
print("batch:                ", sizes)
print("drop_remainder=True:  ", dropped_sizes)

# %% mean-of-means
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input(shape=(784,)), keras.layers.Dense(units=10)])
each = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
losses = each(y, model(x)).numpy()  # (rows,), and the weights stay as they are
exact = losses.mean()

generator = np.random.default_rng(0)
plain, weighted = [], []
for _ in range(SHUFFLES):
    order = generator.permutation(ROWS)
    batches = [losses[order[start:start + BATCH]] for start in range(0, ROWS, BATCH)]
    means = [batch.mean() for batch in batches]
    plain.append(np.mean(means))
    weighted.append(np.average(means, weights=[len(batch) for batch in batches]))
print(f"true mean {exact:.4f}")
print(f"mean of batch means:  {min(plain):.4f} to {max(plain):.4f}")
print(f"weighted by size:     {min(weighted):.4f} to {max(weighted):.4f}")

# %% histogram
figure, axes = plt.subplots(figsize=(7.2, 2.8))
axes.hist(plain, bins=40, color="C1", alpha=0.7)
axes.axvline(exact, color="C0")
axes.set_ylim(0, 1.22 * axes.get_ylim()[1])
top = axes.get_ylim()[1]
axes.text(exact, 0.98 * top, "  true mean; weighted, every order gives it",
          color="C0", va="top")
axes.text(exact, 0.86 * top, "  unweighted mean of batch means", color="C1",
          va="top")
axes.set(xlabel="mean loss of an epoch, weights unchanged", ylabel="orders")
plt.show()


# %% gradients
def epoch_gradient(batch_loss):
    """The sum of the gradients of all steps of an epoch, the weights unchanged."""
    total = np.zeros((784, 10), dtype="float32")
    for images, labels in rows.batch(BATCH):
        with tf.GradientTape() as tape:
            loss = batch_loss(each(labels, model(images, training=True)))
        total += tape.gradient(loss, model.trainable_variables)[0]
    return total


with tf.GradientTape() as tape:
    loss = tf.reduce_sum(each(y, model(x))) / BATCH
whole = tape.gradient(loss, model.trainable_variables)[0].numpy()


def relative_gap(gradient):
    return float(np.linalg.norm(gradient - whole) / np.linalg.norm(whole))


gap_means = relative_gap(epoch_gradient(tf.reduce_mean))
gap_sums = relative_gap(epoch_gradient(lambda losses: tf.reduce_sum(losses) / BATCH))
print(f"mean of each batch:   {gap_means:.1%} off the gradient of all rows")
print(f"sum / {BATCH} everywhere:  {gap_sums:.5%}")

# %% one-row
keras.utils.set_random_seed(0)
dense = keras.layers.Dense(units=4)
normalise = keras.layers.BatchNormalization()
head = keras.layers.Dense(units=10)
with tf.GradientTape() as tape:
    normalised = normalise(dense(x[-1:]), training=True)
    loss = tf.reduce_mean(each(y[-1:], head(normalised)))
slopes = tape.gradient(loss, [dense.kernel, head.bias])
kernel_slope, bias_slope = (float(tf.norm(slope)) for slope in slopes)
print("a batch of one, normalised:", normalised.numpy())
print(f"gradient of the first layer {kernel_slope}, of the last bias {bias_slope:.2f}")
