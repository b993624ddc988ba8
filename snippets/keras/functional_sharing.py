# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "A shared layer: counted once, and its gradient is a sum"
#
# [tool.book.values]
# shared_parameters = "shared.count_params()"
# separate_parameters = "separate.count_params()"
# shared_slope = "float(shared_gradient[0, 0])"
# left_slope = "float(left_gradient[0, 0])"
# right_slope = "float(right_gradient[0, 0])"
# difference = "difference"
# size = "float(np.abs(shared_gradient).max())"
# codes_of_left = "int(codes_of_left)"
# codes_of_right = "int(codes_of_right)"
# output_at_error = "output_at_error"
# ///

# %% two-models
import keras
import numpy as np
import tensorflow as tf
from keras import layers


def build(reader_of_left, reader_of_right):
    left, right = keras.Input(shape=(784,)), keras.Input(shape=(784,))
    both = layers.Concatenate()([reader_of_left(left), reader_of_right(right)])
    total = layers.Dense(units=1, name="total")(both)
    return keras.Model(inputs=[left, right], outputs=total)


keras.utils.set_random_seed(0)
one = layers.Dense(units=32, activation="tanh", name="one")
shared = build(reader_of_left=one, reader_of_right=one)

two, three = (layers.Dense(units=32, activation="tanh", name=n) for n in "ab")
separate = build(reader_of_left=two, reader_of_right=three)
print("shared:", shared.count_params(), " separate:", separate.count_params())

# %% gradients
two.set_weights(one.get_weights())  # three copies of the same numbers
three.set_weights(one.get_weights())
separate.get_layer("total").set_weights(shared.get_layer("total").get_weights())

random = np.random.default_rng(0)
pictures = [random.uniform(size=(64, 784)).astype("float32") for _ in range(2)]
targets = random.uniform(size=(64, 1)).astype("float32")


def gradients_of(model, layers_asked):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(pictures) - targets) ** 2)
    kernels = [layer.kernel.value for layer in layers_asked]
    return [gradient.numpy() for gradient in tape.gradient(loss, kernels)]


(shared_gradient,) = gradients_of(shared, [one])
left_gradient, right_gradient = gradients_of(separate, [two, three])
difference = float(np.abs(shared_gradient - (left_gradient + right_gradient)).max())
print(f"slope of one weight, left copy:  {left_gradient[0, 0]:+.5f}")
print(f"slope of one weight, right copy: {right_gradient[0, 0]:+.5f}")
print(f"slope of the shared weight:      {shared_gradient[0, 0]:+.5f}")
print("largest difference from the sum:", f"{difference:.0e}")

# %% two-calls
probe = keras.Model(inputs=shared.inputs, outputs=one.output)
left_picture, right_picture = pictures
codes = probe([left_picture, right_picture])
codes_of_left = bool(np.array_equal(codes, one(left_picture)))
codes_of_right = bool(np.array_equal(codes, one(right_picture)))
print("one.output is the code of left:", codes_of_left, " of right:", codes_of_right)
try:
    one.get_output_at(1)
except AttributeError as problem:
    output_at_error = f"{type(problem).__name__}: {problem}"
    print(output_at_error)
