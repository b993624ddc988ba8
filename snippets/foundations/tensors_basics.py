# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Make tensors, and ask for their rank, shape and identity"
# sources = ["zt-ch1-setup", "zt-ch1-constants", "zt-ch1-shape-accessors", "zt-ch1-special-tensors", "kth-constants", "kth-constant-ops-table", "kth-rank", "kth-shape"]
#
# [tool.book.values]
# version = "tf.__version__"
# same_seed = "same_seed"
# second_draw = "second_draw"
# stateless = "stateless"
# truncated_largest = "largest[1]"
# normal_largest = "largest[0]"
# static_shape = "str(seen[0])"
# ///

# %% setup
import numpy as np
import tensorflow as tf

tf.random.set_seed(42)
print(tf.__version__)

# %% create
scalar = tf.constant(1, dtype=tf.int8)
vector = tf.constant([1, 2, 3], dtype=tf.float32)
matrix = tf.constant(np.array([[1, 2], [3, 4]]), dtype=tf.float32)
print(scalar, vector, matrix, sep="\n")
matrix

# %% constant-shape
print(tf.constant(7, shape=(2, 2)).numpy().tolist(), "one value is repeated")
print(tf.constant([0, 1, 2, 3], shape=(2, 2)).numpy().tolist(), "four are folded")
try:
    tf.constant([1, 2], shape=(2, 2))
except TypeError as error:
    print(type(error).__name__, str(error)[:76], sep=": ")

# %% random
draw = tf.random.uniform((3, 2))
next_draw = tf.random.uniform((3, 2))
tf.random.set_seed(42)
again = tf.random.uniform((3, 2))
same_seed = bool(tf.reduce_all(draw == again))
second_draw = bool(tf.reduce_all(draw == next_draw))
print("first draw after the seed, twice:", same_seed)
print("first and second draw alike:     ", second_draw)

fixed = tf.random.stateless_uniform((3, 2), seed=(42, 0))
tf.random.uniform((1000,))  # other draws in between do not matter
stateless = bool(tf.reduce_all(
    fixed == tf.random.stateless_uniform((3, 2), seed=(42, 0))
))
print("stateless, the same seed:        ", stateless)

# %% truncated
normal = tf.random.normal((100_000,))
truncated = tf.random.truncated_normal((100_000,))
largest = [float(tf.reduce_max(tf.abs(x))) for x in (normal, truncated)]
print(f"largest of 100,000: normal {largest[0]:.2f}, truncated {largest[1]:.4f}")

# %% accessors
cube = tf.constant([[[1, 2, 3], [4, 5, 6]], [[1, 1, 1], [2, 2, 2]]])
print(cube.shape, type(cube.shape).__name__, cube.get_shape() == cube.shape)
print(tf.shape(cube))
print("rank", tf.rank(cube).numpy(), "=", cube.ndim, "=", cube.shape.rank)
print("tuple:", isinstance(cube.shape, tuple), " equal:", cube.shape == (2, 2, 3))
column = tf.constant([[4], [9], [16], [25]])
print("rank of a column:", tf.rank(column))

# %% static
seen = []


@tf.function(input_signature=[tf.TensorSpec(shape=(None, 3), dtype=tf.float32)])
def fold_pairs(batch):  # (batch, 3)
    seen.append(batch.shape)  # runs once, while the graph is made
    rows = tf.shape(batch)[0]  # runs each time
    return tf.reshape(batch, (rows // 2, 6))


print(fold_pairs(tf.ones((4, 3))).shape, fold_pairs(tf.ones((10, 3))).shape)
print("static shape while tracing:", seen)

# %% static-trap
@tf.function(input_signature=[tf.TensorSpec(shape=(None, 3), dtype=tf.float32)])
def fold_wrongly(batch):
    return tf.reshape(batch, (batch.shape[0] // 2, 6))


try:
    fold_wrongly(tf.ones((4, 3)))
except TypeError as error:
    print(type(error).__name__, str(error).strip().splitlines()[-1].strip(), sep=": ")
