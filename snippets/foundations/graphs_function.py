# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Tracing, Function objects and concrete functions"
# sources = [
#     "zt-ch2-function-objects", "zt-ch2-claim-untraceable", "zt-ch2-concrete-function",
#     "zt-ch2-call-concrete", "zt-ch2-decorator",
# ]
#
# [tool.book.values]
# python_runs = "python_runs"
# holds = "holds"
# wrapped = "wrapped"
# error = "error"
# called = "[direct.numpy().tolist(), looked_up.numpy().tolist()]"
# same_concrete = "same_concrete"
# decorated_alike = "decorated_alike"
# wrong_mean = "float(wrong)"
# right_mean = "float(right)"
# checked_error = "checked_error"
# ///

# %% print-once
import tensorflow as tf

python_runs = 0


@tf.function
def double(x):
    global python_runs
    python_runs += 1
    print("Python runs. x is", x)
    return 2 * x


for number in (1.0, 2.0, 3.0):
    print("result:", float(double(tf.constant(number))))


# %% objects
def f(a, b, power=2, d=3):
    return tf.pow(a, power) + d * b


def g(x):
    if tf.reduce_any(x < 0):
        return tf.square(x)
    return x


converted_g = tf.autograph.to_graph(g)
function_f = tf.function(f, autograph=False)
function_g = tf.function(converted_g, autograph=False)
function_g2 = tf.function(g, autograph=True)
holds = [
    function_f.python_function is f,
    function_g.python_function is converted_g,
    function_g2.python_function is g,
]
print(holds)

# %% untraceable
vector = tf.TensorSpec(shape=[3], dtype=tf.float32)
untraceable = tf.function(g, autograph=False)
wrapped = type(untraceable).__name__
print("wrapped without complaint:", wrapped)
try:
    untraceable.get_concrete_function(vector)
except tf.errors.OperatorNotAllowedInGraphError as problem:
    error = f"{type(problem).__name__}: {str(problem).split('. ')[0]}."
    print(error.replace(": ", ":\n"))

# %% concrete
concrete_g = function_g.get_concrete_function(x=vector)
print(concrete_g)

# %% call
numbers = tf.constant([-1.0, 1.0, -2.0])
direct = concrete_g(numbers)
looked_up = function_g(numbers)
print(direct.numpy(), looked_up.numpy())
same_concrete = function_g.get_concrete_function(numbers) is concrete_g
print("the same graph:", same_concrete)


# %% decorator
@tf.function(autograph=False)
def square(x):
    return x * x


def square_too(x):
    return x * x


square_too = tf.function(square_too, autograph=False)
decorated_alike = type(square) is type(square_too)
print(square(3.0).numpy(), square_too(3.0).numpy(), decorated_alike)


# %% wrong-shape
@tf.function
def mean(x):
    return tf.reduce_sum(x) / x.shape[0]


concrete_mean = mean.get_concrete_function(tf.TensorSpec(shape=[2]))
four = tf.constant([1.0, 2.0, 3.0, 4.0])
wrong, right = concrete_mean(four), mean(four)
print("concrete function:", float(wrong), " Function:", float(right))

# %% signature
fixed_mean = tf.function(
    mean.python_function, input_signature=[tf.TensorSpec(shape=[2])]
)
try:
    fixed_mean(four)
except TypeError as problem:
    checked_error = str(problem).split("`")[1]
    print(checked_error.replace(" to ", "\nto "))
