# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "What TensorFlow sees, and why it may see no GPU"
# sources = ["mtf-ch01-install-gpu"]
#
# [tool.book.values]
# physical = "[device.device_type for device in physical]"
# logical = "[device.name for device in logical]"
# built_with_cuda = "int(build['is_cuda_build'])"
# libraries = "len(cuda_packages)"
# refusals = "refusals"
# said = "[text for _, text in said]"
# ///

# %% message
import os
import re
import tempfile

import tensorflow as tf

with tempfile.TemporaryFile() as log:  # TensorFlow's core writes past sys.stderr
    terminal = os.dup(2)
    os.dup2(log.fileno(), 2)
    physical = tf.config.list_physical_devices()
    os.dup2(terminal, 2)
    log.seek(0)
    message = log.read().decode()
said = re.findall(r"^([IWE])\d+ .*?\] (.*)$", message, re.MULTILINE)
for level, text in said:
    print(level, text)

# %% physical
physical = tf.config.list_physical_devices()
for device in physical:
    details = tf.config.experimental.get_device_details(device)
    print(device.device_type, device.name, details or "no details")

# %% why
import ctypes
import importlib.metadata

build = tf.sysconfig.get_build_info()
print("1. this package was built for CUDA:", build["is_cuda_build"])

try:
    ctypes.CDLL("libcuda.so.1")  # comes with the driver, not with pip
    print("2. the driver's library: loaded")
except OSError as error:
    print("2. the driver's library:", str(error).rsplit(":", 1)[0])

requirements = importlib.metadata.requires("tensorflow")
cuda_packages = sorted({
    line.split("<")[0] for line in requirements if 'extra == "and-cuda"' in line
})
installed = {package.name for package in importlib.metadata.distributions()}
present = len(installed.intersection(cuda_packages))
print("3. CUDA libraries from pip:", present, "of", len(cuda_packages))

# %% logical
refusals = []
cpu = tf.config.list_physical_devices(device_type="CPU")[0]
attempts = {
    "memory growth": lambda: tf.config.experimental.set_memory_growth(cpu, True),
    "memory limit": lambda: tf.config.set_logical_device_configuration(
        cpu, [tf.config.LogicalDeviceConfiguration(memory_limit=512)]
    ),
}
for what, attempt in attempts.items():
    try:
        attempt()
    except ValueError as error:
        refusals.append(str(error))
        print(f"{what}: {type(error).__name__}\n  {error}")

halves = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, halves)
logical = tf.config.list_logical_devices()  # from here on the devices are in use
print([device.name for device in logical])

# %% too-late
try:
    tf.config.set_logical_device_configuration(cpu, halves + halves)
except RuntimeError as error:
    refusals.append(str(error))
    print(type(error).__name__, error, sep=": ")
