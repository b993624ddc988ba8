# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Linear regression eager and compiled, and where the gain goes"
# sources = ["zt-ch2-setup", "zt-ch2-linreg-eager-baseline", "zt-ch2-linreg-compiled", "zt-ch2-claim-speedup"]
# marks = ["timing"]
#
# [tool.book.smoke]
# STEPS = 30
# REPEATS = 1
# ROWS = [32, 512]
#
# [tool.book.values]
# eager_losses = "eager_losses"
# compiled_losses = "compiled_losses"
# weights = "[round(float(w), 4) for w in compiled_weights.numpy().ravel()]"
# difference = "difference"
# eager_seconds = "float(np.median(seconds['eager']))"
# compiled_seconds = "float(np.median(seconds['compiled']))"
# eager_all = "seconds['eager']"
# compiled_all = "seconds['compiled']"
# rows = "list(ROWS)"
# eager_step = "eager_step"
# compiled_step = "compiled_step"
# retrace_ms = "1000 * float(np.median(retrace_seconds))"
# retrace_first = "[1000 * value for value in retrace_seconds]"
# reuse_ms = "1000 * float(np.median(reuse_seconds))"
# reuse_all = "[1000 * value for value in reuse_seconds]"
# graphs = "[retraced.experimental_get_tracing_count(), reused.experimental_get_tracing_count()]"
# ///

# %% parameters
STEPS = 1001
REPEATS = 5
ROWS = [32, 512, 8192, 65536, 524288]

# %% data
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(42)
true_weights = tf.range(5, dtype=tf.float32)[:, tf.newaxis]  # (5, 1)
x = tf.random.uniform(shape=(32, 5))
y = x @ true_weights  # (32, 1)
start = tf.random.uniform(shape=(5, 1))


# %% step
def step(x, y, weights, rate):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - x @ weights))
    weights.assign_sub(rate * tape.gradient(loss, weights))
    return loss


def train(step):
    weights = tf.Variable(start)
    rate = tf.constant(0.05)
    losses = [step(x, y, weights, rate) for _ in range(STEPS)]
    return [float(loss) for loss in losses[::200]], weights


eager_losses, eager_weights = train(step)
compiled_losses, compiled_weights = train(tf.function(step))
difference = float(tf.reduce_max(tf.abs(eager_weights - compiled_weights)))
print("eager   ", *(f"{loss:.6f}" for loss in eager_losses))
print("compiled", *(f"{loss:.6f}" for loss in compiled_losses))
print("largest difference of a weight:", difference)

# %% time-training
seconds = {"eager": [], "compiled": []}
for _ in range(REPEATS):
    for name in seconds:
        begin = time.perf_counter()
        train(step if name == "eager" else tf.function(step))  # tracing included
        seconds[name].append(time.perf_counter() - begin)


# %% time-steps
def step_time(function, rows):
    x = tf.random.uniform(shape=(rows, 5))
    y = x @ true_weights
    weights, rate = tf.Variable(start), tf.constant(0.05)
    function(x, y, weights, rate)  # trace, allocate
    times = []
    for _ in range(20 * REPEATS):
        begin = time.perf_counter()
        function(x, y, weights, rate).numpy()  # wait for the number
        times.append(time.perf_counter() - begin)
    return float(np.median(times))


eager_step = [step_time(step, rows) for rows in ROWS]
compiled_step = [step_time(tf.function(step), rows) for rows in ROWS]

# %% figure
figure, axes = plt.subplots()
lines = ("eager", eager_step, "C1"), ("compiled", compiled_step, "C0")
for name, times, color in lines:
    axes.plot(ROWS, [1000 * value for value in times], "o-", color=color)
    axes.text(ROWS[0], 1100 * times[0], name, color=color, va="bottom")
axes.set(xscale="log", xlabel="rows of data in a step")
axes.set(yscale="log", ylabel="milliseconds a step")
axes.set_yticks([0.2, 0.5, 1, 2, 5], ["0.2", "0.5", "1", "2", "5"])
axes.minorticks_off()
plt.show()


# %% retrace
def timed_calls(function, rates):
    weights = tf.Variable(start)
    times = []
    for rate in rates:
        begin = time.perf_counter()
        function(x, y, weights, rate).numpy()
        times.append(time.perf_counter() - begin)
    return times


rates = [0.05 * 0.9**epoch for epoch in range(10)]
retraced, reused = tf.function(step), tf.function(step)
retrace_seconds = timed_calls(retraced, rates)
reuse_seconds = timed_calls(reused, [tf.constant(rate) for rate in rates])[1:]
print("graphs, rate as a Python number:", retraced.experimental_get_tracing_count())
print("graphs, rate as a tensor:       ", reused.experimental_get_tracing_count())
