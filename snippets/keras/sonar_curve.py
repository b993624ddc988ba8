# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Bias and variance: the same curve fitted to thousands of samples"
# sources = ["mtf-ch02-overfit-underfit-concept"]
# marks = []
#
# [tool.book.smoke]
# SAMPLES = 200
#
# [tool.book.values]
# samples = "SAMPLES"
# points = "POINTS"
# noise = "NOISE**2"
# degrees = "[int(degree) for degree in degrees]"
# bias = "[float(value) for value in bias]"
# variance = "[float(value) for value in variance]"
# train_error = "[float(value) for value in train_error]"
# new_error = "[float(value) for value in new_error]"
# best = "int(degrees[np.argmin(new_error)])"
# gap = "[float(value) for value in new_error - train_error]"
# shown = "[int(degree) for degree in SHOWN]"
# between = "[float(value) for value in between]"
# ///

# %% parameters
POINTS = 20
NOISE = 0.4
SAMPLES = 4000
SHOWN = (1, 5, 17)

# %% imports
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from numpy.polynomial import legendre


# %% sample
def truth(x):
    return np.sin(4 * x) + 0.5 * x


random = np.random.default_rng(0)
x = np.linspace(-1, 1, num=POINTS)
noise = random.normal(scale=NOISE, size=(POINTS, SAMPLES))
samples = truth(x)[:, np.newaxis] + noise  # (point, sample)


# %% fit
def fit(degree):
    powers = tf.constant(legendre.legvander(x, degree))  # (point, coefficient)
    return tf.linalg.lstsq(powers, samples, fast=False)  # (coefficient, sample)


def curves(coefficients, places):
    powers = legendre.legvander(places, len(coefficients) - 1)
    return powers @ coefficients.numpy()  # (place, sample)


# %% picture
places = np.linspace(-1, 1, num=401)
figure, panels = plt.subplots(ncols=3, figsize=(7.2, 3.0), sharey=True)
words = ("too simple", "about right", "too rich")
for axes, degree, word in zip(panels, SHOWN, words, strict=True):
    drawn = curves(fit(degree)[:, :12], places)
    axes.plot(places, drawn[:, 1:], color="C0", linewidth=0.6, alpha=0.5)
    axes.plot(places, drawn[:, 0], color="C0", linewidth=2.2)
    axes.plot(places, truth(places), color="C1", linestyle="--")
    axes.plot(x, samples[:, 0], "o", color="C6", markersize=3.5)
    axes.set_title(f"degree {degree}: {word}")
    axes.set_xlabel("$x$")
    axes.set_ylim(-2.7, 2.7)
panels[0].set_ylabel("$y$")
plt.show()

# %% decompose
degrees = np.arange(POINTS)
again = truth(x)[:, np.newaxis] + random.permuted(noise, axis=1)  # new noise, same x
bias, variance, train_error, new_error = np.zeros((4, POINTS))
for degree in degrees:
    fitted = curves(fit(degree), x)  # (point, sample)
    middle = fitted.mean(axis=1)
    bias[degree] = np.mean((middle - truth(x)) ** 2)
    variance[degree] = np.mean(fitted.var(axis=1))
    train_error[degree] = np.mean((fitted - samples) ** 2)
    new_error[degree] = np.mean((fitted - again) ** 2)

print("degree   bias² + variance + noise  =  sum     new   training")
for d in (0, 1, 3, 5, 9, 13, 17, 19):
    print(
        f"{d:6} {bias[d]:7.3f} {variance[d]:10.3f} {NOISE**2:7.3f}"
        f" {bias[d] + variance[d] + NOISE**2:7.3f}"
        f" {new_error[d]:7.3f} {train_error[d]:10.3f}"
    )

# %% decompose-figure
figure, axes = plt.subplots(figsize=(7.2, 3.6))
axes.plot(degrees, bias, color="C2", marker="s", markersize=4)
axes.plot(degrees, variance, color="C3", marker="^", markersize=4)
axes.plot(degrees, NOISE**2 * (degrees + 1) / POINTS, color="C3", linestyle=":")
axes.axhline(NOISE**2, color="C6", linestyle="--")
axes.plot(degrees, bias + variance + NOISE**2, color="C1")
axes.plot(degrees, new_error, "o", color="C1", markersize=6, fillstyle="none")
axes.plot(degrees, train_error, color="C0", marker="o", markersize=4)
for text, place, color in [
    ("error on new data", (9.2, 0.30), "C1"), ("bias²", (0.6, 0.38), "C2"),
    ("noise", (11.2, NOISE**2 + 0.012), "C6"), ("variance", (14.2, 0.085), "C3"),
    ("error on\ntraining data", (16.6, 0.045), "C0"),
]:
    axes.text(*place, text, color=color)
axes.set_ylim(-0.02, 0.8)
axes.set_xlabel("degree of the polynomial (coefficients less one)")
axes.set_ylabel("mean squared error")
axes.set_xticks(degrees[::2])
plt.show()

# %% between
middles = (x[:-1] + x[1:]) / 2  # places where no training point lies
target = truth(middles)[:, np.newaxis]
between = [np.mean((curves(fit(d), middles) - target) ** 2) for d in SHOWN]
for degree, error in zip(SHOWN, between, strict=True):
    print(f"degree {degree:2}: mean squared distance to the truth {error:.3g}")
