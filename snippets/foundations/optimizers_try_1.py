# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Turn the bowl: which optimizers notice?"
# sources = []
#
# [tool.book.smoke]
# STEPS = 30
# RATES_PER_DECADE = 2
#
# [tool.book.values]
# names = "list(optimizers)"
# angles = "list(ANGLES)"
# sgd = "[best_losses['gradient descent', angle] for angle in ANGLES]"
# momentum = "[best_losses['momentum', angle] for angle in ANGLES]"
# adagrad = "[best_losses['AdaGrad', angle] for angle in ANGLES]"
# adam = "[best_losses['Adam', angle] for angle in ANGLES]"
# ///

# %% parameters
STEPS = 100
RATES_PER_DECADE = 4
ANGLES = (0, 15, 30, 45)

# %% bowl
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf


def turned_bowl(angle):
    turn = np.radians(angle)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return tf.constant(axes.T @ np.diag([1.0, 50.0]) @ axes, dtype="float32")


optimizers = {
    "gradient descent": lambda: keras.optimizers.SGD(),
    "momentum": lambda: keras.optimizers.SGD(momentum=0.9),
    "AdaGrad": lambda: keras.optimizers.Adagrad(),
    "Adam": lambda: keras.optimizers.Adam(),
}


# %% descend
def compile_descent(optimizer):
    position = keras.Variable([0.0, 0.0])
    optimizer.build([position])

    @tf.function
    def descend(hessian, start):
        position.assign(start)
        for _ in tf.range(STEPS):
            optimizer.apply([tf.linalg.matvec(hessian, position.value)], [position])
        end = position.value
        return 0.5 * tf.tensordot(end, tf.linalg.matvec(hessian, end), axes=1)

    return descend


def final_losses(make_optimizer, angle):
    optimizer, losses = make_optimizer(), []
    descend = compile_descent(optimizer)
    fresh = [variable.numpy() for variable in optimizer.variables]
    turn = np.radians(angle)
    # The same point of the bowl: 8 along the flat axis, 2 along the steep one.
    start = [-8 * np.cos(turn) - 2 * np.sin(turn), -8 * np.sin(turn) + 2 * np.cos(turn)]
    for rate in 10.0 ** np.linspace(-4, 1, 5 * RATES_PER_DECADE + 1):
        for variable, value in zip(optimizer.variables, fresh):
            variable.assign(value)
        optimizer.learning_rate = rate
        loss = float(descend(turned_bowl(angle), tf.constant(start, dtype="float32")))
        losses.append(loss if np.isfinite(loss) else np.inf)
    return losses


# %% compare
best_losses = {}
for name, make_optimizer in optimizers.items():
    for angle in ANGLES:
        best_losses[name, angle] = min(final_losses(make_optimizer, angle))
    shown = "  ".join(f"{best_losses[name, angle]:.0e}" for angle in ANGLES)
    print(f"{name:17s} {shown}")

# %% picture
figure, axis = plt.subplots()
for number, name in enumerate(optimizers):
    line = np.maximum([best_losses[name, angle] for angle in ANGLES], 1e-12)
    axis.semilogy(ANGLES, line, "o-", color=f"C{number}")
    axis.annotate(name, (ANGLES[-1], line[-1]), xytext=(6, 0),
                  textcoords="offset points", color=f"C{number}", va="center")
axis.set(xlabel="angle of the bowl, degrees", ylabel="loss after the walk",
         xlim=(-1, 62), xticks=ANGLES)
plt.show()
