# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Linear regression: the program of 2018 and its twin of today, number for number"
# sources = [
#     "kth-linreg-data", "kth-linreg-placeholders-and-variables", "kth-linreg-cost",
#     "kth-linreg-optimizer", "kth-linreg-run",
# ]
#
# [tool.book.smoke]
# SEEDS = [0, 1]
#
# [tool.book.values]
# differences = "differences"
# weights = "old[-1][:3].tolist()"
# bias = "float(old[-1][3])"
# costs = "costs"
# steps = "STEPS"
# broadcast_cost = "broadcast_cost"
# broadcast_weights = "broadcast_weights"
# variance = "variance"
# error_shape = "list(error_shape)"
# ///

# %% parameters
STEPS = 10
LEARNING_RATE = 0.5
SEEDS = (0, 1, 2)

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
TRUE_WEIGHTS, TRUE_BIAS = [0.3, 0.5, 0.1], -0.2


def make_data(seed):
    inputs = np.random.default_rng(seed).normal(size=(2000, 3)).astype("float32")
    return inputs, (inputs @ TRUE_WEIGHTS + TRUE_BIAS).astype("float32")


# %% bracket
as_printed = "w = tf.get_variable('weights', initializer=tf.constant([[0., 0., 0.])))"
try:
    compile(as_printed, "slide", "exec")
except SyntaxError as error:
    print(type(error).__name__, error.msg, sep=": ")


# %% old
def train_old(inputs, targets):
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, shape=[None, 3])
        y_true = v1.placeholder(tf.float32, shape=None)
        w = v1.get_variable("weights", initializer=tf.constant([[0.0, 0.0, 0.0]]))
        b = v1.get_variable("bias", initializer=tf.constant(0.0))
        y_hat = tf.matmul(w, tf.transpose(x)) + b  # (1, rows)
        cost = tf.reduce_mean(tf.square(y_true - y_hat))
        train = v1.train.GradientDescentOptimizer(LEARNING_RATE).minimize(cost)

        feed = {x: inputs, y_true: targets}
        session.run(v1.global_variables_initializer())
        path = []
        for _ in range(STEPS + 1):
            weights, bias, value = session.run([w, b, cost], feed)
            path.append([*weights[0], bias, value])
            session.run(train, feed)
    return np.array(path)


# %% new
def train_new(inputs, targets):
    w = tf.Variable([0.0, 0.0, 0.0])
    b = tf.Variable(0.0)
    optimizer = keras.optimizers.SGD(learning_rate=LEARNING_RATE)

    def cost():
        return tf.reduce_mean(tf.square(tf.linalg.matvec(inputs, w) + b - targets))

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            value = cost()
        gradients = tape.gradient(value, [w, b])
        optimizer.apply_gradients(zip(gradients, [w, b], strict=True))

    path = []
    for _ in range(STEPS + 1):
        path.append([*w.numpy(), b.numpy(), cost().numpy()])
        step()
    return np.array(path)


# %% compare
differences, costs = [], []
for seed in SEEDS:
    inputs, targets = make_data(seed)
    old, new = train_old(inputs, targets), train_new(inputs, targets)
    differences.append(float(np.abs(old - new).max()))
    costs.append(float(old[-1, 4]))
assert max(differences) < 1e-6
print("weights, bias:", np.round(old[-1, :4], 5), "cost below 1e-9:", costs[-1] < 1e-9)
print("largest difference over all steps and seeds below 1e-6")

# %% picture
_, (left, right) = plt.subplots(ncols=2)
steps = np.arange(STEPS + 1)
for column, name in enumerate(["$w_1$", "$w_2$", "$w_3$", "$b$"]):
    colour = f"C{column}"
    left.plot(steps, new[:, column], color=colour)
    left.plot(steps, old[:, column], "o", color=colour, fillstyle="none")
    left.text(STEPS + 0.3, new[-1, column], name, va="center", color=colour)
left.set(xlabel="step", ylabel="value", xlim=(-0.3, STEPS + 1))
left.set_title("Weights and bias")
right.plot(steps, new[:, 4], color="C0")
right.plot(steps, old[:, 4], "o", color="C1", fillstyle="none")
right.set(xlabel="step", ylabel="cost (log scale)", yscale="log")
right.set_title("Mean squared error")
right.text(3.0, old[1, 4], "circles: session, 2018\nline: tf.function, now")
plt.show()

# %% broadcast
column = tf.Variable(tf.zeros([3, 1]))
offset = tf.Variable(0.0)
for _ in range(STEPS):
    with tf.GradientTape() as tape:
        error = inputs @ column + offset - targets  # (rows, 1) - (rows,)
        cost = tf.reduce_mean(tf.square(error))
    for variable, slope in zip(
        [column, offset], tape.gradient(cost, [column, offset]), strict=True
    ):
        variable.assign_sub(LEARNING_RATE * slope)
error_shape = error.shape
broadcast_cost = float(cost)
broadcast_weights = [float(value) for value in column[:, 0]]
variance = float(np.var(targets))
print("error of shape", error_shape, "weights", np.round(broadcast_weights, 4))
print(f"cost {broadcast_cost:.4f}, variance of the targets {variance:.4f}")
