# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "The same job for Slurm: a batch script, and what the resolver makes of it"
# marks = ["multiworker"]
# timeout = 240
#
# [tool.book.values]
# script = "SCRIPT"
# syntax = "int(syntax.returncode)"
# addresses = "addresses"
# zero_gpus = "zero_gpus"
# claimed = "claimed"
# real = "real"
# alike = "int(alike)"
# distance = "distance"
# ///

# %% parameters
STEPS = 60
RATE = 0.1
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

# %% script
import inspect
from unittest import mock

import numpy as np
import tensorflow as tf

SCRIPT = """\
#!/bin/bash
#SBATCH --job-name=least-squares
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=00:30:00
#SBATCH --output=least-squares-%j.log

set -euo pipefail
export PORT_BASE=$((20000 + SLURM_JOB_ID % 10000))  # two jobs may share a node
srun --kill-on-bad-exit=1 python train.py
"""
syntax = subprocess.run(
    ["bash", "-n"], input=SCRIPT, text=True, capture_output=True, check=True
)
print(f"bash -n: exit code {syntax.returncode}, complaints: {syntax.stderr!r}")


# %% resolve
def slurm(rank, nodes="node[01-02]", tasks="1(x2)"):
    """What srun puts into the environment of one process."""
    return {
        "SLURM_PROCID": str(rank),
        "SLURM_STEP_NUM_TASKS": "2",
        "SLURM_STEP_NODELIST": nodes,
        "SLURM_STEP_TASKS_PER_NODE": tasks,
    }


Resolver = tf.distribute.cluster_resolver.SlurmClusterResolver
addresses = []
for rank in (0, 1):
    with mock.patch.dict(os.environ, slurm(rank)):
        resolver = Resolver(gpus_per_node=1, auto_set_gpu=False)
        jobs = resolver.cluster_spec().as_dict()
        addresses.append(jobs["worker"][resolver.task_id])
        print(f"rank {rank}: {jobs}, this is {resolver.get_task_info()}")

# %% no-gpu
with mock.patch.dict(os.environ, slurm(rank=0)):
    try:
        Resolver(gpus_per_node=0).cluster_spec()
    except ValueError as error:
        zero_gpus = f"{type(error).__name__}: {error}"
        print(zero_gpus)

# %% order
real = ["node9", "node10"]  # where Slurm starts ranks 0 and 1 of node[9-10]
claimed = []
for rank in (0, 1):
    with mock.patch.dict(os.environ, slurm(rank, nodes="node[9-10]")):
        resolver = Resolver(gpus_per_node=1, auto_set_gpu=False)
        address = resolver.cluster_spec().task_address("worker", rank)
    claimed.append(address.split(":")[0])
    print(f"rank {rank}: runs on {real[rank]}, the resolver says {claimed[rank]}")


# %% program
def train(steps, rate):
    import json
    import os

    import numpy as np
    import tensorflow as tf

    resolver = tf.distribute.cluster_resolver.SlurmClusterResolver(
        port_base=int(os.environ["PORT_BASE"]),
        gpus_per_node=2,  # at least one a task, even where there is none
        gpus_per_task=1,
        auto_set_gpu=False,
    )
    strategy = tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=resolver)
    generator = np.random.default_rng(seed=0)
    inputs = generator.normal(size=(64, 3)).astype("float32")
    targets = inputs @ np.array([1.0, -2.0, 3.0], dtype="float32")
    mine = slice(resolver.task_id, None, strategy.num_replicas_in_sync)
    with strategy.scope():
        weights = tf.Variable(tf.zeros(3))

    def replica_step():
        with tf.GradientTape() as tape:
            errors = tf.linalg.matvec(inputs[mine], weights) - targets[mine]
            loss = tf.reduce_mean(tf.square(errors))
        context = tf.distribute.get_replica_context()
        gradient = tape.gradient(loss, weights)
        mean = context.all_reduce(tf.distribute.ReduceOp.MEAN, gradient)
        weights.assign_sub(rate * mean)

    step = tf.function(lambda: strategy.run(replica_step))
    for _ in range(steps):
        step()
    print(json.dumps(weights.numpy().tolist()), flush=True)


# %% run
def free_pair():
    """Slurm's resolver numbers the ports of a node from one base."""
    while True:
        base = int(free_addresses(1)[0].split(":")[1])
        try:
            socket.create_server(("127.0.0.1", base + 1)).close()
            return base
        except OSError:
            continue


base = free_pair()
with tempfile.TemporaryDirectory() as folder, Cluster(folder, TIME_LIMIT) as cluster:
    program = Path(folder) / "train.py"
    program.write_text(f"{inspect.getsource(train)}\n\ntrain({STEPS}, {RATE})\n")
    for rank in (0, 1):
        settings = slurm(rank, nodes="127.0.0.1", tasks="2")
        cluster.start(f"rank-{rank}", program, **settings, PORT_BASE=str(base))
    cluster.wait()
    found = [json.loads(cluster.read(f"rank-{rank}")) for rank in (0, 1)]

alike = found[0] == found[1]
distance = float(np.max(np.abs(np.array(found[0]) - [1.0, -2.0, 3.0])))
print("both ranks hold the same weights, bit for bit:", alike)
print("weights:", np.round(found[0], 2))
