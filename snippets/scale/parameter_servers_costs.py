# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy", "matplotlib"]
#
# [tool.book]
# title = "When do more workers pay? Bytes, bandwidth and compute, on paper"
#
# [tool.book.smoke]
# MODELS = ["MobileNetV2", "ResNet50"]
#
# [tool.book.values]
# names = "list(models)"
# parameters = "[int(count) for count, _ in models.values()]"
# megabytes = "[SIZE * count / 1e6 for count, _ in models.values()]"
# compute = "[float(seconds) for _, seconds in models.values()]"
# networks = "list(NETWORKS)"
# batch = "BATCH"
# flops = "FLOPS"
# latency = "LATENCY"
# floors = "[[row['floor'] for row in rows] for rows in table]"
# best = "[[row['best'] for row in rows] for rows in table]"
# gain = "[[row['gain'] for row in rows] for rows in table]"
# last = "[[row['last'] for row in rows] for rows in table]"
# server_last = "[[row['server_last'] for row in rows] for rows in table]"
# full = "[[row['full'] for row in rows] for rows in table]"
# weak = "weak_efficiency"
# formula_best = "formula_best"
# ///

# %% parameters
NETWORKS = (1, 10, 100)  # gigabits a second, in each direction
LATENCY = 20e-6  # seconds for one message
FLOPS = 20e12  # additions and multiplications a second, sustained
BATCH = 64
SIZE = 4  # bytes of a float32
SERVERS = 4
MOST = 1_024
MODELS = ("MobileNetV2", "ResNet50", "VGG16")

# %% models
import keras
import matplotlib.pyplot as plt
import numpy as np


def count_products(model):
    """Multiplications of one forward pass for one image."""
    products = 0
    for layer in model.layers:
        if hasattr(layer, "kernel"):  # convolutions and dense layers
            shape = layer.output.shape  # (batch, height, width, channels)
            places = shape[1] * shape[2] if len(shape) == 4 else 1
            products += places * int(np.prod(layer.kernel.shape))
    return products


models = {}
for name in MODELS:
    model = getattr(keras.applications, name)(weights=None)
    forward = 2 * count_products(model)  # a product and a sum
    seconds = 3 * forward * BATCH / FLOPS  # backward costs twice the forward pass
    models[name] = model.count_params(), seconds
    millions = model.count_params() / 1e6
    print(f"{name:<12} {millions:5.1f} million, {1e3 * seconds:5.1f} ms a batch")


# %% formulas
def bandwidth(network):
    return network * 1e9 / 8  # bytes a second


def all_reduce(workers, size, network):
    """Ring: each worker sends and receives 2 (n - 1) / n times the model."""
    moved = 2 * (workers - 1) / workers * size
    return moved / bandwidth(network) + 2 * (workers - 1) * LATENCY


def served(workers, size, network):
    """Each server sends its part to all workers, then takes all gradients."""
    busiest = max(workers / SERVERS, 1)  # and no worker is quicker than its own line
    return 2 * busiest * size / bandwidth(network) + 2 * LATENCY


def strong(workers, compute, size, network, exchange):
    """Seconds a step when the batch is divided among the workers."""
    return compute / workers + exchange(workers, size, network)


# %% table
grid = np.arange(2, MOST + 1)


def judge(compute, size, network):
    ring = strong(grid, compute, size, network, all_reduce)
    star = np.array([strong(n, compute, size, network, served) for n in grid])
    best = int(np.argmin(ring))
    pays, star_pays = grid[ring < compute], grid[star < compute]
    line = size / bandwidth(network)  # seconds to send the model once
    return {
        "floor": 2 * line,
        "best": int(grid[best]) if ring[best] < compute else 1,
        "gain": float(max(compute / ring[best], 1)),
        "last": int(pays[-1]) if len(pays) else 1,
        "server_last": int(star_pays[-1]) if len(star_pays) else 1,
        "full": float(SERVERS * (compute / line + 2)),
    }


table = []
print("model        Gbit/s  2S/B in ms  best n  gain  last n  last n, servers")
for name, (count, seconds) in models.items():
    table.append([judge(seconds, SIZE * count, network) for network in NETWORKS])
    for network, row in zip(NETWORKS, table[-1]):
        print(
            f"{name:<12} {network:6} {1e3 * row['floor']:11.1f} {row['best']:7}"
            f" {row['gain']:5.1f} {row['last']:7} {row['server_last']:16}"
        )

# %% optimum
count, seconds = models["ResNet50"]
floor = 2 * SIZE * count / bandwidth(100)
formula_best = float(np.sqrt((seconds - floor) / (2 * LATENCY)))
found = table[1][2]["best"]
print(f"best number of workers: formula {formula_best:.1f}, table {found}")

# %% break-even
figure, axis = plt.subplots()
sizes = np.logspace(6.5, 9.5, 50)
for number, network in enumerate(NETWORKS):
    needed = 2 * sizes / bandwidth(network)
    axis.loglog(sizes / 1e6, 1e3 * needed, color=f"C{number}")
    axis.annotate(
        f"{network} Gbit/s", (sizes[-1] / 1e6, 1e3 * needed[-1]), xytext=(4, 0),
        textcoords="offset points", color=f"C{number}", va="center",
    )
for name, (count, seconds) in models.items():
    axis.plot(SIZE * count / 1e6, 1e3 * seconds, "o", color="C5")
    axis.annotate(
        name, (SIZE * count / 1e6, 1e3 * seconds), xytext=(6, 4),
        textcoords="offset points", color="C5",
    )
axis.set(xlabel="model in megabytes", ylabel="compute of the whole batch in ms")
axis.set_title("Above a network's line, more workers pay")
plt.show()

# %% scaling
figure, (left, right) = plt.subplots(ncols=2, figsize=(7.2, 3.4))
count, seconds = models["ResNet50"]
size = SIZE * count
shown = 2.0 ** np.arange(0, 9)
for number, network in enumerate(NETWORKS):
    steps = strong(shown, seconds, size, network, all_reduce)
    left.loglog(shown, seconds / steps, base=2, color=f"C{number}")
    left.annotate(
        f"{network}", (shown[-1], seconds / steps[-1]), xytext=(4, 0),
        textcoords="offset points", color=f"C{number}", va="center",
    )
left.loglog(shown, shown, base=2, linestyle=":", color="C6")
left.set(xlabel="workers", ylabel="speed-up", title="Strong: one batch, divided")
left.annotate("Gbit/s", (shown[-1], 20), xytext=(-14, 0), textcoords="offset points")
left.set_ylim(0.1, 300)
weak_efficiency = []
for number, network in enumerate(NETWORKS):
    steps = seconds + all_reduce(shown, size, network)
    weak_efficiency.append(float(seconds / steps[-1]))
    right.loglog(shown, shown * seconds / steps, base=2, color=f"C{number}")
    right.annotate(
        f"{network}", (shown[-1], shown[-1] * seconds / steps[-1]), xytext=(4, 0),
        textcoords="offset points", color=f"C{number}", va="center",
    )
    line = size / bandwidth(network)
    asynchronous = np.minimum(shown / (seconds + 2 * line), SERVERS / line)
    right.loglog(
        shown, asynchronous * seconds, base=2, color=f"C{number}", linestyle="--"
    )
right.loglog(shown, shown, base=2, linestyle=":", color="C6")
right.set(xlabel="workers", ylabel="examples, in those of one worker")
right.set_title("Weak: a batch for each")
right.set_ylim(0.1, 300)
right.text(1.2, 60, "solid: all-reduce")
right.text(1.2, 28, f"dashed: {SERVERS} servers")
plt.show()
