# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "matplotlib"]
#
# [tool.book]
# title = "How often to save: the formula of Young, simulated"
#
# [tool.book.smoke]
# RUNS = 20
#
# [tool.book.values]
# cost = "COST"
# machines = "list(MACHINES)"
# hours_between = "[mean_time(count) / 3600 for count in MACHINES]"
# best_minutes = "[best_interval(mean_time(count)) / 60 for count in MACHINES]"
# predicted = "[100 * share for share in predicted]"
# simulated = "[100 * float(share) for share in at_best]"
# simulated_spread = "[100 * float(share) for share in at_best_spread]"
# hourly = "[100 * float(share) for share in hourly]"
# ///

# %% parameters
MACHINE_MEAN_DAYS = 365  # one machine fails once a year, on average
COST = 60  # seconds in which a checkpoint is written and nothing else happens
RESTART = 300  # seconds from a death to the first step of the new start
MACHINES = (1, 16, 256, 4096)
WORK_DAYS = 10
RUNS = 400

# %% formula
import matplotlib.pyplot as plt
import numpy as np


def mean_time(machines):
    """Seconds between two failures of anything: N machines fail N times as often."""
    return MACHINE_MEAN_DAYS * 24 * 3600 / machines


def best_interval(mean):
    return np.sqrt(2 * COST * mean)


def overhead(interval, mean):
    """Time lost for each second of work: saving, half an interval, restart."""
    return COST / interval + (interval / 2 + RESTART) / mean


# %% simulate
def simulate(interval, mean, generator):
    """Work through all segments of a job; a failure sends back to the last save."""
    segments = round(WORK_DAYS * 24 * 3600 / interval)
    length = interval + COST
    failures = generator.geometric(np.exp(-length / mean), size=segments) - 1
    lost = RESTART * failures.sum()
    # how far each failed attempt came: exponential, given that it failed
    share = generator.uniform(size=failures.sum()) * -np.expm1(-length / mean)
    lost += (-mean * np.log1p(-share)).sum()
    return (segments * length + lost) / (segments * interval) - 1


def simulate_all(interval, mean, seed=0):
    generator = np.random.default_rng(seed)
    return np.array([simulate(interval, mean, generator) for _ in range(RUNS)])


predicted = [
    overhead(best_interval(mean_time(count)), mean_time(count)) for count in MACHINES
]
runs = [simulate_all(best_interval(mean_time(n)), mean_time(n)) for n in MACHINES]
at_best, at_best_spread = np.mean(runs, axis=1), np.std(runs, axis=1)
hourly = [simulate_all(3600, mean_time(count)).mean() for count in MACHINES]

print("machines   a failure every   save every   lost: formula   simulated")
for count, formula, simulated in zip(MACHINES, predicted, at_best):
    mean = mean_time(count)
    print(f"{count:8d} {mean / 3600:15.1f} h", end="")
    print(f" {best_interval(mean) / 60:8.0f} min {100 * formula:13.1f} %", end="")
    print(f" {100 * simulated:9.1f} %")

# %% figure
figure, axes = plt.subplots()
intervals = np.geomspace(120, 24 * 3600, 60)
for number, count in enumerate(MACHINES):
    mean, color = mean_time(count), f"C{number}"
    axes.plot(intervals / 60, 100 * overhead(intervals, mean), color=color)
    chosen = intervals[::6]
    lost = [100 * simulate_all(interval, mean).mean() for interval in chosen]
    axes.plot(chosen / 60, lost, "o", color=color, markerfacecolor="none")
    best = best_interval(mean)
    axes.plot(best / 60, 100 * overhead(best, mean), "*", color=color, markersize=14)
    last = 100 * overhead(intervals[-1], mean)
    axes.annotate(
        f"{count:,d} machine" + "s" * (count > 1),
        (min(1440, 90 * 1440 / last) * 1.05, min(last, 90)),
        color=color,
        va="center",
    )
axes.set(xscale="log", yscale="log", xlim=(2, 6000), ylim=(0.05, 100))
axes.set_xticks([2, 10, 60, 360, 1440], ["2 min", "10 min", "1 h", "6 h", "1 day"])
axes.set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
axes.set_xlabel("work between two checkpoints (log scale)")
axes.set_ylabel("time lost (% of the work, log scale)")
plt.show()
