# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Exercise: noise that follows from the step"
#
# [tool.book.values]
# with_generator = "differences['a generator']"
# from_step = "differences['the step']"
# ///

# %% parameters
STOP = 5
STEPS = 12
SEEDS = (0, 1, 2)

# %% solution
import numpy as np
import tensorflow as tf


def run(seed, kind, start=0, stop=STEPS, weight=0.0):
    """A toy run whose every step adds noise. Its state: step and weight."""
    generator = tf.random.Generator.from_seed(seed)
    draw = {
        "a generator": lambda step: generator.normal(shape=()),
        "the step": lambda step: tf.random.stateless_normal((), seed=(seed, step)),
    }
    for step in range(start, stop):
        weight = weight + float(draw[kind](step))
    return weight


differences = {}
for kind in ("a generator", "the step"):
    calm = [run(seed, kind) for seed in SEEDS]
    saved = [run(seed, kind, stop=STOP) for seed in SEEDS]
    resumed = [
        run(seed, kind, start=STOP, weight=weight)
        for seed, weight in zip(SEEDS, saved)
    ]
    differences[kind] = np.abs(np.subtract(calm, resumed)).tolist()
    print(f"noise from {kind}: off by {np.round(differences[kind], 2)}")
