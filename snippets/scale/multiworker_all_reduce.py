# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Two processes, one gradient: a real all-reduce"
# marks = ["multiworker"]
# timeout = 240
#
# [tool.book.values]
# workers = "WORKERS"
# whole = "whole_gradient"
# reduced = "reports[0]['reduced']"
# local = "[report['local'] for report in reports]"
# largest_difference = "float(largest_difference)"
# ///

# %% parameters
WORKERS = 2
EXAMPLES = 64
TIME_LIMIT = 120

# %% worker
import inspect
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np


def worker(examples):
    """Runs in a process of its own: it imports what it needs and reads TF_CONFIG."""
    import json

    import numpy as np
    import tensorflow as tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    index = strategy.cluster_resolver.task_id
    generator = np.random.default_rng(seed=0)
    inputs = generator.normal(size=(examples, 3)).astype("float32")
    targets = inputs @ np.array([1.0, -2.0, 3.0], dtype="float32")
    mine = slice(index, None, strategy.num_replicas_in_sync)  # every second example

    def gradient_step():
        weights = tf.zeros(3)
        with tf.GradientTape() as tape:
            tape.watch(weights)
            predictions = tf.linalg.matvec(inputs[mine], weights)
            loss = tf.reduce_mean(tf.square(predictions - targets[mine]))
        local = tape.gradient(loss, weights)
        context = tf.distribute.get_replica_context()
        return local, context.all_reduce(tf.distribute.ReduceOp.MEAN, local)

    local, reduced = strategy.run(tf.function(gradient_step))
    report = {"worker": index, "local": local.numpy().tolist()}
    print(json.dumps({**report, "reduced": reduced.numpy().tolist()}), flush=True)


# %% launch
def free_addresses(count):
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:  # closed together, so that no port is given out twice
        listener.close()
    return [f"127.0.0.1:{port}" for port in ports]


def launch(folder, arguments):
    script = Path(folder) / "worker.py"
    script.write_text(f"{inspect.getsource(worker)}\n\nworker({arguments})\n")
    addresses = free_addresses(WORKERS)
    processes = []
    for index in range(WORKERS):
        task = {"type": "worker", "index": index}
        config = json.dumps({"cluster": {"worker": addresses}, "task": task})
        with (Path(folder) / f"worker-{index}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, str(script)],
                env={**os.environ, "TF_CONFIG": config, "CUDA_VISIBLE_DEVICES": "-1"},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        processes.append(process)
    return processes


# %% wait
def wait(processes, folder):
    """The workers' reports. None of them outlives this function."""
    deadline = time.monotonic() + TIME_LIMIT
    try:
        outputs = []
        for process in processes:
            left = max(0.0, deadline - time.monotonic())
            outputs.append(process.communicate(timeout=left)[0])
    finally:
        for process in processes:
            process.kill()
            process.wait()
    for index, process in enumerate(processes):
        log = (Path(folder) / f"worker-{index}.log").read_text()
        assert process.returncode == 0, f"worker {index} failed:\n{log[-2000:]}"
    return [json.loads(output) for output in outputs]


with tempfile.TemporaryDirectory() as folder:
    reports = wait(launch(folder, arguments=EXAMPLES), folder)

for report in reports:
    local, reduced = np.round(report["local"], 3), np.round(report["reduced"], 3)
    print(f"worker {report['worker']}: own gradient {local}, all-reduced {reduced}")

# %% compare
generator = np.random.default_rng(seed=0)
inputs = generator.normal(size=(EXAMPLES, 3)).astype("float32")
targets = inputs @ np.array([1.0, -2.0, 3.0], dtype="float32")
whole_gradient = (-2 / EXAMPLES * inputs.T @ targets).tolist()

differences = [np.subtract(report["reduced"], whole_gradient) for report in reports]
largest_difference = np.max(np.abs(differences))
assert largest_difference < 1e-5
print(f"whole batch in one process: {np.round(whole_gradient, 3)}")
