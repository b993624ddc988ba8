# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "keras~=3.15.1",
#   "tensorflow~=2.21.0",
#   "tf-keras~=2.21.0",
#   "tensorboard~=2.21.0",
#   "numpy~=2.4.6",
# ]
#
# [tool.book]
# title = "write_graph=True writes layers, and no graph of operations"
#
# [tool.book.values]
# error = "error"
# keras2_graph = "int(keras2_graph)"
# works = "int(new_graph)"
# ///

# %% data
import keras
import numpy as np
import tensorflow as tf
import tf_keras
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

inputs = np.ones((8, 3), dtype="float32")


def train(keras, folder):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
    model.compile(optimizer="sgd", loss="mse")
    callback = keras.callbacks.TensorBoard(
        log_dir=folder,
        write_graph=True,
        write_steps_per_second=True,  # Keras 2 looks at batches only for a reason
    )
    model.fit(inputs, inputs[:, :1], callbacks=[callback], verbose=0)
    return model


def has_graph(folder):
    return EventAccumulator(folder).Reload().Tags()["graph"]


# %% old
model = train(keras, "old")
old_graph = has_graph("old/train")
error = f"no exception: the event file has a graph: {old_graph}"
print(error)

# %% then
train(tf_keras, "keras2")
keras2_graph = has_graph("keras2/train")
print("Keras 2:", keras2_graph)

# %% new
traced = tf.function(model).get_concrete_function(tf.TensorSpec(shape=(None, 3)))
with tf.summary.create_file_writer("new").as_default():
    tf.summary.graph(traced.graph)
new_graph = has_graph("new")
print("written by hand:", new_graph)
