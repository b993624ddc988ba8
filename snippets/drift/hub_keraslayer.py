# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0",
#   "keras~=3.15.1",
#   "tensorflow-hub~=0.16.1",
#   "setuptools<81",
#   "numpy~=2.4.6",
# ]
#
# [tool.book]
# title = "Keras 3 refuses hub.KerasLayer; a layer around hub.load takes its place"
#
# [tool.book.values]
# error = "error.partition(' at 0x')[0]"
# works = "float(own(words)[0, 0])"
# ///

# %% module
import keras
import numpy as np
import tensorflow as tf
import tensorflow_hub as hub


class Doubler(tf.Module):
    """Stands for a module that would be downloaded."""

    @tf.function(input_signature=[tf.TensorSpec(shape=[None, 2], dtype=tf.float32)])
    def __call__(self, inputs):
        return 2 * inputs


doubler = Doubler()
tf.saved_model.save(doubler, "doubler", signatures=doubler.__call__)
words = np.array([[1.0, 2.0]], dtype="float32")

# %% old
try:
    keras.Sequential([hub.KerasLayer("doubler"), keras.layers.Dense(units=1)])
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
class HubLayer(keras.layers.Layer):
    def __init__(self, address):
        super().__init__()
        self.module = hub.load(address)

    def call(self, inputs):
        return self.module(inputs)


own = keras.Sequential([keras.Input(shape=(2,)), HubLayer("doubler")])
print(own(words).numpy())

# %% tfsm-layer
loaded = keras.layers.TFSMLayer("doubler", call_endpoint="serving_default")
print(loaded(words)["output_0"].numpy())
