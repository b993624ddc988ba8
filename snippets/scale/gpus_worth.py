# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib", "numpy"]
#
# [tool.book]
# title = "What a size costs: the fixed price of a call, and the work"
# marks = ["timing"]
#
# [tool.book.smoke]
# SIZES = [1, 4, 16, 64, 128]
# REPEATS = 2
# SECONDS = 0.002
#
# [tool.book.values]
# sizes = "list(SIZES)"
# small_ratio = "float(product[2] / product[0])"
# small_work_ratio = "float(SIZES[2] ** 3)"
# large_ratio = "float(product[-1] / product[-2])"
# large_work_ratio = "float((SIZES[-1] / SIZES[-2]) ** 3)"
# half_size = "int(half_size)"
# best_gigaflops = "float(max(product_rate))"
# add_gigaflops = "float(add_rate[-1])"
# ratio_of_rates = "float(product_rate[-1] / add_rate[-1])"
# fixed_microseconds = "float(product[0] * 1e6)"
# ///

# %% parameters
SIZES = [1, 4, 16, 64, 128, 256, 512, 1024, 2048]
REPEATS = 5
SECONDS = 0.05  # a measurement repeats the call for about as long

# %% measure
import time

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

tf.random.set_seed(0)


def seconds_per_call(function, *arguments):
    """The median over REPEATS, each over as many calls as fill SECONDS."""
    started = time.perf_counter()
    function(*arguments)
    calls = max(1, int(SECONDS / (time.perf_counter() - started)))
    rounds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        for _ in range(calls):
            function(*arguments)
        rounds.append((time.perf_counter() - started) / calls)
    return np.median(rounds)


product, add = [], []
for size in SIZES:
    left = tf.random.normal(shape=(size, size))
    right = tf.random.normal(shape=(size, size))
    tf.matmul(left, right)
    product.append(seconds_per_call(tf.matmul, left, right))
    add.append(seconds_per_call(tf.add, left, right))
product, add, sizes = np.array(product), np.array(add), np.array(SIZES)

# %% intensity
# A product of n x n matrices does 2 n^3 operations and must move 3 n^2 floats of
# 4 bytes; an addition does n^2 operations and moves as much.
product_rate = 2 * sizes**3 / product / 1e9
add_rate = sizes**2 / add / 1e9
half_size = sizes[np.argmax(product_rate > max(product_rate) / 2)]
for size, first, second in zip(sizes, product_rate, add_rate):
    intensity = 2 * size**3 / (12 * size**2)
    print(f"n = {size:4}: {intensity:6.1f} operations a byte; "
          f"product {first:8.3f}, addition {second:6.3f} GFLOP/s")

# %% picture
figure, (left_axes, right_axes) = plt.subplots(ncols=2, figsize=(7.2, 3.4))
left_axes.loglog(sizes, product * 1e6, "o-", color="C0")
left_axes.loglog(sizes, add * 1e6, "s-", color="C1")
cubic = product[-1] * 1e6 * (sizes / sizes[-1]) ** 3
shown = cubic > product[0] * 1e6 / 3
left_axes.loglog(sizes[shown], cubic[shown], ":", color="C6")
left_axes.text(sizes[-2] / 1.6, product[-2] * 1e6, "product", color="C0", ha="right")
left_axes.text(sizes[-1], add[-3] * 1e6 / 1.6, "addition", color="C1", ha="right")
left_axes.text(1, product[0] * 1e6 * 2, "flat: the price\nof a call", color="C6")
left_axes.text(sizes[-1], cubic[-1] * 1.4, "dotted: $n^3$", color="C6", ha="right")
left_axes.set_xlabel("matrix side n")
left_axes.set_ylabel("time of one call (µs)")
left_axes.set_title("Time")

right_axes.loglog(sizes / 6, product_rate, "o-", color="C0")
right_axes.text(sizes[0] / 4, product_rate[0] / 1.2, "products, n = 1 …",
                color="C0", va="top")
right_axes.loglog([1 / 12], [add_rate[-1]], "s", color="C1")
right_axes.text(1 / 9, add_rate[-1], "addition,\nlargest n", color="C1", va="center")
right_axes.set_xlabel("operations per byte moved")
right_axes.set_ylabel("GFLOP/s reached")
right_axes.set_title("Rate")
plt.show()
