# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Four processes, one gradient: a real all-reduce"
# sources = ["mtf-ch07-communication-options"]
# marks = ["multiworker"]
# timeout = 240
#
# [tool.book.smoke]
# WORKERS = 2
# FEATURES = 128
# EXAMPLES = 64
#
# [tool.book.values]
# workers = "WORKERS"
# features = "FEATURES"
# whole = "whole_gradient[:3].tolist()"
# reduced = "results['RING'][0][:3].tolist()"
# local = "local[:, :3].round(4).ravel().tolist()"
# largest_difference = "float(largest_difference)"
# same_bits_everywhere = "int(same_bits_everywhere)"
# auto_is_ring = "int(auto_is_ring)"
# nccl_is_ring = "int(nccl_is_ring)"
# simulated_bits = "int(simulated_bits)"
# in_turn_share = "float(np.mean(in_turn == results['RING'][0]))"
# ///

# %% parameters
WORKERS = 4
EXAMPLES = 256
FEATURES = 4096
TIME_LIMIT = 120

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

import numpy as np


def worker():
    """Runs in a process of its own: it imports what it needs and reads TF_CONFIG."""
    from pathlib import Path

    import numpy as np
    import tensorflow as tf

    experimental = tf.distribute.experimental
    ring, auto, nccl = [
        experimental.CommunicationOptions(implementation=implementation)
        for implementation in (
            experimental.CommunicationImplementation.RING,
            experimental.CommunicationImplementation.AUTO,
            experimental.CommunicationImplementation.NCCL,
        )
    ]
    strategy = tf.distribute.MultiWorkerMirroredStrategy(communication_options=ring)
    index = strategy.cluster_resolver.task_id
    folder = Path(__file__).parent  # stands for a storage that all workers share
    with np.load(folder / "data.npz") as data:
        mine = slice(index, None, strategy.num_replicas_in_sync)  # every N-th example
        inputs, targets = tf.constant(data["inputs"][mine]), data["targets"][mine]

    def gradient_step():
        weights = tf.zeros(inputs.shape[1])
        with tf.GradientTape() as tape:
            tape.watch(weights)
            predictions = tf.linalg.matvec(inputs, weights)
            loss = tf.reduce_mean(tf.square(predictions - targets))
        local = tape.gradient(loss, weights)
        context = tf.distribute.get_replica_context()
        total = tf.distribute.ReduceOp.SUM
        with_ring = context.all_reduce(total, local)  # as the strategy was told
        with_auto = context.all_reduce(total, local, options=auto)
        with_nccl = context.all_reduce(total, local, options=nccl)
        return local, with_ring, with_auto, with_nccl

    names = ("local", "RING", "AUTO", "NCCL")
    tensors = strategy.run(tf.function(gradient_step))
    arrays = {name: tensor.numpy() for name, tensor in zip(names, tensors, strict=True)}
    np.savez(folder / f"worker-{index}.npz", **arrays)


# %% launch
generator = np.random.default_rng(seed=0)
inputs = generator.normal(size=(EXAMPLES, FEATURES)).astype("float32")
targets = inputs[:, :3] @ np.array([1.0, -2.0, 3.0], dtype="float32")

with tempfile.TemporaryDirectory() as folder:
    program = Path(folder) / "worker.py"
    program.write_text(f"{inspect.getsource(worker)}\n\nworker()\n")
    np.savez(Path(folder) / "data.npz", inputs=inputs, targets=targets)
    addresses = free_addresses(WORKERS)
    with Cluster(folder, seconds=TIME_LIMIT) as cluster:
        for index in range(WORKERS):
            task = {"type": "worker", "index": index}
            config = json.dumps({"cluster": {"worker": addresses}, "task": task})
            cluster.start(f"worker-{index}", program, TF_CONFIG=config)
        cluster.wait()
    reports = []
    for index in range(WORKERS):
        with np.load(Path(folder) / f"worker-{index}.npz") as file:
            reports.append({name: file[name] for name in file.files})

results = {name: np.stack([report[name] for report in reports]) for name in reports[0]}
local = results.pop("local")  # (worker, feature)
for index in range(WORKERS):
    own, whole = local[index, :3].round(2), results["RING"][index, :3].round(2)
    print(f"worker {index}: own gradient {own} ..., all-reduced {whole} ...")

# %% whole-batch
exact = inputs.astype("float64")
whole_gradient = -2 / EXAMPLES * exact.T @ targets.astype("float64")
mean_of_workers = results["RING"][0] / WORKERS
largest_difference = np.max(np.abs(mean_of_workers - whole_gradient))
assert largest_difference < 1e-5
print(f"whole batch in one process: {whole_gradient[:3].round(2)} ...")
print(f"mean of the workers:        {mean_of_workers[:3].round(2)} ...")

# %% same-bits
everything = np.concatenate(list(results.values()))
same_bits_everywhere = (everything == everything[0]).all()
auto_is_ring = np.array_equal(results["AUTO"], results["RING"])
nccl_is_ring = np.array_equal(results["NCCL"], results["RING"])
assert same_bits_everywhere
print("all workers, RING, AUTO and NCCL: the same bits:", same_bits_everywhere)


# %% simulation
def ring_sum(values):
    """What the ring does to each chunk: start at its own worker, and go round."""
    workers, size = len(values), len(values[0])
    length = -(-size // workers)
    length += 16 - length % 16  # TensorFlow cuts at the next multiple of 64 bytes
    chunks = [np.split(value, range(length, size, length)) for value in values]
    totals = []
    for chunk in range(len(chunks[0])):
        total = chunks[chunk][chunk]
        for further in range(1, workers):
            total = total + chunks[(chunk + further) % workers][chunk]
        totals.append(total)
    return np.concatenate(totals)


in_turn = local[0]
for gradient in local[1:]:
    in_turn = in_turn + gradient

simulated_bits = np.array_equal(ring_sum(local), results["RING"][0])
assert simulated_bits
print("equal to the simulated ring, bit for bit:", simulated_bits)
share = np.mean(in_turn == results["RING"][0])
print(f"equal to worker 0 + 1 + 2 + 3, bit for bit: {share:.0%} of the numbers")
