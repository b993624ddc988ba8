# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "A coordinator, two workers, two parameter servers: five processes, one model"
# marks = ["multiworker"]
# timeout = 240
#
# [tool.book.smoke]
# RUNS = 1
# STEPS = 60
#
# [tool.book.values]
# runs = "RUNS"
# steps = "STEPS"
# batch = "BATCH"
# examples = "EXAMPLES"
# done = "report['done']"
# devices = "[row[2] for row in report['placed']]"
# features = "FEATURES"
# least_loss = "least_loss"
# close = "CLOSE"
# within = "int(np.sum(distance < CLOSE))"
# low = "int(np.sum(final_loss < 1.02 * least_loss))"
# stale = "int(np.sum(stale_share > 0))"
# different = "different"
# ///

# %% parameters
EXAMPLES = 1_024
FEATURES = 6
NOISE = 0.1
RUNS = 3
STEPS = 400
BATCH = 128
RATE = 0.1
CLOSE = 0.03
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


# %% data
import inspect

import numpy as np

generator = np.random.default_rng(seed=0)
inputs = generator.normal(size=(EXAMPLES, FEATURES))
truth = generator.normal(size=(FEATURES, 1))
targets = inputs @ truth + NOISE * generator.normal(size=(EXAMPLES, 1))
table = np.hstack([inputs, targets])

solution, squares = np.linalg.lstsq(inputs, targets, rcond=None)[:2]
least_loss = float(squares[0] / EXAMPLES)
print(f"least squares: loss {least_loss:.4f}, noise {NOISE**2:.4f}")


# %% program
def train(features, batch, rate, runs, steps):
    """The same file for all five processes. TF_CONFIG tells each which one it is."""
    import json
    import os
    from pathlib import Path

    import tensorflow as tf

    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    if resolver.task_type in ("worker", "ps"):
        os.environ["GRPC_FAIL_FAST"] = "use_caller"  # a lost peer is an error
        server = tf.distribute.Server(
            resolver.cluster_spec(),
            job_name=resolver.task_type,
            task_index=resolver.task_id,
            protocol="grpc",
        )
        server.join()  # for ever: whoever started it ends it

    partitioner = tf.distribute.experimental.partitioners.FixedShardsPartitioner(2)
    strategy = tf.distribute.ParameterServerStrategy(resolver, partitioner)
    coordinator = tf.distribute.coordinator.ClusterCoordinator(strategy)

    with strategy.scope():
        weights = tf.Variable(tf.zeros([features, 1]), name="weights")
        clock = tf.Variable(0, dtype=tf.int64, name="clock")

    def read_table():
        path = str(Path(__file__).with_name("table.csv"))
        rows = tf.data.experimental.CsvDataset(path, [tf.float32] * (features + 1))
        return rows.shuffle(2_000).repeat().batch(batch)

    @tf.function
    def step(iterator):
        rows = next(iterator)
        inputs, targets = rows[:-1], rows[-1]
        started = clock.read_value()
        with tf.control_dependencies([started]), tf.GradientTape() as tape:
            predictions = tf.stack(inputs, axis=1) @ weights
            loss = tf.reduce_mean(tf.square(predictions - targets[:, None]))
        gradients = tape.gradient(loss, weights.variables)
        now = rate / (1 + tf.cast(started, tf.float32) / 100)
        updates = [
            shard.assign_sub(now * gradient)
            for shard, gradient in zip(weights.variables, gradients)
        ]
        with tf.control_dependencies(updates):  # the clock strikes after the update
            lag = clock.assign_add(1) - started - 1
        return loss, lag

    with strategy.scope():
        parts = [("weights", part) for part in weights.variables] + [("clock", clock)]
        placed = [(name, part.shape.as_list(), part.device) for name, part in parts]
    iterator = iter(coordinator.create_per_worker_dataset(read_table))
    found, done, stale = [], [], []
    for _ in range(runs):
        weights.assign(tf.zeros([features, 1]))
        clock.assign(0)
        handles = [coordinator.schedule(step, args=(iterator,)) for _ in range(steps)]
        coordinator.join()
        results = coordinator.fetch(handles)
        done.append(int(clock.numpy()))
        found.append(tf.convert_to_tensor(weights).numpy()[:, 0].tolist())
        stale.append([int(lag) for _, lag in results])
    report = {"placed": placed, "done": done, "found": found, "stale": stale}
    print(json.dumps(report), flush=True)
    os._exit(0)


# %% run
def start(cluster, program, processes):
    """One process for each place of the job, each with its own TF_CONFIG."""
    for role, places in processes.items():
        for index in range(len(places)):
            task = {"type": role, "index": index}
            config = json.dumps({"cluster": processes, "task": task})
            cluster.start(f"{role}-{index}", program, TF_CONFIG=config)


places = free_addresses(5)
processes = {"chief": places[:1], "worker": places[1:3], "ps": places[3:]}
with tempfile.TemporaryDirectory() as folder, Cluster(folder, TIME_LIMIT) as cluster:
    np.savetxt(Path(folder) / "table.csv", table, delimiter=",")
    program = Path(folder) / "train.py"
    call = f"train({FEATURES}, {BATCH}, {RATE}, {RUNS}, {STEPS})"
    program.write_text(f"{inspect.getsource(train)}\n\n{call}\n")
    start(cluster, program, processes)
    cluster.wait("chief-0")
    report = json.loads(cluster.read("chief-0"))

for name, shape, device in report["placed"]:
    print(f"{name:<8} shape {shape!s:<7} {device}")

# %% compare
found = np.array(report["found"])  # (run, feature)
distance = np.max(np.abs(found - solution[:, 0]), axis=1)
final_loss = np.mean((inputs @ found.T - targets) ** 2, axis=0)
stale_share = np.array([np.mean(np.array(lags) > 0) for lags in report["stale"]])
different = len(np.unique(found, axis=0))

print(f"steps done: {report['done']}")
print(f"weights within {CLOSE} of least squares: {distance < CLOSE}")
print(f"loss within 2 % of the least: {final_loss < 1.02 * least_loss}")
print(f"some gradients were stale: {stale_share > 0}")
print(f"different results, bit for bit: {different} in {RUNS} runs")
