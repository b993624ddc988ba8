# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Operators are operations, and the ones that surprise"
# sources = ["zt-ch1-operator-overloads", "kth-ops-table", "kth-matmul"]
#
# [tool.book.values]
# same = "[bool(flag) for flag in same]"
# gap = "float(gap)"
# subtract = "int(tf.subtract(7, 2))"
# modulo = "int(modulo)"
# bitwise = "int(bitwise)"
# matvec = "[int(v) for v in matvec]"
# mismatch = "bool(mismatch)"
# refused = "refused"
# ///

# %% overloads
import tensorflow as tf

tf.random.set_seed(42)
x = tf.random.uniform((3, 2))
e = tf.random.uniform((3, 2), dtype=x.dtype)
flipped = tf.transpose(e)
fused = tf.linalg.matmul(x, e, transpose_b=True)  # the same product, another route
same = [
    tf.reduce_all(x + e == tf.add(x, e)),
    tf.reduce_all(x * e == tf.multiply(x, e)),
    tf.reduce_all(x @ flipped == tf.matmul(x, flipped)),
    tf.reduce_all(x @ flipped == fused),
]
gap = tf.reduce_max(tf.abs(x @ flipped - fused))
print("+, *, @ are add, multiply, matmul:", *[bool(flag) for flag in same[:3]])
print("@ against transpose_b=True:       ", bool(same[3]), f" apart by {gap:.0e}")

# %% surprises
modulo = tf.constant(-7) % 3
bitwise = tf.constant(6) & tf.constant(3)
mismatch = tf.constant([1, 2]) == tf.constant([1, 2, 3])
print("-7 % 3 =", modulo.numpy(), " truncatemod:", tf.truncatemod(-7, 3).numpy())
print("-7 // 2 =", (tf.constant(-7) // 2).numpy())
print("round([0.5, 1.5]) =", tf.round([0.5, 1.5]).numpy())
print("6 & 3 =", bitwise.numpy(), " ~5 =", (~tf.constant(5)).numpy())
print("[1, 2] == [1, 2, 3]:", mismatch)

# %% refused
cases = {
    "logical_and(6, 3)": lambda: tf.logical_and(6, 3),
    "0 < t < 5": lambda: 0 < tf.constant([1, 9]) < 5,
    "{t: 1}": lambda: {tf.constant(1): 1},
    "t << 1": lambda: tf.constant(7) << 1,
}
refused = 0
for name, case in cases.items():
    try:
        case()
    except (TypeError, ValueError) as error:
        refused += 1
        print(f"{name}: {type(error).__name__}: {str(error)[:84]}")

# %% matmul
a = tf.constant([[1, 2, 3], [4, 5, 6]])  # (2, 3)
b = tf.constant([1, 0, 1])  # (3,)
try:
    tf.matmul(a, b)
except tf.errors.InvalidArgumentError as error:
    print(type(error).__name__, str(error).partition("}} ")[2], sep=": ")
column = tf.matmul(a, b[:, tf.newaxis])
matvec = tf.linalg.matvec(a, b)
print("with an axis:", column.numpy().tolist(), " matvec:", matvec.numpy().tolist())
