# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "tf-keras~=2.21.0"]
#
# [tool.book]
# title = "fit on parameter servers: refused by Keras 3, at home in Keras 2"
# marks = ["multiworker"]
# timeout = 240
#
# [tool.book.values]
# fit3 = "report['keras']"
# slope2 = "round(report['tf_keras'], 2)"
# slope3 = "round(report['own step'], 2)"
# ///

# %% parameters
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


def train():
    import json
    import os

    import keras
    import tensorflow as tf
    import tf_keras

    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    if resolver.task_type in ("worker", "ps"):
        os.environ["GRPC_FAIL_FAST"] = "use_caller"
        role, index = resolver.task_type, resolver.task_id
        tf.distribute.Server(resolver.cluster_spec(), role, index, "grpc").join()

    strategy = tf.distribute.ParameterServerStrategy(resolver)
    inputs = tf.reshape(tf.range(64, dtype=tf.float32) / 64, shape=[64, 1])

    def read():
        rows = tf.data.Dataset.from_tensor_slices((inputs, 3 * inputs))
        return rows.shuffle(64).repeat().batch(16)

    def build(library):
        with strategy.scope():
            layers = [library.Input(shape=(1,)), library.layers.Dense(units=1)]
            model = library.Sequential(layers)
            model.compile(optimizer=library.optimizers.SGD(0.5), loss="mse")
        return model

    report = {}
    for library in (keras, tf_keras):
        model = build(library)
        try:
            model.fit(read(), epochs=5, steps_per_epoch=20, verbose=0)
            report[library.__name__] = float(model.weights[0].numpy()[0, 0])
        except ValueError as problem:
            report[library.__name__] = f"{type(problem).__name__}: {problem}"

    model = build(keras)  # once more Keras 3, with a step of our own

    @tf.function
    def step(iterator):
        inputs, targets = next(iterator)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(inputs) - targets))
        variables = [weight.value for weight in model.trainable_weights]
        for variable, gradient in zip(variables, tape.gradient(loss, variables)):
            variable.assign_sub(0.5 * gradient)

    coordinator = tf.distribute.coordinator.ClusterCoordinator(strategy)
    iterator = iter(coordinator.create_per_worker_dataset(read))
    for _ in range(100):
        coordinator.schedule(step, args=(iterator,))
    coordinator.join()
    report["own step"] = float(model.weights[0].numpy()[0, 0])
    report["device"] = model.weights[0].value.device
    print(json.dumps(report), flush=True)
    os._exit(0)


# %% run
places = free_addresses(3)
processes = {"chief": places[:1], "worker": places[1:2], "ps": places[2:]}
with tempfile.TemporaryDirectory() as folder, Cluster(folder, TIME_LIMIT) as cluster:
    program = Path(folder) / "train.py"
    program.write_text(f"{inspect.getsource(train)}\n\ntrain()\n")
    for role in processes:
        config = {"cluster": processes, "task": {"type": role, "index": 0}}
        cluster.start(role, program, TF_CONFIG=json.dumps(config))
    cluster.wait("chief")
    report = json.loads(cluster.read("chief"))

print("Keras 3, fit:  ", report["keras"])
print("Keras 2, fit:  ", f"slope {report['tf_keras']:.2f}")
print("Keras 3, step: ", f"slope {report['own step']:.2f}, kept on {report['device']}")
