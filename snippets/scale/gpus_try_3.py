# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Where in the pipeline does cache belong?"
#
# [tool.book.values]
# reads = "[count['read'] for count in counts.values()]"
# distorts = "[count['distort'] for count in counts.values()]"
# orders = "[count['orders'] for count in counts.values()]"
# values_seen = "[count['values'] for count in counts.values()]"
# ///

# %% parameters
ELEMENTS = 8
EPOCHS = 3

# %% pipeline
from collections import Counter

import numpy as np
import tensorflow as tf

calls = Counter()
generator = np.random.default_rng(seed=0)


def read_in_python(index):
    calls["read"] += 1
    return np.float32(index)


def distort_in_python(value):
    calls["distort"] += 1
    return np.float32(value + generator.uniform(0, 0.5))


def read(index):
    return tf.numpy_function(read_in_python, [index], tf.float32)


def distort(value):
    return tf.numpy_function(distort_in_python, [value], tf.float32)


numbers = tf.data.Dataset.range(ELEMENTS)
variants = {
    "no cache": numbers.map(read).shuffle(ELEMENTS, seed=0).map(distort),
    "cache after reading": numbers.map(read).cache().shuffle(
        ELEMENTS, seed=0
    ).map(distort),
    "cache at the end": numbers.map(read).shuffle(ELEMENTS, seed=0).map(
        distort
    ).cache(),
}

# %% count
counts = {}
print(f"{EPOCHS} epochs of {ELEMENTS}      reads  distortions  orders  values")
for name, dataset in variants.items():
    calls.clear()
    epochs = [[float(value) for value in dataset] for _ in range(EPOCHS)]
    orders = {tuple(np.floor(epoch)) for epoch in epochs}
    different = {value for epoch in epochs for value in epoch}
    counts[name] = {**calls, "orders": len(orders), "values": len(different)}
    print(f"{name:20}{calls['read']:8}{calls['distort']:13}{len(orders):8}"
          f"{len(different):8}")
