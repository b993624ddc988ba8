# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy", "matplotlib"]
#
# [tool.book]
# title = "Bytes on the wire: TensorFlow's ring, counted by the kernel (Linux)"
# marks = ["multiworker", "timing"]
# timeout = 240
#
# [tool.book.smoke]
# WORKER_COUNTS = [2]
# SIZE = 65536
# PIECES = 10
# REPEATS = 2
#
# [tool.book.values]
# worker_counts = "list(WORKER_COUNTS)"
# megabytes = "SIZE * 4 / 2**20"
# repeats = "REPEATS"
# reduce_received = "[row[1] for row in measured]"
# least_received = "[row[2] for row in measured]"
# reduce_formula = "[row[3] for row in measured]"
# gather_received = "[row[4] for row in measured]"
# pieces = "PIECES"
# piece_bytes = "PIECE_SIZE * 4"
# packed_bytes = "packing['one pack'][0]"
# separate_bytes = "packing['a pack each'][0]"
# packed_ms = "packing['one pack'][1] * 1000"
# separate_ms = "packing['a pack each'][1] * 1000"
# ///

# %% parameters
WORKER_COUNTS = (2, 3, 4)
SIZE = 1_048_576
PIECES = 100
PIECE_SIZE = 250
REPEATS = 5
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

import matplotlib.pyplot as plt


def worker(size, pieces, piece_size, repeats):
    """All-reduce and all-gather; what did this process receive?"""
    import json
    import os
    import socket
    import statistics
    import struct
    import time

    import tensorflow as tf

    def received():
        """Bytes that came in over the TCP connections of this process, so far."""
        total = 0
        for name in os.listdir("/proc/self/fd"):
            try:
                duplicate = os.dup(int(name))
            except OSError:  # the descriptor of listdir itself, closed by now
                continue
            if not os.readlink(f"/proc/self/fd/{duplicate}").startswith("socket:"):
                os.close(duplicate)
                continue
            with socket.socket(fileno=duplicate) as connection:
                internet = connection.family in (socket.AF_INET, socket.AF_INET6)
                if internet and connection.type == socket.SOCK_STREAM:
                    option = (socket.IPPROTO_TCP, socket.TCP_INFO, 136)
                    info = connection.getsockopt(*option)
                    total += struct.unpack_from("=Q", info, 128)[0]  # bytes_received
        return total

    experimental = tf.distribute.experimental
    ring = experimental.CommunicationImplementation.RING
    options = experimental.CommunicationOptions(implementation=ring)
    apart = experimental.CommunicationOptions(implementation=ring, bytes_per_pack=1)
    strategy = tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)
    index = strategy.cluster_resolver.task_id
    tensor = tf.random.stateless_normal([size], seed=[index, 0])
    small = [tf.random.stateless_normal([piece_size], seed=[index, 1])] * pieces

    def reduce(value, options):
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.SUM, value, options=options)

    def gather(value, options):
        return tf.distribute.get_replica_context().all_gather(value, 0, options=options)

    def measure(collective, value, options):
        function = tf.function(lambda: collective(value, options))
        strategy.run(function)  # traces, and opens the connections
        before, seconds = received(), []
        for _ in range(repeats):
            start = time.perf_counter()
            strategy.run(function)
            seconds.append(time.perf_counter() - start)
        return (received() - before) / repeats, statistics.median(seconds)

    report = {
        "reduce": measure(reduce, tensor, options),
        "gather": measure(gather, tensor, options),
        "one pack": measure(reduce, small, options),
        "a pack each": measure(reduce, small, apart),
    }
    print(json.dumps(report), flush=True)


# %% launch
def launch(workers):
    """One report from each of so many workers."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "worker.py"
        call = f"worker({SIZE}, {PIECES}, {PIECE_SIZE}, {REPEATS})"
        program.write_text(f"{inspect.getsource(worker)}\n\n{call}\n")
        addresses = free_addresses(workers)
        with Cluster(folder, seconds=TIME_LIMIT) as cluster:
            for index in range(workers):
                task = {"type": "worker", "index": index}
                config = json.dumps({"cluster": {"worker": addresses}, "task": task})
                cluster.start(f"worker-{index}", program, TF_CONFIG=config)
            cluster.wait()
            names = list(cluster.processes)
            return [json.loads(cluster.read(name)) for name in names]


measured = []
for workers in WORKER_COUNTS:
    reports = launch(workers)
    data = SIZE * 4  # bytes of one worker's tensor
    reduce_bytes = [report["reduce"][0] / data for report in reports]
    gather_bytes = [report["gather"][0] / data for report in reports]
    formula = 2 * (workers - 1) / workers
    least, most = min(reduce_bytes), max(reduce_bytes)
    measured.append((workers, most, least, formula, max(gather_bytes)))

print("received by a worker, in units of its data")
print("workers   all-reduce   2(N-1)/N   all-gather   N-1")
for workers, most, _, formula, gathered in measured:
    print(f"{workers:7} {most:12.2f} {formula:10.2f} {gathered:12.2f} {workers - 1:5}")

# %% packs
packing = {}
for name in ("one pack", "a pack each"):
    nbytes = sum(report[name][0] for report in reports) / len(reports)
    packing[name] = nbytes, max(report[name][1] for report in reports)

payload = 2 * (workers - 1) / workers * PIECES * PIECE_SIZE * 4
for name, (nbytes, _) in packing.items():
    print(f"{name:12} {nbytes / payload:.1f} times 2(N-1)/N of the data received")

# %% picture
import numpy as np

figure, axis = plt.subplots(figsize=(7.2, 3.4))
counts = np.arange(2, 9)
axis.semilogy(counts, 2 * (counts - 1), color="C1", linestyle="--", base=2)
axis.text(5.9, 11, "through a root: 2(N-1)", color="C1", ha="right")
axis.semilogy(counts, 2 * (counts - 1) / counts, color="C0", base=2)
axis.text(8, 1.5, "ring: 2(N-1)/N, each worker", color="C0", ha="right", va="top")
for workers, most, *_ in measured:
    axis.plot(workers, most, marker="o", markersize=8, color="C2", fillstyle="none")
    axis.text(workers + 0.1, most / 1.06, f"{most:.2f}", color="C2", va="top")
axis.text(2.6, 0.85, "measured on TensorFlow's sockets", color="C2")
axis.set(xlabel="workers N", ylabel="traffic / size of the gradient", ylim=(0.75, 18))
axis.set_yticks([1, 2, 4, 8, 16], ["1", "2", "4", "8", "16"])
plt.show()
