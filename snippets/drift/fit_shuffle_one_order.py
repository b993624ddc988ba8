# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "keras~=3.15.1",
#   "tensorflow~=2.21.0",
#   "tf-keras~=2.21.0",
#   "numpy~=2.4.6",
# ]
#
# [tool.book]
# title = "With the seed set, fit on arrays repeats one order in every epoch"
#
# [tool.book.values]
# error = "error"
# old_orders = "old_orders"
# keras2_orders = "keras2_orders"
# works = "float(new_orders)"
# ///

# %% recorder
import keras
import numpy as np
import tensorflow as tf
import tf_keras

numbers = np.arange(8.0, dtype="float32")[:, None]


def orders_of_three_epochs(keras, *data):
    """Train a model that learns nothing and notes which rows it is given."""
    seen = []

    class Recorder(keras.Model):
        def train_step(self, batch):
            seen.append([int(number) for number in batch[0].numpy().ravel()])
            return {"loss": 0.0}

    keras.utils.set_random_seed(0)
    recorder = Recorder()
    recorder.compile(run_eagerly=True)
    recorder.fit(*data, batch_size=None if len(data) == 1 else 8, epochs=3, verbose=0)
    print(*seen, sep="\n")
    return len({tuple(order) for order in seen})


# %% old
old_orders = orders_of_three_epochs(keras, numbers, numbers)
error = f"no exception: orders in three epochs: {old_orders}"
print(error)

# %% then
keras2_orders = orders_of_three_epochs(tf_keras, numbers, numbers)
print("Keras 2:", keras2_orders)

# %% new
rows = tf.data.Dataset.from_tensor_slices((numbers, numbers))
new_orders = orders_of_three_epochs(keras, rows.shuffle(buffer_size=8).batch(8))
print("with a dataset:", new_orders)
