# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy"]
#
# [tool.book]
# title = "What the second worker costs on one machine"
# marks = ["multiworker", "timing"]
# timeout = 240
#
# [tool.book.smoke]
# STEPS = 2
#
# [tool.book.values]
# alone = "1000 * alone['step']"
# pair = "1000 * pair['step']"
# exchange = "1000 * pair['exchange']"
# steps = "STEPS"
# ///

# %% parameters
PER_WORKER = 64
STEPS = 20
TIME_LIMIT = 200

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


def worker():
    """Medians of the time of a training step, and of an all-reduce of its gradient."""
    import json
    import os
    import statistics
    import time

    import keras
    import tensorflow as tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy()  # before any other operation
    job = json.loads(os.environ["JOB"])
    layers = keras.layers
    with strategy.scope():
        model = keras.Sequential([
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(filters=32, kernel_size=3, activation="relu"),
            layers.Flatten(),
            layers.Dense(units=128, activation="relu"),
            layers.Dense(units=10),
        ])  # fmt: skip
        optimizer = keras.optimizers.SGD(learning_rate=0.001)
        optimizer.build(model.trainable_variables)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    images = tf.random.uniform(shape=(job["per_worker"], 28, 28, 1))
    labels = tf.zeros(shape=(job["per_worker"],), dtype=tf.int64)

    def train():
        with tf.GradientTape() as tape:
            value = loss(labels, model(images, training=True))
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)

    def exchange():
        context = tf.distribute.get_replica_context()
        gradient = tf.zeros(shape=(model.count_params(),))
        return context.all_reduce(tf.distribute.ReduceOp.SUM, gradient)[0]

    report = {}
    for name, action in {"step": train, "exchange": exchange}.items():
        run = tf.function(lambda action=action: strategy.run(action))
        seconds = []
        for _ in range(3 + job["steps"]):
            begin = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - begin)
        # The first ones trace and warm up.
        report[name] = statistics.median(seconds[3:])
    print(json.dumps(report), flush=True)


# %% measure
def measure(workers):
    with (
        tempfile.TemporaryDirectory() as folder,
        Cluster(folder, seconds=TIME_LIMIT) as cluster,
    ):
        program = Path(folder, "worker.py")
        program.write_text(f"{inspect.getsource(worker)}\n\nworker()\n")
        addresses = free_addresses(workers)
        job = json.dumps({"per_worker": PER_WORKER, "steps": STEPS})
        for index in range(workers):
            task = {"type": "worker", "index": index}
            config = json.dumps({"cluster": {"worker": addresses}, "task": task})
            cluster.start(f"worker-{index}", program, TF_CONFIG=config, JOB=job)
        cluster.wait()
        return json.loads(cluster.read("worker-0"))


alone, pair = measure(workers=1), measure(workers=2)
print(f"one process, {PER_WORKER} images:       {1000 * alone['step']:.0f} ms a step")
print(f"two workers, {PER_WORKER} images each:  {1000 * pair['step']:.0f} ms a step")
print(f"the exchange of a gradient:  {1000 * pair['exchange']:.0f} ms")
