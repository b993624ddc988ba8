# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "A tf.function of one's own, in twenty lines"
#
# [tool.book.values]
# mine = "mine"
# theirs = "theirs"
# same_results = "same_results"
# ///

# %% own-function
import tensorflow as tf


class MyFunction:
    def __init__(self, python_function):
        self.python_function = python_function
        self.graphs = {}

    def __call__(self, *arguments):
        key = tuple(
            (tuple(a.shape), a.dtype) if tf.is_tensor(a) else (type(a), a)
            for a in arguments
        )
        tensors = [a for a in arguments if tf.is_tensor(a)]
        if key not in self.graphs:
            self.graphs[key] = self.trace(arguments, tensors)
        return self.graphs[key](*tensors)

    def trace(self, arguments, tensors):
        def with_python_values(*symbols):
            symbols = iter(symbols)
            values = [next(symbols) if tf.is_tensor(a) else a for a in arguments]
            return self.python_function(*values)

        signature = [tf.TensorSpec(t.shape, t.dtype) for t in tensors]
        return tf.compat.v1.wrap_function(with_python_values, signature)


# %% compare
def f(a, b, power=2, d=3):
    return tf.pow(a, power) + d * b


one, two = tf.constant(1.0), tf.constant(2.0)
calls = [
    (one, two), (two, one), (one, two, 3), (one, two, 3.0),
    (tf.ones(4), tf.ones(4)), (tf.zeros(4), tf.ones(4)),
]  # fmt: skip
my_f, their_f = MyFunction(f), tf.function(f, autograph=False)
same_results = all(bool(tf.reduce_all(my_f(*c) == their_f(*c))) for c in calls)
mine, theirs = len(my_f.graphs), their_f.experimental_get_tracing_count()
print("equal results:", same_results)
print("graphs, mine:", mine, " tf.function:", theirs)
