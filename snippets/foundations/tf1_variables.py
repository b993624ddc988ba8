# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Variables: creation, initialisation and assignment, in both worlds"
# sources = [
#     "kth-variable-definition", "kth-variable-create", "kth-init-all", "kth-init-subset",
#     "kth-init-single", "kth-question-assign-not-run", "kth-assign-run",
#     "kth-question-assign-repeated", "kth-assign-add-sub",
# ]
#
# [tool.book.values]
# not_run = "not_run"
# not_run_now = "not_run_now"
# run = "run"
# repeated = "repeated"
# repeated_now = "repeated_now"
# steps = "steps"
# steps_now = "steps_now"
# nodes_before = "nodes_before"
# nodes_after = "nodes_after"
# ///

# %% create
import tensorflow as tf

v1 = tf.compat.v1
start = [[0, 1], [2, 3]]

with tf.Graph().as_default():
    by_class = tf.Variable(start, name="matrix")
    by_name = v1.get_variable("matrix", initializer=tf.constant(start))
    print(by_class.name, by_name.name)
    try:
        v1.get_variable("matrix", initializer=tf.constant(start))
    except ValueError as error:
        print(type(error).__name__, str(error).splitlines()[0][:41], sep=": ")
    with v1.variable_scope("", reuse=True):
        again = v1.get_variable("matrix", dtype=tf.int32)
    print("the same object:", again is by_name, by_class is by_name)

# %% initialise
with tf.Graph().as_default(), v1.Session() as session:
    a = v1.get_variable("a", initializer=1.0)
    b = v1.get_variable("b", initializer=2.0)
    w = tf.Variable(tf.zeros([784, 10]), name="w")
    missing = v1.report_uninitialized_variables()

    print("at first", session.run(missing))
    try:
        session.run(a)
    except tf.errors.FailedPreconditionError as error:
        print("reading a:", type(error).__name__)
    session.run(v1.variables_initializer([a, b]))  # a subset
    print("then    ", session.run(missing))
    session.run(w.initializer)  # a single one
    print("then    ", session.run(missing))
    session.run(v1.global_variables_initializer())  # all, again

# %% initialise-now
w = tf.Variable(tf.zeros([784, 10]))
print(w.shape, "sum", float(tf.reduce_sum(w)), "initializer", w.initializer)

# %% not-run
with tf.Graph().as_default(), v1.Session() as session:
    w = v1.get_variable("scalar", initializer=tf.constant(2))
    w.assign(100)
    session.run(w.initializer)
    not_run = int(session.run(w))
print(not_run)

# %% not-run-now
w = tf.Variable(2)
w.assign(100)
print("eager:", int(w))


@tf.function
def assign_and_read(variable):
    variable.assign(100)
    return variable.read_value()


w = tf.Variable(2)
not_run_now = int(assign_and_read(w))
print("in a function:", not_run_now)

# %% run
with tf.Graph().as_default(), v1.Session() as session:
    w = v1.get_variable("scalar", initializer=tf.constant(2))
    assign = w.assign(100)
    session.run(w.initializer)
    session.run(assign)
    run = int(session.run(w))
print(run)

# %% repeated
with tf.Graph().as_default(), v1.Session() as session:
    w = v1.get_variable("scalar", initializer=tf.constant(2))
    w_times_two = w.assign(2 * w)
    session.run(w.initializer)
    repeated = [int(session.run(w_times_two)) for _ in range(3)]
print(repeated)

# %% repeated-now
w = tf.Variable(2)
repeated_now = [int(w.assign(2 * w)) for _ in range(3)]
assert repeated_now == repeated

# %% add-sub
with tf.Graph().as_default() as graph, v1.Session() as session:
    w = v1.get_variable("scalar", initializer=tf.constant(2))
    session.run(w.initializer)
    steps = [int(session.run(w.assign_add(10))), int(session.run(w.assign_sub(5)))]
    print(steps)
    nodes_before = len(graph.get_operations())
    for _ in range(100):
        session.run(w.assign_add(0))
    nodes_after = len(graph.get_operations())
print("nodes in the graph:", nodes_before, "and after 100 rounds", nodes_after)

# %% add-sub-now
w = tf.Variable(2)
steps_now = [int(w.assign_add(10)), int(w.assign_sub(5))]
assert steps_now == steps
