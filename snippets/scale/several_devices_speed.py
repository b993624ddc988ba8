# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy", "matplotlib"]
#
# [tool.book]
# title = "The time of a step on one, two and four logical devices of one processor"
# sources = ["mtf-ch07-mnist-accuracy"]
# marks = ["multiworker", "timing"]
# timeout = 300
#
# [tool.book.smoke]
# DEVICES = [1, 2]
# ROUNDS = 1
# STEPS = 2
#
# [tool.book.values]
# devices = "list(DEVICES)"
# rounds = "ROUNDS"
# cores = "os.cpu_count()"
# ratio_two_devices = "float(np.median(times[2]) / np.median(times[1]))"
# ratio_most_devices = "float(np.median(times[DEVICES[-1]]) / np.median(times[1]))"
# ratios = "[float(np.median(times[count]) / np.median(times[1])) for count in DEVICES]"
# ///

# %% parameters
DEVICES = (1, 2, 4)
GLOBAL_BATCH = 128
ROUNDS = 3
STEPS = 40
TIME_LIMIT = 240

# %% cluster
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def free_addresses(count):
    """Free ports, below those that the system gives to outgoing connections."""
    listeners = []
    while len(listeners) < count:
        port = 20_000 + secrets.randbelow(12_000)
        try:
            listeners.append(socket.create_server(("127.0.0.1", port)))
        except OSError:  # somebody listens there: draw again
            continue
    addresses = ["{}:{}".format(*listener.getsockname()) for listener in listeners]
    for listener in listeners:  # closed together, so that no port is drawn twice
        listener.close()
    return addresses


class Cluster:
    """The processes of one job. Whatever happens, none of them outlives the block."""

    def __init__(self, folder, seconds):
        self.folder = Path(folder)
        self.deadline = time.monotonic() + seconds
        self.processes = {}

    def __enter__(self):
        return self

    def start(self, name, program, **environment):
        """Run `python PROGRAM`; it prints to NAME.out, and logs to NAME.log."""
        environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", **environment}
        command = [sys.executable, str(program)]
        with self.open(name, "out") as out, self.open(name, "log") as log:
            process = subprocess.Popen(command, env=environment, stdout=out, stderr=log)
        self.processes[name] = process

    def open(self, name, kind, mode="a"):
        return (self.folder / f"{name}.{kind}").open(mode)

    def read(self, name, kind="out"):
        with self.open(name, kind, mode="r") as file:
            return file.read()

    def wait(self, *names):
        """Until these, or all, have ended; an error if one fails or is too slow."""
        waiting = list(names or self.processes)
        while waiting:
            for name in list(waiting):
                code = self.processes[name].poll()
                if code:
                    last = "\n".join(self.read(name, "log").splitlines()[-15:])
                    raise RuntimeError(f"{name} ended with {code}:\n{last}")
                if code == 0:
                    waiting.remove(name)
            if time.monotonic() > self.deadline:
                raise TimeoutError(f"out of time, still running: {', '.join(waiting)}")
            time.sleep(0.05)

    def __exit__(self, *error):
        for process in self.processes.values():
            process.kill()
            process.wait()


# %% worker
import inspect

import matplotlib.pyplot as plt
import numpy as np


def worker(devices, global_batch, steps):
    import json
    import os
    import time

    import keras
    import numpy as np
    import tensorflow as tf

    # All cores, also for one device alone.
    tf.config.threading.set_intra_op_parallelism_threads(os.cpu_count())
    cpu = tf.config.list_physical_devices("CPU")[0]
    logical = [tf.config.LogicalDeviceConfiguration() for _ in range(devices)]
    tf.config.set_logical_device_configuration(cpu, logical)
    strategy = tf.distribute.get_strategy()
    if devices > 1:
        strategy = tf.distribute.MirroredStrategy()
    keras.utils.set_random_seed(0)
    with strategy.scope():
        model = keras.Sequential([
            keras.Input(shape=(28, 28, 1)),
            keras.layers.Conv2D(filters=32, kernel_size=3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(units=64, activation="relu"),
            keras.layers.Dense(units=10),
        ])
        optimizer = keras.optimizers.Adam()
        optimizer.build(model.trainable_variables)

    def replica_step(images, labels):
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_sum(losses) / global_batch
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    @tf.function
    def step(images, labels):
        shares = strategy.run(replica_step, args=(images, labels))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, shares, axis=None)

    generator = np.random.default_rng(seed=0)  # the time does not depend on the pixels
    images = generator.random(size=(global_batch, 28, 28, 1), dtype="float32")
    labels = generator.integers(10, size=global_batch).astype("int32")
    dataset = tf.data.Dataset.from_tensors((images, labels)).repeat()
    iterator = iter(strategy.experimental_distribute_dataset(dataset))
    for _ in range(5):  # traced, warm
        step(*next(iterator)).numpy()
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        step(*next(iterator)).numpy()
        times.append(time.perf_counter() - start)
    print(json.dumps({"seconds": float(np.median(times))}), flush=True)


# %% measure
times = {count: [] for count in DEVICES}
with tempfile.TemporaryDirectory() as folder, Cluster(folder, TIME_LIMIT) as cluster:
    for turn in range(ROUNDS):  # one process at a time, in turns
        for count in DEVICES:
            name = f"{count}-devices-{turn}"
            program = Path(folder) / f"{name}.py"
            call = f"worker({count}, {GLOBAL_BATCH}, {STEPS})"
            program.write_text(f"{inspect.getsource(worker)}\n\n{call}\n")
            cluster.start(name, program)
            cluster.wait(name)
            times[count].append(json.loads(cluster.read(name))["seconds"])

# %% figure
figure, axes = plt.subplots(figsize=(7.2, 3.0))
for place, count in enumerate(DEVICES):
    milliseconds = 1000 * np.array(times[count])
    axes.plot(milliseconds, [place] * len(milliseconds), "o", color="C0", alpha=0.6)
    axes.plot(np.median(milliseconds), place, "|", color="C1", markersize=22,
              markeredgewidth=3)
labels = [f"{count} logical device{'s' if count > 1 else ''}" for count in DEVICES]
axes.set_yticks(range(len(DEVICES)), labels)
axes.set(xlabel=f"milliseconds a step, global batch {GLOBAL_BATCH}", xlim=(0, None))
axes.set_ylim(len(DEVICES) - 0.5, -0.5)
plt.show()
