# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1"]
#
# [tool.book]
# title = "The batch from which a slow network pays"
#
# [tool.book.values]
# batch = "batch"
# below = "below"
# above = "above"
# ///

# %% parameters
NETWORK = 10  # gigabits a second
FLOPS = 20e12
LATENCY = 20e-6

# %% solve
import math

import keras

model = keras.applications.ResNet50(weights=None)
products = 0  # multiplications for one image
for layer in model.layers:
    if hasattr(layer, "kernel"):
        places = math.prod(layer.output.shape[1:-1])  # height times width
        products += places * math.prod(layer.kernel.shape)
line = 4 * model.count_params() / (NETWORK * 1e9 / 8)  # seconds to send it once
image = 3 * 2 * products / FLOPS  # seconds of compute for one image
batch = math.ceil((2 * line + 4 * LATENCY) / image)  # two workers: C > 2 S / B + 4 L


def speed_up(batch, workers):
    exchange = 2 * (workers - 1) / workers * line + 2 * (workers - 1) * LATENCY
    return batch * image / (batch * image / workers + exchange)


below = [speed_up(batch - 1, workers) for workers in (2, 4, 8)]
above = [speed_up(4 * batch, workers) for workers in (2, 4, 8)]
print("batch", batch)
print("two workers, one image fewer:", round(below[0], 4))
print("two workers, this batch:     ", round(speed_up(batch, 2), 4))
print("2, 4, 8 workers, four times the batch:", [round(gain, 2) for gain in above])
