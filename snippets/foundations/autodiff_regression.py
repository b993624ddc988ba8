# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "Linear regression from scratch: the path, and the answer in closed form"
# sources = ["zt-ch1-linear-regression", "zt-ch1-appendix-code", "zt-promised-source-code"]
#
# [tool.book.smoke]
# STEPS = 50
#
# [tool.book.values]
# losses = "losses[::100]"
# reported = "REPORTED"
# weights = "[float(value) for value in weights[:, 0]]"
# closed = "[float(value) for value in closed[:, 0]]"
# closed_error = "float(np.abs(closed[:, 0] - np.arange(5)).max())"
# descent_error = "float(np.abs(weights.numpy()[:, 0] - np.arange(5)).max())"
# curvatures = "[float(value) for value in curvatures]"
# limit = "2 / float(curvatures[-1])"
# slowest = "float(1 - RATE * curvatures[0])"
# second_slowest = "float(1 - RATE * curvatures[1])"
# measured_factor = "measured_factor"
# exact_gradient_gap = "float(exact_gradient_gap)"
# ///

# %% parameters
STEPS = 1001
RATE = 0.05
REPORTED = (15.1603, 0.2243, 0.0586, 0.0161, 0.0046, 0.0013, 0.0004, 0.0001)

# %% data
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

tf.random.set_seed(42)
tf.random.uniform((3, 2))  # the source draws twice before: x, and e
tf.random.uniform((3, 2))
true_weights = tf.range(5, dtype=tf.float32)[:, tf.newaxis]  # (5, 1)
x = tf.random.uniform((32, 5))
y = x @ true_weights  # (32, 1), without noise
weights = tf.Variable(tf.random.uniform((5, 1)))
start = weights.numpy()

# %% by-hand
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(y - x @ weights))
by_tape = tape.gradient(loss, weights)
by_hand = 2 / 32 * tf.transpose(x) @ (x @ weights - y)
exact_gradient_gap = tf.reduce_max(tf.abs(by_tape - by_hand))
print(f"tape against formula: {exact_gradient_gap:.0e}")

# %% train
path, losses = [], []
for iteration in range(STEPS):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - x @ weights))
    gradient = tape.gradient(loss, weights)
    path.append(weights.numpy()[:, 0])
    losses.append(float(loss))
    if iteration % 100 == 0:
        print(f"iteration {iteration:4d}  loss {losses[-1]:7.4f}")
    weights.assign_sub(RATE * gradient)
path = np.array(path)  # (steps, 5)
print("weights", *[f"{value:.4f}" for value in weights.numpy()[:, 0]])

# %% closed
closed = np.linalg.lstsq(x.numpy().astype("float64"), y.numpy(), rcond=None)[0]
print("closed form", *[f"{abs(value):.4f}" for value in closed[:, 0]])

# %% rate
curvatures = np.linalg.eigvalsh(2 / 32 * x.numpy().T.astype("float64") @ x.numpy())
half = STEPS // 2
measured_factor = (losses[-1] / losses[half]) ** (0.5 / (STEPS - 1 - half))
print("curvatures:", np.round(curvatures, 3))
print(f"slowest direction keeps {1 - RATE * curvatures[0]:.4f} of its error a step, "
      f"measured {measured_factor:.4f}")

# %% surface
first, second = np.meshgrid(np.linspace(-1.2, 4.2, 90), np.linspace(-0.2, 5.2, 90))
others = path[-1][:3]
columns = x.numpy()
residual = (columns[:, :3] @ others - y.numpy()[:, 0])[:, None, None]
third, fourth = columns[:, 3, None, None], columns[:, 4, None, None]
residual = residual + third * first + fourth * second
heights = np.mean(residual**2, axis=0)  # (90, 90)
figure, panels = plt.subplots(ncols=2, figsize=(7.2, 3.2))
panels[0].contour(first, second, heights, levels=np.geomspace(0.01, 10, 10),
                  colors="C6", linewidths=0.7)
panels[0].plot(path[:, 3], path[:, 4], color="C0")
panels[0].plot(*path[0, 3:], "o", color="C0")
panels[0].plot(3, 4, "*", color="C1", markersize=11)
panels[0].annotate("start", path[0, 3:], xytext=(7, -9), textcoords="offset points",
                   color="C0")
panels[0].annotate("truth", (3, 4), xytext=(7, 5), textcoords="offset points",
                   color="C1")
panels[0].set(xlabel="weight 3", ylabel="weight 4")
panels[1].semilogy(losses, color="C0")
marks = np.arange(len(REPORTED)) * 100
panels[1].plot(marks, REPORTED, "o", color="C1", markersize=4)
panels[1].annotate("dots: the source's print", (150, 1.5), color="C1")
panels[1].set(xlabel="iteration", ylabel="loss")
plt.show()
