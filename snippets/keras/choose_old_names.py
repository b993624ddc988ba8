# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "The legacy optimizers, and what a clip and a decay are called today"
# sources = []
#
# [tool.book.values]
# message = "message"
# default_decay = "decays"
# ///

# %% legacy
import keras
import tensorflow as tf

try:
    tf.keras.optimizers.legacy.Adam(learning_rate=0.001)
except ImportError as error:
    message = str(error).splitlines()[0]
    print(type(error).__name__, message.split(". ")[0], sep=": ")

# %% decays
decays = []
for name in ("SGD", "Adam", "AdamW", "Lion", "Muon"):
    optimizer = getattr(keras.optimizers, name)()
    decays.append(float(optimizer.weight_decay or 0))
    print(f"{name:6s} rate {float(optimizer.learning_rate):g},"
          f" weight_decay {optimizer.weight_decay}")
