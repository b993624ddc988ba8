# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Exercise: an inception block, three branches side by side"
#
# [tool.book.values]
# shape = "str(tuple(block.output.shape))"
# parameters = "block.count_params()"
# by_hand = "by_hand"
# plain_parameters = "plain.count_params()"
# ///

# %% block
import keras
from keras import layers

inputs = keras.Input(shape=(28, 28, 16))
narrow = layers.Conv2D(filters=8, kernel_size=1, activation="relu")(inputs)

middle = layers.Conv2D(filters=8, kernel_size=1, activation="relu")(inputs)
middle = layers.Conv2D(filters=16, kernel_size=3, padding="same")(middle)

pooled = layers.MaxPooling2D(pool_size=3, strides=1, padding="same")(inputs)
pooled = layers.Conv2D(filters=8, kernel_size=1, activation="relu")(pooled)

outputs = layers.Concatenate()([narrow, middle, pooled])  # (28, 28, 8 + 16 + 8)
block = keras.Model(inputs=inputs, outputs=outputs, name="inception")

one_by_one = 16 * 8 + 8
by_hand = 3 * one_by_one + (3 * 3 * 8 * 16 + 16)
print(block.output.shape, block.count_params(), by_hand)

# %% plain
same = layers.Conv2D(filters=32, kernel_size=3, padding="same")(inputs)
plain = keras.Model(inputs=inputs, outputs=same)
print(plain.output.shape, plain.count_params())
