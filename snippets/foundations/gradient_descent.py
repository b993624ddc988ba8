# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Gradient descent from scratch, and the step at which it breaks"
# sources = ["zt-ch4-gradient-descent-rule", "zt-ch4-gradient-descent-line-by-line", "zt-ch4-gradient-descent-class", "mtf-ch03-gradient-descent-concept"]
#
# [tool.book.smoke]
# STEPS = 60
# SEEDS = [0, 1, 2]
#
# [tool.book.values]
# largest = "max(CURVATURES)"
# limit = "2 / max(CURVATURES)"
# below = "float(losses[1])"
# above = "float(losses[2])"
# start_loss = "float(bowl(tf.constant(START)))"
# predicted = "[float(value) for value in predicted]"
# measured = "[float(value) for value in measured]"
# fastest_rate = "float(rates[int(np.argmin(measured))])"
# fastest_factor = "float(np.min(measured))"
# limits_theory = "[float(value) for value in theory]"
# limits_measured = "[float(value) for value in found]"
# downhill = "float(downhill)"
# uphill = "float(uphill)"
# at_start = "float(at_start)"
# ///

# %% parameters
CURVATURES = (1.0, 10.0)
START = (-8.0, 2.0)
STEPS = 400
SEEDS = (0, 1, 2, 3, 4)

# %% optimizer
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf


class GradientDescent:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply(self, gradients, variables):
        for gradient, variable in zip(gradients, variables):
            update = -self.learning_rate * gradient
            variable.assign_add(update)


# %% one-step
def bowl(position):  # position: (..., 2)
    return 0.5 * tf.reduce_sum(CURVATURES * position**2, axis=-1)


def loss_after_one_step(learning_rate):
    position = keras.Variable(START)
    with tf.GradientTape() as tape:
        value = bowl(position.value)
    gradient = tape.gradient(value, position.value)
    GradientDescent(learning_rate).apply([gradient], [position])
    return bowl(position.value)


at_start = bowl(tf.constant(START))
downhill = loss_after_one_step(learning_rate=0.05)
uphill = loss_after_one_step(learning_rate=-0.05)
print(f"at the start {at_start:.2f}")
print(f"rate  0.05   {downhill:.2f}")
print(f"rate -0.05   {uphill:.2f}")

# %% three-rates
limit = 2 / max(CURVATURES)
shares = (0.5, 0.95, 1.02)  # of the limit


def walk(learning_rate, steps):
    position = keras.Variable(START)
    optimizer = GradientDescent(learning_rate)
    path = [position.numpy()]
    for _ in range(steps):
        gradient = position.value * CURVATURES  # of the bowl, by hand
        optimizer.apply([gradient], [position])
        path.append(position.numpy())
    return np.array(path)  # (steps + 1, 2)


walks = [walk(share * limit, steps=25) for share in shares]
losses = [bowl(path[-1]) for path in walks]

# %% three-rates-picture
x, y = np.meshgrid(np.linspace(-9, 3, 200), np.linspace(-4, 4, 200))
height = bowl(np.stack([x, y], axis=-1)).numpy()
figure, panels = plt.subplots(1, 3, figsize=(7.2, 2.9), sharex=True, sharey=True)
for panel, path, share, end in zip(panels, walks, shares, losses):
    panel.contour(x, y, height, levels=np.geomspace(0.5, 100, 9), colors="C6",
                  linewidths=0.6)
    panel.plot(*path.T, ".-", color="C0" if share < 1 else "C1", linewidth=1)
    panel.plot(0, 0, "*", color="C4", markersize=11)
    panel.set(xlim=(-9, 3), ylim=(-4, 4), xlabel="flat direction")
    panel.set_title(f"{share:.2f} of the limit\nloss {end:.2f}", fontsize=9)
panels[0].set_ylabel("steep direction")
figure.tight_layout()
plt.show()

# %% measure
rates = np.linspace(0.01, 1.1, 45) * limit
positions = np.tile(START, (len(rates), 1))  # (rates, 2), float64
for _ in range(STEPS):
    before = positions
    positions = before - rates[:, None] * (before * CURVATURES)
measured = np.linalg.norm(positions, axis=1) / np.linalg.norm(before, axis=1)
predicted = np.max(np.abs(1 - rates[:, None] * CURVATURES), axis=1)

# %% measure-picture
figure, axis = plt.subplots()
axis.plot(rates, predicted, color="C6", label="predicted")
axis.plot(rates, measured, "o", color="C0", markersize=4, label="measured")
axis.axhline(1, color="C1", linestyle="--", linewidth=1)
axis.axvline(limit, color="C1", linestyle="--", linewidth=1)
axis.annotate("limit: 2 / largest curvature", (limit, 1.12), xytext=(-6, 0),
              textcoords="offset points", ha="right", va="center", color="C1")
axis.text(rates[0], 1.015, "above this line the distance grows", color="C1")
axis.set(xlabel="learning rate", ylabel="distance kept per step", ylim=(0.78, 1.22))
axis.legend(loc="lower left")
plt.show()


# %% any-quadratic
def random_quadratic(seed, size=6):
    factor = np.random.default_rng(seed).normal(size=(size, size))
    return factor @ factor.T  # symmetric, no negative eigenvalue


def escapes(hessian, rate, steps=4000):
    position = np.ones(len(hessian))
    for _ in range(steps):
        position = position - rate * (hessian @ position)
        if np.linalg.norm(position) > 1e3:
            return True
    return False


def measured_limit(hessian, low=0.0, high=2.0):
    for _ in range(30):
        middle = (low + high) / 2
        if escapes(hessian, middle):
            high = middle
        else:
            low = middle
    return low


hessians = [random_quadratic(seed) for seed in SEEDS]
found = [measured_limit(hessian) for hessian in hessians]
theory = [2 / np.linalg.eigvalsh(hessian)[-1] for hessian in hessians]
for seed, a, b in zip(SEEDS, theory, found):
    print(f"seed {seed}: 2 / largest eigenvalue {a:.4f}, diverges above {b:.4f}")
