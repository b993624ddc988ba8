# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy"]
#
# [tool.book]
# title = "A smaller step for older gradients"
#
# [tool.book.smoke]
# SEEDS = [0, 1, 2]
# DELAYS = [0, 16]
#
# [tool.book.values]
# delays = "list(DELAYS)"
# highest = "highest"
# updates = "updates"
# seeds = "len(SEEDS)"
# ///

# %% parameters
SEEDS = (0, 1, 2, 3, 4)
DELAYS = (0, 4, 8, 16, 32)
STEPS = 3_000
FEATURES = 20
EXAMPLES = 2_000
BATCH = 64
NOISE = 0.1
RATE = 0.08
TARGET = 0.012

# %% train
import numpy as np


def train(seed, delay):
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(EXAMPLES, FEATURES))
    truth = generator.normal(size=FEATURES)
    targets = inputs @ truth + NOISE * generator.normal(size=EXAMPLES)
    history = [np.zeros(FEATURES)] * (delay + 1)
    losses = []
    for _ in range(STEPS):
        rows = generator.integers(EXAMPLES, size=BATCH)
        stale = history[-1 - delay]
        errors = inputs[rows] @ stale - targets[rows]
        gradient = 2 * inputs[rows].T @ errors / BATCH
        history.append(history[-1] - RATE / (1 + delay) * gradient)
        losses.append(np.mean((inputs @ history[-1] - targets) ** 2))
    return losses


# %% compare
highest, updates = [], []
for delay in DELAYS:
    curves = np.array([train(seed, delay) for seed in SEEDS])
    highest.append(float(curves[:, -20:].mean(axis=1).max()))
    first = [int(np.argmax(curve < TARGET)) for curve in curves]
    updates.append(float(np.mean(first)))
    print(
        f"delay {delay:2}: worst seed's loss {highest[-1]:.4f},"
        f" below {TARGET} after {updates[-1]:4.0f} updates"
    )
