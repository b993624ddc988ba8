# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "The operations of every day, once each"
# sources = ["zt-ch1-promised-common-operations"]
#
# [tool.book.values]
# axis_shapes = "axis_shapes"
# loop_error = "float(loop_error)"
# residual = "float(residual)"
# segment_means = "[float(v) for v in segment_means]"
# ragged_lengths = "[int(v) for v in ragged.row_lengths()]"
# words = "[word.decode() for word in words.flat_values.numpy()]"
# stored = "len(sparse.values)"
# cells = "int(tf.reduce_prod(sparse.shape))"
# ///

# %% names
import tensorflow as tf

m = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
v = tf.constant([3.0, 1.0, 2.0])
k = tf.constant([2, 0, 2, 1])
s = tf.constant([[4.0, 1.0], [1.0, 3.0]])

# %% axes
pictures = tf.random.uniform((32, 28, 28, 3), seed=1)
axis_shapes = []
cases = [(None, False), (0, False), (-1, False), ((1, 2), False), ((1, 2), True)]
for axis, keepdims in cases:
    mean = tf.reduce_mean(pictures, axis=axis, keepdims=keepdims)
    axis_shapes.append(list(mean.shape))
    print(f"axis={axis!s:7} keepdims={keepdims!s:5} -> {mean.shape}")
centred = pictures - tf.reduce_mean(pictures, axis=(1, 2), keepdims=True)

# %% segments
scores = tf.constant([3.0, 5.0, 10.0, 1.0, 2.0])
group = tf.constant([0, 0, 1, 2, 2])
segment_means = tf.math.segment_mean(scores, group)
print("mean of each group:", segment_means.numpy())
print("any order:", tf.math.unsorted_segment_sum(scores, [2, 0, 1, 0, 2], 3).numpy())

# %% solve
right = tf.constant([[1.0], [2.0]])
solution = tf.linalg.solve(s, right)
residual = tf.reduce_max(tf.abs(s @ solution - right))
values, vectors = tf.linalg.eigh(s)
loop_error = tf.reduce_max(tf.abs(vectors @ tf.linalg.diag(values)
                                  @ tf.transpose(vectors) - s))
print("residual:", residual.numpy(), " from eigenvalues back:", loop_error.numpy())

# %% einsum
queries = tf.random.uniform((2, 5, 4), seed=1)  # (batch, query, feature)
keys = tf.random.uniform((2, 7, 4), seed=2)  # (batch, key, feature)
products = tf.einsum("bqf,bkf->bqk", queries, keys)
print(products.shape, bool(tf.reduce_all(
    tf.abs(products - tf.matmul(queries, keys, transpose_b=True)) < 1e-6)))

# %% others
ragged = tf.ragged.constant([[1, 2, 3], [4], []])
words = tf.strings.split(tf.constant(["a tensor flows", "ja"]))
sparse = tf.sparse.from_dense(tf.eye(100))
print("ragged:", ragged.to_list(), " lengths", ragged.row_lengths().numpy())
print("words: ", words.to_list(), " bytes in 'é':", tf.strings.length("é").numpy())
print("sparse:", sparse.shape, "with", len(sparse.values), "stored values")
