# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "matplotlib"]
#
# [tool.book]
# title = "Five collectives, as NumPy on a list of workers"
# sources = ["mtf-ch07-allreduce-allgather"]
#
# [tool.book.values]
# values_before = "len(start[0])"
# values_after_all_reduce = "len(states['all-reduce'][0])"
# values_after_all_gather = "len(states['all-gather'][0])"
# workers = "len(start)"
# ///

# %% start
import matplotlib.pyplot as plt
import numpy as np

start = [  # one array a worker: each digit tells whose number it is
    np.array([1, 2, 3]),
    np.array([10, 20, 30]),
    np.array([100, 200, 300]),
]


# %% rooted
def reduce(values, root=0):
    """The root gets the sum; the others keep what they had."""
    total = np.zeros_like(values[root])
    for value in values:
        total = total + value
    return [total if who == root else value for who, value in enumerate(values)]


def broadcast(values, root=0):
    """Everybody gets the root's array."""
    return [values[root].copy() for _ in values]


# %% rootless
def all_gather(values):
    """Everybody gets all arrays, one behind the other."""
    return [np.concatenate(values) for _ in values]


def reduce_scatter(values):
    """The array is summed, and each worker gets one part of the sum."""
    parts = [np.array_split(value, len(values)) for value in values]
    return [sum(part[who] for part in parts) for who in range(len(values))]


def all_reduce(values):
    """Everybody gets the sum."""
    return broadcast(reduce(values))


# %% states
states = {
    "start": start,
    "reduce": reduce(start),
    "broadcast": broadcast(start),
    "reduce-scatter": reduce_scatter(start),
    "all-gather": all_gather(start),
    "all-reduce": all_reduce(start),
}
for name, values in states.items():
    print(f"{name:15}", *(value.tolist() for value in values))

# %% halves
by_root = broadcast(reduce(start))
by_parts = all_gather(reduce_scatter(start))
assert all(np.array_equal(a, b) for a, b in zip(by_root, by_parts, strict=True))
assert all(np.array_equal(a, sum(start)) for a in by_parts)
print("all-gather(reduce-scatter(x)) == broadcast(reduce(x)):", by_parts[0].tolist())

# %% picture
figure, axes = plt.subplots(2, 3, figsize=(7.2, 3.5))
colours = {1: "C0", 2: "C1", 3: "C3"}  # by the number of digits: whose number it is
for axis, (name, values) in zip(axes.flat, states.items(), strict=True):
    widest = max(len(value) for value in values)
    for row, value in enumerate(values):
        axis.text(-0.15 * widest / 3, row, "ABC"[row], ha="right", va="center")
        for column, number in enumerate(value):
            text = str(number)
            is_sum = "0" not in text and len(text) == 3
            colour = "C2" if is_sum else colours[len(text)]
            box = plt.Rectangle((column, row - 0.42), 1, 0.84, facecolor=colour)
            box.set(alpha=0.4 if is_sum else 0.18, edgecolor=colour, linewidth=1)
            axis.add_patch(box)
            weight = "bold" if is_sum else "normal"
            size = 9 if widest < 4 else 6.5
            axis.text(column + 0.5, row, text, ha="center", va="center").set(
                fontsize=size, fontweight=weight
            )
    axis.set(xlim=(-0.16 * widest, widest + 0.05), ylim=(2.6, -0.6), title=name)
    axis.axis("off")
plt.show()
