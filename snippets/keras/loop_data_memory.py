# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Where the bytes go: slices, graphs, generators"
#
# [tool.book.values]
# inside = "sizes['made inside']"
# outside = "sizes['made outside']"
# array_bytes = "array.nbytes"
# copied = "copied"
# lengths = "lengths"
# repaired = "repaired"
# mapped_equal = "int(mapped_total == slices_total)"
# cardinality = "int(spent.cardinality())"
# errors = "errors"
# ///

# %% copy
import pathlib

import numpy as np
import tensorflow as tf

array = np.zeros(shape=(1_000, 28, 28), dtype="float32")
slices = tf.data.Dataset.from_tensor_slices(array)
array[:] = 1.0  # after the dataset was made
copied = float(next(iter(slices))[0, 0])
print("the array says", array[0, 0, 0], " the dataset says", copied)


# %% graph
@tf.function
def made_inside():
    total = 0.0
    for image in tf.data.Dataset.from_tensor_slices(array):
        total += tf.reduce_sum(image)
    return total


@tf.function
def made_outside(dataset):
    total = 0.0
    for image in dataset:
        total += tf.reduce_sum(image)
    return total


graphs = {
    "made inside": made_inside.get_concrete_function(),
    "made outside": made_outside.get_concrete_function(slices),
}
sizes = {name: found.graph.as_graph_def().ByteSize() for name, found in graphs.items()}
print(f"array {array.nbytes:>15,} bytes")
for name, size in sizes.items():
    print(f"{name:13} {size:>7,} bytes of graph")

# %% mapped
np.save("images.npy", np.arange(1_000 * 784, dtype="int64").reshape(1_000, 28, 28))
on_disk = np.load("images.npy", mmap_mode="r")  # nothing is read yet


def read_batches(size=64):
    for start in range(0, len(on_disk), size):
        yield on_disk[start:start + size]  # only these rows are read


signature = tf.TensorSpec(shape=(None, 28, 28), dtype=tf.int64)
mapped = tf.data.Dataset.from_generator(read_batches, output_signature=signature)
mapped_total = sum(int(tf.reduce_sum(batch)) for batch in mapped)
slices_total = int(np.load("images.npy").sum())
pathlib.Path("images.npy").unlink()
print(mapped_total == slices_total, mapped.element_spec)

# %% spent
numbers = (number for number in range(5))
signature = tf.TensorSpec(shape=(), dtype=tf.int64)
errors = []
try:
    tf.data.Dataset.from_generator(numbers, output_signature=signature)
except TypeError as error:
    errors.append(f"{type(error).__name__}: {error}")
    print(errors[0])

spent = tf.data.Dataset.from_generator(lambda: numbers, output_signature=signature)
lengths = [len(list(spent)) for epoch in range(3)]
print("elements, epoch by epoch:", lengths)


# %% callable
def count():
    yield from range(5)


fresh = tf.data.Dataset.from_generator(count, output_signature=signature)
repaired = [len(list(fresh)) for epoch in range(3)]
print("elements, epoch by epoch:", repaired)
print("length known beforehand:", int(fresh.cardinality()))
