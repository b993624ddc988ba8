# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Order, control flow and globals, then and now"
# sources = [
#     "mtf-ch03-control-flow-1x", "mtf-ch03-control-flow-2x", "mtf-ch03-removing-globals",
#     "mtf-ch03-q2-global-scopes",
# ]
#
# [tool.book.values]
# without = "without"
# without_two = "without_two"
# ordered = "ordered"
# eager = "eager"
# in_function = "in_function"
# collatz_old = "collatz_old"
# collatz_new = "collatz_new"
# haunted = "haunted.tolist()"
# honest = "honest.numpy().tolist()"
# ///

# %% not-ordered
import tensorflow as tf

v1 = tf.compat.v1


def five_products(start, *, with_dependency):
    with tf.Graph().as_default(), v1.Session() as session:
        x, y = v1.Variable(1), v1.Variable(start)
        increment = v1.assign_add(y, 1)
        with tf.control_dependencies([increment] if with_dependency else []):
            out = x * y
        session.run(v1.global_variables_initializer())
        return [int(session.run(out)) for _ in range(5)]


without = five_products(start=1, with_dependency=False)
without_two = five_products(start=2, with_dependency=False)
print("y starts at 1:", without)
print("y starts at 2:", without_two)

# %% ordered
ordered = five_products(start=1, with_dependency=True)
print(ordered)

# %% ordered-now
x, y = tf.Variable(1), tf.Variable(1)
eager = []
for _ in range(5):
    y.assign_add(1)
    eager.append(int(x * y))


@tf.function
def step(x, y):
    y.assign_add(1)
    return x * y


y.assign(1)
in_function = [int(step(x, y)) for _ in range(5)]
assert eager == in_function == ordered
dependencies = [
    f"{node.name} waits for {sorted(other.name for other in node.control_inputs)}"
    for node in step.get_concrete_function(x, y).graph.get_operations()
    if node.control_inputs
]
print(eager, in_function)
print("\n".join(dependencies))

# %% loop
with tf.Graph().as_default(), v1.Session() as session:
    n = v1.placeholder(tf.int64, shape=[])
    zero = tf.constant(0, dtype=tf.int64)
    _, steps = tf.while_loop(
        cond=lambda n, steps: n > 1,
        body=lambda n, steps: (
            tf.cond(tf.equal(n % 2, 0), lambda: n // 2, lambda: 3 * n + 1),
            steps + 1,
        ),
        loop_vars=[n, zero],
    )
    collatz_old = [int(session.run(steps, {n: start})) for start in (1, 6, 27)]
    try:
        while n > 1:
            n = n // 2
    except tf.errors.OperatorNotAllowedInGraphError as error:
        print(type(error).__name__, str(error)[:61], sep=": ")
    print("an old == :", n == zero, "- meant:", session.run(tf.equal(n, zero), {n: 0}))
print(collatz_old)


# %% loop-now
@tf.function
def collatz(n):
    steps = tf.constant(0)
    while n > 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


collatz_new = [int(collatz(tf.constant(start))) for start in (1, 6, 27)]
assert collatz_new == collatz_old
traced = collatz.get_concrete_function(tf.constant(1)).graph
loops = [op.type for op in traced.get_operations() if "While" in op.type]
print(collatz_new, loops)


# %% globals
def affine():
    weights = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    points = tf.constant([[0.0, 10.0], [0.0, 0.5]])
    bias = tf.constant([[1.0, -1.0]])
    z = v1.get_default_graph().get_tensor_by_name("z:0")
    return weights @ points + bias - z


def show_error(use):
    try:
        use()
    except (KeyError, TypeError) as error:
        print(type(error).__name__, str(error).strip('"')[:70], sep=": ")


with tf.Graph().as_default(), v1.Session() as session:
    show_error(affine)
    test = v1.Variable(10.0, name="z", use_resource=False)
    del test
    y = affine()
    session.run(v1.global_variables_initializer())
    haunted = session.run(y)
print(haunted)

with tf.Graph().as_default():
    test = v1.Variable(10.0, name="z")
    show_error(affine)


# %% globals-now
def affine(z):
    weights = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    points = tf.constant([[0.0, 10.0], [0.0, 0.5]])
    return weights @ points + tf.constant([[1.0, -1.0]]) - z


honest = affine(tf.Variable(10.0))
assert (honest.numpy() == haunted).all()
show_error(lambda: affine())
