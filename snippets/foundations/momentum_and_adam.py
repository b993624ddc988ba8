# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Momentum, Nesterov, AdaGrad, RMSprop, Adadelta and Adam in a few lines each, equal to Keras"
# sources = ["zt-ch4-momentum-from-scratch", "zt-ch4-adam-rule", "zt-ch4-adam-from-scratch", "mtf-ch03-optimizer-momentum", "mtf-ch03-optimizer-nesterov", "mtf-ch03-optimizer-adam", "mtf-ch03-optimizer-adagrad", "mtf-ch03-optimizer-adadelta"]
#
# [tool.book.smoke]
# STEPS = 20
# SEEDS = [0]
#
# [tool.book.values]
# steps = "STEPS"
# names = "list(rules)"
# differences = "[differences[name, 'float64'] for name in rules]"
# differences_32 = "[differences[name, 'float32'] for name in rules]"
# moved = "[distances[name] for name in rules]"
# book_adadelta = "book_adadelta"
# book_rmsprop = "book_rmsprop"
# lookahead = "lookahead"
# beta_rounding = "float(tf.cast(0.999, 'float64') - tf.constant(0.999, dtype='float64'))"
# terminal = "float(velocities[-1])"
# first_corrected = "corrected[0]"
# first_uncorrected = "uncorrected[0]"
# peak_uncorrected = "max(uncorrected)"
# last_uncorrected = "uncorrected[-1]"
# smallest_step = "float(min(sizes.values()))"
# largest_step = "float(max(sizes.values()))"
# ///

# %% parameters
STEPS = 100
SEEDS = (0, 1, 2)

# %% memory
import functools

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf


class Momentum:
    def __init__(self, learning_rate, beta=0.9):
        self.learning_rate, self.beta = learning_rate, beta
        self.velocities = {}

    def apply(self, gradients, variables):
        for gradient, variable in zip(gradients, variables):
            velocity = self.velocities.get(variable.path, tf.zeros_like(gradient))
            velocity = self.beta * velocity - self.learning_rate * gradient
            self.velocities[variable.path] = velocity
            variable.assign_add(velocity)


# %% terminal-velocity
weight = keras.Variable(0.0)
momentum = Momentum(learning_rate=0.01, beta=0.98)
velocities = []
for _ in range(500):
    momentum.apply([tf.constant(1.0)], [weight])  # always the same slope
    velocities.append(-float(momentum.velocities[weight.path]))
print(f"first step {velocities[0]:.4f}, last step {velocities[-1]:.4f}")


# %% nesterov
def nesterov(gradient, state, rate, beta=0.9):
    velocity = beta * state.get("m", 0.0) - rate * gradient
    return beta * velocity - rate * gradient, {"m": velocity}


def as_published(start, rate, steps, beta=0.9):
    position, velocity, looked_at = start, 0.0, []
    for _ in range(steps):
        ahead = position + beta * velocity
        looked_at.append(ahead)
        velocity = beta * velocity - rate * np.array([1.0, 10.0]) * ahead
        position = position + velocity
    return np.array(looked_at)


def as_keras(start, rate, steps):
    position, state, path = start, {}, []
    for _ in range(steps):
        path.append(position)
        update, state = nesterov(np.array([1.0, 10.0]) * position, state, rate)
        position = position + update
    return np.array(path)


start = np.array([-8.0, 2.0])
published = as_published(start, rate=0.05, steps=50)
lookahead = float(np.max(np.abs(published - as_keras(start, rate=0.05, steps=50))))
print(f"Keras's weights minus Nesterov's look-ahead points: at most {lookahead:.1e}")


# %% adaptive
def adagrad(gradient, state, rate, start=0.1, epsilon=1e-7):
    total = state.get("v", start) + gradient**2
    return -rate * gradient / tf.sqrt(total + epsilon), {"v": total}


def rmsprop(gradient, state, rate, rho=0.9, epsilon=1e-7):
    mean_square = rho * state.get("v", 0.0) + (1 - rho) * gradient**2
    return -rate * gradient / tf.sqrt(mean_square + epsilon), {"v": mean_square}


def adadelta(gradient, state, rate, rho=0.95, epsilon=1e-7):
    mean_square = rho * state.get("v", 0.0) + (1 - rho) * gradient**2
    moved = state.get("d", tf.zeros_like(gradient))
    change = -tf.sqrt(moved + epsilon) / tf.sqrt(mean_square + epsilon) * gradient
    moved = rho * moved + (1 - rho) * change**2
    return rate * change, {"v": mean_square, "d": moved}


# %% adam
def adam(gradient, state, rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    step = state.get("t", 0) + 1
    m = beta_1 * state.get("m", 0.0) + (1 - beta_1) * gradient
    v = beta_2 * state.get("v", 0.0) + (1 - beta_2) * gradient**2
    beta_1, beta_2 = tf.cast([beta_1, beta_2], gradient.dtype)  # rounded as in Keras
    corrected_rate = rate * tf.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    update = -corrected_rate * m / (tf.sqrt(v) + epsilon)
    return update, {"t": step, "m": m, "v": v}


class FromScratch:
    def __init__(self, rule, learning_rate, **constants):
        self.rule, self.learning_rate = rule, learning_rate
        self.constants, self.states = constants, {}

    def apply(self, gradients, variables):
        for gradient, variable in zip(gradients, variables):
            state = self.states.get(variable.path, {})
            update, state = self.rule(
                gradient, state, self.learning_rate, **self.constants
            )
            self.states[variable.path] = state
            variable.assign_add(update)


# %% network
(x_train, y_train), _ = keras.datasets.boston_housing.load_data()
x_train = (x_train - x_train.mean(axis=0)) / x_train.std(axis=0)
y_train = y_train[:, None]


@functools.cache
def network(precision):
    keras.config.set_floatx(precision)
    keras.config.set_dtype_policy(precision)
    model = keras.Sequential([
        keras.Input(shape=(13,)),
        keras.layers.Dense(units=4, activation="tanh"),
        keras.layers.Dense(units=1),
    ])
    targets = tf.constant(y_train, dtype=precision)

    @tf.function
    def gradients_of():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(targets - model(x_train)))
        return tape.gradient(loss, [v.value for v in model.trainable_variables])

    return model, gradients_of


def train(make_optimizer, seed, precision="float64"):
    model, gradients_of = network(precision)
    keras.config.set_floatx(precision)
    rng = np.random.default_rng(seed)
    start = [rng.normal(scale=0.3, size=weight.shape) for weight in model.weights]
    model.set_weights(start)
    optimizer = make_optimizer()
    for _ in range(STEPS):
        optimizer.apply(gradients_of(), model.trainable_variables)
    start, end = [
        np.concatenate([np.ravel(weight) for weight in weights])
        for weights in (start, model.get_weights())
    ]
    return end, float(np.max(np.abs(end - start)))


# %% compare
rules = {  # binary fractions: no constant is rounded on its way into float32
    "momentum": (lambda: Momentum(1 / 128, beta=0.875),
                 lambda: keras.optimizers.SGD(1 / 128, momentum=0.875)),
    "Nesterov": (lambda: FromScratch(nesterov, 1 / 128, beta=0.875),
                 lambda: keras.optimizers.SGD(1 / 128, 0.875, nesterov=True)),
    "AdaGrad": (lambda: FromScratch(adagrad, 1 / 8, start=0.125),
                lambda: keras.optimizers.Adagrad(1 / 8, 0.125)),
    "RMSprop": (lambda: FromScratch(rmsprop, 1 / 128, rho=0.875),
                lambda: keras.optimizers.RMSprop(1 / 128, rho=0.875)),
    "Adadelta": (lambda: FromScratch(adadelta, 1.0),
                 lambda: keras.optimizers.Adadelta(1.0)),
    "Adam": (lambda: FromScratch(adam, 1 / 128),
             lambda: keras.optimizers.Adam(1 / 128)),
}
differences, distances = {}, {}
for name, (ours, theirs) in rules.items():
    for precision in ("float64", "float32"):
        gaps, moves = [], []
        for seed in SEEDS:
            our_weights, moved = train(ours, seed, precision)
            keras_weights, _ = train(theirs, seed, precision)
            gaps.append(float(np.max(np.abs(our_weights - keras_weights))))
            moves.append(moved)
        differences[name, precision], distances[name] = max(gaps), min(moves)
    exact, rounded = differences[name, "float64"], differences[name, "float32"]
    print(f"{name:9s} moved {distances[name]:6.3f}, differs by {exact:.0e} "
          f"(float32: {rounded:.0e})")


# %% printed-adadelta
def adadelta_as_printed(gradient, state, rate, rho=0.875, epsilon=1e-7):
    mean_square = rho * state.get("v", 0.0) + (1 - rho) * gradient**2
    return -rate / tf.sqrt(mean_square + epsilon) * gradient, {"v": mean_square}


printed, _ = train(lambda: FromScratch(adadelta_as_printed, 1 / 128), seed=0)
as_adadelta, _ = train(lambda: keras.optimizers.Adadelta(1 / 128, rho=0.875), seed=0)
as_rmsprop, _ = train(lambda: keras.optimizers.RMSprop(1 / 128, rho=0.875), seed=0)
book_adadelta = float(np.max(np.abs(printed - as_adadelta)))
book_rmsprop = float(np.max(np.abs(printed - as_rmsprop)))
print(f"the printed rule against Keras's Adadelta: {book_adadelta:.1e}")
print(f"the printed rule against Keras's RMSprop:  {book_rmsprop:.1e}")


# %% bias-correction
def step_sizes(correct, steps=2000, beta_1=0.9, beta_2=0.999):
    m = v = 0.0
    sizes = []
    for step in range(1, steps + 1):
        m, v = beta_1 * m + (1 - beta_1), beta_2 * v + (1 - beta_2)  # gradient: 1
        if correct:
            sizes.append((m / (1 - beta_1**step)) / np.sqrt(v / (1 - beta_2**step)))
        else:
            sizes.append(m / np.sqrt(v))
    return sizes  # in units of the learning rate


corrected, uncorrected = step_sizes(correct=True), step_sizes(correct=False)
figure, axis = plt.subplots()
axis.semilogx(np.arange(1, 2001), uncorrected, color="C1")
axis.semilogx(np.arange(1, 2001), corrected, color="C0")
axis.annotate("without correction", (80, uncorrected[79]), xytext=(8, 4),
              textcoords="offset points", color="C1")
axis.annotate("with correction", (1, 1), xytext=(0, -14), textcoords="offset points",
              color="C0")
axis.set(xlabel="step", ylabel="step size / learning rate", ylim=(0, 7))
plt.show()

# %% scale-free
sizes = {}
for scale in (1e-3, 1.0, 1e3):
    update, _ = adam(tf.constant(scale), state={}, rate=0.001)
    sizes[scale] = abs(float(update))
    print(f"gradient {scale:8.3f}: Adam's first step {sizes[scale]:.7f}")
