# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "What is wrong with constants: they are written into the graph"
# sources = ["kth-question-constants"]
#
# [tool.book.values]
# sizes = "sizes"
# stale = "float(stale)"
# expected = "float(expected)"
# error = "error"
# ///

# %% sizes
import numpy as np
import tensorflow as tf

data = np.ones(1_000_000, dtype=np.float32)  # four million bytes
variable = tf.Variable(data)
tensor = tf.constant(data)


@tf.function
def sum_array():
    return tf.reduce_sum(data)


@tf.function
def sum_tensor():
    return tf.reduce_sum(tensor)


@tf.function
def sum_variable():
    return tf.reduce_sum(variable)


@tf.function
def sum_argument(values):
    return tf.reduce_sum(values)


graphs = {
    "NumPy array": sum_array.get_concrete_function(),
    "eager tensor": sum_tensor.get_concrete_function(),
    "variable": sum_variable.get_concrete_function(),
    "argument": sum_argument.get_concrete_function(tensor),
}
sizes = [graph.graph.as_graph_def().ByteSize() for graph in graphs.values()]
for name, size in zip(graphs, sizes):
    print(f"{name:12} {size:>9,} bytes of graph")

# %% stale
data[:] = 2.0
stale, expected = sum_array(), data.sum()
print("the graph says", stale.numpy(), " the array's sum is", expected)

# %% too-large
huge = np.zeros(2**29 + 1, dtype=np.float32)  # promised by the system, never touched


@tf.function
def sum_huge():
    return tf.reduce_sum(huge)


try:
    sum_huge()
except ValueError as problem:
    line = str(problem).strip().splitlines()[-1].strip()
    error = f"{type(problem).__name__}: {line.removeprefix('ValueError: ')}"
print(error)
