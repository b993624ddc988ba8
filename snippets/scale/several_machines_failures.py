# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Six ways for a cluster to fail, each within a limit"
# marks = ["multiworker"]
# timeout = 300
#
# [tool.book.smoke]
# LOG_LEVEL = "2"
#
# [tool.book.values]
# taken = "taken"
# twin = "twin"
# out_of_time = "out_of_time"
# hung = "hung"
# mismatch = "mismatch"
# chief_alone = "chief_alone"
# left = "left"
# ///

# %% parameters
PATIENCE = 5  # seconds for what should take a moment
TIME_LIMIT = 240
LOG_LEVEL = "0"

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


def worker():
    """Joins the cluster, then does as it is told: reduce, save alone, or leave."""
    import faulthandler
    import os
    import time
    from pathlib import Path

    import tensorflow as tf

    told = os.environ["TOLD"]
    patience = int(os.environ["PATIENCE"])
    if told == "hurry":
        faulthandler.dump_traceback_later(patience, exit=True)
    seconds = patience if told == "save" else 0  # 0: no limit
    options = tf.distribute.experimental.CommunicationOptions(timeout_seconds=seconds)
    strategy = tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)
    faulthandler.cancel_dump_traceback_later()
    index = strategy.cluster_resolver.task_id

    @tf.function
    def reduce():
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.SUM, tf.constant(1.0))

    if told == "save":
        with strategy.scope():
            examples = tf.Variable(
                1.0,
                synchronization=tf.VariableSynchronization.ON_READ,
                aggregation=tf.VariableAggregation.SUM,
            )
        if index == 0:
            folder = Path(os.environ["FOLDER"])
            tf.train.Checkpoint(examples=examples).write(str(folder / "checkpoint"))
        deadline = time.monotonic() + 20 * patience
        while time.monotonic() < deadline:  # alive, but not taking part
            time.sleep(0.1)
    strategy.run(reduce)
    if told == "leave" and index == 1:
        os._exit(1)
    strategy.run(reduce)


def config(addresses, index):
    task = {"type": "worker", "index": index}
    return json.dumps({"cluster": {"worker": addresses}, "task": task})


def start(cluster, name, addresses, index, told="reduce", **environment):
    program = cluster.folder / "worker.py"
    program.write_text(f"{inspect.getsource(worker)}\n\nworker()\n")
    cluster.start(
        name,
        program,
        TF_CONFIG=config(addresses, index),
        TOLD=told,
        PATIENCE=str(PATIENCE),
        FOLDER=str(cluster.folder),
        **environment,
    )


def last_words(cluster, name):
    """The error with which a worker ended: its type and its first line."""
    try:
        cluster.wait(name)
    except RuntimeError:
        log = cluster.read(name, "log")
        pattern = r"^(?:[\w.]+\.)?(\w+Error): (?:\{\{.*?\}\} )?(.*)$"
        error, text = re.findall(pattern, log, flags=re.MULTILINE)[-1]
        return f"{error}: {text}"


# %% taken
with (
    tempfile.TemporaryDirectory() as folder,
    Cluster(folder, seconds=TIME_LIMIT) as cluster,
):
    addresses = free_addresses(2)
    host, port = addresses[1].split(":")
    with socket.create_server((host, int(port))):  # somebody else's server
        start(cluster, "worker-1", addresses, index=1)
        taken = last_words(cluster, "worker-1")
print(taken)

# %% twin


def wait_for_server(address, cluster):
    host, port = address.split(":")
    while time.monotonic() < cluster.deadline:
        try:
            return socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nobody listens at {address}")


with (
    tempfile.TemporaryDirectory() as folder,
    Cluster(folder, seconds=TIME_LIMIT) as cluster,
):
    addresses = free_addresses(2)
    start(cluster, "first", addresses, index=0)
    wait_for_server(addresses[0], cluster)
    start(cluster, "second", addresses, index=0)  # should be 1
    twin = last_words(cluster, "second")
    print("second:", twin)
    cluster.deadline = time.monotonic() + PATIENCE
    try:
        cluster.wait("first")
    except TimeoutError as error:
        out_of_time = f"{type(error).__name__}: {error}"
        print("parent:", out_of_time)

# %% missing
TELLING = r"(Waiting for .*|Example stragglers.*|/job:worker.*task:1$|Timeout \(.*)"
with (
    tempfile.TemporaryDirectory() as folder,
    Cluster(folder, seconds=TIME_LIMIT) as cluster,
):
    addresses = free_addresses(2)
    level = {"TF_CPP_MIN_LOG_LEVEL": LOG_LEVEL}
    start(cluster, "worker-0", addresses, 0, told="hurry", **level)
    try:
        cluster.wait("worker-0")
    except RuntimeError:
        log = cluster.read("worker-0", "log")
print(*re.findall(TELLING, log, flags=re.MULTILINE), sep="\n")
frames = re.findall(r'File ".*/([^/]+)", line \d+ in (\w+)', log)
hung = " < ".join(function for _, function in frames[:3])
print("it stands in", hung)

# %% mismatch
with (
    tempfile.TemporaryDirectory() as folder,
    Cluster(folder, seconds=TIME_LIMIT) as cluster,
):
    addresses = free_addresses(3)
    start(cluster, "worker-0", addresses[:2], index=0)  # knows of two workers
    start(cluster, "worker-1", addresses, index=1)  # knows of three
    endings = [last_words(cluster, f"worker-{index}") for index in range(2)]
    logs = "".join(cluster.read(f"worker-{index}", "log") for index in range(2))
mismatch = re.search(r"is joining a group with size.*", logs).group()
mismatch = re.sub(r"size ?[23]", "size N", mismatch)  # who comes first varies
print(mismatch)

# %% chief-alone
with (
    tempfile.TemporaryDirectory() as folder,
    Cluster(folder, seconds=TIME_LIMIT) as cluster,
):
    addresses = free_addresses(2)
    for index in range(2):
        start(cluster, f"worker-{index}", addresses, index, told="save")
    chief_alone = last_words(cluster, "worker-0")
print(chief_alone)

# %% left
with (
    tempfile.TemporaryDirectory() as folder,
    Cluster(folder, seconds=TIME_LIMIT) as cluster,
):
    addresses = free_addresses(2)
    for index in range(2):
        start(cluster, f"worker-{index}", addresses, index, told="leave")
    left = last_words(cluster, "worker-0")
left = left.split(":")[0]  # the text depends on who notices first
print(left)
