# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Exercise: one Newton step, with the Hessian from two tapes"
# sources = []
#
# [tool.book.values]
# before = "float(before)"
# after = "float(after)"
# hessian_gap = "float(hessian_gap)"
# ///

# %% newton
import tensorflow as tf

tf.random.set_seed(42)
x = tf.random.uniform((32, 5))
y = x @ tf.range(5, dtype=tf.float32)[:, tf.newaxis]
weights = tf.Variable(tf.random.uniform((5,)))


def loss_of(weights):
    return tf.reduce_mean(tf.square(tf.linalg.matvec(x, weights) - y[:, 0]))


with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        before = loss_of(weights)
    gradient = inner.gradient(before, weights)  # (5,)
hessian = outer.jacobian(gradient, weights)  # (5, 5)
hessian_gap = tf.reduce_max(tf.abs(hessian - 2 / 32 * tf.transpose(x) @ x))
weights.assign_sub(tf.linalg.solve(hessian, gradient[:, tf.newaxis])[:, 0])
after = loss_of(weights)
print(f"loss {before:.4f} -> {after:.1e} in one step")
print("weights", *[f"{abs(value):.4f}" for value in weights.numpy()])
