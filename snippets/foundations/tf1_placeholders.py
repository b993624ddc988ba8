# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Placeholders and feeding, and the arguments that replaced them"
# sources = [
#     "kth-tensor-kinds", "kth-placeholder", "kth-question-unfed-placeholder",
#     "kth-feed-dict", "kth-session-feed",
# ]
#
# [tool.book.values]
# fed = "fed"
# scalars = "scalars"
# vectors = "vectors"
# traces_closed = "traces_closed"
# traces_open = "traces_open"
# ///

# %% unfed
import tensorflow as tf

v1 = tf.compat.v1


def show_error(use):
    try:
        use()
    except (TypeError, ValueError, tf.errors.InvalidArgumentError) as error:
        lines = [line for line in str(error).splitlines() if "must feed" in line]
        text = lines[0] if lines else str(error)
        print(type(error).__name__, text[:78], sep=": ")


with tf.Graph().as_default(), v1.Session() as session:
    a = v1.placeholder(tf.float32, shape=[3], name="a")
    b = tf.constant([5.0, 5.0, 5.0])
    c = a + b
    show_error(lambda: session.run(c))

# %% fed
with tf.Graph().as_default(), v1.Session() as session:
    a = v1.placeholder(tf.float32, shape=[3], name="a")
    c = a + tf.constant([5.0, 5.0, 5.0])
    fed = session.run(c, feed_dict={a: [1, 2, 3]}).tolist()
    print(fed)
    print(session.run(c, feed_dict={"a:0": [1, 2, 3]}))
    show_error(lambda: session.run(c, feed_dict={"a": [1, 2, 3]}))
    show_error(lambda: session.run(c, feed_dict={a: [1, 2]}))
    print("fed over:", session.run(c, feed_dict={c: [0, 0, 0]}))

# %% shapes
with tf.Graph().as_default(), v1.Session() as session:
    x, y = v1.placeholder(tf.float32), v1.placeholder(tf.float32)
    z = x + y
    scalars = float(session.run(z, feed_dict={x: 3, y: 4.5}))
    vectors = session.run(z, feed_dict={x: [1, 3], y: [2, 4]}).tolist()
    print(scalars, vectors)
    print("any shape:", x.shape, "- ten columns:", end=" ")
    print(v1.placeholder(tf.float32, shape=[None, 10]).shape)


# %% arguments
@tf.function
def add(x, y):
    return x + y


print(float(add(tf.constant(3.0), tf.constant(4.5))))
print(add(tf.constant([1.0, 3.0]), tf.constant([2.0, 4.0])).numpy())
traces_closed = add.experimental_get_tracing_count()

anything = tf.TensorSpec(shape=None, dtype=tf.float32)
add_open = tf.function(add.python_function, input_signature=[anything, anything])
assert float(add_open(3.0, 4.5)) == scalars
assert add_open([1.0, 3.0], [2.0, 4.0]).numpy().tolist() == vectors
traces_open = add_open.experimental_get_tracing_count()
print("graphs: one for each shape", traces_closed, "- shape left open", traces_open)
show_error(lambda: add_open(3.0))
