# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "matplotlib", "numpy~=2.4.6"]
#
# [tool.book]
# title = "The activations that ship with Keras, with their slopes"
# sources = ["zt-ch3-promised-activation-survey", "mtf-ch02-fig-2-5-relu-sigmoid"]
#
# [tool.book.smoke]
# SEEDS = [0]
#
# [tool.book.values]
# names = "list(survey)"
# vectors = "vectors"
# falling = "[name for name, row in survey.items() if not row['rising']]"
# sigmoid_steepest = "survey['sigmoid']['steepest']"
# sigmoid_at_10 = "sigmoid_at_10"
# relu_at_zero = "relu_at_zero"
# celu_at_zero = "celu_at_zero"
# celu_around = "celu_around"
# sigmoid_first = "first_layer[0]"
# tanh_first = "first_layer[1]"
# relu_first = "first_layer[2]"
# depth = "DEPTH"
# ///

# %% parameters
SEEDS = [0, 1, 2, 3, 4]
DEPTH = 10

# %% survey
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

points = tf.linspace(-10.0, 10.0, 2001)
vectors = ["softmax", "log_softmax", "sparsemax", "glu"]  # they need a whole vector
others = ["get", "serialize", "deserialize", "threshold"]  # threshold needs arguments
names = [
    name
    for name, value in vars(keras.activations).items()
    if callable(value) and name not in [*others, *vectors]
]


def with_slope(name, points):
    with tf.GradientTape() as tape:
        tape.watch(points)
        values = getattr(keras.activations, name)(points)
    slopes = tape.gradient(values, points)
    return values.numpy(), slopes.numpy()


survey = {}
heads = "at -2", "at 2", "lowest", "highest", "steepest"
print(f"{'':16s}" + "".join(f"{head:>10s}" for head in heads))
for name in sorted(names):
    values, slopes = with_slope(name, points)
    at = with_slope(name, tf.constant([-2.0, 2.0]))[0]
    rising = bool((np.diff(values) >= -1e-6).all())
    survey[name] = {"steepest": float(slopes.max()), "rising": rising}
    row = [*at, values.min(), values.max(), slopes.max()]
    numbers = "".join(f"{value:10.3g}" for value in row)
    print(f"{name:16s}{numbers}", "" if rising else "  dips")

# %% corners
sigmoid_at_10 = float(with_slope("sigmoid", tf.constant([10.0]))[1][0])
print(f"slope of sigmoid at 10: {sigmoid_at_10:.1e}")
at_zero = {name: float(with_slope(name, tf.constant([0.0]))[1][0]) for name in names}
relu_at_zero, celu_at_zero = at_zero["relu"], at_zero["celu"]
celu_around = with_slope("celu", tf.constant([-0.001, 0.001]))[1].tolist()
print(f"slope of relu at 0: {relu_at_zero}, of elu at 0: {at_zero['elu']}")
print("slope of celu at 0:", celu_at_zero, " around it:", np.round(celu_around, 3))

# %% picture
shown = [
    "sigmoid", "tanh", "softplus", "hard_sigmoid", "relu", "leaky_relu",
    "elu", "relu6", "gelu", "silu", "mish", "softsign",
]  # fmt: skip
near = tf.linspace(-4.0, 4.0, 401)
_, panels = plt.subplots(nrows=3, ncols=4, sharex=True, sharey=True, figsize=(7.2, 5.4))
for axes, name in zip(panels.flat, shown):
    values, slopes = with_slope(name, near)
    axes.axhline(0.0, color="C6", lw=0.5)
    axes.plot(near, values, color="C0")
    axes.plot(near, slopes, color="C1", linestyle="--", lw=1.3)
    axes.set_title(name)
panels[0, 0].text(-3.8, 2.2, "value", color="C0")
panels[0, 0].text(-3.8, 1.5, "slope", color="C1")
panels[0, 0].set(ylim=(-1.3, 3.0), xticks=[-4, 0, 4])
plt.show()


# %% depth
def gradient_norms(activation, initializer, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input(shape=(64,))])
    for _ in range(DEPTH):
        model.add(
            keras.layers.Dense(
                units=64, activation=activation, kernel_initializer=initializer
            )
        )
    inputs = tf.random.normal(shape=(128, 64))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(inputs) * tf.random.normal(shape=(128, 64)))
    kernels = [layer.kernel for layer in model.layers]
    return [float(tf.norm(g)) for g in tape.gradient(loss, kernels)]


first_layer = {}
_, axes = plt.subplots()
choices = {"sigmoid": "glorot_uniform", "tanh": "glorot_uniform", "relu": "he_normal"}
for number, (name, initializer) in enumerate(choices.items()):
    norms = np.array([gradient_norms(name, initializer, seed) for seed in SEEDS])
    norms = norms / norms[:, -1:]  # relative to the last layer
    first_layer[name] = norms[:, 0].tolist()
    layers = range(1, DEPTH + 1)
    axes.plot(layers, norms.T, color=f"C{number}", lw=0.8, alpha=0.5)
    axes.plot(layers, norms.mean(axis=0), color=f"C{number}")
    place = {"sigmoid": (1.3, 1e-4), "tanh": (1, 3.5), "relu": (1, 0.25)}[name]
    axes.text(*place, name, color=f"C{number}")
axes.set(xlabel="layer", ylabel="gradient ÷ last layer's")
axes.set(yscale="log", ylim=(1e-6, 10))
axes.set_xticks(list(layers))
plt.show()
first_layer = [first_layer[name] for name in choices]
