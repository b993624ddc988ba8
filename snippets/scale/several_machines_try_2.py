# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Shuffle, then share? Share, then shuffle"
#
# [tool.book.smoke]
# EXAMPLES = 2000
# SEEDS = [0]
#
# [tool.book.values]
# never_after = "never['shuffle, then share']"
# never_before = "never['share, then shuffle']"
# seeds = "len(SEEDS)"
# ///

# %% parameters
EXAMPLES = 20_000
WORKERS = 2
SEEDS = (0, 1, 2)

# %% share
import numpy as np
import tensorflow as tf


def first_epoch(index, seed, share_first):
    """What worker `index` sees. Its shuffle has a seed of its own, as without one."""
    dataset = tf.data.Dataset.range(EXAMPLES)
    if share_first:
        dataset = dataset.shard(num_shards=WORKERS, index=index)
    dataset = dataset.shuffle(EXAMPLES, seed=1000 * seed + index + 1)
    if not share_first:
        dataset = dataset.shard(num_shards=WORKERS, index=index)
    return np.fromiter(dataset.as_numpy_iterator(), dtype="int64")


# %% count
never = {}
orders = {"shuffle, then share": False, "share, then shuffle": True}
for name, share_first in orders.items():
    fractions = []
    for seed in SEEDS:
        times = np.zeros(EXAMPLES, dtype=int)
        for index in range(WORKERS):
            times[first_epoch(index, seed, share_first)] += 1
        fractions.append(float(np.mean(times == 0)))
    never[name] = fractions
    print(f"{name}: never seen", np.round(fractions, 3))
