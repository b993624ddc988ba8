# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Names that older tensor code uses and TensorFlow 2 does not have"
# sources = ["kth-constant-ops-table", "kth-constants", "kth-ops-table"]
#
# [tool.book.values]
# gone = "gone"
# still = "still"
# verify = "verify"
# ///

# %% names
import tensorflow as tf

renamed = {
    "random_normal": tf.random.normal,
    "truncated_normal": tf.random.truncated_normal,
    "random_uniform": tf.random.uniform,
    "random_shuffle": tf.random.shuffle,
    "mod": tf.math.mod,
}
gone = [name for name in renamed if not hasattr(tf, name)]
still = [name for name in gone if hasattr(tf.compat.v1, name)]
print("not in tf:       ", *gone)
print("in tf.compat.v1: ", *still)

# %% verify-shape
try:
    tf.constant([1, 2], verify_shape=True)
except TypeError as error:
    verify = str(error)
    print(type(error).__name__, error, sep=": ")
