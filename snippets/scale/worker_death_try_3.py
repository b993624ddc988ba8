# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy"]
#
# [tool.book]
# title = "Exercise: how wrong may the guess be?"
#
# [tool.book.values]
# factors = "list(FACTORS)"
# ratios = "ratios"
# ///

# %% parameters
COST = 60
MEAN = 7_700  # seconds between failures, in truth
FACTORS = (0.0625, 0.25, 1, 4, 16)  # guessed / true mean time between failures

# %% solution
import numpy as np


def avoidable(interval):
    return COST / interval + interval / 2 / MEAN


best = avoidable(np.sqrt(2 * COST * MEAN))
ratios = [
    float(avoidable(np.sqrt(2 * COST * MEAN * factor)) / best) for factor in FACTORS
]
for factor, ratio in zip(FACTORS, ratios):
    print(f"guess {factor:7.4f} times the truth: {ratio:.3f} times the least loss")
