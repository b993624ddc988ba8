# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "matplotlib", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A perceptron with layers, written by hand and as a Sequential"
# sources = ["zt-ch3-mlp", "mtf-ch02-sequential-two-ways", "mtf-ch02-fig-2-6-sequential-hierarchy"]
#
# [tool.book.values]
# counts = "counts"
# by_formula = "by_formula"
# difference_before = "difference_before"
# difference_after = "difference_after"
# two_ways = "two_ways"
# ancestors = "ancestors"
# input_warning = "input_warning"
# same_package = "same_package"
# ///

# %% by-hand
import keras
import numpy as np

keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(8, 13)).astype("float32")


class MLP(keras.Model):
    def __init__(self, hidden_units, targets, activation="relu"):
        super().__init__()
        hidden_units = np.atleast_1d(hidden_units)  # one number, or a list
        self.hidden = [
            keras.layers.Dense(units=int(units), activation=activation)
            for units in hidden_units
        ]
        self.last = keras.layers.Dense(units=targets)

    def call(self, inputs):
        for layer in self.hidden:
            inputs = layer(inputs)
        return self.last(inputs)


by_hand = MLP(hidden_units=[16, 8], targets=1)
print(by_hand(x).shape, by_hand.count_params())

# %% sequential
from_list = keras.Sequential([
    keras.Input(shape=(13,)),
    keras.layers.Dense(units=16, activation="relu"),
    keras.layers.Dense(units=8, activation="relu"),
    keras.layers.Dense(units=1),
])
added = keras.Sequential()
added.add(keras.Input(shape=(13,)))
added.add(keras.layers.Dense(units=16, activation="relu"))
added.add(keras.layers.Dense(units=8, activation="relu"))
added.add(keras.layers.Dense(units=1))

# %% compare
counts = [model.count_params() for model in (by_hand, from_list, added)]
by_formula = (13 + 1) * 16 + (16 + 1) * 8 + (8 + 1) * 1
print("parameters", counts, " by formula", by_formula)
difference_before = float(np.abs(by_hand(x) - from_list(x)).max())
from_list.set_weights(by_hand.get_weights())
added.set_weights(by_hand.get_weights())
difference_after = float(np.abs(by_hand(x) - from_list(x)).max())
two_ways = float(np.abs(added(x) - from_list(x)).max())
print(f"largest difference before copying: {difference_before:.2f}")
print("after copying:", difference_after)

# %% old-input
import warnings

import tensorflow as tf

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    keras.layers.Dense(units=32, input_shape=(784,))
input_warning = str(caught[0].message).split(". ")[0] + "."
print(input_warning)
same_package = tf.keras.layers.Dense is keras.layers.Dense
print("tf.keras and keras have one Dense:", same_package)

# %% hierarchy
import matplotlib.pyplot as plt

ancestors = [cls.__name__ for cls in keras.Sequential.__mro__ if cls is not object]
LOOK_FOR = [
    "add", "pop", "call", "fit", "evaluate", "predict", "compile", "train_step",
    "summary", "save", "export", "build", "add_weight", "variables", "count_params",
    "symbolic_call",
]  # fmt: skip
_, axes = plt.subplots(figsize=(7.2, 4.4))
for row, cls in enumerate(keras.Sequential.__mro__[:-1]):
    box = {"boxstyle": "round", "facecolor": "none", "lw": 1.2, "edgecolor": "C0"}
    if cls.__name__ in ("Sequential", "Model", "Layer"):
        box |= {"edgecolor": "C1", "lw": 2.2}
    axes.text(0.2, -row, cls.__name__, ha="center", va="center", bbox=box)
    brings = [name for name in LOOK_FOR if name in vars(cls)]
    axes.text(0.5, -row, ", ".join(brings), va="center", family="monospace", fontsize=8)
axes.set(xlim=(0, 1.3), ylim=(-len(ancestors) + 0.4, 0.5))
axes.axis("off")
plt.show()
