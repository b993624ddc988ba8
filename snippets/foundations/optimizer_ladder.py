# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "From a constant to a fit: every rung of the ladder, five seeds each"
# sources = ["zt-ch4-sgd-training", "zt-ch4-fig-sgd", "zt-ch4-momentum-training", "zt-ch4-fig-momentum", "zt-ch4-adam-training", "zt-ch4-fig-adam", "zt-ch4-adam-as-keras-optimizer-training", "zt-ch4-fig-adam-keras", "zt-ch4-claim-optimizers-helped"]
#
# [tool.book.smoke]
# SCALE = 0.02
# SEEDS = [0, 1, 2]
#
# [tool.book.values]
# names = "list(results)"
# full_best = "results['full batch']['best'].tolist()"
# full_last = "results['full batch']['last'].tolist()"
# rate_best = "results['best rate']['best'].tolist()"
# clipped_best = "results['clipped']['best'].tolist()"
# clipped_last = "results['clipped']['last'].tolist()"
# sgd_best = "results['batches']['best'].tolist()"
# sgd_last = "results['batches']['last'].tolist()"
# momentum_best = "results['momentum']['best'].tolist()"
# momentum_last = "results['momentum']['last'].tolist()"
# adam_best = "results['Adam']['best'].tolist()"
# adam_last = "results['Adam']['last'].tolist()"
# unclipped_best = "results['Adam, not clipped']['best'].tolist()"
# unclipped_last = "results['Adam, not clipped']['last'].tolist()"
# scaled_best = "results['plain, standardised']['best'].tolist()"
# scaled_last = "results['plain, standardised']['last'].tolist()"
# without_b_last = "results['plain, without B']['last'].tolist()"
# without_b_best = "results['plain, without B']['best'].tolist()"
# ///

# %% parameters
SEEDS = (0, 1, 2, 3, 4)
UNITS = 4
BATCH = 32
EVERY = 10
SCALE = 1.0  # of the number of epochs

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = keras.datasets.boston_housing.load_data()
prices = [tf.constant(y[:, None], dtype="float32") for y in (y_train, y_test)]


def as_tensors(drop_b=False, standardise=False):
    versions = [x_train, x_test]
    if drop_b:
        versions = [np.delete(x, 11, axis=1) for x in versions]
    if standardise:
        mean, deviation = versions[0].mean(axis=0), versions[0].std(axis=0)
        versions = [(x - mean) / deviation for x in versions]
    return [tf.constant(x, dtype="float32") for x in versions]


# %% rules
def plain(gradient, m, v, step):
    return -gradient, m, v


def momentum(gradient, m, v, step, beta=0.98):
    m = beta * m - gradient
    return m, m, v


def adam(gradient, m, v, step, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    correction = tf.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    return -correction * m / (tf.sqrt(v) + epsilon), m, v


# %% networks
def initial_weights(features):
    first, second = [], []
    for seed in SEEDS:
        glorot = keras.initializers.GlorotUniform(seed=seed)
        first.append(glorot((features, UNITS)))
        second.append(glorot((UNITS, 1)))
    return [
        tf.stack(first), tf.zeros((len(SEEDS), 1, UNITS)),
        tf.stack(second), tf.zeros((len(SEEDS), 1, 1)),
    ]


def losses(weights, inputs, targets):  # one a network
    hidden = tf.nn.relu(inputs @ weights[0] + weights[1])
    outputs = hidden @ weights[2] + weights[3]
    return tf.reduce_mean(tf.square(targets - outputs), axis=[1, 2])


def clip(gradient, clipnorm):
    norm = tf.norm(gradient, axis=[1, 2], keepdims=True)
    return tf.where(norm > clipnorm, gradient * clipnorm / norm, gradient)


# %% train
def compile_epochs(rule, inputs, rate, clipnorm):
    @tf.function(jit_compile=True)
    def run_epochs(weights, m, v, done, batches):  # batches: (steps, seeds, batch)
        for step in tf.range(tf.shape(batches)[0]):
            x, y = tf.gather(inputs, batches[step]), tf.gather(prices[0], batches[step])
            with tf.GradientTape() as tape:
                tape.watch(weights)
                total = tf.reduce_sum(losses(weights, x, y))
            count = tf.cast(done + step + 1, dtype="float32")
            results = []
            for i, gradient in enumerate(tape.gradient(total, weights)):
                gradient = clip(gradient, clipnorm) if clipnorm else gradient
                update, m_i, v_i = rule(gradient, m[i], v[i], count)
                results.append((weights[i] + rate * update, m_i, v_i))
            weights, m, v = [list(part) for part in zip(*results)]
        return weights, m, v

    return run_epochs


def shuffled_batches(generators, epochs, size):
    rows = len(x_train) // size * size  # whole batches; the rest changes each pass
    orders = [
        np.concatenate([rng.permutation(len(x_train))[:rows] for _ in range(epochs)])
        for rng in generators
    ]
    return tf.constant(np.stack(orders).reshape(len(SEEDS), -1, size).swapaxes(0, 1))


def climb(rule, inputs, rate, epochs, clipnorm=None, size=BATCH):
    generators = [np.random.default_rng(seed) for seed in SEEDS]
    run_epochs = compile_epochs(rule, inputs[0], rate, clipnorm)
    weights, done, history = initial_weights(inputs[0].shape[1]), 0, []
    m, v = ([tf.zeros_like(weight) for weight in weights] for _ in range(2))
    for _ in range(max(1, int(SCALE * epochs) // EVERY)):
        batches = shuffled_batches(generators, epochs=EVERY, size=size)
        weights, m, v = run_epochs(weights, m, v, tf.constant(done), batches)
        done += len(batches)
        history.append(losses(weights, inputs[1], prices[1]).numpy())
    history = np.array(history)  # (points, seeds)
    return {"history": history, "best": history.min(axis=0), "last": history[-1]}


# %% run
raw, scaled = as_tensors(), as_tensors(standardise=True)
without_b = as_tensors(drop_b=True, standardise=True)
rows = len(x_train)
results = {
    "full batch": climb(plain, raw, rate=1e-3, epochs=10_000, size=rows),
    "best rate": climb(plain, raw, rate=1e-6, epochs=10_000, size=rows),
    "clipped": climb(plain, raw, rate=1e-3, epochs=10_000, clipnorm=2.0, size=rows),
    "batches": climb(plain, raw, rate=1e-3, epochs=2000, clipnorm=2.0),
    "momentum": climb(momentum, raw, rate=1e-3, epochs=1000, clipnorm=2.0),
    "Adam": climb(adam, raw, rate=1e-3, epochs=1000, clipnorm=2.0),
    "Adam, not clipped": climb(adam, raw, rate=1e-3, epochs=1000),
    "plain, standardised": climb(plain, scaled, rate=1e-3, epochs=1000),
    "plain, without B": climb(plain, without_b, rate=1e-3, epochs=1000),
}
print("                     best on the way          after the last epoch")
for name, result in results.items():
    best, last = result["best"], result["last"]
    print(f"{name:20s} {best.mean():5.1f} ({best.min():.1f} to {best.max():.1f})"
          f"   {last.mean():6.1f} ({last.min():.1f} to {last.max():.1f})")

# %% ladder-picture
reported = {  # by the tutorial, the best of one run
    "full batch": 83.24, "best rate": 71.76, "clipped": 49.35, "momentum": 29.12,
    "Adam, not clipped": 29.34,
}
figure, axis = plt.subplots(figsize=(7.2, 4.2))
for place, (name, result) in enumerate(results.items()):
    axis.plot(result["last"], np.full(len(SEEDS), place + 0.15), "o", color="C0",
              markersize=5, alpha=0.7)
    axis.plot(result["best"], np.full(len(SEEDS), place - 0.15), "^", color="C2",
              markersize=5, alpha=0.7)
    if name in reported:
        axis.plot(reported[name], place, "x", color="C1", markersize=9, mew=2)
for label, marker, color in (
    ("last epoch", "o", "C0"),
    ("best on the test rows", "^", "C2"),
    ("the tutorial", "x", "C1"),
):
    axis.plot([], [], marker, color=color, label=label)
axis.set(xlabel="test error", yticks=range(len(results)), yticklabels=list(results),
         xlim=(0, 95))
axis.invert_yaxis()
axis.legend(loc="lower right")
figure.tight_layout()
plt.show()

# %% curves-picture
figure, panels = plt.subplots(1, 4, figsize=(7.2, 3), sharey=True)
names = ("batches", "momentum", "Adam", "Adam, not clipped")
for panel, name in zip(panels, names):
    history = results[name]["history"]
    epochs = EVERY * np.arange(1, len(history) + 1)
    panel.semilogy(epochs, history, color="C0", linewidth=0.5, alpha=0.6)
    panel.semilogy(epochs, np.median(history, axis=1), color="C0", linewidth=1.8)
    panel.set(xlabel="epoch", ylim=(15, 400), yticks=[20, 40, 80, 160, 320],
              yticklabels=[20, 40, 80, 160, 320])
    panel.minorticks_off()
    panel.set_title(name, fontsize=9)
panels[0].set_ylabel("test error")
figure.tight_layout()
plt.show()
