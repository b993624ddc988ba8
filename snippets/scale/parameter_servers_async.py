# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "matplotlib"]
#
# [tool.book]
# title = "Waiting for the slowest, or not waiting: eight workers on a simulated clock"
#
# [tool.book.smoke]
# SEEDS = [0, 1, 2]
#
# [tool.book.values]
# workers = "WORKERS"
# seeds = "len(SEEDS)"
# seconds = "SECONDS"
# slowdown = "SLOWDOWN"
# target = "TARGET"
# even_synchronous = "reach[1.0, True]"
# even_asynchronous = "reach[1.0, False]"
# slow_synchronous = "reach[SLOWDOWN, True]"
# slow_asynchronous = "reach[SLOWDOWN, False]"
# staleness = "[float(np.mean(ages)) for ages in even_ages]"
# slow_staleness = "[float(np.mean(ages)) for ages in slow_ages]"
# oldest = "[int(max(ages)) for ages in slow_ages]"
# ///

# %% parameters
SEEDS = (0, 1, 2, 3, 4)
WORKERS = 8
FEATURES = 20
EXAMPLES = 2_000
BATCH = 16
NOISE = 0.1
RATE = 0.2
SECONDS = 80.0
SLOWDOWN = 5.0
TARGET = 0.02

# %% task
import heapq

import matplotlib.pyplot as plt
import numpy as np


class Task:
    """Least squares, and workers whose step takes about a second."""

    def __init__(self, seed, slowdown):
        self.generator = np.random.default_rng(seed)
        self.inputs = self.generator.normal(size=(EXAMPLES, FEATURES))
        noise = NOISE * self.generator.normal(size=EXAMPLES)
        self.targets = self.inputs @ self.generator.normal(size=FEATURES) + noise
        self.slowdown = slowdown

    def gradient(self, weights):
        rows = self.generator.integers(EXAMPLES, size=BATCH)
        errors = self.inputs[rows] @ weights - self.targets[rows]
        return 2 * self.inputs[rows].T @ errors / BATCH

    def loss(self, weights):
        return np.mean((self.inputs @ weights - self.targets) ** 2)

    def seconds(self, worker):
        slow = self.slowdown if worker == 0 else 1.0
        return slow * self.generator.lognormal(mean=0.0, sigma=0.3)


# %% synchronous
def synchronous(task):
    """All gradients of one version are averaged; then the next version begins."""
    weights, now, times, losses = np.zeros(FEATURES), 0.0, [0.0], []
    losses.append(task.loss(weights))
    while now < SECONDS:
        now += max(task.seconds(worker) for worker in range(WORKERS))
        gradients = [task.gradient(weights) for _ in range(WORKERS)]
        weights = weights - RATE * np.mean(gradients, axis=0)
        times.append(now)
        losses.append(task.loss(weights))
    return times, losses


# %% asynchronous
def asynchronous(task):
    """Each gradient is applied when it arrives, an eighth as far."""
    weights, version, ages = np.zeros(FEATURES), 0, []
    times, losses = [0.0], [task.loss(weights)]
    arrivals = [(task.seconds(worker), worker) for worker in range(WORKERS)]
    heapq.heapify(arrivals)
    read = [(weights, version)] * WORKERS
    while arrivals[0][0] < SECONDS:
        now, worker = heapq.heappop(arrivals)
        stale, born = read[worker]
        weights = weights - RATE / WORKERS * task.gradient(stale)
        ages.append(version - born)
        version += 1
        read[worker] = weights, version
        heapq.heappush(arrivals, (now + task.seconds(worker), worker))
        times.append(now)
        losses.append(task.loss(weights))
    return times, losses, ages


# %% race
def first_time(times, losses):
    return float(np.array(times)[np.array(losses) < TARGET][0])


runs, reach, ages_of = {}, {}, {}
for slowdown in (1.0, SLOWDOWN):
    together = [synchronous(Task(seed, slowdown)) for seed in SEEDS]
    alone = [asynchronous(Task(seed, slowdown)) for seed in SEEDS]
    ages_of[slowdown] = [ages for _, _, ages in alone]
    alone = [(times, losses) for times, losses, _ in alone]
    for waits, curves in ((True, together), (False, alone)):
        runs[slowdown, waits] = curves
        reach[slowdown, waits] = [first_time(*curve) for curve in curves]
        kind = "synchronous" if waits else "asynchronous"
        mean = np.mean(reach[slowdown, waits])
        print(f"slowdown {slowdown:.0f}, {kind:<12}: loss {TARGET} after {mean:4.1f} s")

# %% staleness
even_ages, slow_ages = ages_of[1.0], ages_of[SLOWDOWN]
print(f"staleness, equal workers: mean {np.mean(np.concatenate(even_ages)):.2f}")
print(f"staleness, one slow:      mean {np.mean(np.concatenate(slow_ages)):.2f}")
print(f"oldest gradient applied:  {max(map(max, slow_ages))} updates old")

# %% figure
figure, axes = plt.subplots(ncols=2, figsize=(7.2, 3.4), sharey=True)
titles = ("Eight equal workers", f"One of eight is {SLOWDOWN:.0f} times slower")
grid = np.linspace(0, SECONDS, 300)
for axis, slowdown, title in zip(axes, (1.0, SLOWDOWN), titles):
    for waits, colour in ((True, "C0"), (False, "C1")):
        steps = []
        for times, losses in runs[slowdown, waits]:
            index = np.searchsorted(times, grid, side="right") - 1
            steps.append(np.array(losses)[index])
            axis.plot(grid, steps[-1], color=colour, linewidth=0.5, alpha=0.5)
        axis.plot(grid, np.mean(steps, axis=0), color=colour)
    axis.set(xlabel="simulated seconds", title=title, yscale="log")
    axis.set_ylim(4e-3, None)
axes[0].set_ylabel("loss")
axes[1].annotate("synchronous", (0.45, 0.55), xycoords="axes fraction", color="C0")
axes[1].annotate("asynchronous", (0.3, 0.03), xycoords="axes fraction", color="C1")
plt.show()
