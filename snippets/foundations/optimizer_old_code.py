# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Old optimizer code today, and the mistakes that never raised an error"
# sources = []
#
# [tool.book.values]
# decay_start = "rates[0]"
# decay_end = "rates[1]"
# scheduled_end = "rates[2]"
# clipped_norms = "clipped_norms"
# original_norms = "original_norms"
# angle_separate = "angles['clipnorm']"
# angle_global = "angles['global_clipnorm']"
# unwrapped_rows = "int(x_train[0].shape[0])"
# variables_after_build = "before_call"
# variables_after_call = "after_call"
# ///

# %% errors
import warnings

import keras
import numpy as np
import tensorflow as tf


class OldStyle(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.001, name="old_style"):
        super().__init__(name)  # the first argument was the name


def show_error(code):
    try:
        code()
    except (AttributeError, TypeError, ValueError) as error:
        first_line = str(error).splitlines()[0]
        print(type(error).__name__, first_line[:72], sep=": ")


adam = keras.optimizers.Adam(learning_rate=0.001)
weight = keras.Variable(1.0)
show_error(lambda: keras.optimizers.Adam(lr=0.001))
show_error(lambda: adam.lr)
show_error(lambda: adam._set_hyper("beta_1", 0.9))
show_error(lambda: OldStyle())
show_error(lambda: weight._unique_id)
show_error(lambda: {weight: 0.0})
show_error(lambda: keras.optimizers.SGD(clipnorm=1.0, global_clipnorm=1.0))

# %% silent-decay
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    old = keras.optimizers.SGD(learning_rate=0.1, decay=0.01)
print(caught[0].category.__name__, caught[0].message, sep=": ")

schedule = keras.optimizers.schedules.InverseTimeDecay(
    initial_learning_rate=0.1, decay_steps=1, decay_rate=0.01
)
new = keras.optimizers.SGD(learning_rate=schedule)
rates = [float(old.learning_rate.numpy())]
for optimizer in (old, new):
    weight = keras.Variable(1.0)
    for _ in range(100):
        optimizer.apply([tf.constant(0.0)], [weight])
    rates.append(float(keras.ops.convert_to_numpy(optimizer.learning_rate)))
print(f"after 100 steps: decay {rates[1]:.3f}, schedule {rates[2]:.3f}")


# %% silent-build
class Perceptron(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(units=4, activation="relu")
        self.out = keras.layers.Dense(units=1)

    def call(self, inputs):
        return self.out(self.hidden(inputs))


model = Perceptron()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model.build(input_shape=(32, 13))
before_call = len(model.trainable_variables)
model(tf.zeros((1, 13)))
after_call = len(model.trainable_variables)
print("variables after build():", before_call, "- after one call:", after_call)

# %% clipping
gradients = [tf.constant([0.3, 0.4]), tf.constant([30.0, 40.0])]
original_norms = [float(tf.norm(gradient)) for gradient in gradients]
separately = [tf.clip_by_norm(gradient, 2.0) for gradient in gradients]
together, _ = tf.clip_by_global_norm(gradients, 2.0)
clipped_norms = [float(tf.norm(gradient)) for gradient in separately]
print("norms", np.round(original_norms, 2), "clipped", np.round(clipped_norms, 2))


def degrees(a, b):
    a, b = tf.concat(a, axis=0), tf.concat(b, axis=0)
    cosine = tf.tensordot(a, b, axes=1) / (tf.norm(a) * tf.norm(b))
    return float(np.degrees(np.arccos(min(1.0, float(cosine)))))


angles = {
    "clipnorm": degrees(gradients, separately),
    "global_clipnorm": degrees(gradients, together),
}
for name, angle in angles.items():
    print(f"{name:15s} turns the step by {angle:.1f} degrees")


# %% wrapped-too-late
def rows_as_printed(tensors):
    wrapped = tensors if isinstance(tensors, (list, tuple)) else (tensors,)
    total = tensors[0].shape[0]  # of the argument, not of the tuple
    assert all(total == tensor.shape[0] for tensor in wrapped), "lengths differ"
    return total


x_train = tf.zeros((404, 13))
print("a tuple:", rows_as_printed((x_train,)), "rows")
try:
    rows_as_printed(x_train)
except AssertionError as error:
    print("a tensor:", type(error).__name__, error)
