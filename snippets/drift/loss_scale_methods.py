# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "The loss is scaled by a method, the gradients are unscaled by apply"
#
# [tool.book.values]
# error = "error"
# error_gradients = "error_gradients"
# scaled = "float(gradient)"
# works = "float(weight.numpy())"
# ///

# %% data
import keras
import tensorflow as tf

weight = keras.Variable(1.0)
optimizer = keras.optimizers.LossScaleOptimizer(
    keras.optimizers.SGD(learning_rate=0.5), initial_scale=1024
)
optimizer.build([weight])

# %% old
try:
    optimizer.get_scaled_loss(tf.constant(1.0))
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)
try:
    optimizer.get_unscaled_gradients([tf.constant(1.0)])
except AttributeError as problem:
    error_gradients = f"{type(problem).__name__}: {problem}"
print(error_gradients)

# %% new
with tf.GradientTape() as tape:
    scaled_loss = optimizer.scale_loss(3 * weight)
gradient = tape.gradient(scaled_loss, weight.value)
optimizer.apply([gradient])  # divides by the scale itself
print("gradient of the scaled loss:", float(gradient))
print("weight after one step: 1 - 0.5 * 3 =", float(weight.numpy()))
