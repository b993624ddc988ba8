# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Six optimizers walk down the same curved valley"
# sources = []
#
# [tool.book.smoke]
# STEPS = 20
# RATES_PER_DECADE = 2
#
# [tool.book.values]
# names = "names"
# steps = "STEPS"
# final = "[final_losses[name] for name in names]"
# rate = "[best_rates[name] for name in names]"
# rates_tried = "len(rates)"
# default_final = "[default_losses[name] for name in names]"
# start_loss = "float(loss(tf.constant(START)))"
# ///

# %% parameters
STEPS = 100
START = (-1.6, 2.4)
RATES_PER_DECADE = 8

# %% surface
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf


def loss(position):  # position: (..., 2)
    x, y = position[..., 0], position[..., 1]
    return (1 - x) ** 2 + 5 * (y - x**2) ** 2


# %% optimizers
optimizers = {
    "gradient descent": keras.optimizers.SGD(),
    "momentum": keras.optimizers.SGD(momentum=0.9),
    "Nesterov": keras.optimizers.SGD(momentum=0.9, nesterov=True),
    "AdaGrad": keras.optimizers.Adagrad(),
    "RMSprop": keras.optimizers.RMSprop(),
    "Adam": keras.optimizers.Adam(),
}


# %% walk
def walker(optimizer):
    position = keras.Variable(START)
    optimizer.build([position])
    start = [variable.numpy() for variable in optimizer.variables]

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            value = loss(position.value)
        optimizer.apply([tape.gradient(value, position.value)])

    def walk(learning_rate):
        for variable, value in zip(optimizer.variables, start):
            variable.assign(value)
        optimizer.learning_rate = learning_rate
        position.assign(START)
        path = [position.numpy()]
        for _ in range(STEPS):
            step()
            path.append(position.numpy())
        return np.array(path)  # (steps + 1, 2)

    return walk


# %% choose-rates
rates = 10.0 ** np.linspace(-4, 1, 5 * RATES_PER_DECADE + 1)
paths, best_rates, final_losses, default_losses = {}, {}, {}, {}
for name, optimizer in optimizers.items():
    default_rate = float(optimizer.learning_rate.numpy())
    walk = walker(optimizer)
    with np.errstate(over="ignore", invalid="ignore"):
        walked = [walk(rate) for rate in rates]
        ends = np.nan_to_num([loss(path[-1]) for path in walked], nan=np.inf)
    best = int(np.argmin(ends))
    paths[name], best_rates[name] = walked[best], float(rates[best])
    final_losses[name] = float(ends[best])
    default_losses[name] = float(loss(walk(default_rate)[-1]))

names = list(optimizers)
for name in names:
    print(f"{name:17s} rate {best_rates[name]:.4f}  loss {final_losses[name]:.1e}")

# %% picture
x, y = np.meshgrid(np.linspace(-2.2, 2.2, 300), np.linspace(-1, 4.6, 300))
height = loss(np.stack([x, y], axis=-1))
levels = np.concatenate([[0], np.geomspace(0.05, 300, 15)])
shades = [("C6", alpha) for alpha in np.linspace(0.7, 0.0, 15)]  # dark is low
figure, panels = plt.subplots(2, 3, figsize=(7.2, 5.6), sharex=True, sharey=True)
for panel, name in zip(panels.flat, names):
    filled = panel.contourf(x, y, height, levels=levels, colors=shades)
    filled.set_rasterized(True)
    panel.plot(*paths[name].T, ".-", color="C0", markersize=4, linewidth=1)
    panel.plot(*START, "o", color="C4", markersize=7)
    panel.plot(1, 1, "*", color="C1", markersize=12)
    panel.set_title(f"{name}\nfinal loss {final_losses[name]:.0e}", fontsize=9)
    panel.set(xlim=(-2.2, 2.2), ylim=(-1, 4.6))
for panel in panels[1]:
    panel.set_xlabel("first weight")
for panel in panels[:, 0]:
    panel.set_ylabel("second weight")
figure.tight_layout()
plt.show()
