# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow[and-cuda]~=2.21.0", "matplotlib", "numpy"]
#
# [tool.book]
# title = "From which size on is a GPU faster, with and without the way there?"
# marks = ["gpu", "timing"]
#
# [tool.book.smoke]
# SIZES = [16, 64]
# REPEATS = 2
#
# [tool.book.values]
# sizes = "list(SIZES)"
# speedup_resident = "[float(value) for value in resident]"
# speedup_with_copies = "[float(value) for value in with_copies]"
# ///

# %% parameters
SIZES = [16, 64, 256, 1024, 4096]
REPEATS = 10

# %% measure
import time

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

gpus = tf.config.list_physical_devices(device_type="GPU")
assert gpus, "TensorFlow sees no GPU"
# Full float32 on both, or the comparison is between two precisions.
tf.config.experimental.enable_tensor_float_32_execution(False)
generator = np.random.default_rng(seed=0)


def median_seconds(function):
    function()  # the first call loads kernels
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - started)
    return np.median(seconds)


def multiply_on(device, left, right):
    with tf.device(device):
        resident_left, resident_right = tf.constant(left), tf.constant(right)

    def resident():
        with tf.device(device):
            result = tf.matmul(resident_left, resident_right)
        tf.test.experimental.sync_devices()  # a GPU returns before it is done
        return result

    def with_copies():
        with tf.device(device):
            result = tf.matmul(tf.constant(left), tf.constant(right))
        return result.numpy()  # there, and back

    return resident, with_copies


# %% compare
resident, with_copies = [], []
for size in SIZES:
    left = generator.normal(size=(size, size)).astype("float32")
    right = generator.normal(size=(size, size)).astype("float32")
    on_cpu, _ = multiply_on("/CPU:0", left, right)
    on_gpu, there_and_back = multiply_on("/GPU:0", left, right)
    assert on_gpu().device.endswith("GPU:0")
    expected = on_cpu().numpy()
    np.testing.assert_allclose(there_and_back(), expected, atol=1e-5 * size)
    cpu_seconds = median_seconds(on_cpu)
    resident.append(cpu_seconds / median_seconds(on_gpu))
    with_copies.append(cpu_seconds / median_seconds(there_and_back))
    print(f"n = {size:4}: {resident[-1]:.2f} times as fast with the data on the GPU, "
          f"{with_copies[-1]:.2f} times with both copies")

# %% picture
figure, axes = plt.subplots()
axes.loglog(SIZES, resident, "o-", color="C0")
axes.loglog(SIZES, with_copies, "s-", color="C1")
axes.text(SIZES[-1], resident[-1], "data stay there ", color="C0", ha="right")
axes.text(SIZES[-1], with_copies[-1], "with copies ", color="C1", ha="right", va="top")
axes.axhline(1, color="C6", linestyle=":")
axes.set_xlabel("matrix side n")
axes.set_ylabel("times as fast as the CPU")
plt.show()
