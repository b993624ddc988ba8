# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib", "ml-dtypes", "numpy"]
#
# [tool.book]
# title = "Half precision: what underflows, and how scaling the loss saves it"
#
# [tool.book.smoke]
# EXAMPLES = 65536
# STEPS = 40
# SEEDS = [0]
#
# [tool.book.values]
# examples = "EXAMPLES"
# steps = "STEPS"
# seeds = "len(SEEDS)"
# variable_dtype = "str(layer.kernel.dtype)"
# compute_dtype = "str(layer.compute_dtype)"
# output_dtype = "str(output.dtype.name)"
# scaled_of_all = "int(optimizer_of_all == 'LossScaleOptimizer')"
# scaled_of_layer = "int(optimizer_of_layer == 'LossScaleOptimizer')"
# smallest = "float(smallest)"
# lost = "float(lost)"
# kept = "float(kept)"
# floor = "float(floor)"
# plain = "[run[-1] for run in errors['float16']]"
# scaled = "[run[-1] for run in errors['float16, scaled']]"
# bfloat = "[run[-1] for run in errors['bfloat16']]"
# full = "[run[-1] for run in errors['float32']]"
# zero_share = "float(zero_share)"
# zero_share_scaled = "float(zero_share_scaled)"
# scale_at_start = "float(scale_history[0])"
# scale_at_end = "float(scale_history[-1])"
# skipped = "int(skipped)"
# ///

# %% parameters
EXAMPLES = 524288  # a mean over this many: 8 images of 256 x 256 pixels
STEPS = 120
LEARNING_RATE = 0.05
FIRST_SCALE = 1048576.0  # too high on purpose; Keras begins with 32768
SEEDS = (0, 1, 2)

# %% formats
import keras
import matplotlib.pyplot as plt
import ml_dtypes
import numpy as np
import tensorflow as tf

print("           smallest > 0  largest   next after 1")
for dtype in (tf.float32, tf.bfloat16, tf.float16):
    info = ml_dtypes.finfo(dtype.as_numpy_dtype)
    smallest, step = float(info.smallest_subnormal), float(info.eps)
    print(f"{dtype.name:10} {smallest:12.1e} {float(info.max):9.1e}   1 + {step:.1e}")

# %% policy
layer = keras.layers.Dense(units=3, dtype="mixed_float16")
output = layer(tf.ones(shape=(2, 4)))
print("weights:", layer.kernel.dtype)
print("computing:", layer.compute_dtype)
print("output:", output.dtype.name)

# %% automatic
def optimizer_after_compile(policy_of_all):
    keras.config.set_dtype_policy(policy_of_all)
    dense = keras.layers.Dense(units=1, dtype="mixed_float16")
    model = keras.Sequential([keras.Input(shape=(4,)), dense])
    model.compile(optimizer="sgd", loss="mse")
    keras.config.set_dtype_policy("float32")
    return type(model.optimizer).__name__


optimizer_of_all = optimizer_after_compile("mixed_float16")
optimizer_of_layer = optimizer_after_compile("float32")
print("policy set for all:      ", optimizer_of_all)
print("for the layer alone:     ", optimizer_of_layer)

# %% underflow
gradient = tf.constant(2e-8)
scale = 1024.0
lost = tf.cast(gradient, tf.float16)
kept = tf.cast(tf.cast(gradient * scale, tf.float16), tf.float32) / scale
print("in float16:", lost.numpy())
print("scaled first, in float16, divided after:", kept.numpy())


# %% train
def errors_of(policy, seed, loss_scaled=False):
    """The error after every step, and the scale of the loss where there is one."""
    keras.utils.set_random_seed(seed)
    inputs = tf.random.normal(shape=(EXAMPLES, 4))
    targets = tf.linalg.matmul(inputs, [[0.4], [-0.3], [0.2], [0.1]])
    layer = keras.layers.Dense(units=1, use_bias=False, dtype=policy)
    layer.build((None, 4))
    optimizer = keras.optimizers.SGD(learning_rate=LEARNING_RATE)
    if loss_scaled:
        optimizer = keras.optimizers.LossScaleOptimizer(
            optimizer, initial_scale=FIRST_SCALE
        )
    optimizer.build(layer.trainable_variables)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            residuals = tf.cast(layer(inputs), tf.float32) - targets
            loss = tf.reduce_mean(tf.square(residuals))
            objective = optimizer.scale_loss(loss) if loss_scaled else loss
        gradients = tape.gradient(objective, layer.trainable_variables)
        optimizer.apply(gradients)  # LossScaleOptimizer divides by the scale first
        return tf.sqrt(loss)

    errors, scales = [], []
    for _ in range(STEPS):
        if loss_scaled:
            scales.append(float(optimizer.dynamic_scale))
        errors.append(float(step()))
    return errors, scales, (layer(inputs), targets)


errors = {}
for name in ("float32", "bfloat16", "float16", "float16, scaled"):
    policy = {"float32": "float32", "bfloat16": "mixed_bfloat16"}.get(
        name, "mixed_float16"
    )
    runs = [errors_of(policy, seed, loss_scaled="scaled" in name) for seed in SEEDS]
    errors[name] = [run[0] for run in runs]
    if name == "float16":
        stuck, wanted = runs[0][2]
    if name == "float16, scaled":
        scale_history = runs[0][1]
    final = [run[-1] for run in errors[name]]
    print(f"{name:16} error after {STEPS} steps: {np.array(final).round(6)}")

# %% scale
# An update whose gradient is not finite is skipped, and the scale halved.
skipped = np.log2(scale_history[0] / scale_history[-1])
print("loss scale:", scale_history[0], "→", scale_history[-1])
print("steps skipped:", int(skipped))

# %% why
# The gradient of the mean by one prediction, as the layer gets it: 2 (p - t) / n.
by_prediction = 2 * (tf.cast(stuck, tf.float32) - wanted) / EXAMPLES
scaled_up = by_prediction * scale_history[-1]
zero_share = np.mean(tf.cast(by_prediction, tf.float16).numpy() == 0)
zero_share_scaled = np.mean(tf.cast(scaled_up, tf.float16).numpy() == 0)
floor = EXAMPLES * 2.0**-26  # |p - t| below this: rounds to zero
print(f"zero in float16: {zero_share:.1%}, with the scale: {zero_share_scaled:.1%}")

# %% picture
figure, (left_axes, right_axes) = plt.subplots(
    ncols=2, figsize=(7.2, 3.4), width_ratios=[1, 1.2]
)
bins = np.arange(-40, 4)
for values, colour, label in (
    (by_prediction, "C1", "as it is"), (scaled_up, "C2", "scaled")
):
    exponents = np.log2(np.abs(values.numpy()) + 1e-30).ravel()
    percent = np.full(len(exponents), 100 / EXAMPLES)
    left_axes.hist(exponents, bins=bins, weights=percent, color=colour, alpha=0.8)
    left_axes.text(np.median(exponents), 32, label, color=colour, ha="center")
left_axes.axvspan(-40, -25, color="C6", alpha=0.2)
left_axes.axvline(-14, color="C6", linestyle=":")
left_axes.text(-39.3, 42, "zero in\nfloat16", va="top")
left_axes.text(-13.4, 42, "full precision\n→", va="top")
left_axes.set(ylim=(0, 43), xlim=(-40, 3))
left_axes.set_xlabel("$\\log_2$ |gradient by one prediction|")
left_axes.set_ylabel("share of examples (%)")
left_axes.set_title("Where gradients lie")

colours = {"float32": "C0", "bfloat16": "C4", "float16": "C1", "float16, scaled": "C2"}
for name, runs in errors.items():
    for run in runs:
        right_axes.semilogy(run, color=colours[name], linewidth=0.7, alpha=0.6)
    mean = np.mean(runs, axis=0)
    right_axes.semilogy(mean, color=colours[name])
    shift = {"float16": 1.35, "bfloat16": 0.75}.get(name, 1)  # apart from each other
    right_axes.text(STEPS * 1.02, shift * mean[-1], name, color=colours[name],
                    va="center")
right_axes.axhline(floor, color="C6", linestyle=":")
right_axes.text(STEPS * 1.02, floor * 1.15, "$n \\cdot 2^{-26}$")
right_axes.set_xlim(0, STEPS * 1.45)
right_axes.set_xlabel("step")
right_axes.set_ylabel("root mean squared error")
right_axes.set_title("Training")
plt.show()
