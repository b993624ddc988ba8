# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib", "numpy"]
#
# [tool.book]
# title = "Data parallelism by hand: two devices, one gradient"
# sources = ["tb-gpu-data-parallel", "tb-promised-gpu-code", "tb-fig-30-10"]
#
# [tool.book.smoke]
# STEPS = 3
#
# [tool.book.values]
# devices = "devices"
# examples = "EXAMPLES"
# steps = "STEPS"
# local = "[gradient.numpy().tolist() for gradient in local]"
# averaged = "averaged.numpy().tolist()"
# whole = "whole.numpy().tolist()"
# difference = "float(difference)"
# tower_difference = "float(tower_difference)"
# mirror_difference = "float(mirror_difference)"
# mirrors_apart = "float(mirrors_apart)"
# moved = "float(moved)"
# plain_error = "float(plain_error)"
# weighted_error = "float(weighted_error)"
# ///

# %% parameters
EXAMPLES = 64
STEPS = 50
LEARNING_RATE = 0.1

# %% devices
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices(device_type="CPU")[0]
halves = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, halves)
devices = [device.name for device in tf.config.list_logical_devices()]
# With two GPUs: list_logical_devices(device_type="GPU"). Nothing else changes.

generator = np.random.default_rng(seed=0)
inputs = generator.normal(size=(EXAMPLES, 4)).astype("float32")
noise = generator.normal(scale=0.1, size=EXAMPLES).astype("float32")
targets = inputs @ np.array([1, -2, 3, 0.5], dtype="float32") + noise


# %% gradient
def gradient_of(weights, inputs, targets):
    with tf.GradientTape() as tape:
        tape.watch(weights)
        predictions = tf.linalg.matvec(inputs, weights)
        loss = tf.reduce_mean(tf.square(predictions - targets))
    return tape.gradient(loss, weights)


def gradients_per_device(weights_of, shards):
    gradients = []
    for device, (shard_inputs, shard_targets) in zip(devices, shards):
        with tf.device(device):
            weights = tf.identity(weights_of[device])  # on this device from here on
            gradients.append(gradient_of(weights, shard_inputs, shard_targets))
    return gradients


# %% average
shards = list(zip(np.split(inputs, 2), np.split(targets, 2)))
weights = tf.zeros(shape=4)
local = gradients_per_device(dict.fromkeys(devices, weights), shards)
with tf.device("/CPU:0"):
    averaged = tf.reduce_mean(tf.stack(local), axis=0)
whole = gradient_of(weights, inputs, targets)
difference = np.max(np.abs(averaged - whole))

for gradient in local:
    print(gradient.device.rsplit("/", 1)[-1], np.round(gradient, 3))
print("mean        ", np.round(averaged, 3))
print("whole batch ", np.round(whole, 3))
assert difference < 1e-5


# %% picture
def bars(axes, values, title, colour):
    axes.bar(range(4), values, color=colour, width=0.7)
    axes.axhline(0, color="C6", linewidth=0.8)
    axes.set_title(title, fontsize=9)
    axes.set_xticks(range(4), ["$w_1$", "$w_2$", "$w_3$", "$w_4$"])
    axes.set_ylim(-8, 6)
    axes.set_ylabel("∂ loss / ∂ w")


figure, axes = plt.subplots(
    nrows=2, ncols=3, figsize=(7.2, 4.6), width_ratios=[1, 1, 1]
)
half = EXAMPLES // 2
bars(axes[0, 0], local[0], f"CPU:0, examples 1–{half}", "C0")
bars(axes[1, 0], local[1], f"CPU:1, examples {half + 1}–{EXAMPLES}", "C1")
bars(axes[0, 1], averaged, "their mean", "C2")
bars(axes[1, 1], whole, f"one device, all {EXAMPLES}", "C6")
axes[1, 1].text(1.5, 4.9, "the same", ha="center", color="C6")
for row, panel in enumerate(axes[:, 2]):
    panel.axis("off")
    panel.set(xlim=(0, 10), ylim=(0, 10))
    panel.set_title(
        ["Parameters on the host", "Parameters mirrored"][row], fontsize=9
    )
    for place, x in enumerate((2.3, 7.7)):
        held = "" if row == 0 else "\nweights"
        panel.text(x, 2, f"device {place}{held}", ha="center", va="center",
                   color=f"C{place}", fontsize=8,
                   bbox={"boxstyle": "round,pad=0.5", "fill": False,
                         "edgecolor": f"C{place}", "linewidth": 1.2})
both = {"arrowstyle": "<->", "color": "C6", "linewidth": 1.2}
axes[0, 2].text(5, 8, "host: weights, mean", ha="center", va="center", fontsize=8,
                bbox={"boxstyle": "round,pad=0.5", "fill": False,
                      "edgecolor": "C2", "linewidth": 1.2}, color="C2")
for x in (2.3, 7.7):
    axes[0, 2].annotate("", xy=(x, 3.2), xytext=(5 + (x - 5) / 2, 6.9),
                        arrowprops=both)
axes[0, 2].text(5, 4.9, "weights ↓\n↑ gradients", ha="center", va="center",
                fontsize=7.5)
axes[1, 2].annotate("", xy=(3.9, 2), xytext=(6.1, 2), arrowprops=both)
axes[1, 2].text(5, 4.6, "all-reduce:\ngradients only", ha="center", fontsize=7.5)
plt.show()


# %% train
def train_whole():
    weights = tf.Variable(tf.zeros(shape=4))
    for _ in range(STEPS):
        weights.assign_sub(LEARNING_RATE * gradient_of(weights + 0, inputs, targets))
    return weights.numpy()


def train_host():
    """One set of weights, on the host: sent out each step, gradients sent back."""
    with tf.device("/CPU:0"):
        weights = tf.Variable(tf.zeros(shape=4))
    for _ in range(STEPS):
        gradients = gradients_per_device(dict.fromkeys(devices, weights), shards)
        with tf.device("/CPU:0"):
            weights.assign_sub(LEARNING_RATE * tf.add_n(gradients) / len(devices))
    return weights.numpy()


def train_mirrored():
    """A copy of the weights on every device; only gradients travel."""
    copies = {}
    for device in devices:
        with tf.device(device):
            copies[device] = tf.Variable(tf.zeros(shape=4))
    for _ in range(STEPS):
        gradients = gradients_per_device(copies, shards)
        for device in devices:
            with tf.device(device):  # everyone forms the same mean: an all-reduce
                mean = tf.add_n(gradients) / len(devices)
                copies[device].assign_sub(LEARNING_RATE * mean)
    return [copy.numpy() for copy in copies.values()]


one_device, host, mirrors = train_whole(), train_host(), train_mirrored()
tower_difference = np.max(np.abs(host - one_device))
mirror_difference = np.max(np.abs(mirrors[0] - one_device))
mirrors_apart = np.max(np.abs(mirrors[0] - mirrors[1]))
moved = np.max(np.abs(one_device))
print("one device       ", np.round(one_device, 4))
print("weights on host  ", np.round(host, 4))
print("weights mirrored ", np.round(mirrors[0], 4))
print("the two mirrors differ by", mirrors_apart)

# %% uneven
cut = EXAMPLES // 4
uneven = [(inputs[:cut], targets[:cut]), (inputs[cut:], targets[cut:])]
local_uneven = gradients_per_device(dict.fromkeys(devices, weights), uneven)
shares = [len(shard_targets) / EXAMPLES for _, shard_targets in uneven]
plain = tf.add_n(local_uneven) / len(devices)
weighted = tf.add_n([share * part for share, part in zip(shares, local_uneven)])
plain_error = np.max(np.abs(plain - whole))
weighted_error = np.max(np.abs(weighted - whole))
print("shards of", [len(shard_targets) for _, shard_targets in uneven], "examples")
print(f"plain mean off by {plain_error:.3f}")
print(f"weighted by size off by {weighted_error:.0e}")
assert weighted_error < 1e-5
