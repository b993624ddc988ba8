# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "What AutoGraph writes, and what tracing makes of it"
# sources = [
#     "zt-ch2-autograph-arithmetic", "zt-ch2-autograph-loop",
#     "zt-ch2-autograph-conditional", "zt-ch2-autograph-idea",
# ]
#
# [tool.book.values]
# lengths = "LENGTHS"
# python_range = "[sizes['range', n] for n in LENGTHS]"
# tensor_range = "[sizes['tf.range', n] for n in LENGTHS]"
# cube_operations = "cube_operations"
# g_operations = "g_operations"
# negative = "negative.numpy().tolist()"
# positive = "positive.numpy().tolist()"
# squared_operations = "squared_operations"
# plain_operations = "plain_operations"
# ///

# %% arithmetic
import tensorflow as tf


def f(a, b, power=2, d=3):
    return tf.pow(a, power) + d * b


print(tf.autograph.to_code(f))

# %% trim
import ast


class Trim(ast.NodeTransformer):
    """Leave out what is the same every time: wrappers, try blocks, the scope."""

    def visit_Call(self, node):
        self.generic_visit(node)
        name = ast.unparse(node.func)
        if name == "ag__.ld":  # look a name up
            return node.args[0]
        if name == "ag__.converted_call":  # call a function, converting it first
            return ast.Call(func=node.args[0], args=node.args[1].elts, keywords=[])
        return node

    def visit_Try(self, node):
        self.generic_visit(node)
        return node.body

    def visit_With(self, node):
        self.generic_visit(node)
        return node.body

    def visit_Nonlocal(self, node):  # comes in any order
        return ast.Nonlocal(names=sorted(node.names))


def show(function):
    tree = Trim().visit(ast.parse(tf.autograph.to_code(function)))
    print(ast.unparse(ast.fix_missing_locations(tree)))


# %% loop
def cube(x):
    o = x
    for _ in range(2):
        o *= x
    return o


show(cube)


# %% conditional
def g(x):
    if tf.reduce_any(x < 0):
        return tf.square(x)
    return x


show(g)


# %% operations
def operations(function, *arguments):
    graph = tf.function(function).get_concrete_function(*arguments).graph
    return [operation.type for operation in graph.get_operations()]


vector = tf.TensorSpec(shape=[3], dtype=tf.float32)
cube_operations = operations(cube, vector)
g_operations = operations(g, vector)
print("cube:", *cube_operations)
print("g:   ", *g_operations)

# %% both-branches
compiled = tf.function(g)
negative = compiled(tf.constant([-1.0, 1.0, -2.0]))
positive = compiled(tf.constant([1.0, 2.0, 3.0]))
print(negative.numpy(), positive.numpy())
print("graphs:", compiled.experimental_get_tracing_count())


# %% python-condition
def maybe_square(x, squared):
    if squared:
        return tf.square(x)
    return x


squared_operations = operations(maybe_square, vector, True)
plain_operations = operations(maybe_square, vector, False)
print("True: ", *squared_operations)
print("False:", *plain_operations)


# %% two-ranges
def power_python(x, n):
    o = x
    for _ in range(n):
        o *= x
    return o


def power_tensor(x, n):
    o = x
    for _ in tf.range(n):
        o *= x
    return o


LENGTHS = [2, 20, 200]
sizes = {}
for n in LENGTHS:
    sizes["range", n] = len(operations(power_python, vector, n))
    sizes["tf.range", n] = len(operations(power_tensor, vector, tf.constant(n)))
    print(f"{n:3d} turns: range {sizes['range', n]:3d} operations,", end=" ")
    print(f"tf.range {sizes['tf.range', n]}")
