# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "matplotlib"]
#
# [tool.book]
# title = "Buckets: sum the gradients while the backward pass still runs"
#
# [tool.book.values]
# layers = "LAYERS"
# backward_ms = "1000 * LAYERS * LAYER_SECONDS"
# layer_kilobytes = "LAYER_BYTES / 1000"
# single_ms = "1000 * ends[0]"
# best_ms = "1000 * min(ends)"
# best_layers = "sizes[int(np.argmin(ends))]"
# whole_ms = "1000 * ends[-1]"
# workers = "WORKERS"
# ///

# %% parameters
WORKERS = 8
LATENCY = 50e-6  # seconds
BANDWIDTH = 1.25e9  # bytes a second
LAYERS = 48
LAYER_BYTES = 400_000  # the gradient of one layer
LAYER_SECONDS = 1e-3  # the backward pass of one layer

# %% timeline
import matplotlib.pyplot as plt
import numpy as np


def ring(nbytes):
    return 2 * (WORKERS - 1) * (LATENCY + nbytes / WORKERS / BANDWIDTH)


def timeline(layers_in_bucket):
    """When each bucket is sent; gradients appear from the last layer to the first."""
    sent, link_free = [], 0.0
    for first in range(0, LAYERS, layers_in_bucket):
        layers = min(layers_in_bucket, LAYERS - first)
        complete = (first + layers) * LAYER_SECONDS  # its last gradient is there
        start = max(complete, link_free)
        link_free = start + ring(layers * LAYER_BYTES)
        sent.append((start, link_free))
    return sent


sizes = list(range(1, LAYERS + 1))
ends = [timeline(size)[-1][1] for size in sizes]
best = sizes[int(np.argmin(ends))]
for size in (1, best, LAYERS):
    end = 1000 * timeline(size)[-1][1]
    print(f"{size:2} layers in a bucket: the step ends after {end:.1f} ms")

# %% picture
figure, (bars, curve) = plt.subplots(1, 2, figsize=(7.2, 3.2), width_ratios=(3, 2))
for row, size in enumerate((1, best, LAYERS)):
    backward = bars.barh(row - 0.2, 1000 * LAYERS * LAYER_SECONDS, height=0.3)
    backward.patches[0].set(color="C6", alpha=0.5)
    for number, (start, end) in enumerate(timeline(size)):
        width = 1000 * (end - start)
        bucket = bars.barh(row + 0.2, width, left=1000 * start, height=0.3)
        bucket.patches[0].set(color="C0", alpha=0.45 if number % 2 else 0.9)
    finish = 1000 * timeline(size)[-1][1]
    bars.text(finish + 1, row + 0.2, f"{finish:.0f} ms", va="center", color="C0")
bars.text(1, -0.2, "backward pass", va="center", fontsize=8)
bars.text(
    2.5, 0.52, "all-reduce, bucket by bucket", va="center", fontsize=8, color="C0"
)
labels = ["each layer\nby itself", f"{best} layers\na bucket", "all in one"]
bars.set_yticks(range(3), labels)
bars.set(xlabel="milliseconds", xlim=(0, 90), ylim=(2.6, -0.6))
curve.plot(sizes, 1000 * np.array(ends), color="C0")
curve.plot(best, 1000 * min(ends), marker="o", color="C2")
curve.axhline(1000 * LAYERS * LAYER_SECONDS, color="C6", linestyle="--")
curve.text(LAYERS, 45, "backward pass alone", ha="right", va="center")
curve.set(xlabel="layers in a bucket", ylabel="end of the step, ms", ylim=(40, None))
plt.show()
