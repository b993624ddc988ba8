# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "matplotlib"]
#
# [tool.book]
# title = "What a stale gradient does, and how small a step it forces"
#
# [tool.book.smoke]
# SEEDS = [0, 1, 2]
# STEPS = 100
# DELAYS = [0, 2, 8]
#
# [tool.book.values]
# seeds = "len(SEEDS)"
# rate = "RATE"
# delays = "list(DELAYS)"
# losses = "final.mean(axis=1).tolist()"
# lowest = "final.min(axis=1).tolist()"
# highest = "final.max(axis=1).tolist()"
# measured = "measured.tolist()"
# predicted = "predicted.tolist()"
# worst = "float(np.max(np.abs(measured / predicted - 1)))"
# floor = "NOISE**2"
# ///

# %% parameters
SEEDS = (0, 1, 2, 3, 4)
DELAYS = (0, 1, 2, 4, 8, 16)
STEPS = 300
FEATURES = 20
EXAMPLES = 2_000
BATCH = 64
NOISE = 0.1
RATE = 0.08

# %% task
import matplotlib.pyplot as plt
import numpy as np


def make_task(generator):
    inputs = generator.normal(size=(EXAMPLES, FEATURES))
    truth = generator.normal(size=FEATURES)
    return inputs, inputs @ truth + NOISE * generator.normal(size=EXAMPLES)


# %% delayed
def train(seed, delay, rate):
    """SGD whose gradients are `delay` updates old when they arrive."""
    generator = np.random.default_rng(seed)
    inputs, targets = make_task(generator)
    history = [np.zeros(FEATURES)] * (delay + 1)  # the last one is the newest
    losses = []
    for _ in range(STEPS):
        stale = history[-1 - delay]
        rows = generator.integers(EXAMPLES, size=BATCH)
        errors = inputs[rows] @ stale - targets[rows]
        gradient = 2 * inputs[rows].T @ errors / BATCH
        history.append(history[-1] - rate * gradient)
        losses.append(np.mean((inputs @ history[-1] - targets) ** 2))
    return losses


with np.errstate(over="ignore", invalid="ignore"):
    runs = [[train(seed, delay, RATE) for seed in SEEDS] for delay in DELAYS]
curves = np.array(runs)  # (delay, seed, update)
final = curves[:, :, -20:].mean(axis=2)  # (delay, seed)
for delay, losses in zip(DELAYS, final):
    spread = f"{losses.min():.3g} to {losses.max():.3g}"
    print(f"delay {delay:2}: loss {losses.mean():.3g}, seeds {spread}")


# %% limit
def converges(delay, product):
    """Follow w <- w - product * w_stale. Does it shrink?"""
    history = [1.0] * (delay + 1)
    for _ in range(6_000):
        history.append(history[-1] - product * history[-1 - delay])
        if abs(history[-1]) > 1e6:
            return False
    return max(map(abs, history[-200:])) < 1


def largest(delay):
    low, high = 0.0, 4.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (middle, high) if converges(delay, middle) else (low, middle)
    return low


delays = np.array(DELAYS)
measured = np.array([largest(delay) for delay in DELAYS])
predicted = 2 * np.sin(np.pi / (2 * (2 * delays + 1)))
for delay, found, formula in zip(DELAYS, measured, predicted):
    print(f"delay {delay:2}: largest step found {found:.3f}, formula {formula:.3f}")

# %% figure
figure, (left, right) = plt.subplots(ncols=2, figsize=(7.2, 3.4))
for number, (delay, seeds) in enumerate(zip(DELAYS, curves)):
    colour = f"C{number}"
    shown = np.minimum(seeds, 1e4)
    left.plot(shown.T, color=colour, linewidth=0.5, alpha=0.5)
    left.plot(shown.mean(axis=0), color=colour)
    height = 0.0045 * 2.4**number if delay < 8 else shown.mean(axis=0)[-1]
    left.text(1.03 * STEPS, height, f"delay {delay}", color=colour, va="center")
left.set(xlabel="updates", ylabel="loss", yscale="log", title="One step size")
left.set_xlim(0, 1.4 * STEPS)
grid = np.arange(0, max(DELAYS) + 1)
right.plot(grid, 2 * np.sin(np.pi / (2 * (2 * grid + 1))), color="C0")
right.plot(delays, measured, "o", color="C1")
right.annotate("formula", (6, 0.34), color="C0")
right.annotate("found by trying", (1.6, 1.0), color="C1")
right.set(xlabel="delay in updates", ylabel="largest step × curvature", ylim=(0, None))
right.set_title("How large a step may be")
plt.show()
