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
# SEEDS = [0, 1]
#
# [tool.book.values]
# ratio_float16 = "float(ratio['mixed_float16'])"
# ratio_bfloat16 = "float(ratio['mixed_bfloat16'])"
# loss_float32 = "last_loss['float32']"
# loss_float16 = "last_loss['mixed_float16']"
# loss_bfloat16 = "last_loss['mixed_bfloat16']"
# first_loss = "first_loss['float32']"
# seeds = "len(SEEDS)"
# flags = "flags"
# ///

# %% parameters
UNITS = 512
REPEATS = 20
SEEDS = (0, 1, 2)

# %% train
import time
from pathlib import Path

import keras
import tensorflow as tf


def model_and_data(policy, seed):
    keras.utils.set_random_seed(seed)
    inputs = tf.random.normal(shape=(256, UNITS))
    targets = tf.reduce_mean(inputs, axis=1, keepdims=True)
    keras.config.set_dtype_policy(policy)  # for all layers, and for the model
    layers = [keras.layers.Dense(units=UNITS, activation="relu") for _ in range(2)]
    answer = keras.layers.Dense(units=1, dtype="float32")  # full precision at the end
    model = keras.Sequential([keras.Input(shape=(UNITS,)), *layers, answer])
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-4), loss="mse")
    return model, inputs, targets


policies = ("float32", "mixed_float16", "mixed_bfloat16")
first_loss, last_loss = ({policy: [] for policy in policies} for _ in range(2))
seconds = {policy: [] for policy in policies}
for seed in SEEDS:
    trainers = {policy: model_and_data(policy, seed) for policy in policies}
    for step in range(1 + REPEATS):  # in turn, so that a busy moment meets all three
        for policy, (model, inputs, targets) in trainers.items():
            started = time.perf_counter()
            loss = float(model.train_on_batch(inputs, targets))
            seconds[policy].append(time.perf_counter() - started)
            model.reset_metrics()
            if step == 0:
                first_loss[policy].append(loss)
    for policy, (model, inputs, targets) in trainers.items():
        last_loss[policy].append(float(model.test_on_batch(inputs, targets)))

quickest = {policy: min(values) for policy, values in seconds.items()}
ratio = {policy: quickest["float32"] / quickest[policy] for policy in policies}
print(f"{'':15} times float32's speed   loss, a seed each")
for policy in policies:
    print(f"{policy:15} {ratio[policy]:10.2f}              ",
          "  ".join(f"{loss:.4f}" for loss in last_loss[policy]))

# Learning in half precision must be the same learning, within its rounding.
for policy, losses in last_loss.items():
    for loss, full, first in zip(losses, last_loss["float32"], first_loss["float32"]):
        assert abs(loss - full) < 0.05 * first, policy

# %% processor
description = Path("/proc/cpuinfo")
known = description.read_text() if description.exists() else ""
flags = [flag for flag in ("avx512_fp16", "avx512_bf16", "amx_bf16") if flag in known]
print("half-precision instructions of this processor:", ", ".join(flags) or "none")
