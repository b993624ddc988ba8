# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Mixed precision on and off, on a CPU"
# marks = ["timing"]
#
# [tool.book.smoke]
# UNITS = 64
# REPEATS = 2
#
# [tool.book.values]
# ratio_float16 = "float(ratio['mixed_float16'])"
# ratio_bfloat16 = "float(ratio['mixed_bfloat16'])"
# loss_float32 = "float(last_loss['float32'])"
# loss_float16 = "float(last_loss['mixed_float16'])"
# loss_bfloat16 = "float(last_loss['mixed_bfloat16'])"
# first_loss = "float(first_loss)"
# flags = "flags"
# ///

# %% parameters
UNITS = 512
REPEATS = 10

# %% train
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf


def train(policy):
    """Losses of a few steps, and the median time of one."""
    keras.utils.set_random_seed(0)
    inputs = tf.random.normal(shape=(256, UNITS))
    targets = tf.reduce_mean(inputs, axis=1, keepdims=True)
    keras.config.set_dtype_policy(policy)  # for all layers, and for the model
    layers = [keras.layers.Dense(units=UNITS, activation="relu") for _ in range(2)]
    answer = keras.layers.Dense(units=1, dtype="float32")  # full precision at the end
    model = keras.Sequential([keras.Input(shape=(UNITS,)), *layers, answer])
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-4), loss="mse")
    losses, seconds = [], []
    for _ in range(1 + REPEATS):
        started = time.perf_counter()
        losses.append(float(model.train_on_batch(inputs, targets)))
        seconds.append(time.perf_counter() - started)
        model.reset_metrics()
    return losses, np.median(seconds[1:])


ratio, last_loss = {}, {}
for policy in ("float32", "mixed_float16", "mixed_bfloat16"):
    losses, seconds = train(policy)
    if policy == "float32":
        baseline, first_loss = seconds, losses[0]
    ratio[policy] = baseline / seconds
    last_loss[policy] = losses[-1]
    print(f"{policy:15} {ratio[policy]:5.2f} times float32's speed, "
          f"loss {losses[0]:.4f} → {losses[-1]:.4f}")

# Learning in half precision must be the same learning, within its rounding.
for policy, loss in last_loss.items():
    assert abs(loss - last_loss["float32"]) < 0.05 * first_loss, policy

# %% processor
description = Path("/proc/cpuinfo")
known = description.read_text() if description.exists() else ""
flags = [flag for flag in ("avx512_fp16", "avx512_bf16", "amx_bf16") if flag in known]
print("half-precision instructions of this processor:", ", ".join(flags) or "none")
