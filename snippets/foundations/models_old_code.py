# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy~=2.4.6"]
#
# [tool.book]
# title = "What Keras 3 broke in the tutorial's listings, and why"
#
# [tool.book.values]
# untracked_variables = "len(untracked.variables)"
# loss_first = "losses[0]"
# loss_last = "losses[-1]"
# frozen_gradient = "str(frozen_gradient)"
# frozen_change = "frozen_change"
# new_shape = "new_shape"
# operations = "operations"
# fixed_change = "fixed_change"
# ///

# %% untracked
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)
x = tf.random.uniform(shape=(32, 5))
y = x @ tf.range(5, dtype=tf.float32)[:, tf.newaxis]


class Untracked(keras.Model):
    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(tf.random.uniform((5, 1)))

    def call(self, inputs):
        return inputs @ self.kernel


untracked, losses = Untracked(), []
for _ in range(100):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - untracked(x)))
    losses.append(float(loss))
    gradients = tape.gradient(loss, untracked.variables)
    for variable, gradient in zip(untracked.variables, gradients):
        variable.assign_sub(0.05 * gradient)
print(untracked.variables, f"loss {losses[0]:.2f} -> {losses[-1]:.2f}")


# %% frozen
class Decorated(keras.Model):
    def __init__(self):
        super().__init__()
        self.score = keras.layers.Dense(units=1, use_bias=False)

    @tf.function
    def call(self, inputs):
        return self.score(inputs)


model = Decorated()
before = model(x).numpy()
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(model(x))
(frozen_gradient,) = tape.gradient(loss, model.variables)
model.set_weights([np.zeros((5, 1))])
frozen_change = float(np.abs(model(x) - before).max())
new_shape = float(np.abs(model(x[:7])).max())
print("gradient:", frozen_gradient)
print("all weights set to zero, outputs changed by", frozen_change)
print("largest output for 7 rows, another graph:  ", new_shape)

# %% why
graph = model.call.get_concrete_function(x).graph
operations = [operation.type for operation in graph.get_operations()]
print(operations)


# %% plain-call
class Plain(Decorated):
    def call(self, inputs):
        return self.score(inputs)


model = Plain()
compiled = tf.function(model)
before = compiled(x).numpy()
model.set_weights([np.zeros((5, 1))])
fixed_change = float(np.abs(compiled(x) - before).max())
print(f"outputs changed by {fixed_change:.2f}")
