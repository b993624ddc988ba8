# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "tf-keras~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Two workers and fit, with tf_keras"
# sources = ["mtf-ch07-mw-main-py", "mtf-ch07-mw-launch-two"]
# marks = ["multiworker"]
# timeout = 420
#
# [tool.book.smoke]
# STEPS = 2
# LOG_LEVEL = "2"
#
# [tool.book.values]
# loss = "[float(value) for value in reports[0]['loss']]"
# accuracy = "[float(value) for value in reports[0]['accuracy']]"
# loss_difference = "float(loss_difference)"
# apart = "float(apart)"
# weight_difference = "float(weight_difference)"
# moved = "float(moved)"
# ///

# %% parameters
WORKERS = 2
PER_WORKER = 64
EPOCHS = 3
STEPS = 70
TIME_LIMIT = 360
LOG_LEVEL = "0"  # TensorFlow's own default: its C++ side says what it does

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
import re
import textwrap

import keras
import numpy as np


def worker():
    """Runs in a process of its own: it imports what it needs and reads TF_CONFIG."""
    import json
    import os

    import numpy as np
    import tensorflow as tf
    import tf_keras

    tf.get_logger().setLevel("INFO")
    strategy = tf.distribute.MultiWorkerMirroredStrategy()  # before any other operation
    tf.config.experimental.enable_op_determinism()
    tf_keras.utils.set_random_seed(0)
    job = json.loads(os.environ["JOB"])
    workers = strategy.num_replicas_in_sync  # one replica a worker: no GPU here

    stored = np.load(job["data"])
    images = stored["images"] / np.float32(255)
    labels = stored["labels"].astype("int64")
    dataset = tf.data.Dataset.from_tensor_slices((images, labels))
    dataset = dataset.shuffle(len(images), seed=0).repeat()
    dataset = dataset.batch(job["per_worker"] * workers)  # the global batch
    options = tf.data.Options()
    by_data = tf.data.experimental.AutoShardPolicy.DATA
    options.experimental_distribute.auto_shard_policy = by_data

    with strategy.scope():
        layers = tf_keras.layers
        model = tf_keras.Sequential([
            layers.Reshape(target_shape=(28, 28, 1), input_shape=(28, 28)),
            layers.Conv2D(filters=32, kernel_size=3, activation="relu"),
            layers.Flatten(),
            layers.Dense(units=128, activation="relu"),
            layers.Dense(units=10),
        ])  # fmt: skip
        model.compile(
            loss=tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            optimizer=tf_keras.optimizers.SGD(learning_rate=0.001),
            metrics=["accuracy"],
        )
    start = np.concatenate([np.ravel(value) for value in model.get_weights()])
    run = model.fit(
        dataset.with_options(options),
        epochs=job["epochs"],
        steps_per_epoch=job["steps"],
        verbose=0,
    )
    weights = np.concatenate([np.ravel(value) for value in model.get_weights()])
    np.savez(job["weights"], start=start, end=weights)
    print(json.dumps(run.history), flush=True)


# %% launch
def start(cluster, name, per_worker, **environment):
    job = {
        "data": str(cluster.folder / "data.npz"),
        "weights": str(cluster.folder / f"{name}.npz"),
        "per_worker": per_worker,
        "epochs": EPOCHS,
        "steps": STEPS,
    }
    environment["JOB"] = json.dumps(job)
    cluster.start(name, cluster.folder / "worker.py", **environment)


(images, labels), _ = keras.datasets.mnist.load_data()
names = [f"worker-{index}" for index in range(WORKERS)]
reports, weights, logs = [], [], []
with (
    tempfile.TemporaryDirectory() as folder,
    Cluster(folder, seconds=TIME_LIMIT) as cluster,
):
    program = f"{inspect.getsource(worker)}\n\nworker()\n"
    Path(folder, "worker.py").write_text(program)
    np.savez(Path(folder, "data.npz"), images=images, labels=labels)
    addresses = free_addresses(WORKERS)
    for index, name in enumerate(names):
        task = {"type": "worker", "index": index}
        config = json.dumps({"cluster": {"worker": addresses}, "task": task})
        settings = {"TF_CONFIG": config, "TF_CPP_MIN_LOG_LEVEL": LOG_LEVEL}
        start(cluster, name, PER_WORKER, **settings)
    cluster.wait()
    start(cluster, "alone", PER_WORKER * WORKERS)  # no TF_CONFIG: one replica
    cluster.wait()
    for name in (*names, "alone"):
        reports.append(json.loads(cluster.read(name)))
        with np.load(Path(folder, f"{name}.npz")) as stored:
            weights.append((stored["start"], stored["end"]))
    logs = [cluster.read(name, "log") for name in names]

# %% logs
TELLING = ("Started server", "successfully connected", "with cluster_spec")
for name, log in zip(names, logs):
    print(f"--- {name}")
    for line in log.splitlines():
        if any(phrase in line for phrase in TELLING):
            line = re.sub(r"^I\d.*?\] |^INFO:tensorflow:", "", line)
            line = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", line)
            line = line.split(", local_devices")[0]
            print(*textwrap.wrap(line, width=80, subsequent_indent="    "), sep="\n")

# %% results
for name, report in zip((*names, "alone"), reports):
    for metric in ("loss", "accuracy"):
        shown = ", ".join(f"{value:.4f}" for value in report[metric])
        print(f"{name:9} {metric:9} {shown}")

# %% equal
apart = np.max(np.abs(weights[0][1] - weights[1][1]))
weight_difference = np.max(np.abs(weights[0][1] - weights[-1][1]))
moved = np.max(np.abs(weights[0][1] - weights[0][0]))
loss_difference = np.max(np.abs(np.subtract(reports[0]["loss"], reports[-1]["loss"])))
print("between the workers:      ", apart)
print(f"two workers and one alone: {weight_difference:.0e}")
print(f"training moved a weight by {moved:.0e}")
