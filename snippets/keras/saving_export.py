# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Export for serving, and three ways back"
# sources = []
# marks = []
#
# [tool.book.values]
# files = "files"
# served_difference = "served_difference"
# layer_difference = "layer_difference"
# message = "message"
# ///

# %% export
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input(shape=(784,), name="digits"),
    keras.layers.Dense(units=64, activation="relu"),
    keras.layers.Dense(units=10, activation="softmax"),
])
images = np.random.default_rng(0).random((5, 784), dtype="float32")
expected = model.predict(images, verbose=0)

model.export("digits", verbose=False)
files = sorted(
    path.relative_to("digits").as_posix()
    for path in Path("digits").rglob("*") if path.is_file()
)
print(*files, sep="\n")

# %% serve
program = tf.saved_model.load("digits")
served = program.serve(images)
served_difference = float(np.abs(served - expected).max())

print(list(program.signatures), served.shape, served_difference)
print("has layers:", hasattr(program, "layers"))

# %% layer
layer = keras.layers.TFSMLayer("digits", call_endpoint="serve")
inputs = keras.Input(shape=(784,))
doubted = keras.Model(inputs, keras.layers.Rescaling(scale=0.5)(layer(inputs)))

layer_difference = float(np.abs(doubted(images) - expected / 2).max())
print(layer_difference)

# %% load-model
try:
    keras.models.load_model("digits")
except ValueError as error:
    message = str(error).split(".")[0]
    print(type(error).__name__, message, sep=": ")
