# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "matplotlib"]
#
# [tool.book]
# title = "What an all-reduce costs: latency, bandwidth, and where tree and ring cross"
#
# [tool.book.values]
# latency_us = "LATENCY * 1e6"
# gigabits = "BANDWIDTH * 8 / 1e9"
# workers = "WORKERS"
# large_megabytes = "LARGE / 1e6"
# crossover_kilobytes = "crossover / 1e3"
# large_ms = "[1000 * float(cost(WORKERS, LARGE)) for cost in (root, tree, ring)]"
# tiny_ms = "[1000 * float(cost(WORKERS, TINY)) for cost in (root, tree, ring)]"
# ring_growth = "float(ring(64, LARGE) / ring(2, LARGE))"
# root_growth = "float(root(64, LARGE) / root(2, LARGE))"
# ///

# %% parameters
LATENCY = 50e-6  # seconds from "send" to the first byte
BANDWIDTH = 1.25e9  # bytes a second: a network of 10 gigabits
WORKERS = 16
TINY = 1_000  # bytes
LARGE = 100_000_000  # bytes: 25 million weights

# %% tree
import matplotlib.pyplot as plt
import numpy as np


def tree_all_reduce(values):
    """Pairs add up, then pairs of pairs; the sum goes back the same way. Rounds."""
    workers, rounds, distance = len(values), 0, 1
    while distance < workers:
        for receiver in range(0, workers - distance, 2 * distance):
            values[receiver] += values[receiver + distance]
        distance, rounds = 2 * distance, rounds + 1
    while distance > 1:
        distance, rounds = distance // 2, rounds + 1
        for sender in range(0, workers - distance, 2 * distance):
            values[sender + distance][:] = values[sender]
    return rounds


for workers in range(2, 40):
    values = [np.arange(5) * (who + 1) for who in range(workers)]
    expected = np.sum(values, axis=0)
    assert tree_all_reduce(values) == 2 * np.ceil(np.log2(workers))
    assert all(np.array_equal(value, expected) for value in values)


# %% model
def root(workers, nbytes):
    """All in turn over the link of one worker: in, and out again."""
    return 2 * (workers - 1) * (LATENCY + nbytes / BANDWIDTH)


def tree(workers, nbytes):
    """Few rounds, each with the whole array."""
    return 2 * np.ceil(np.log2(workers)) * (LATENCY + nbytes / BANDWIDTH)


def ring(workers, nbytes):
    """Many rounds, each with one chunk."""
    return 2 * (workers - 1) * (LATENCY + nbytes / workers / BANDWIDTH)


def tree_ring_crossover(workers):
    """The size from which on the ring is quicker, in bytes."""
    levels = np.ceil(np.log2(workers))
    more_rounds = workers - 1 - levels
    fewer_bytes = levels - (workers - 1) / workers
    return float(LATENCY * BANDWIDTH * more_rounds / fewer_bytes)


crossover = tree_ring_crossover(WORKERS)
assert np.isclose(tree(WORKERS, crossover), ring(WORKERS, crossover))
for name, nbytes in (("1 kB", TINY), ("100 MB", LARGE)):
    times = [f"{1000 * cost(WORKERS, nbytes):10.2f}" for cost in (root, tree, ring)]
    print(f"{name:>6}, {WORKERS} workers: root, tree, ring", *times, "ms")
print(f"tree and ring cross at {crossover / 1e3:.0f} kB")

# %% picture
figure, (by_size, by_workers) = plt.subplots(1, 2, figsize=(7.2, 3.3))
sizes, counts = np.logspace(2, 9, num=200), np.arange(2, 65)
styles = ((root, "C1", "--"), (tree, "C4", ":"), (ring, "C0", "-"))
for cost, colour, line in styles:
    style = {"color": colour, "linestyle": line}
    by_size.loglog(sizes, 1000 * cost(WORKERS, sizes), **style)
    by_workers.semilogy(counts, [cost(count, LARGE) for count in counts], **style)
    place = (64, cost(64, LARGE))
    by_workers.annotate(cost.__name__, place, (3, 0), textcoords="offset points").set(
        color=colour, va="center"
    )
    end = (1e9, 1000 * cost(WORKERS, 1e9))
    by_size.annotate(cost.__name__, end, (3, 0), textcoords="offset points").set(
        color=colour, va="center"
    )
meeting = 1000 * ring(WORKERS, crossover)
by_size.plot(crossover, meeting, marker="o", color="C2")
by_size.text(1.3 * crossover, meeting / 1.5, f"{crossover / 1e3:.0f} kB", color="C2")
by_size.set(xlabel="bytes to sum", ylabel="time, milliseconds", xlim=(60, 3e10))
by_size.set_title(f"{WORKERS} workers")
by_workers.set(xlabel="workers N", ylabel="time, seconds", xlim=(0, 74))
by_workers.set_title("100 MB to sum")
plt.show()
