# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Solution: batches of one shape, and a mean that is still exact"
#
# [tool.book.values]
# exact = "exact"
# masked = "masked"
# dropped = "dropped"
# traces = "traces"
# counted = "counted"
# ///

# %% data
import keras
import numpy as np
import tensorflow as tf

(_, _), (x, y) = keras.datasets.fashion_mnist.load_data()
x = x[:1_000].reshape(1_000, 784).astype("float32") / 255.0
y = y[:1_000].astype("int32")
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input(shape=(784,)), keras.layers.Dense(units=10)])
each = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
exact = float(np.mean(each(y, model(x))))


# %% fill
def filled_batches(size):
    """Every batch has `size` rows; rows that were added have weight zero."""
    missing = -len(x) % size
    weights = np.ones(len(x), dtype="float32")
    padded = [np.concatenate([part, np.zeros((missing, *part.shape[1:]), part.dtype)])
              for part in (x, y, weights)]
    return tf.data.Dataset.from_tensor_slices(tuple(padded)).batch(
        size, drop_remainder=True)  # drops nothing, and says that shapes are fixed


# %% evaluate
traces = 0
mean = keras.metrics.Mean()


@tf.function
def evaluate(images, labels, weights):
    global traces
    traces += 1  # runs while tracing only
    mean.update_state(each(labels, model(images)), sample_weight=weights)


for batch in filled_batches(64):
    evaluate(*batch)
masked, counted = float(mean.result()), float(mean.count)
kept = len(x) // 64 * 64
dropped = float(np.mean(each(y[:kept], model(x[:kept]))))
print(f"exact {exact:.6f}  with weights {masked:.6f}  dropped remainder {dropped:.6f}")
print(f"{counted:.0f} rows counted, {traces} trace")
