# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Solution: a rich polynomial, held back by L2"
# sources = []
# marks = []
#
# [tool.book.smoke]
# SAMPLES = 200
#
# [tool.book.values]
# strengths = "[float(value) for value in STRENGTHS]"
# bias = "[float(value) for value in bias]"
# variance = "[float(value) for value in variance]"
# best = "float(STRENGTHS[total.argmin()])"
# best_total = "float(total.min())"
# plain = "float(total[0])"
# ///

# %% parameters
POINTS = 20
NOISE = 0.4
SAMPLES = 4000
DEGREE = 17
STRENGTHS = (0.00001, 0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0)

# %% imports
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from numpy.polynomial import legendre

# %% ridge
random = np.random.default_rng(0)
x = np.linspace(-1, 1, num=POINTS)
truth = np.sin(4 * x) + 0.5 * x
samples = truth[:, np.newaxis] + random.normal(scale=NOISE, size=(POINTS, SAMPLES))
powers = tf.constant(legendre.legvander(x, DEGREE))

bias, variance = [], []
for strength in STRENGTHS:
    coefficients = tf.linalg.lstsq(powers, samples, l2_regularizer=strength)
    fitted = (powers @ coefficients).numpy()  # (point, sample)
    bias.append(np.mean((fitted.mean(axis=1) - truth) ** 2))
    variance.append(np.mean(fitted.var(axis=1)))
total = np.array(bias) + variance
for strength, part, other in zip(STRENGTHS, bias, variance, strict=True):
    print(f"strength {strength:7g}: bias² {part:.3f} + variance {other:.3f} "
          f"= {part + other:.3f}")

# %% ridge-figure
figure, axes = plt.subplots(figsize=(7.2, 3.0))
for values, name, color, style, place, offset in [
    (bias, "bias²", "C2", "-", 6, (8, -9)),
    (variance, "variance", "C3", "--", 6, (8, 4)),
    (total, "sum", "C1", "-", 1, (0, 7)),
]:
    axes.plot(STRENGTHS, values, color=color, linestyle=style, marker="o")
    axes.annotate(name, (STRENGTHS[place], values[place]), xytext=offset,
                  textcoords="offset points", color=color)
axes.set_xscale("log")
axes.set_ylim(-0.01, 0.4)
axes.set_xlabel(f"strength of L2 on a polynomial of degree {DEGREE}")
axes.set_ylabel("mean squared error")
plt.show()
