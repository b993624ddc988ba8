# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "matplotlib", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Two layers without and with a bend between them"
#
# [tool.book.smoke]
# STEPS = 20
# SEEDS = [0, 1]
#
# [tool.book.values]
# units = "UNITS"
# linear_loss = "losses['linear']"
# relu_loss = "losses['relu']"
# line_loss = "line_loss"
# kinks = "[len(found) for found in kinks]"
# seeds = "len(SEEDS)"
# ///

# %% parameters
UNITS = 12
STEPS = 3000
SEEDS = (0, 1, 2)

# %% train
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

x = np.linspace(-3, 3, 121, dtype="float32")[:, None]
y = np.sin(1.5 * x)


def two_layers(activation, seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([
        keras.Input(shape=(1,)),
        keras.layers.Dense(units=UNITS, activation=activation),
        keras.layers.Dense(units=1),
    ])


def train(model):
    optimizer = keras.optimizers.Adam(learning_rate=0.01)
    optimizer.build(model.trainable_variables)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - model(x)))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    for _ in range(STEPS):
        loss = step()
    return float(loss)


models = {name: [two_layers(name, seed) for seed in SEEDS]
          for name in ("linear", "relu")}
losses = {name: [train(model) for model in group] for name, group in models.items()}
line_loss = float(np.mean((y - np.polyval(np.polyfit(x[:, 0], y[:, 0], 1), x)) ** 2))
for name, values in losses.items():
    print(f"{name:6s} {models[name][0].count_params()} parameters, loss",
          *(f"{loss:.4f}" for loss in values))
print(f"the best straight line        {line_loss:.4f}")

# %% picture
def bends(model):
    kernel, bias = model.layers[0].get_weights()
    return [float(place) for place in -bias / kernel[0] if -3 < place < 3]


kinks = [bends(model) for model in models["relu"]]
_, panels = plt.subplots(ncols=2, sharey=True, figsize=(7.2, 3.4))
for axes, (name, group) in zip(panels, models.items()):
    axes.plot(x, y, color="C6", linestyle="--", lw=1.2)
    for model in group:
        axes.plot(x, model(x), color="C0", lw=1)
    axes.set(xlabel="input", title=f"Dense, {name}, Dense")

first = models["relu"][0]
(kernel, bias), (output_kernel, _) = (layer.get_weights() for layer in first.layers)
for weight, shift, factor in zip(kernel[0], bias, output_kernel[:, 0]):
    panels[1].plot(x, factor * np.maximum(weight * x + shift, 0), color="C2", lw=0.8)
heights = first(np.array(kinks[0], dtype="float32")[:, None])
panels[1].plot(kinks[0], heights, "o", color="C1")
panels[1].text(-2.9, -2.3, "green: one unit each", color="C2")
panels[1].text(-2.9, -1.85, "dots: where a unit bends", color="C1")
panels[0].set(ylabel="output", ylim=(-2.5, 2.5))
plt.show()
