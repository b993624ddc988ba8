# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "matplotlib"]
#
# [tool.book]
# title = "Ring all-reduce: every step, every byte"
# sources = ["mtf-ch07-ring-allreduce"]
#
# [tool.book.values]
# steps = "len(letter_states) - 1"
# naive_root_bytes = "root_bytes"
# naive_data_bytes = "data_bytes"
# orders = "[str(text) for text in letters[0]]"
# worker_counts = "[row[0] for row in counted]"
# busiest_ring = "[row[3] for row in counted]"
# mean_ring = "[row[2] for row in counted]"
# formula = "[row[4] for row in counted]"
# uneven_sent = "uneven_sent.tolist()"
# uneven_bytes = "uneven[0].nbytes"
# different_share = "different_share"
# largest_relative = "largest_relative"
# same_everywhere = "int(same_everywhere)"
# float_workers = "FLOAT_WORKERS"
# ///

# %% parameters
FLOAT_WORKERS = 4
FLOAT_SIZE = 100_000

# %% naive
import matplotlib.pyplot as plt
import numpy as np


def naive_all_reduce(values):
    """Everybody sends to worker 0, which adds and sends back. The root's traffic."""
    root, *others = values
    through_root = 0
    for value in others:
        through_root += value.nbytes  # in
        root += value
    for value in others:
        through_root += root.nbytes  # out
        value[:] = root
    return through_root


gradients = [np.full(12, fill_value=10.0**who) for who in range(4)]
data_bytes = gradients[0].nbytes
root_bytes = naive_all_reduce(gradients)
assert all(np.array_equal(gradient, np.full(12, 1111.0)) for gradient in gradients)
assert root_bytes == 2 * (4 - 1) * data_bytes
print(f"data of one worker: {data_bytes} bytes; through the root: {root_bytes} bytes")


# %% ring
def ring_all_reduce(values):
    """Sum the workers' arrays, in place. Yields what moved, after each step."""
    workers = len(values)
    chunks = [np.array_split(value, workers) for value in values]  # views
    for step in range(2 * (workers - 1)):
        moves = []
        for sender in range(workers):
            chunk = (sender - step) % workers
            sent = chunks[sender][chunk].copy()  # all send at the same time
            moves.append((sender, (sender + 1) % workers, chunk, sent))
        for _, receiver, chunk, sent in moves:
            mine = chunks[receiver][chunk]
            mine[:] = sent + mine if step < workers - 1 else sent
        yield moves


# %% letters
letters = [np.array([name] * 4, dtype=object) for name in "ABCD"]
letter_states = [np.stack(letters)]
letter_moves = [[]]
for moves in ring_all_reduce(letters):
    letter_states.append(np.stack(letters))
    letter_moves.append([(receiver, chunk) for _, receiver, chunk, _ in moves])

for step, state in enumerate(letter_states):
    print(
        f"step {step}",
        *(" ".join(f"{text:4}" for text in row) for row in state),
        sep=" | ",
    )

# %% grid
figure, axes = plt.subplots(2, 4, figsize=(7.2, 4.1))
slots = [axes[0, 0], axes[0, 1], axes[0, 2], axes[0, 3], *axes[1, 1:]]
for step, axis in enumerate(slots):
    for worker in range(4):
        axis.text(-0.15, worker + 0.5, "ABCD"[worker], ha="right", va="center")
        for chunk in range(4):
            text = letter_states[step][worker, chunk]
            whole, arrived = len(text) == 4, (worker, chunk) in letter_moves[step]
            colour = "C2" if whole else "C0"
            cell = plt.Rectangle((chunk, worker), 1, 1, facecolor=colour)
            cell.set(alpha=0.42 if whole else 0.06 + 0.13 * (len(text) - 1))
            axis.add_patch(cell)
            label = axis.text(chunk + 0.5, worker + 0.5, text, ha="center", va="center")
            label.set(fontsize=7, fontweight="bold" if whole else "normal")
            if arrived:
                inner = (chunk + 0.05, worker + 0.05)
                frame = plt.Rectangle(inner, 0.9, 0.9, fill=False)
                axis.add_patch(frame)
                frame.set(edgecolor="C1", linewidth=1.5)
                tip, tail = (chunk + 0.5, worker + 0.22), (chunk + 0.5, worker - 0.3)
                arrow = {"arrowstyle": "-|>", "color": "C1", "shrinkA": 0, "shrinkB": 0}
                axis.annotate("", xy=tip, xytext=tail, arrowprops=arrow)
    phase = "reduce" if step < 4 else "share"
    axis.set_title(f"{step}: {phase}" if step else "start", pad=5)
    axis.set(xlim=(-0.5, 4), ylim=(4.55, -0.35), aspect="equal")
    for chunk in range(4):
        axis.text(chunk + 0.5, 4.32, str(chunk), ha="center", va="center", fontsize=7)
    axis.axis("off")
key = axes[1, 0]
key.axis("off")
key.set(xlim=(0, 4), ylim=(4.55, -0.35))
notes = [
    "row: worker",
    "column: chunk",
    "ABC: sum of A, B, C",
    "frame, arrow:",
    "  just arrived",
    "green, bold:",
    "  whole sum",
]
key.text(0, 0, "\n".join(notes), va="top", fontsize=8, linespacing=1.5)
plt.show()

# %% count
counted = []
for workers in (2, 3, 4, 5, 8, 16):
    size = 240 * workers
    values = [np.arange(size) * (who + 1) for who in range(workers)]
    expected = np.sum(values, axis=0)
    sent = np.zeros(workers, dtype=int)
    steps = 0
    for moves in ring_all_reduce(values):
        steps += 1
        for sender, _, _, data in moves:
            sent[sender] += data.nbytes
    nbytes = values[0].nbytes
    assert all(np.array_equal(value, expected) for value in values)
    assert steps == 2 * (workers - 1)
    assert (sent * workers == 2 * (workers - 1) * nbytes).all()  # whole numbers: exact
    mean, most = sent.mean() / nbytes, sent.max() / nbytes
    counted.append((workers, steps, mean, most, 2 * (workers - 1) / workers))

print("workers  steps  sent by each / data   2(N-1)/N   through a root / data")
for workers, steps, mean, _, formula in counted:
    print(f"{workers:7} {steps:6} {mean:15.3f} {formula:13.3f} {2 * (workers - 1):15}")

# %% uneven
uneven = [np.arange(10) * (who + 1) for who in range(4)]  # 10 numbers, 4 workers
sizes = np.array([chunk.nbytes for chunk in np.array_split(uneven[0], 4)])
uneven_sent = np.zeros(4, dtype=int)
for moves in ring_all_reduce(uneven):
    for sender, _, _, data in moves:
        uneven_sent[sender] += data.nbytes

assert all(np.array_equal(value, np.arange(10) * 10) for value in uneven)
assert uneven_sent.sum() == 2 * (4 - 1) * uneven[0].nbytes
# Each worker sends every chunk twice, but for one in each phase.
for who in range(4):
    left_out = sizes[(who + 1) % 4] + sizes[(who + 2) % 4]
    assert uneven_sent[who] == 2 * uneven[0].nbytes - left_out
print(
    "chunks:", sizes.tolist(), "bytes; sent by A to D:", uneven_sent.tolist(), "bytes"
)

# %% rounding
generator = np.random.default_rng(seed=0)
shape = (FLOAT_WORKERS, FLOAT_SIZE)
local = generator.normal(size=shape).astype("float32")
in_turn = local[0]
for gradient in local[1:]:
    in_turn = in_turn + gradient  # A + B + C + D, as a root would add

on_ring = [gradient.copy() for gradient in local]
for _ in ring_all_reduce(on_ring):
    pass

same_everywhere = all(np.array_equal(on_ring[0], other) for other in on_ring)
different = np.array_split(on_ring[0] != in_turn, FLOAT_WORKERS)
different_share = float(np.mean(on_ring[0] != in_turn))
error = np.abs(on_ring[0] - in_turn)
largest_relative = float(np.max(error / np.abs(local).sum(axis=0)))
assert same_everywhere
for chunk, flags in enumerate(different):
    print(f"chunk {chunk}: {np.mean(flags):6.1%} of the sums differ from A + B + C + D")
print("all workers hold the same bits:", same_everywhere)
