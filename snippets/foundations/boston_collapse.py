# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "A network that collapses to a constant, and the curvature that explains it"
# sources = ["zt-ch4-setup", "zt-ch4-train-harness", "zt-ch4-dead-relu-check", "zt-ch4-question-when-constant", "zt-ch3-boston-training", "zt-ch3-boston-history-table", "zt-ch3-fig-loss-curves", "zt-ch3-constant-baseline", "zt-ch3-question-what-went-wrong-boston"]
#
# [tool.book.smoke]
# STEPS = 60
# SEEDS = [0, 1]
#
# [tool.book.values]
# train_rows = "len(x_train)"
# test_rows = "len(x_test)"
# largest_feature = "float(x_train.max())"
# mean_price = "float(y_train.mean())"
# price_variance = "float(y_train.var())"
# constant_test = "constant_test"
# unfair_constant = "unfair_constant"
# limit_raw = "limits['raw']"
# limit_scaled = "limits['standardised']"
# edge_below = "edge[0.95]"
# edge_above = "edge[1.05]"
# gradient_norm = "[run['gradient_norms'][0] for run in runs]"
# loss_first = "[run['losses'][0] for run in runs]"
# loss_peak = "[max(run['losses']) for run in runs]"
# dead_at_start = "[run['dead'][0] for run in runs]"
# dead_at_end = "[run['dead'][-1] for run in runs]"
# steps_to_death = "[int(np.argmax(np.array(run['dead']) == UNITS)) for run in runs]"
# spread = "[float(np.ptp(run['predictions'])) for run in runs]"
# constant = "[float(run['predictions'][0, 0]) for run in runs]"
# train_mse = "[run['train_mse'] for run in runs]"
# test_mse = "[run['test_mse'] for run in runs]"
# shrink_measured = "shrink"
# shrink_theory = "1 - 2 * RATE"
# units = "UNITS"
# rate = "RATE"
# ///

# %% parameters
UNITS = 4
RATE = 0.01
STEPS = 1000
SEEDS = (0, 1, 2, 3, 4)

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = keras.datasets.boston_housing.load_data()
x_train, x_test = x_train.astype("float32"), x_test.astype("float32")
y_train, y_test = y_train[:, None].astype("float32"), y_test[:, None].astype("float32")
print("inputs ", x_train.shape, x_test.shape)
print("prices ", y_train.shape, y_test.shape)
print("largest value of each feature")
print(x_train.max(axis=0).round())

# %% constants
constant_test = float(np.mean((y_test - y_train.mean()) ** 2))
unfair_constant = float(np.mean((y_test - y_test.mean()) ** 2))
print(f"mean price              {y_train.mean():.3f} thousand dollars")
print(f"its error, training     {y_train.var():.5f}  (the variance)")
print(f"its error, test         {constant_test:.5f}")
print(f"mean of the test prices {unfair_constant:.5f}")


# %% curvature
def with_ones(inputs):
    return np.column_stack([inputs, np.ones(len(inputs))]).astype("float64")


def largest_curvature(inputs):
    inputs = with_ones(inputs)
    hessian = 2 * inputs.T @ inputs / len(inputs)  # (14, 14)
    return float(np.linalg.eigvalsh(hessian)[-1])


mean, deviation = x_train.mean(axis=0), x_train.std(axis=0)
versions = {"raw": x_train, "standardised": (x_train - mean) / deviation}
limits = {name: 2 / largest_curvature(inputs) for name, inputs in versions.items()}
for name, limit in limits.items():
    print(f"{name:12s} features: learning rate at most {limit:.2g}")

# %% edge
edge = {}
for share in (0.95, 1.05):  # of the limit
    inputs, weights = with_ones(x_train), np.zeros((14, 1))
    for _ in range(300):
        error = inputs @ weights - y_train
        weights -= share * limits["raw"] * 2 * inputs.T @ error / len(inputs)
    edge[share] = float(np.mean((inputs @ weights - y_train) ** 2))
    print(f"{share:.2f} of the limit: loss {edge[share]:.3g} after 300 steps")


# %% network
def build_network(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([
        keras.Input(shape=(13,)),
        keras.layers.Dense(units=UNITS, activation="relu"),
        keras.layers.Dense(units=1),
    ])


def dead_units(model, inputs):
    hidden = model.layers[0](inputs)  # (rows, units)
    return int(np.sum(np.all(hidden.numpy() == 0, axis=0)))


# %% collapse
def train(seed):
    model = build_network(seed)

    @tf.function
    def train_step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y_train - model(x_train)))
        weights = [variable.value for variable in model.trainable_variables]
        gradients = tape.gradient(loss, weights)
        for variable, gradient in zip(model.trainable_variables, gradients):
            variable.assign_sub(RATE * gradient)
        return loss, tf.linalg.global_norm(gradients)

    def before_relu():
        return x_train @ model.layers[0].kernel.numpy() + model.layers[0].bias.numpy()

    dead, losses, norms, biases = [dead_units(model, x_train)], [], [], []
    hidden = [before_relu()]
    for step in range(STEPS):
        loss, norm = train_step()
        losses.append(float(loss))
        norms.append(float(norm))
        biases.append(float(model.layers[1].bias.value[0]))
        if step < 10 or step == STEPS - 1:
            dead.append(dead_units(model, x_train))
            hidden.append(before_relu())
    predictions = model(x_test).numpy()
    return {
        "dead": dead, "losses": losses, "gradient_norms": norms, "biases": biases,
        "hidden": hidden, "predictions": predictions,
        "train_mse": float(np.mean((y_train - model(x_train)) ** 2)),
        "test_mse": float(np.mean((y_test - predictions) ** 2)),
    }


runs = [train(seed) for seed in SEEDS]
print("seed  dead units, before and after each step     prediction  test MSE")
for seed, run in zip(SEEDS, runs):
    counts = " ".join(str(count) for count in run["dead"])
    low, high = run["predictions"].min(), run["predictions"].max()
    print(f"{seed:4d}  {counts:32s}  {low:.4f} to {high:.4f}  {run['test_mse']:.5f}")

# %% death-picture
run = runs[0]
figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.4))
jitter = np.random.default_rng(0).uniform(-0.08, 0.08, size=len(x_train))
for step in range(4):
    for unit in range(UNITS):
        place = step + (unit - (UNITS - 1) / 2) * 0.2
        alive = bool((run["hidden"][step][:, unit] > 0).any())
        left.plot(place + jitter, run["hidden"][step][:, unit], ".", markersize=2,
                  color="C0" if alive else "C1", rasterized=True)
left.axhline(0, color="C6", linewidth=1)
left.set_yscale("symlog", linthresh=100)
left.set(xlabel="training steps done", ylabel="value that enters the ReLU",
         xticks=range(4), yticks=[-1e15, -1e10, -1e5, 0, 1e5])
left.set_title(f"{UNITS} units, one column each; vermilion: dead", fontsize=9)
steps = np.arange(STEPS)
for run in runs:
    right.semilogy(steps, np.abs(np.array(run["biases"]) - y_train.mean()) + 1e-12,
                   color="C0", linewidth=1)
right.set(xlabel="training step", ylabel="|output bias - mean price|")
right.set_ylim(bottom=1e-6)
right.set_title("all that still learns", fontsize=9)
figure.tight_layout()
plt.show()

# %% slow-constant
first, last = STEPS // 10, STEPS // 5
shrinks = []
for run in runs:
    distance = np.abs(np.array(run["biases"]) - y_train.mean())
    shrinks.append((distance[last] / distance[first]) ** (1 / (last - first)))
shrink = float(np.mean(shrinks))
print(f"distance kept per step {shrink:.4f}, predicted 1 - 2 * {RATE} = {1 - 2 * RATE}")
