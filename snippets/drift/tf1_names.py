# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Sessions and graph names of TensorFlow 1 live under tf.compat.v1 only"
#
# [tool.book.values]
# error = "error"
# works = "float(value)"
# ///

# %% old
import tensorflow as tf

for use in (
    lambda: tf.Session(),
    lambda: tf.get_default_graph(),
    lambda: tf.assign_add(tf.Variable(1), 1),
):
    try:
        use()
    except AttributeError as problem:
        error = f"{type(problem).__name__}: {problem}"
    print(error)

# %% compat
with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    counter = tf.compat.v1.get_variable("counter", initializer=1)
    increment = tf.compat.v1.assign_add(counter, 1)
    session.run(tf.compat.v1.global_variables_initializer())
    print(session.run(increment))

# %% new
counter = tf.Variable(1)
value = counter.assign_add(1)
print(int(value))
