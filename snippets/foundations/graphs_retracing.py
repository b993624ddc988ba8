# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Which calls make a new graph, counted"
#
# [tool.book.values]
# names = "list(traces)"
# traces = "list(traces.values())"
# calls = "[len(arguments) for arguments, _ in cases.values()]"
# error = "error"
# ///

# %% count
import numpy as np
import tensorflow as tf


def total(x):
    return tf.add_n(x) if isinstance(x, list) else tf.add(x, 1)


def count(arguments, **options):
    function = tf.function(total, autograph=False, **options)
    for argument in arguments:
        function(argument)
    return function.experimental_get_tracing_count()


# %% table
any_length = [tf.TensorSpec(shape=[None], dtype=tf.float32)]
lengths = [tf.zeros(n) for n in (1, 2, 3, 4)]
cases = {
    "Python numbers 1, 2, 3, 4": ([1, 2, 3, 4], {}),
    "the same as tensors": ([tf.constant(n) for n in (1, 2, 3, 4)], {}),
    "NumPy scalars": ([np.float32(n) for n in (1, 2, 3, 4)], {}),
    "NumPy arrays, one shape": ([np.full(3, n) for n in (1, 2, 3, 4)], {}),
    "float32 and int32": ([tf.constant(1.0), tf.constant(1)], {}),
    "vectors of length 1, 2, 3, 4": (lengths, {}),
    ".. with reduce_retracing": (lengths, {"reduce_retracing": True}),
    ".. with a signature [None]": (lengths, {"input_signature": any_length}),
    "Python numbers, reduce_retracing": ([1, 2, 3, 4], {"reduce_retracing": True}),
    "lists of 1, 2, 3 tensors": ([[tf.zeros(2)] * n for n in (1, 2, 3)], {}),
    "lists of Python numbers": ([[1.0, n] for n in (1.0, 2.0, 3.0)], {}),
}
traces = {}
for name, (arguments, options) in cases.items():
    traces[name] = count(arguments, **options)
    print(f"{name:33s} calls {len(arguments)}  graphs {traces[name]}")

# %% refused
try:
    count([tf.constant([1, 2])], input_signature=any_length)
except TypeError as problem:
    error = f"{type(problem).__name__}: {str(problem).split('`')[1]}"
    print(error.replace(" to ", "\nto "))
