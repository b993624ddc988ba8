# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Kill a worker: training goes on. Kill a parameter server: it is over"
# marks = ["multiworker"]
# timeout = 240
#
# [tool.book.smoke]
# STEPS = 80
#
# [tool.book.values]
# steps = "STEPS"
# error = "over['error']"
# named = "int(named)"
# all_done = "int(all_done)"
# found = "int(found)"
# close = "CLOSE"
# ///

# %% parameters
FEATURES = 6
STEPS = 200
RATE = 0.05
CLOSE = 0.01
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


# %% program
import inspect


def take_place():
    """Workers and servers stay in here. The coordinator comes back out."""
    import os

    import tensorflow as tf

    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    if resolver.task_type in ("worker", "ps"):
        os.environ["GRPC_FAIL_FAST"] = "use_caller"
        role, index = resolver.task_type, resolver.task_id
        tf.distribute.Server(resolver.cluster_spec(), role, index, "grpc").join()
    return resolver


def train(features, steps, rate):
    import json
    import os
    import time
    from pathlib import Path

    import numpy as np
    import tensorflow as tf

    resolver = take_place()
    shards = tf.distribute.experimental.partitioners.FixedShardsPartitioner(2)
    strategy = tf.distribute.ParameterServerStrategy(resolver, shards)
    coordinator = tf.distribute.coordinator.ClusterCoordinator(strategy)
    with strategy.scope():
        weights = tf.Variable(tf.zeros([features, 1]))
        clock = tf.Variable(0, dtype=tf.int64)

    @tf.function
    def step(inputs, targets):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(inputs @ weights - targets))
        gradients = tape.gradient(loss, weights.variables)
        for shard, gradient in zip(weights.variables, gradients):
            shard.assign_sub(rate * gradient)
        clock.assign_add(1)

    generator = np.random.default_rng(seed=0)
    truth = np.arange(1.0, features + 1)[:, None]
    scheduled = 0

    def schedule(count):
        nonlocal scheduled
        for _ in range(count):
            inputs = generator.normal(size=(32, features))
            batch = inputs.astype("float32"), (inputs @ truth).astype("float32")
            arguments = tuple(map(tf.constant, batch))  # data travel with the order
            coordinator.schedule(step, args=arguments)
        scheduled += count

    def tell(**news):
        print(json.dumps(news), flush=True)

    folder = Path(__file__).parent
    schedule(steps)
    coordinator.join()
    tell(event="halfway")
    while not (folder / "worker-killed").exists():
        schedule(10)  # never idle: the worker dies at work
        coordinator.join()
    schedule(steps)
    coordinator.join()
    error = float(np.abs(tf.convert_to_tensor(weights).numpy() - truth).max())
    done = int(clock.numpy())
    tell(event="trained", scheduled=scheduled, done=done, error=error)

    while not (folder / "server-killed").exists():
        time.sleep(0.05)
    try:
        schedule(10)
        coordinator.join()
    except tf.errors.OpError as problem:
        tell(event="over", error=type(problem).__name__, says=str(problem))
    os._exit(0)


# %% run
def start(cluster, program, processes):
    """One process for each place of the job, each with its own TF_CONFIG."""
    for role, places in processes.items():
        for index in range(len(places)):
            task = {"type": role, "index": index}
            config = json.dumps({"cluster": processes, "task": task})
            cluster.start(f"{role}-{index}", program, TF_CONFIG=config)


def hear(cluster, event):
    """What the coordinator tells of this event, once it does."""
    while time.monotonic() < cluster.deadline:
        lines = cluster.read("chief-0").splitlines(keepends=True)
        told = [json.loads(line) for line in lines if line.endswith("\n")]
        for news in told:
            if news["event"] == event:
                return news
        if cluster.processes["chief-0"].poll() is not None:
            cluster.wait("chief-0")  # an error says why it ended
            break
        time.sleep(0.05)
    raise TimeoutError(f"the coordinator told nothing of {event!r}")


def kill(cluster, name, mark):
    cluster.processes[name].kill()  # kill -9: no farewell
    cluster.processes[name].wait()
    (cluster.folder / mark).touch()


places = free_addresses(5)
processes = {"chief": places[:1], "worker": places[1:3], "ps": places[3:]}
with tempfile.TemporaryDirectory() as folder, Cluster(folder, TIME_LIMIT) as cluster:
    program = Path(folder) / "train.py"
    call = f"train({FEATURES}, {STEPS}, {RATE})"
    functions = inspect.getsource(take_place), inspect.getsource(train)
    program.write_text("\n\n".join([*functions, call]))
    start(cluster, program, processes)
    hear(cluster, "halfway")
    kill(cluster, "worker-1", mark="worker-killed")
    trained = hear(cluster, "trained")
    kill(cluster, "ps-1", mark="server-killed")
    over = hear(cluster, "over")

# %% worker-lost
all_done = trained["done"] >= trained["scheduled"]
found = trained["error"] < CLOSE
print("every order carried out:", all_done)
print(f"weights found within {CLOSE}:", found)

# %% server-lost
lost = "/job:ps/replica:0/task:1"
named = lost in over["says"]
print(over["error"])
print("names the lost server:", named)
