# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Architecture alone, weights alone, and how weights find their layer"
# sources = ["mtf-ch02-get-config-from-config"]
# marks = []
#
# [tool.book.values]
# fresh_difference = "fresh_difference"
# json_difference = "json_difference"
# characters = "len(text)"
# compiled = "str(fresh.compiled)"
# loaded_difference = "loaded_difference"
# renamed_difference = "renamed_difference"
# shorter_difference = "shorter_difference"
# ///

# %% model
import keras
import numpy as np
from keras import layers


def build_model(seed, units=(64, 64, 10), names=("dense_1", "dense_2", "predictions")):
    keras.utils.set_random_seed(seed)
    inputs = x = keras.Input(shape=(784,), name="digits")
    for count, name in zip(units, names, strict=True):
        x = layers.Dense(units=count, activation="relu", name=name)(x)
    return keras.Model(inputs=inputs, outputs=x)


def difference(one, other):
    """The largest difference of a weight, over the layers that both have."""
    pairs = zip(one.get_weights(), other.get_weights())
    return max(float(np.abs(a - b).max()) for a, b in pairs)


model = build_model(seed=0)

# %% from-config
config = model.get_config()
fresh = keras.Model.from_config(config)

fresh_difference = difference(fresh, model)
print([layer.name for layer in fresh.layers])
print(f"weights differ by up to {fresh_difference:.3f}; compiled: {fresh.compiled}")

# %% json
text = model.to_json()
from_text = keras.models.model_from_json(text)
json_difference = difference(from_text, model)
print(len(text), "characters:", text[:66], "...")

# %% weights
model.save_weights("mlp.weights.h5")

fresh.load_weights("mlp.weights.h5")
loaded_difference = difference(fresh, model)
print("after load_weights:", loaded_difference)

# %% renamed
renamed = build_model(seed=1, names=("dense_2", "dense_1", "something"))
renamed.load_weights("mlp.weights.h5")
renamed_difference = difference(renamed, model)
print("other names:", renamed_difference)

# %% wider
wider = build_model(seed=1, units=(32, 64, 10))
try:
    wider.load_weights("mlp.weights.h5")
except ValueError as error:
    lines = str(error).splitlines()
    print(type(error).__name__, lines[0], sep=": ")
    print(lines[2][: lines[2].index("Target variable")])

# %% shorter
shorter = build_model(seed=1, units=(64, 64), names=("dense_1", "dense_2"))
shorter.load_weights("mlp.weights.h5")
shorter_difference = difference(shorter, model)
print("a layer fewer:", shorter_difference, "and no word of the layer left out")

# %% longer
longer = build_model(seed=1, units=(64, 64, 10, 5), names=("a", "b", "c", "d"))
try:
    longer.load_weights("mlp.weights.h5")
except ValueError as error:
    print(type(error).__name__, str(error).splitlines()[0], sep=": ")
