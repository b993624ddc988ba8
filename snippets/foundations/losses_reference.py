# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Seven losses in NumPy, against Keras"
# sources = ["zt-promised-loss-functions", "mtf-ch03-loss-mse", "mtf-ch03-loss-sparse-cce", "mtf-ch03-loss-cce"]
#
# [tool.book.values]
# squared = "float(squared)"
# sparse = "[float(value) for value in sparse]"
# one_hot = "float(one_hot)"
# largest_gap = "float(max(gaps))"
# losses = "len(pairs)"
# guesses = "GUESSES"
# ///

# %% parameters
GUESSES = 1000

# %% regression
import keras
import numpy as np


def mean_squared_error(truth, guess):
    return np.mean((truth - guess) ** 2)


def mean_absolute_error(truth, guess):
    return np.mean(np.abs(truth - guess))


def huber(truth, guess, delta=1.0):
    error = np.abs(truth - guess)
    small = 0.5 * error**2
    large = delta * error - 0.5 * delta**2
    return np.mean(np.where(error <= delta, small, large))


# %% classification
def binary_crossentropy(truth, probability):
    yes = truth * np.log(probability)
    no = (1 - truth) * np.log(1 - probability)
    return -np.mean(yes + no)


def categorical_crossentropy(truth, probability):  # truth: one-hot, (batch, class)
    return -np.mean(np.sum(truth * np.log(probability), axis=-1))


def sparse_categorical_crossentropy(truth, probability):  # truth: class numbers
    chosen = probability[np.arange(len(truth)), truth]
    return -np.mean(np.log(chosen))


def kl_divergence(truth, probability):
    return np.mean(np.sum(truth * np.log(truth / probability), axis=-1))


# %% compare
generator = np.random.default_rng(seed=0)
numbers, guesses = generator.normal(scale=2.0, size=(2, GUESSES, 1))
rows = generator.dirichlet(np.ones(4), size=GUESSES)  # (batch, class), each sums to 1
soft = generator.dirichlet(np.ones(4), size=GUESSES)
classes = generator.integers(4, size=GUESSES)
yes = generator.integers(2, size=(GUESSES, 1)).astype(float)
chance = generator.uniform(0.01, 0.99, size=(GUESSES, 1))

pairs = [
    (mean_squared_error, keras.losses.MeanSquaredError(), numbers, guesses),
    (mean_absolute_error, keras.losses.MeanAbsoluteError(), numbers, guesses),
    (huber, keras.losses.Huber(), numbers, guesses),
    (binary_crossentropy, keras.losses.BinaryCrossentropy(), yes, chance),
    (categorical_crossentropy, keras.losses.CategoricalCrossentropy(),
     np.eye(4)[classes], rows),
    (sparse_categorical_crossentropy, keras.losses.SparseCategoricalCrossentropy(),
     classes, rows),
    (kl_divergence, keras.losses.KLDivergence(), soft, rows),
]
gaps = []
for ours, theirs, truth, guess in pairs:
    by_hand, by_keras = ours(truth, guess), float(theirs(truth, guess))
    gaps.append(abs(by_hand - by_keras) / by_hand)
    print(f"{ours.__name__:32} {by_hand:.6f}  {by_keras:.6f}")
assert max(gaps) < 1e-5  # Keras computes in float32

# %% book
truth, guess = [[1, 9, 2], [-5, -2, 6]], [[4, 8, 12], [8, 1, 3]]
squared = keras.losses.MeanSquaredError()(truth, guess)
print("squared:", float(squared))

probabilities = np.array([[0.9, 0.05, 0.05], [0.05, 0.89, 0.06], [0.05, 0.01, 0.94]])
one_hot = keras.losses.CategoricalCrossentropy()(np.eye(3), probabilities)
print("categorical:", float(one_hot))

probabilities = np.array([[0.9, 0.05, 0.025, 0.025], [0.05, 0.89, 0.03, 0.03],
                          [0.04, 0.01, 0.94, 0.01], [0.02, 0.02, 0.01, 0.95]])
each = keras.losses.SparseCategoricalCrossentropy(reduction=None)
sparse = each(np.arange(4), probabilities).numpy()
print("sparse, each example:", sparse.round(5))
