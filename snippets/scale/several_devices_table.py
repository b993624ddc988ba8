# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tf-keras~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Which strategy works with what, tried cell by cell"
# sources = ["mtf-ch07-table-strategies", "mtf-ch07-sync-vs-async"]
# marks = ["multiworker"]
# timeout = 300
#
# [tool.book.values]
# works = "sorted(f'{row}, {column}' for row, cells in table.items() for column, cell in cells.items() if cell == 'works')"
# wrong = "sorted(f'{row}, {column}' for row, cells in table.items() for column, cell in cells.items() if cell == 'other weights')"
# fails = "sorted(f'{row}, {column}' for row, cells in table.items() for column, cell in cells.items() if cell.endswith('Error'))"
# tried = "sum(len(cells) for cells in table.values())"
# ///

# %% parameters
TIME_LIMIT = 150

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

# %% devices
import inspect

import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
logical = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
tf.config.set_logical_device_configuration(cpu, logical)


# %% problem
def problem():
    """Data, and the weights after four steps of gradient descent by hand."""
    import numpy as np

    generator = np.random.default_rng(seed=0)
    x = generator.normal(size=(32, 3)).astype("float32")
    y = (x @ np.array([[1.0], [-2.0], [3.0]])).astype("float32")
    expected = np.zeros((3, 1))
    for a, b in zip(x.reshape(4, 8, 3), y.reshape(4, 8, 1), strict=True):
        expected -= 0.1 * 2 / 8 * a.T @ (a @ expected - b)
    return x, y, expected


def batches():
    import tensorflow as tf

    options = tf.data.Options()
    data = tf.data.experimental.AutoShardPolicy.DATA  # each worker: its own rows
    options.experimental_distribute.auto_shard_policy = data
    dataset = tf.data.Dataset.from_tensor_slices(problem()[:2])
    return dataset.batch(8).with_options(options)


def build(library, strategy):
    with strategy.scope():
        model = library.Sequential([
            library.layers.InputLayer((3,)),
            library.layers.Dense(units=1, use_bias=False, kernel_initializer="zeros"),
        ])
        optimizer = library.optimizers.SGD(learning_rate=0.1)
        optimizer.build(model.trainable_variables)
        model.compile(optimizer=optimizer, loss="mse")
    return model, optimizer


# %% two-ways
def fit(library, strategy, coordinator):
    model, _ = build(library, strategy)
    if coordinator:  # a parameter server wants to be told the length of an epoch
        model.fit(batches().repeat(), epochs=1, steps_per_epoch=4, verbose=0)
    else:
        model.fit(batches(), epochs=1, verbose=0)
    return model


def loop(library, strategy, coordinator):
    import tensorflow as tf

    model, optimizer = build(library, strategy)

    def replica_step(x, y):
        with tf.GradientTape() as tape:
            error = tf.square(model(x, training=True) - y)
            loss = tf.reduce_sum(error) / 8
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))

    @tf.function
    def step(iterator):
        strategy.run(replica_step, args=next(iterator))

    if coordinator:
        iterator = iter(coordinator.create_per_worker_dataset(batches))
        for _ in range(4):
            coordinator.schedule(step, args=(iterator,))
        coordinator.join()
    else:
        iterator = iter(strategy.experimental_distribute_dataset(batches()))
        for _ in range(4):
            step(iterator)
    return model


# %% try
def try_all(strategy, coordinator=None):
    """Trains in four ways: {way: ("works", weights) or (error, message)}."""
    import keras
    import numpy as np
    import tf_keras

    results = {}
    for name, library in {"Keras 3": keras, "tf_keras": tf_keras}.items():
        for way in (fit, loop):
            key = f"{name} {way.__name__}"
            try:
                weights = way(library, strategy, coordinator).get_weights()[0]
            except Exception as error:  # whatever is raised is what the table shows
                results[key] = type(error).__name__, str(error).strip().splitlines()[0]
                continue
            same = np.allclose(weights, problem()[2], atol=1e-5)
            results[key] = "works" if same else "other weights", str(weights.ravel())
    return results


# %% one-process
pair = ["/CPU:0", "/CPU:1"]
strategies = {
    "no strategy": tf.distribute.get_strategy(),
    "OneDevice": tf.distribute.OneDeviceStrategy("/CPU:0"),
    "Mirrored": tf.distribute.MirroredStrategy(pair),
    "CentralStorage": tf.distribute.experimental.CentralStorageStrategy(pair),
}
results = {name: try_all(strategy) for name, strategy in strategies.items()}


# %% workers
def mirrored_worker():
    import json

    import tensorflow as tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    print(json.dumps(try_all(strategy)), flush=True)


def server():
    import tensorflow as tf

    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    task = resolver.task_type, resolver.task_id
    tf.distribute.Server(resolver.cluster_spec(), *task, protocol="grpc").join()


def chief():
    import json

    import tensorflow as tf

    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    strategy = tf.distribute.ParameterServerStrategy(resolver)
    coordinator = tf.distribute.coordinator.ClusterCoordinator(strategy)
    print(json.dumps(try_all(strategy, coordinator)), flush=True)


# %% processes
def start(cluster, folder, job, index, jobs, function):
    program = folder / f"{function.__name__}.py"
    parts = [problem, batches, build, fit, loop, try_all, function]
    sources = [inspect.getsource(part) for part in parts]
    program.write_text("\n\n".join([*sources, f"{function.__name__}()\n"]))
    config = {"cluster": jobs, "task": {"type": job, "index": index}}
    cluster.start(f"{job}-{index}", program, TF_CONFIG=json.dumps(config))


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    jobs = {"worker": free_addresses(2)}
    with Cluster(folder, seconds=TIME_LIMIT) as cluster:
        for index in range(2):
            start(cluster, folder, "worker", index, jobs, mirrored_worker)
        cluster.wait()
        results["MultiWorkerMirrored"] = json.loads(cluster.read("worker-0"))

with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    addresses = free_addresses(3)
    jobs = {"chief": addresses[:1], "worker": addresses[1:2], "ps": addresses[2:]}
    with Cluster(folder, seconds=TIME_LIMIT) as cluster:
        start(cluster, folder, "worker", 0, jobs, server)
        start(cluster, folder, "ps", 0, jobs, server)
        start(cluster, folder, "chief", 0, jobs, chief)
        cluster.wait("chief-0")
        results["ParameterServer"] = json.loads(cluster.read("chief-0"))

# %% table
columns = list(results["no strategy"])
table = {
    row: {column: cells[column][0] for column in columns}
    for row, cells in results.items()
}
print(f"{'':20}" + "".join(f"{column:15}" for column in columns))
for row, cells in table.items():
    print(f"{row:20}" + "".join(f"{cells[column]:15}" for column in columns))
print()
for row, cells in results.items():
    for column, (cell, message) in cells.items():
        if cell != "works":
            print(f"{row}, {column}:\n    {cell}: {message[:90]}")

# %% tpu
try:
    tf.distribute.cluster_resolver.TPUClusterResolver(tpu="")
except ValueError as error:
    print(type(error).__name__, error, sep=": ")

# %% estimator
try:
    tf.estimator.RunConfig
except AttributeError as error:
    print(type(error).__name__, error, sep=": ")
