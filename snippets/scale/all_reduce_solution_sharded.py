# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy"]
#
# [tool.book]
# title = "Stop half-way: each worker updates only its share of the weights"
#
# [tool.book.values]
# equal = "int(equal)"
# full_state = "full_state"
# sharded_state = "sharded_state"
# workers = "WORKERS"
# steps = "STEPS"
# ///

# %% parameters
WORKERS = 4
WEIGHTS = 1_000
STEPS = 20

# %% shares
import numpy as np


def reduce_scatter(values):
    """Each worker gets one part of the sum."""
    parts = [np.array_split(value, len(values)) for value in values]
    return [sum(part[who] for part in parts) for who in range(len(values))]


def all_gather(values):
    return [np.concatenate(values) for _ in values]


def momentum_update(weights, velocity, gradient):
    velocity[:] = 0.9 * velocity + gradient
    return weights - 0.01 * velocity


# %% train
generator = np.random.default_rng(seed=0)
gradients = generator.normal(size=(STEPS, WORKERS, WEIGHTS)).astype("float32")
whole = np.zeros(WEIGHTS, dtype="float32")
velocity = np.zeros_like(whole)  # every worker holds all of it
shared = [whole.copy() for _ in range(WORKERS)]
velocities = [np.zeros_like(part) for part in np.array_split(whole, WORKERS)]

for local in gradients:
    whole = momentum_update(whole, velocity, sum(local))  # after an all-reduce
    updated = []
    for who, gradient in enumerate(reduce_scatter(list(local))):
        part = np.array_split(shared[who], WORKERS)[who]
        updated.append(momentum_update(part, velocities[who], gradient))
    shared = all_gather(updated)

# %% compare
equal = all(np.array_equal(whole, weights) for weights in shared)
full_state, sharded_state = velocity.nbytes, velocities[0].nbytes
assert equal
print("the same weights, bit for bit:", equal)
print(f"optimizer state of a worker: {full_state} bytes, sharded {sharded_state} bytes")
