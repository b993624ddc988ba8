# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "What a session runs, how often, and what replaced it"
# sources = [
#     "kth-session-role", "kth-session-styles", "kth-fetches", "kth-run-vs-eval",
#     "mtf-ch03-functions-replace-sessions", "mtf-ch03-q1-sessions",
# ]
#
# [tool.book.values]
# fetched = "[int(value) for value in fetched]"
# calls_one = "calls_one"
# calls_eval = "calls_eval"
# calls_run = "calls_run"
# calls_function = "calls_function"
# product = "products[0]"
# ///

# %% styles
import tensorflow as tf

v1 = tf.compat.v1


def show_error(use):
    try:
        use()
    except (AttributeError, NotImplementedError, RuntimeError, ValueError) as error:
        print(type(error).__name__, str(error).splitlines()[0][:60], sep=": ")


with tf.Graph().as_default() as graph:
    total = tf.add(tf.multiply(5, 3), tf.add(5, 3))

session = v1.Session(graph=graph)
print("opened and closed by hand:", session.run(total))
session.close()

with v1.Session(graph=graph) as session:
    print("closed by the with block: ", session.run(total))
show_error(lambda: session.run(total))

# %% fetches
with tf.Graph().as_default(), v1.Session() as session:
    a, b = tf.constant(5), tf.constant(3)
    c, d = a * b, a + b
    fetched = session.run([a, b, c, d, c + d])
    nested = session.run({"product": c, "both": (c, d)})
print([int(value) for value in fetched])
print(nested["product"], [int(value) for value in nested["both"]])

# %% backwards
calls = []


def counted(name, value):
    def compute():
        calls.append(name)
        return value

    return tf.numpy_function(compute, inp=[], Tout=tf.float64, stateful=True)


with tf.Graph().as_default(), v1.Session() as session:
    t = counted("t", 42.0)
    u = counted("u", 37.0)
    unused = counted("unused", 0.0)
    session.run(t + 1.0)
calls_one = calls.copy()
print("ran:", calls_one)

# %% run-and-eval
with tf.Graph().as_default(), v1.Session() as session:
    t, u = counted("t", 42.0), counted("u", 37.0)
    tu, ut = t * u, u * t

    calls.clear()
    with session.as_default():
        products = [float(tu.eval()), float(ut.eval())]
    calls_eval = len(calls)

    calls.clear()
    products += [float(value) for value in session.run([tu, ut])]
    calls_run = len(calls)
print(products)
print("nodes run by two evals:", calls_eval, "- by one run:", calls_run)
show_error(lambda: tu.eval())
show_error(lambda: tf.constant(1.0).eval())


# %% function
@tf.function
def both_products():
    t, u = counted("t", 42.0), counted("u", 37.0)
    counted("unused", 0.0)
    return t * u, u * t


calls.clear()
print([float(value) for value in both_products()])
calls_function = calls.copy()
print("ran:", calls_function)
