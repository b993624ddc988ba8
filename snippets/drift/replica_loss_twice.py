# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "tf-keras~=2.21.0"]
#
# [tool.book]
# title = "Keras 3's losses divide by the number of replicas: do not do it again"
#
# [tool.book.values]
# error = "error"
# replicas = "replicas"
# alone = "float(alone)"
# old = "float(old)"
# keras2_error = "keras2_error"
# works = "float(new)"
# ///

# %% strategy
import keras
import tensorflow as tf
import tf_keras

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(
    cpu, [tf.config.LogicalDeviceConfiguration()] * 2
)
strategy = tf.distribute.MirroredStrategy(devices=["CPU:0", "CPU:1"])
x, y = tf.ones(shape=(4, 1)), 2 * tf.ones(shape=(4, 1))


def summed_gradient(strategy, loss_of):
    """The gradient that an optimizer would apply: summed over the replicas."""
    with strategy.scope():
        weight = tf.Variable(0.0)

    def gradient():
        with tf.GradientTape() as tape:
            loss = loss_of(y, weight * x)
        return tape.gradient(loss, weight)

    gradients = tf.function(lambda: strategy.run(gradient))()
    return strategy.reduce("SUM", gradients, axis=None)


with strategy.scope():
    mean_squared_error = keras.losses.MeanSquaredError()
    keras2_error_function = tf_keras.losses.MeanSquaredError()
one_device = tf.distribute.OneDeviceStrategy("CPU:0")
alone = summed_gradient(one_device, mean_squared_error)
print("one device:", float(alone))

# %% old
replicas = strategy.num_replicas_in_sync
old = summed_gradient(strategy, lambda *pair: mean_squared_error(*pair) / replicas)
error = f"no exception: the gradient is {float(old / alone):.1f} times the right one"
print(error)

# %% then
try:
    summed_gradient(strategy, keras2_error_function)
except ValueError as problem:
    lines = [line.strip() for line in str(problem).splitlines()]
    advice = next(line for line in lines if line.startswith("ValueError"))
    keras2_error = advice.split(" when losses")[0]
print(keras2_error)

# %% new
new = summed_gradient(strategy, mean_squared_error)
print("two replicas:", float(new))
