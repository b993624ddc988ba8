# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "From 100 numbers to one: symbolic tensors, and what they can and cannot do"
# sources = ["mtf-ch03-functional-mlp-100d"]
#
# [tool.book.values]
# parameters = "parameters"
# by_hand = "by_hand"
# difference = "difference"
# indentation_error = "errors['as printed']"
# tf_error = "errors['tf.square']"
# mismatch_error = "errors['shapes that do not fit']"
# ///

# %% graph
import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(0)
inputs = keras.Input(shape=(100,), name="inputs")
first = layers.Dense(units=64, activation="elu", name="fc1")
hidden = first(inputs)
hidden = layers.Dense(units=64, activation="elu", name="fc2")(hidden)
outputs = layers.Dense(units=1, name="G")(hidden)
print(inputs)
print(outputs)

# %% model
model = keras.Model(inputs=inputs, outputs=outputs, name="mlp")
model.summary()
parameters = model.count_params()
by_hand = (100 * 64 + 64) + (64 * 64 + 64) + (64 * 1 + 1)
print("by hand:", by_hand)

# %% call
batch = np.random.default_rng(0).normal(size=(5, 100)).astype("float32")
print(model(batch).shape)

same = keras.Sequential(
    [
        keras.Input(shape=(100,)),
        layers.Dense(units=64, activation=tf.nn.elu),
        layers.Dense(units=64, activation=tf.nn.elu),
        layers.Dense(units=1),
    ]
)
same.set_weights(model.get_weights())
difference = float(np.abs(same(batch) - model(batch)).max())
print("largest difference from Sequential:", difference)

# %% inner
features = keras.Model(inputs=model.input, outputs=model.get_layer("fc2").output)
print(features(batch).shape, features.get_layer("fc1") is first)

# %% early-errors
errors = {}


def report(name, action, kinds):
    try:
        action()
    except kinds as problem:
        line = " ".join(str(problem).split("\n\n")[0].split())
        errors[name] = f"{type(problem).__name__}: {line}"
        print(f"{name}: {errors[name]}")


wide = layers.Dense(units=4)(inputs)
stranger = keras.Input(shape=(100,))
report(
    "shapes that do not fit", lambda: layers.Add()([hidden, wide]), kinds=ValueError
)
report(
    "an input left out",
    lambda: keras.Model(inputs=stranger, outputs=outputs),
    kinds=ValueError,
)
report("a decision", lambda: "big" if outputs > 0 else "small", kinds=TypeError)

# %% old-code
printed = """
net = Dense(units=64, activation=tf.nn.elu, name="fc1")
    (inputs)
"""
report("as printed", lambda: compile(printed, "book", "exec"), kinds=IndentationError)
report("tf.square", lambda: tf.square(outputs), kinds=ValueError)

# %% ops
print(keras.ops.square(outputs).shape, (2 * outputs + 1).shape)
