# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "matplotlib", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Does ReLU make a linear problem harder? Thirty draws of the weights"
# sources = ["zt-ch3-claim-relu-harder"]
#
# [tool.book.smoke]
# SEEDS = 3
# STEPS = [5, 10]
#
# [tool.book.values]
# seeds = "SEEDS"
# steps = "list(STEPS)"
# linear = "results['linear'][0].tolist()"
# relu = "results['ReLU'][0].tolist()"
# relu_bias = "results['ReLU and bias'][0].tolist()"
# linear_long = "results['linear'][1].tolist()"
# relu_long = "results['ReLU'][1].tolist()"
# relu_bias_long = "results['ReLU and bias'][1].tolist()"
# always_on = "always_on.tolist()"
# dead = "dead.tolist()"
# best_relu = "best_relu"
# ///

# %% parameters
SEEDS = 30
STEPS = [1001, 20001]

# %% all-at-once
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(42)
x = tf.random.uniform(shape=(32, 5))
y = x @ tf.range(5, dtype=tf.float32)[:, tf.newaxis]


def initial_weights(seed):
    draw = keras.initializers.GlorotUniform(seed=seed)
    other = keras.initializers.GlorotUniform(seed=seed + 1000)
    return draw((5, 3)), tf.ones(3), other((3, 1)), tf.ones(1)


def outputs(variables, relu, bias):
    w1, b1, w2, b2 = variables  # a first axis for the seeds
    hidden = x @ w1 + (b1[:, tf.newaxis] if bias else 0.0)  # (seeds, rows, 3)
    hidden = tf.nn.relu(hidden) if relu else hidden
    return hidden, hidden @ w2 + (b2[:, tf.newaxis] if bias else 0.0)


def train(relu, bias):
    draws = zip(*(initial_weights(seed) for seed in range(SEEDS)))
    variables = [tf.Variable(tf.stack(draw)) for draw in draws]

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            _, predictions = outputs(variables, relu, bias)
            losses = tf.reduce_mean(tf.square(y - predictions), axis=[1, 2])
            loss = tf.reduce_sum(losses)  # each network gets its own gradient
        gradients = tape.gradient(loss, variables, unconnected_gradients="zero")
        for variable, gradient in zip(variables, gradients):
            variable.assign_sub(0.05 * gradient)

    errors = []
    for number in range(max(STEPS)):
        step()
        if number + 1 in STEPS:
            _, predictions = outputs(variables, relu, bias)
            errors.append(np.abs(y - predictions).mean(axis=(1, 2)))
    return errors, outputs(variables, relu, bias)[0].numpy()


# %% run
results, hidden = {}, {}
for name, relu, bias in (
    ("linear", False, False), ("ReLU", True, False), ("ReLU and bias", True, True)
):  # fmt: skip
    results[name], hidden[name] = train(relu, bias)
    for steps, errors in zip(STEPS, results[name]):
        median, low, high = np.median(errors), errors.min(), errors.max()
        print(f"{name:13s} {steps:6d} steps: {median:.1e} ({low:.1e} to {high:.1e})")

# %% picture
figure, axes = plt.subplots(figsize=(7.2, 3.6))
for row, (name, errors) in enumerate(results.items()):
    jitter = np.linspace(-0.12, 0.12, SEEDS)
    for shift, color, values in ((0.2, "C6", errors[0]), (-0.2, "C0", errors[1])):
        axes.plot(np.sort(values), row + shift + jitter, ".", color=color)
        axes.plot([np.median(values)], [row + shift], "|", color=color, ms=22)
sources = {"linear": 1.2e-6, "ReLU": 5.2e-3, "ReLU and bias": 7.6e-3}
for row, name in enumerate(results):
    axes.plot([sources[name]], [row + 0.2], "*", color="C1", ms=11)
axes.set_yticks(range(3), list(results))
axes.set(xscale="log", xlabel="mean absolute error", ylim=(-0.6, 2.8))
labels = f"{STEPS[0]:,} steps", f"{STEPS[1]:,} steps", "the tutorial's one run"
for place, color, label in zip((0.02, 0.24, 0.48), ("C6", "C0", "C1"), labels):
    axes.text(place, 0.93, label, color=color, transform=axes.transAxes)
plt.show()

# %% units
active = hidden["ReLU"] > 0  # (seeds, rows, units)
always_on = active.all(axis=1).sum(axis=1)
dead = (~active).all(axis=1).sum(axis=1)
best_relu = float(results["ReLU"][1].min())
for count in range(4):
    chosen = results["ReLU"][1][always_on == count]
    if len(chosen):
        print(f"{count} units always on: {len(chosen):2d} networks,", end=" ")
        print(f"median error {np.median(chosen):.1e}")
