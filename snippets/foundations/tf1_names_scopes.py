# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Names of operations and tensors, name scopes, and more than one graph"
# sources = [
#     "kth-tensor-name", "kth-name-scope", "kth-extra-graph", "kth-graph-as-default",
#     "mtf-ch01-explicit-tf-graph", "mtf-ch01-op-tensor-naming",
#     "mtf-ch01-two-graphs-name-scope",
# ]
#
# [tool.book.values]
# names = "names"
# scoped = "scoped"
# function_names = "function_names"
# landed = "[int(answer) for answer in landed]"
# switched = "[int(answer) for answer in switched]"
# collected = "collected"
# collected_eager = "collected_eager"
# ///

# %% names
import tensorflow as tf

v1 = tf.compat.v1

with tf.Graph().as_default():
    tensors = [
        tf.constant(4.0),
        tf.constant(4.0),
        tf.constant(4.0, dtype=tf.float64, name="input"),
        tf.constant(4.0, dtype=tf.float64, name="input"),
    ]
    names = [tensor.name for tensor in tensors]
print(names)

# %% scopes
with tf.Graph().as_default():
    with tf.name_scope("scope_a"):
        first = tf.constant(1, name="x")
    with tf.name_scope("scope_b"):
        second = tf.constant(10, name="x")
    with tf.name_scope("scope_a"):
        third = tf.constant(100, name="x")
    scoped = [first.name, second.name, third.name]
print(first)
print(scoped)

# %% names-now
try:
    tf.constant(4.0, name="input").name
except AttributeError as error:
    print(type(error).__name__, error, sep=": ")


@tf.function
def scoped_sum():
    with tf.name_scope("scope_a"):
        return tf.constant(1, name="x") + tf.constant(2, name="x")


traced = scoped_sum.get_concrete_function().graph
function_names = [operation.name for operation in traced.get_operations()]
print(function_names)

# %% graphs
with tf.Graph().as_default():  # plays the graph that TensorFlow 1 made at import
    g = tf.Graph()
    a = tf.constant(5)
    landed = [a.graph is g, a.graph is v1.get_default_graph()]
    print(landed)

    g1, g2 = v1.get_default_graph(), tf.Graph()
    switched = [g1 is v1.get_default_graph()]
    with g2.as_default():
        switched += [g1 is v1.get_default_graph(), g2 is v1.get_default_graph()]
    print(switched)

with g2.as_default():
    b = tf.constant(30.0)
try:
    with g.as_default():
        b + tf.constant(1.0)
except ValueError as error:
    print(type(error).__name__, str(error).splitlines()[0][:66], sep=": ")

# %% collections
with tf.Graph().as_default():
    v1.get_variable("w", initializer=1.0)
    v1.get_variable("step", initializer=0, trainable=False)
    collected = [len(v1.global_variables()), len(v1.trainable_variables())]
print("in a graph", collected)

w = tf.Variable(1.0)
collected_eager = [len(v1.global_variables()), len(v1.trainable_variables())]
print("eager     ", collected_eager)
try:
    tf.constant(5).graph
except AttributeError as error:
    print(type(error).__name__, error, sep=": ")


# %% owner
class Line(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(1.0, name="w")
        self.step = tf.Variable(0, name="step", trainable=False)


line = Line()
print(len(line.variables), "variables,", len(line.trainable_variables), "trainable")
