# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Control flow in a graph: loops, early exits, errors, and Python called from inside"
# sources = ["zt-ch2-promised-caveats"]
#
# [tool.book.values]
# append_error = "append_error"
# forgotten = "forgotten.numpy().tolist()"
# squares = "squares.numpy().tolist()"
# return_error = "return_error"
# break_result = "[float(value) for value in found]"
# raise_error = "raise_error"
# assert_error = "assert_error"
# checked = "float(checked)"
# checked_error = "checked_error"
# unchanged = "unchanged"
# numpy_error = "numpy_error"
# median = "float(median_value)"
# median_gradient = "gradient.numpy().tolist()"
# unknown_shape = "unknown_shape"
# ///

# %% append
import numpy as np
import tensorflow as tf


def last_line(problem):
    line = str(problem).strip().splitlines()[-1].strip()
    name = type(problem).__name__
    return line if name in line else f"{name}: {line}"


@tf.function
def squares_in_list(n):
    results = []
    for i in tf.range(n):
        results.append(i * i)
    return tf.stack(results)


try:
    squares_in_list(tf.constant(4))
except ValueError as problem:
    append_error = type(problem).__name__
    print(append_error)


# %% tensor-array
@tf.function
def squares_forgotten(n):
    results = tf.TensorArray(dtype=tf.int32, size=n)
    for i in tf.range(n):
        results.write(i, i * i)
    return results.stack()


@tf.function
def squares_kept(n):
    results = tf.TensorArray(dtype=tf.int32, size=n)
    for i in tf.range(n):
        results = results.write(i, i * i)
    return results.stack()


forgotten = squares_forgotten(tf.constant(4))
squares = squares_kept(tf.constant(4))
print(forgotten.numpy(), squares.numpy())


# %% early-return
@tf.function
def first_negative(values):
    for value in values:
        if value < 0:
            return value
    return tf.constant(0.0)


try:
    first_negative(tf.constant([1.0, -2.0, -3.0]))
except NotImplementedError as problem:
    return_error = last_line(problem)
    print(return_error)


# %% early-exit
@tf.function
def first_negative(values):
    found = tf.constant(0.0)
    for value in values:
        if value < 0:
            found = value
            break
    return found


found = [first_negative(tf.constant(v)) for v in ([1.0, -2.0, -3.0], [1.0])]
print([float(value) for value in found])


# %% raise
@tf.function
def root(x):
    if x < 0:
        raise ValueError("x is negative")
    return tf.sqrt(x)


try:
    root(tf.constant(4.0))
except ValueError as problem:
    raise_error = last_line(problem)
    print(raise_error)


# %% assert
@tf.function
def root(x):
    assert x >= 0, "x is negative"
    return tf.sqrt(x)


try:
    root(tf.constant(4.0))
except tf.errors.OperatorNotAllowedInGraphError as problem:
    assert_error = last_line(problem).split(". ")[0]
    print(assert_error)


# %% check-in-graph
@tf.function
def root(x):
    tf.debugging.assert_non_negative(x, message="x is negative")
    return tf.sqrt(x)


checked = root(tf.constant(4.0))
print(float(checked))
try:
    root(tf.constant(-4.0))
except tf.errors.InvalidArgumentError as problem:
    (checked_error,) = [
        line for line in str(problem).splitlines() if "assertion failed" in line
    ]
    print(checked_error)


# %% try-inside
@tf.function
def safe_root(x):
    try:
        return root(x)
    except tf.errors.InvalidArgumentError:
        return tf.constant(0.0)


try:
    safe_root(tf.constant(-4.0))
    unchanged = "caught inside"
except tf.errors.InvalidArgumentError as problem:
    unchanged = type(problem).__name__
print(unchanged)


# %% numpy
@tf.function
def median(values):
    return np.median(values)


try:
    median(tf.constant([1.0, 5.0, 2.0]))
except NotImplementedError as problem:
    numpy_error = last_line(problem).split(". ")[0]
    print(numpy_error)


# %% py-function
@tf.function
def median(values):
    return tf.py_function(
        func=lambda v: tf.sort(v)[len(v) // 2], inp=[values], Tout=tf.float32
    )


values = tf.constant([1.0, 5.0, 2.0])
with tf.GradientTape() as tape:
    tape.watch(values)
    median_value = median(values)
gradient = tape.gradient(median_value, values)
outputs = median.get_concrete_function(values).structured_outputs
unknown_shape = str(outputs.shape)
print(float(median_value), gradient.numpy(), "shape in the graph:", unknown_shape)
