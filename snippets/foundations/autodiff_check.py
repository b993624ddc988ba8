# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "Checking gradients by small differences; why backward is cheap"
# sources = []
#
# [tool.book.values]
# best_steps = "[float(v) for v in best_steps]"
# best_errors = "[float(v) for v in best_errors]"
# jacobian_shape = "list(jacobian.shape)"
# agree = "float(agree)"
# products_by_differences = "2 * weights * matmuls_forward"
# weights = "weights"
# matmuls_forward = "matmuls_forward"
# matmuls_backward = "matmuls_backward"
# checked = "float(checked)"
# ///

# %% differences
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf


def f(x):
    return tf.sin(x) * tf.exp(x)


def errors(dtype, steps):
    x = tf.constant(1.0, dtype=dtype)
    exact = np.exp(1.0) * (np.sin(1.0) + np.cos(1.0))
    one_sided, central = [], []
    for step in steps:
        h = tf.constant(step, dtype=dtype)
        one_sided.append(abs(float((f(x + h) - f(x)) / h) - exact))
        central.append(abs(float((f(x + h) - f(x - h)) / (2 * h)) - exact))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return one_sided, central, abs(float(tape.gradient(y, x)) - exact)


steps = 10.0 ** np.arange(-12, 0.01, 0.25)
curves, best_steps, best_errors = {}, [], []
for dtype in ("float32", "float64"):
    one_sided, central, tape_error = errors(dtype, steps)
    curves[dtype] = (one_sided, central, tape_error)
    for name, values in (("one-sided", one_sided), ("central", central)):
        best = int(np.argmin(values))
        best_steps.append(steps[best])
        best_errors.append(values[best])
        print(f"{dtype} {name:9} best step {steps[best]:.0e}, error {values[best]:.0e}")
    print(f"{dtype} tape      error {tape_error:.0e}")

# %% picture
figure, panels = plt.subplots(ncols=2, figsize=(7.2, 3.1), sharey=True)
for panel, (dtype, (one_sided, central, tape_error)) in zip(panels, curves.items()):
    floor = 1e-17
    panel.loglog(steps, np.maximum(one_sided, floor), color="C0")
    panel.loglog(steps, np.maximum(central, floor), color="C1", linestyle="--")
    panel.axhline(max(tape_error, 1e-16), color="C2", linewidth=1.2)
    panel.text(steps[0], max(tape_error, 1e-16) * 1.8, "tape", color="C2")
    panel.set(title=dtype, xlabel="step h", ylim=(3e-17, 1e4))
panels[1].text(2e-5, 3e-3, "one-sided", color="C0", ha="right")
panels[1].text(3e-3, 3e-12, "central", color="C1")
panels[0].set_ylabel("error of the derivative")
plt.show()

# %% jacobian
kernel = tf.Variable(tf.random.stateless_normal((3, 2), seed=(0, 1)))
inputs = tf.constant([[1.0, 2.0, 3.0]])
with tf.GradientTape(persistent=True) as tape:
    outputs = tf.tanh(inputs @ kernel)[0]  # (2,)
    first = outputs[0]
jacobian = tape.jacobian(outputs, kernel)  # (2, 3, 2): each output by each weight
summed = tape.gradient(outputs, kernel)
agree = tf.reduce_max(tf.abs(summed - tf.reduce_sum(jacobian, axis=0)))
print("Jacobian:", jacobian.shape, " gradient:", summed.shape)
print("gradient of two outputs = sum of their rows:", bool(agree < 1e-6))

# %% cost
def network(kernels, x):
    for kernel in kernels:
        x = tf.tanh(x @ kernel)
    return tf.reduce_sum(tf.square(x))


kernels = [tf.Variable(tf.random.stateless_normal((20, 20), seed=(layer, 0)) * 0.2)
           for layer in range(5)]
batch = tf.random.stateless_normal((8, 20), seed=(9, 9))


@tf.function
def value_only(x):
    return network(kernels, x)


@tf.function
def value_and_gradient(x):
    with tf.GradientTape() as tape:
        value = network(kernels, x)
    return value, tape.gradient(value, kernels)


def count(function):
    graph = function.get_concrete_function(batch).graph
    return sum(operation.type == "MatMul" for operation in graph.get_operations())


weights = sum(int(tf.size(kernel)) for kernel in kernels)
matmuls_forward = count(value_only)
matmuls_backward = count(value_and_gradient) - matmuls_forward
print(weights, "weights")
print("products forward:", matmuls_forward, " backward:", matmuls_backward)
print("by central differences:", 2 * weights * matmuls_forward, "products")

# %% check
doubles = [tf.Variable(tf.cast(kernel, tf.float64)) for kernel in kernels]
batch64 = tf.cast(batch, tf.float64)
with tf.GradientTape() as tape:
    value = network(doubles, batch64)
gradient = tape.gradient(value, doubles)[2]
differences = []
for row in range(5):
    place = [[row, 3]]
    sides = []
    for sign in (1, -1):
        moved = tf.tensor_scatter_nd_add(doubles[2], place, [sign * 1e-5])
        sides.append(network([*doubles[:2], moved, *doubles[3:]], batch64))
    differences.append(abs(float((sides[0] - sides[1]) / 2e-5 - gradient[row, 3])))
checked = max(differences)
print(f"five weights of the third layer: largest difference {checked:.0e}")
