# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Variables: a name for a value that may change"
# sources = ["zt-ch1-variable-create-and-use", "zt-ch1-variable-assign"]
#
# [tool.book.values]
# final = "[float(value) for value in tf.reshape(v, [-1])]"
# reported = "reported"
# square_type = "type(square).__name__"
# moved_tensor = "float(tensor)"
# moved_variable = "float(alias)"
# refused = "refused"
# ///

# %% create
import tensorflow as tf

tf.random.set_seed(42)
x = tf.random.uniform((3, 2))
v = tf.Variable(x)
square = tf.square(v)
v

# %% use
print("a variable goes in, out comes:", type(square).__name__)
print("is a tensor:", isinstance(v, tf.Tensor), " trainable:", v.trainable)

# %% assign
v.assign(tf.square(v))
v.assign_sub(tf.ones_like(v))
print(v.numpy())
reported = [-0.55835724, -0.805513, -0.8754739, -0.784256, -0.998867, -0.5312238]

# %% beside
tensor = before = tf.constant(1.0)
variable = alias = tf.Variable(1.0)
tensor += 10.0  # a new tensor under the old name
variable.assign_add(10.0)  # the same object, another value
print("tensor:  ", before.numpy(), " same object:", tensor is before)
print("variable:", alias.numpy(), " same object:", variable is alias)

# %% rebound
rebound = tf.Variable(1.0)
rebound = rebound + 10.0
print("after `rebound = rebound + 10`:", type(rebound).__name__)

# %% refused
refused = 0
for name, attempt in {
    "another shape": lambda: v.assign(tf.zeros((2, 2))),
    "another dtype": lambda: v.assign(tf.zeros((3, 2), dtype=tf.float64)),
}.items():
    try:
        attempt()
    except ValueError as error:
        refused += 1
        print(f"{name}: {type(error).__name__}: {str(error).splitlines()[0][:62]}")
