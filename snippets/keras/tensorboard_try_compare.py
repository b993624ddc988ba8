# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorboard~=2.21.0"]
#
# [tool.book]
# title = "Many runs in one folder, compared by reading their logs"
#
# [tool.book.values]
# rates = "list(RATES)"
# means = "means"
# spreads = "spreads"
# runs = "len(found)"
# ///

# %% parameters
RATES = (0.003, 0.03, 0.3)
SEEDS = (0, 1, 2)
STEPS = 40

# %% write
from collections import defaultdict
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import (
    TENSORS,
    EventAccumulator,
)

for rate in RATES:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        rows, weight = rng.normal(size=(64, 5)), np.zeros(5)
        prices = rows @ rng.normal(size=5) + 0.1 * rng.normal(size=64)
        writer = tf.summary.create_file_writer(f"logs/rate={rate}/seed={seed}")
        with writer.as_default():
            for step in range(STEPS):
                error = rows @ weight - prices
                tf.summary.scalar("loss", np.mean(error**2), step=step)
                weight = weight - rate * 2 * rows.T @ error / len(rows)
        writer.close()

# %% compare
found = sorted({path.parent for path in Path("logs").rglob("events*")})
last = defaultdict(list)
for folder in found:
    log = EventAccumulator(str(folder), size_guidance={TENSORS: 0}).Reload()
    final = log.Tensors("loss")[-1]
    last[folder.parent.name].append(float(tf.make_ndarray(final.tensor_proto)))
for name, values in last.items():
    low, high = min(values), max(values)
    print(f"{name:12s} mean {np.mean(values):.4f}, from {low:.4f} to {high:.4f}")
means = [float(np.mean(values)) for values in last.values()]
spreads = [float(max(values) - min(values)) for values in last.values()]
