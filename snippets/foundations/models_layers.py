# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Layers of one's own: fixed sizes, lazy sizes, activations inside"
# sources = [
#     "zt-ch3-linear-layer", "zt-ch3-lazy-build", "zt-ch3-dense-layers",
#     "zt-ch3-linear-composition", "zt-ch3-relu-layer", "zt-ch3-fused-activation",
# ]
#
# [tool.book.smoke]
# STEPS = 5
#
# [tool.book.values]
# mae_fixed = "errors['fixed sizes']"
# mae_lazy = "errors['lazy sizes']"
# mae_dense = "errors['Dense']"
# before = "before"
# after = "after"
# composed = "composed.ravel().tolist()"
# linear_gap = "linear_gap"
# relu_gap = "relu_gap"
# relu_composed = "relu_composed.ravel().tolist()"
# any_close = "any_close"
# all_close = "all_close"
# same_layer = "same_layer"
# fused_difference = "fused_difference"
# ///

# %% parameters
STEPS = 1001

# %% train
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(42)
true_weights = tf.range(5, dtype=tf.float32)[:, tf.newaxis]  # (5, 1)
x = tf.random.uniform(shape=(32, 5))
y = x @ true_weights  # (32, 1)
errors = {}


@tf.function
def train_step(model):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x)))
    gradients = tape.gradient(loss, model.trainable_variables)
    for variable, gradient in zip(model.trainable_variables, gradients):
        variable.assign_sub(0.05 * gradient)


def train(name, model):
    model(x)  # makes the weights
    for _ in range(STEPS):
        train_step(model)
    errors[name] = float(tf.reduce_mean(tf.abs(y - model(x))))
    print(f"{name}: mean absolute error {errors[name]:.1e}")
    return model


# %% fixed
class FixedLinear(keras.layers.Layer):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.kernel = self.add_weight(shape=(inputs, outputs))

    def call(self, inputs):
        return inputs @ self.kernel


class Stack(keras.Model):
    def __init__(self, parts):
        super().__init__()
        self.parts = parts

    def call(self, inputs):
        for part in self.parts:
            inputs = part(inputs)
        return inputs


fixed = train("fixed sizes", Stack([FixedLinear(5, 3), FixedLinear(3, 1)]))


# %% lazy
class Linear(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units))

    def call(self, inputs):
        return inputs @ self.kernel


lazy = Stack([Linear(3), Linear(1)])
before = len(lazy.variables)
lazy(x)
after = [str(variable.shape) for variable in lazy.variables]
print("before the first call:", before, " after:", after)
lazy = train("lazy sizes", lazy)

# %% dense
dense = train(
    "Dense",
    Stack([
        keras.layers.Dense(units=3, use_bias=False),
        keras.layers.Dense(units=1, use_bias=False),
    ]),
)
for variable in dense.variables:
    print(variable.path, variable.shape)

# %% composition
first, second = dense.get_weights()
composed = first @ second  # (5, 3) @ (3, 1) = (5, 1)
linear_gap = float(np.abs(dense(x) - x @ composed).max())
print(composed.ravel().round(4), f"largest difference {linear_gap:.1e}")


# %% relu
class ReLU(keras.layers.Layer):
    def call(self, inputs):
        return tf.maximum(inputs, 0.0)


bent = train("with ReLU", Stack([Linear(3), ReLU(), Linear(1)]))
first, second = bent.get_weights()
relu_composed = first @ second
differences = np.abs(bent(x) - x @ relu_composed)
relu_gap = float(differences.max())
close = differences < 1e-6
any_close, all_close = bool(close.any()), bool(close.all())
print(relu_composed.ravel().round(3), f"largest difference {relu_gap:.1e}")
print("close for any row:", any_close, " for all rows:", all_close)


# %% fused
class FusedLinear(keras.layers.Layer):
    def __init__(self, units, use_bias=True, activation=None):
        super().__init__()
        self.units = units
        self.use_bias = use_bias
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units))
        if self.use_bias:
            self.bias = self.add_weight(shape=(self.units,), initializer="ones")

    def call(self, inputs):
        outputs = inputs @ self.kernel
        if self.use_bias:
            outputs = outputs + self.bias
        return self.activation(outputs)


mine = Stack([FusedLinear(3, activation="relu"), FusedLinear(1)])
theirs = Stack([keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1)])
mine(x), theirs(x)
theirs.set_weights(mine.get_weights())
fused_difference = float(np.abs(mine(x) - theirs(x)).max())
same_layer = mine.count_params() == theirs.count_params()
print("parameters:", mine.count_params(), theirs.count_params())
print("largest difference:", fused_difference)
