# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Every learning rate, several seeds, three treatments: one vectorised run each"
# sources = ["zt-ch4-learning-rate-experiments", "zt-ch4-fig-learning-rates", "zt-ch4-clip-by-norm", "zt-ch4-fig-clipped"]
#
# [tool.book.smoke]
# EPOCHS = 200
# SEEDS = [0, 1, 2]
#
# [tool.book.values]
# rates = "[10.0**exponent for exponent in EXPONENTS]"
# networks = "len(EXPONENTS) * len(SEEDS)"
# epochs = "EPOCHS"
# raw_best = "results['raw']['best'].mean(axis=1).tolist()"
# raw_best_low = "results['raw']['best'].min(axis=1).tolist()"
# raw_best_high = "results['raw']['best'].max(axis=1).tolist()"
# raw_last = "results['raw']['last'].mean(axis=1).tolist()"
# raw_dead = "results['raw']['dead'].mean(axis=1).tolist()"
# raw_fewest_dead = "results['raw']['dead'].min(axis=1).tolist()"
# clipped_best = "results['clipped']['best'].mean(axis=1).tolist()"
# clipped_best_low = "results['clipped']['best'].min(axis=1).tolist()"
# clipped_best_high = "results['clipped']['best'].max(axis=1).tolist()"
# clipped_last = "results['clipped']['last'].mean(axis=1).tolist()"
# clipped_dead = "results['clipped']['dead'].mean(axis=1).tolist()"
# scaled_best = "results['standardised']['best'][:-1].mean(axis=1).tolist()"
# scaled_last = "results['standardised']['last'][:-1].mean(axis=1).tolist()"
# scaled_last_low = "results['standardised']['last'][:-1].min(axis=1).tolist()"
# scaled_last_high = "results['standardised']['last'][:-1].max(axis=1).tolist()"
# scaled_dead = "results['standardised']['dead'][:-1].mean(axis=1).tolist()"
# scaled_diverged = "int(np.isinf(results['standardised']['last'][-1]).sum())"
# constant_test = "constant_test"
# unfair_constant = "unfair_constant"
# ///

# %% parameters
EXPONENTS = (-9, -8, -7, -6, -5, -4, -3, -2, -1)
SEEDS = (0, 1, 2, 3, 4)
UNITS = 4
EPOCHS = 10_000
EVERY = 100

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = keras.datasets.boston_housing.load_data()
mean, deviation = x_train.mean(axis=0), x_train.std(axis=0)
raw = [tf.constant(x, dtype="float32") for x in (x_train, x_test)]
scaled = [
    tf.constant((x - mean) / deviation, dtype="float32") for x in (x_train, x_test)
]
prices = [tf.constant(y[:, None], dtype="float32") for y in (y_train, y_test)]
constant_test = float(np.mean((y_test - y_train.mean()) ** 2))
limits = {}  # 2 / largest curvature of the linear model
for name, inputs in (("raw", raw[0]), ("standardised", scaled[0])):
    ones = np.column_stack([inputs, np.ones(len(inputs))]).astype("float64")
    limits[name] = float(2 / np.linalg.eigvalsh(2 * ones.T @ ones / len(ones))[-1])
unfair_constant = float(np.mean((y_test - y_test.mean()) ** 2))


# %% many-networks
def initial_weights():
    starts = []
    for _ in EXPONENTS:
        for seed in SEEDS:  # the same starts for every learning rate
            glorot = keras.initializers.GlorotUniform(seed=seed)
            starts.append([glorot((13, UNITS)), glorot((UNITS, 1))])
    kernels = [tf.stack([start[i] for start in starts]) for i in range(2)]
    runs = len(starts)
    return [  # (runs, 13, units), (runs, 1, units), (runs, units, 1), (runs, 1, 1)
        kernels[0], tf.zeros((runs, 1, UNITS)), kernels[1], tf.zeros((runs, 1, 1)),
    ]


def predict(weights, inputs):  # -> (runs, rows, 1) and (runs, rows, units)
    hidden = tf.nn.relu(inputs @ weights[0] + weights[1])
    return hidden @ weights[2] + weights[3], hidden


def losses(weights, inputs, targets):  # -> (runs,)
    outputs, _ = predict(weights, inputs)
    return tf.reduce_mean(tf.square(targets - outputs), axis=[1, 2])


# %% train-all
@tf.function(jit_compile=True)
def train_for(weights, inputs, targets, rates, clipnorm, epochs):
    for _ in tf.range(epochs):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            total = tf.reduce_sum(losses(weights, inputs, targets))
        updated = []
        for weight, gradient in zip(weights, tape.gradient(total, weights)):
            norm = tf.norm(gradient, axis=[1, 2], keepdims=True)  # one a network
            shrink = clipnorm / tf.maximum(norm, clipnorm)  # 1 where it is short
            updated.append(weight - rates * gradient * shrink)
        weights = updated
    return weights


def sweep(inputs, clipnorm):
    rates = np.repeat([10.0**exponent for exponent in EXPONENTS], len(SEEDS))
    rates = tf.constant(rates[:, None, None], dtype="float32")
    weights, history = initial_weights(), []
    clipnorm, epochs = tf.constant(clipnorm, dtype="float32"), tf.constant(EVERY)
    for _ in range(EPOCHS // EVERY):
        weights = train_for(weights, inputs[0], prices[0], rates, clipnorm, epochs)
        history.append(losses(weights, inputs[1], prices[1]).numpy())
    shape = (len(EXPONENTS), len(SEEDS))
    history = np.array(history).reshape(-1, *shape)  # (points, rates, seeds)
    _, hidden = predict(weights, inputs[0])
    dead = np.all(hidden.numpy() <= 0, axis=1).sum(axis=1).reshape(shape)
    history = np.where(np.isfinite(history), history, np.inf)
    return {
        "history": history, "dead": dead,
        "best": history.min(axis=0), "last": history[-1],
    }


# %% run
results = {
    "raw": sweep(raw, clipnorm=1e30),  # so large that it never acts
    "clipped": sweep(raw, clipnorm=2.0),
    "standardised": sweep(scaled, clipnorm=1e30),
}

# %% table
print("      " + "   ".join(f"{name:>22s}" for name in results))
print("rate  " + "   ".join(["    best     last dead"] * len(results)))
for row, exponent in enumerate(EXPONENTS):
    cells = []
    for result in results.values():
        best, last = result["best"][row].mean(), result["last"][row].mean()
        cells.append(f"{best:8.1f} {last:8.1f} {result['dead'][row].mean():4.1f}")
    print(f"1e{exponent}  " + "   ".join(cells))

# %% sweep-picture
titles = {"raw": "raw features", "clipped": "raw, gradients clipped",
          "standardised": "standardised features"}
rates = 10.0 ** np.array(EXPONENTS)
figure, panels = plt.subplots(2, 3, figsize=(7.2, 4.6), sharex=True, sharey="row",
                              height_ratios=[3, 1])
for column, (name, result) in enumerate(results.items()):
    top, bottom = panels[:, column]
    for seed in range(len(SEEDS)):
        top.loglog(rates, result["last"][:, seed], color="C0", linewidth=0.7, alpha=0.6)
    with np.errstate(invalid="ignore"):
        mean_last = np.exp(np.log(result["last"]).mean(axis=1))
    top.loglog(rates, mean_last, "o-", color="C0", linewidth=2, markersize=4)
    top.axhline(constant_test, color="C1", linestyle="--", linewidth=1)
    if name in limits:
        for panel in (top, bottom):
            panel.axvline(limits[name], color="C4", linestyle=":", linewidth=1.5)
    bottom.bar(rates, result["dead"].mean(axis=1), width=rates * 0.9, color="C1")
    top.set_title(titles[name], fontsize=9)
    bottom.set(xlabel="learning rate", ylim=(0, UNITS), xticks=rates[::2])
panels[0, 0].set(ylabel="test error after training", ylim=(10, 1e5))
panels[0, 2].text(3e-5, constant_test * 1.1, "best constant", color="C1", fontsize=8)
panels[0, 0].text(limits["raw"] * 1.3, 2e4, "limit", color="C4", fontsize=8)
panels[1, 0].set_ylabel("dead units")
figure.tight_layout()
plt.show()

# %% curves-picture
figure, panels = plt.subplots(1, 2, figsize=(7.2, 3.6), sharey=True)
epochs = EVERY * np.arange(1, EPOCHS // EVERY + 1)
shown = {"raw": {-8: 0, -7: 4, -3: 0, -6: -8}, "clipped": {-5: 0, -4: 3, -3: -4}}
for panel, (name, exponents) in zip(panels, shown.items()):
    for number, (exponent, shift) in enumerate(exponents.items()):
        curves = results[name]["history"][:, EXPONENTS.index(exponent)]
        panel.loglog(epochs, curves, color=f"C{number}", linewidth=0.6, alpha=0.6)
        middle = np.median(curves, axis=1)
        panel.loglog(epochs, middle, color=f"C{number}", linewidth=2)
        panel.annotate(f"1e{exponent}", (epochs[-1], middle[-1]), xytext=(4, shift),
                       textcoords="offset points", color=f"C{number}", va="center")
    panel.set(xlabel="epoch", ylim=(20, 3e4), title=titles[name])
    panel.title.set_fontsize(9)
panels[0].set_ylabel("test error")
figure.tight_layout()
plt.show()
