# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Old spellings of a first program, and what they do today"
# sources = ["mtf-ch01-cifar10-dense-model", "mtf-ch01-dense-layer-object"]
#
# [tool.book.values]
# warning_name = "caught[0].category.__name__"
# with_input = "len(new_style.weights)"
# without_input = "weights_before_data"
# after_data = "len(late.weights)"
# ///

# %% input-shape
import textwrap
import warnings

import keras
import numpy as np
from keras import layers

print("Dense lives in", layers.Dense.__module__)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    old_style = keras.Sequential([layers.Flatten(input_shape=(32, 32, 3))])
warning = f"{caught[0].category.__name__}: {caught[0].message}"
print(textwrap.fill(warning, width=76))

# %% input-first
new_style = keras.Sequential([keras.Input(shape=(3072,)), layers.Dense(units=64)])
print("weights with Input first:", len(new_style.weights))

late = keras.Sequential([layers.Dense(units=64)])
weights_before_data = len(late.weights)
late(np.zeros((1, 3072), dtype="float32"))
print("weights without Input:   ", weights_before_data)
print("the same after one batch:", len(late.weights))
