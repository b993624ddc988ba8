# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "keras~=3.15.1",
#   "tensorflow~=2.21.0",
#   "tf-keras~=2.21.0",
#   "numpy~=2.4.6",
# ]
#
# [tool.book]
# title = "build() of a subclassed model makes no variables"
#
# [tool.book.values]
# error = "f'no exception: model.variables is {old_list} afterwards'"
# old_variables = "float(old_variables)"
# keras2_variables = "float(keras2_variables)"
# works = "float(len(called.variables))"
# ///

# %% old
import warnings

import keras
import numpy as np
import tf_keras


def two_layers(keras):
    class TwoLayers(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = keras.layers.Dense(units=8, activation="relu")
            self.score = keras.layers.Dense(units=1)

        def call(self, inputs):
            return self.score(self.hidden(inputs))

    return TwoLayers()


model = two_layers(keras)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model.build(input_shape=(32, 13))
old_list = model.variables
old_variables = len(old_list)
print(old_variables, "variables, built:", model.built)
for warning in caught:
    print(warning.category.__name__, str(warning.message).splitlines()[0], sep=": ")

# %% then
keras2_model = two_layers(tf_keras)
keras2_model.build(input_shape=(32, 13))
keras2_variables = len(keras2_model.variables)
print(keras2_variables, "variables")

# %% new
called = two_layers(keras)
called(np.zeros((1, 13), dtype="float32"))
print(len(called.variables), "variables")
