# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Verify the installation, then meet tensor, Keras tensor, layer and model"
# sources = ["mtf-ch01-install-pip", "mtf-ch01-install-gpu", "mtf-ch01-keras-three-objects", "mtf-ch01-keras-tensor-input", "mtf-ch01-dense-layer-object"]
#
# [tool.book.values]
# tensorflow = "tf.__version__"
# keras = "keras.__version__"
# python = "tensorflow_python"
# keras_python = "keras_python"
# gpus = "len(gpus)"
# same_type = "int(isinstance(symbol, tf.Tensor))"
# refusals = "len(refusals)"
# weights_before = "weights_before"
# weights_after = "len(dense.weights)"
# largest_difference = "float(np.max(np.abs(by_hand - by_layer)))"
# model_weights = "model.count_params()"
# model_difference = "float(np.max(np.abs(in_steps - at_once)))"
# ///

# %% verify
import textwrap
from importlib.metadata import metadata

import keras
import numpy as np
import tensorflow as tf

gpus = tf.config.list_physical_devices("GPU")
print("TensorFlow", tf.__version__)
print("Keras     ", keras.__version__, "on", keras.backend.backend())
print("GPUs      ", len(gpus))
print("2 x 3     ", int(tf.constant(2) * tf.constant(3)))

# %% requirements
tensorflow_python = metadata("tensorflow")["Requires-Python"]
keras_python = metadata("keras")["Requires-Python"]
print("TensorFlow needs Python", tensorflow_python)
print("Keras needs Python     ", keras_python)
print("extras of tensorflow   ", metadata("tensorflow").get_all("Provides-Extra"))

# %% tensor
numbers = tf.constant([[1.0, 2.0], [3.0, 4.0]])
product = numbers @ numbers
print(product)
print("shape", product.shape, "dtype", product.dtype.name)

# %% keras-tensor
symbol = keras.Input(batch_shape=(100, 100))
print(textwrap.fill(repr(symbol), width=76))
print("class       ", type(symbol).__name__)
print("a tf.Tensor?", isinstance(symbol, tf.Tensor))
old_attributes = ["_op", "_tf_output", "_consumers", "_keras_history"]
print("still there ", [name for name in old_attributes if hasattr(symbol, name)])
print("made by     ", symbol._keras_history.operation)

# %% refused
attempts = {
    "tf.reduce_sum(symbol)": lambda: tf.reduce_sum(symbol),
    "float(symbol)": lambda: float(symbol),
    "symbol.numpy()": lambda: symbol.numpy(),
}
refusals = []
for text, attempt in attempts.items():
    try:
        attempt()
    except (ValueError, AttributeError) as error:
        refusals.append(type(error).__name__)
        first_sentence = str(error).split(". ")[0]
        print(text, "->", type(error).__name__)
        print("   ", first_sentence)

# %% layer
keras.utils.set_random_seed(0)
dense = keras.layers.Dense(units=3, activation="relu")
weights_before = len(dense.weights)
print(dense, "weights:", weights_before)

features = keras.Input(shape=(4,))  # (batch, 4)
hidden = dense(features)  # (batch, 3)
print(dense, "weights:", [tuple(weight.shape) for weight in dense.weights])
print("answer to a Keras tensor:", hidden.shape, hidden.dtype)

# %% layer-by-hand
rows = np.array([[1, 0, 2, 1], [0, 1, 1, 3]], dtype="float32")  # (2, 4)
kernel, bias = dense.get_weights()
by_hand = np.maximum(rows @ kernel + bias, 0)
by_layer = dense(rows).numpy()
print(by_layer.round(3))
print("largest difference", np.abs(by_hand - by_layer).max())

# %% wrong-shape
try:
    dense(np.zeros((2, 5), dtype="float32"))
except ValueError as error:
    print(textwrap.fill(f"{type(error).__name__}: {error}", width=76))

# %% model
probabilities = keras.layers.Dense(units=2, activation="softmax")(hidden)
model = keras.Model(inputs=features, outputs=probabilities, name="tiny")
model.summary()

# %% model-call
at_once = model(rows).numpy()  # (2, 2)
in_steps = model.layers[2](model.layers[1](rows)).numpy()
print(at_once.round(3))
print("row sums", at_once.sum(axis=1))
print("largest difference", np.abs(in_steps - at_once).max())
