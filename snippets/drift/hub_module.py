# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorflow-hub~=0.16.1", "setuptools<81"]
#
# [tool.book]
# title = "hub.Module is gone; hub.load gives a function to call"
#
# [tool.book.values]
# error = "error"
# works = "float(module(tf.constant([3.0]))[0])"
# ///

# %% old
import tensorflow as tf
import tensorflow_hub as hub

try:
    hub.Module("doubler")
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
class Doubler(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec(shape=[None], dtype=tf.float32)])
    def __call__(self, inputs):
        return 2 * inputs


tf.saved_model.save(Doubler(), "doubler")
module = hub.load("doubler")  # a folder here, an address for a published module
print(module(tf.constant([3.0])).numpy())
