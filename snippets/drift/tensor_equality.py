# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "== and in compare the values of tensors; once they asked for the same object"
#
# [tool.book.values]
# error = "error"
# in_graph = "int(in_graph)"
# unhashable = "unhashable"
# works = "int(new)"
# ///

# %% old
import tensorflow as tf

first, second = tf.constant(3.0), tf.constant(3.0)
done = [first]
error = f"no exception: second in [first] is {second in done}"
print(error)

# %% then
with tf.Graph().as_default():  # a graph keeps the meaning of TensorFlow 1
    graph_first, graph_second = tf.constant(3.0), tf.constant(3.0)
    in_graph = graph_second in [graph_first]
print("in a graph:", in_graph)

# %% new
new = any(second is tensor for tensor in done)
print("the same object:", new)

# %% key
try:
    {first: "visited"}
except TypeError as problem:
    unhashable = f"{type(problem).__name__}: {problem}"
print(unhashable)
visited = {first.ref(): "visited"}
print(first.ref() in visited, second.ref() in visited)
