# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Solution: what is computed while building, and what at each run"
#
# [tool.book.values]
# numpy_old = "len(set(numpy_old))"
# tensor_old = "len(set(tensor_old))"
# same_run = "len(set(same_run))"
# numpy_new = "len(set(numpy_new))"
# tensor_new = "len(set(tensor_new))"
# ///

# %% old
import numpy as np
import tensorflow as tf

generator = np.random.default_rng(0)
with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    tf.compat.v1.set_random_seed(0)
    by_numpy = tf.constant(generator.normal())
    by_tensorflow = tf.random.normal([])
    numpy_old = [float(session.run(by_numpy)) for _ in range(3)]
    tensor_old = [float(session.run(by_tensorflow)) for _ in range(3)]
    same_run = [float(value) for value in session.run([by_tensorflow] * 3)]
print("NumPy, three runs:         ", len(set(numpy_old)), "different value")
print("TensorFlow, three runs:    ", len(set(tensor_old)), "different values")
print("TensorFlow, three in a run:", len(set(same_run)), "different value")

# %% new
tf.random.set_seed(0)


@tf.function
def draw():
    return generator.normal(), tf.random.normal([])


drawn = [draw() for _ in range(3)]
numpy_new = [float(first) for first, _ in drawn]
tensor_new = [float(second) for _, second in drawn]
print("NumPy in a tf.function:     ", len(set(numpy_new)), "different value")
print("TensorFlow in a tf.function:", len(set(tensor_new)), "different values")
