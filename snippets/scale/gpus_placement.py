# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Where an operation runs, and where it falls back to"
#
# [tool.book.values]
# eager = "[device.rsplit('/', 1)[-1] for device in eager]"
# soft = "soft"
# strict = "strict"
# variable_device = "variable_device"
# nodes = "nodes"
# shared = "int(shared)"
# copied = "int(copied)"
# ///

# %% two-devices
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices(device_type="CPU")[0]
halves = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, halves)


def where(tensor):
    return tensor.device.rsplit("/", maxsplit=1)[-1]


# %% scope
tf.random.set_seed(0)
here = tf.random.normal(shape=(500, 500))
with tf.device("/CPU:1"):
    there = tf.identity(here)
    product = tf.matmul(here, there)  # `here` is brought over first, without a word
outside = tf.matmul(here, there)
eager = [tensor.device for tensor in (here, there, product, outside)]
for name, device in zip(("here", "there", "product", "outside"), eager):
    print(f"{name:8}{device}")

# %% soft
with tf.device("/GPU:0"):
    fallen_back = tf.identity(here)
soft = where(fallen_back)
print("asked for GPU:0, got", soft)

tf.config.set_soft_device_placement(False)
try:
    with tf.device("/GPU:0"):
        tf.identity(here)
    strict = "accepted"
except tf.errors.InvalidArgumentError as error:
    strict = f"{type(error).__name__}\n  {error.message.split('.')[0]}"
print(strict)
tf.config.set_soft_device_placement(True)

# %% variable
with tf.device("/CPU:1"):
    weight = tf.Variable(tf.ones(shape=(500, 1)))
variable_device = where(weight)
print("the variable lives on", variable_device)
print("an operation outside of the scope that reads it:", where(tf.identity(weight)))


# %% graph
@tf.function
def two_places(inputs):
    with tf.device("/CPU:1"):
        product = tf.matmul(inputs, inputs, name="product")
    return tf.reduce_sum(product, name="total")


graph = two_places.get_concrete_function(here).graph
nodes = [
    f"{node.name}: {node.device or 'to be placed when it runs'}"
    for node in graph.get_operations()
    if node.name in ("product", "total")
]
print(*nodes, sep="\n")

# %% copies
# The buffer protocol shows the memory itself, where it is the host's.
memory = np.asarray(memoryview(here))
other_half = np.asarray(memoryview(there))
shared = np.shares_memory(memory, other_half)
copied = not np.shares_memory(memory, here.numpy())
print("both halves of the CPU share the tensor's memory:", shared)
print(".numpy() makes a copy of its own:", copied)
