# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
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
REPEATS = 20

# %% train
import time
from pathlib import Path

import keras
import tensorflow as tf


def model_and_data(policy):
    keras.utils.set_random_seed(0)
    inputs = tf.random.normal(shape=(256, UNITS))
    targets = tf.reduce_mean(inputs, axis=1, keepdims=True)
    keras.config.set_dtype_policy(policy)  # for all layers, and for the model
    layers = [keras.layers.Dense(units=UNITS, activation="relu") for _ in range(2)]
    answer = keras.layers.Dense(units=1, dtype="float32")  # full precision at the end
    model = keras.Sequential([keras.Input(shape=(UNITS,)), *layers, answer])
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-4), loss="mse")
    return model, inputs, targets


policies = ("float32", "mixed_float16", "mixed_bfloat16")
trainers = {policy: model_and_data(policy) for policy in policies}
losses = {policy: [] for policy in policies}
seconds = {policy: [] for policy in policies}
for _ in range(1 + REPEATS):  # in turn, so that a busy moment meets all three
    for policy, (model, inputs, targets) in trainers.items():
        started = time.perf_counter()
        losses[policy].append(float(model.train_on_batch(inputs, targets)))
        seconds[policy].append(time.perf_counter() - started)
        model.reset_metrics()

first_loss = losses["float32"][0]
last_loss = {policy: values[-1] for policy, values in losses.items()}
quickest = {policy: min(values) for policy, values in seconds.items()}
ratio = {policy: quickest["float32"] / quickest[policy] for policy in policies}
for policy in policies:
    print(f"{policy:15} {ratio[policy]:5.2f} times float32's speed, "
          f"loss {losses[policy][0]:.4f} → {last_loss[policy]:.4f}")

# Learning in half precision must be the same learning, within its rounding.
for policy, loss in last_loss.items():
    assert abs(loss - last_loss["float32"]) < 0.05 * first_loss, policy

# %% processor
description = Path("/proc/cpuinfo")
known = description.read_text() if description.exists() else ""
flags = [flag for flag in ("avx512_fp16", "avx512_bf16", "amx_bf16") if flag in known]
print("half-precision instructions of this processor:", ", ".join(flags) or "none")
