# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "What kernel_regularizer adds to a step, and where decay differs from it"
# sources = ["mtf-ch02-sgd-formula", "mtf-ch02-l1-l2-concept"]
# marks = []
#
# [tool.book.smoke]
# STEPS = 20
# COPIES = 50
#
# [tool.book.values]
# errors = "[float(error) for error in errors]"
# penalty_one = "float(penalties[0])"
# penalty_two = "float(penalties[1])"
# sum_of_weights = "float(kernel.sum())"
# reported = "float(reported)"
# data_loss = "float(data_loss)"
# sgd_difference = "float(differences['SGD'])"
# momentum_difference = "float(differences['SGD with momentum'])"
# adam_difference = "float(differences['Adam'])"
# adam_in_loss = "[float(value) for value in paths['L2 in the loss'][-1]]"
# adam_as_decay = "[float(value) for value in paths['weight decay'][-1]]"
# shrunk = "shrunk"
# moved = "float(moved_most)"
# ///

# %% parameters
STRENGTH = 0.05
RATE = 0.1
STEPS = 1000
COPIES = 500

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% penalty
kernel = np.array([[0.5, -0.5], [2.0, -2.0]], dtype="float32")
penalties = [float(keras.regularizers.get(kind)(kernel)) for kind in ("l1", "l2")]
print("sum of the weights         ", kernel.sum())
print("L1, 0.01 times sum of |w|  ", round(penalties[0], 4))
print("L2, 0.01 times sum of w²   ", round(penalties[1], 4))

# %% one-step
random = np.random.default_rng(0)
x = random.normal(size=(16, 3)).astype("float32")
y = random.integers(2, size=(16, 1)).astype("float32")


def network(penalty):
    keras.utils.set_random_seed(1)
    inputs = keras.Input(shape=(3,))
    layer = keras.layers.Dense(
        units=1, activation="sigmoid", kernel_regularizer=penalty,
        bias_initializer="ones",
    )
    return keras.Model(inputs, layer(inputs))


errors, moved_most = [], 0
for name, penalty, extra in [
    ("none", None, lambda w: 0 * w),
    ("L1", keras.regularizers.L1(STRENGTH), lambda w: STRENGTH * np.sign(w)),
    ("L2", keras.regularizers.L2(STRENGTH), lambda w: 2 * STRENGTH * w),
]:
    model = network(penalty)
    w, b = (values.copy() for values in model.get_weights())
    p = 1 / (1 + np.exp(-(x @ w + b)))
    gradient_w = x.T @ (p - y) / len(x)  # of the cross-entropy alone
    gradient_b = np.mean(p - y, axis=0)
    by_hand = [w - RATE * (gradient_w + extra(w)), b - RATE * gradient_b]

    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(RATE))
    reported = model.train_on_batch(x, y)
    moved = model.get_weights()
    errors.append(max(np.abs(a - k).max() for a, k in zip(by_hand, moved, strict=True)))
    moved_most = max(moved_most, np.abs(moved[0] - w).max())
    print(f"{name:5} by hand and by Keras differ by {errors[-1]:.0e}, "
          f"weights moved by up to {np.abs(moved[0] - w).max():.3f}")

# %% reported-loss
data_loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
print(f"L2: Keras reports {reported:.4f}; cross-entropy alone {data_loss:.4f}; "
      f"penalty {STRENGTH * (w**2).sum():.4f}")

# %% decay
optimizers = {
    "SGD": lambda decay: keras.optimizers.SGD(RATE, weight_decay=decay),
    "SGD with momentum": lambda decay: keras.optimizers.SGD(
        RATE, momentum=0.8, weight_decay=decay
    ),
    "Adam": lambda decay: keras.optimizers.Adam(RATE, weight_decay=decay),
}
differences = {}
for name, make in optimizers.items():
    ends = []
    for penalty, decay in [
        (keras.regularizers.L2(STRENGTH), None),
        (None, 2 * STRENGTH),
    ]:
        model, optimizer = network(penalty), make(decay)
        optimizer.build(model.trainable_variables)
        optimizer.exclude_from_weight_decay(var_list=[model.layers[-1].bias])
        model.compile(loss="binary_crossentropy", optimizer=optimizer)
        for _ in range(20):
            model.train_on_batch(x, y)
        ends.append(model.get_weights()[0])
    differences[name] = np.abs(ends[0] - ends[1]).max()
    print(f"{name:18} after 20 steps weights differ by {differences[name]:.0e}")

# %% decay-bias
variables = [keras.Variable([1.0], name="kernel"), keras.Variable([1.0], name="bias")]
optimizer = keras.optimizers.AdamW(learning_rate=RATE, weight_decay=0.1)
optimizer.apply([np.zeros(1), np.zeros(1)], variables)
shrunk = [float(variable[0]) for variable in variables]
print(f"AdamW, all gradients zero, one step: kernel {shrunk[0]:.3f}, "
      f"bias {shrunk[1]:.3f}")

# %% adam-shrinks
scales = np.array([[0.01], [0.1], [1.0]], dtype="float32")  # sizes of the gradients


def walk(decay, strength):  # the gradients are noise: nothing to learn
    weights = keras.Variable(np.ones((3, COPIES), dtype="float32"))
    optimizer = keras.optimizers.Adam(learning_rate=0.003, weight_decay=decay)
    optimizer.build([weights])
    noise = tf.random.Generator.from_seed(0)

    @tf.function
    def step():
        gradient = scales * noise.normal((3, COPIES)) + 2 * strength * weights.value
        optimizer.apply([gradient])
        return tf.reduce_mean(weights.value, axis=1)

    return np.array([step().numpy() for _ in range(STEPS)])  # (step, scale)


paths = {
    "L2 in the loss": walk(decay=None, strength=STRENGTH),
    "weight decay": walk(decay=2 * STRENGTH, strength=0.0),
}
for way, path in paths.items():
    print(f"Adam, {way:14} weights left after {STEPS} steps:", path[-1].round(2))

# %% adam-figure
figure, panels = plt.subplots(ncols=2, figsize=(7.2, 3.0), sharey=True)
for axes, (way, path) in zip(panels, paths.items(), strict=True):
    for place, (scale, style) in enumerate(zip(scales[:, 0], (":", "--", "-"))):
        axes.plot(path[:, place], color=f"C{place}", linestyle=style)
        if way == "L2 in the loss":
            end = int(STEPS * (0.02, 0.45, 0.6)[place])
            height = path[end, place] if place else -0.02
            axes.text(end + 20, height + 0.02, f"gradients of size {scale:g}",
                      color=f"C{place}")
    axes.set_title(way)
    axes.set_xlabel("step of Adam")
    axes.set_ylim(-0.12, 1.06)
panels[0].set_ylabel("mean weight (start: 1)")
plt.show()
