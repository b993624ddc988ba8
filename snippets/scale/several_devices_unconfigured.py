# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Two devices that are one: the older listing waits for ever"
# sources = ["mtf-ch07-two-cpu-devices"]
# marks = ["multiworker"]
# timeout = 120
#
# [tool.book.smoke]
# PATIENCE = 8
#
# [tool.book.values]
# patience = "PATIENCE"
# hung = "int(hung['plain'])"
# lines = "said['plain']"
# configured_hung = "int(hung['configured'])"
# configured_lines = "said['configured']"
# ///

# %% parameters
PATIENCE = 30  # seconds, for a training step of a few milliseconds
TIME_LIMIT = 90

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


# %% listing
import inspect


def listing(configure):
    import keras
    import numpy as np
    import tensorflow as tf

    if configure:
        cpu = tf.config.list_physical_devices("CPU")[0]
        two = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
        tf.config.set_logical_device_configuration(cpu, two)
    strategy = tf.distribute.MirroredStrategy(devices=["/CPU:0", "/CPU:1"])
    print("replicas:", strategy.num_replicas_in_sync)
    print("devices that exist:", len(tf.config.list_logical_devices("CPU")))
    with strategy.scope():
        model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
        model.compile(optimizer="sgd", loss="mse")
    copies = strategy.experimental_local_results(model.weights[0].value)
    print("copies of a weight:", *[copy.device[-5:] for copy in copies])
    print("fit: begins", flush=True)
    model.fit(np.ones((8, 3)), np.ones((8, 1)), batch_size=4, verbose=0)
    print("fit: done", flush=True)


# %% try
def try_listing(folder, name, configure):
    program = Path(folder) / f"{name}.py"
    program.write_text(f"{inspect.getsource(listing)}\n\nlisting({configure})\n")
    with Cluster(folder, seconds=TIME_LIMIT) as cluster:
        cluster.start(name, program)
        while "fit: begins" not in cluster.read(name):  # importing takes its time
            if cluster.processes[name].poll() or time.monotonic() > cluster.deadline:
                raise RuntimeError(f"fit was not reached:\n{cluster.read(name, 'log')}")
            time.sleep(0.05)
        cluster.deadline = time.monotonic() + PATIENCE
        try:
            cluster.wait()
        except TimeoutError:
            return True, cluster.read(name).splitlines()
        return False, cluster.read(name).splitlines()


hung, said = {}, {}
with tempfile.TemporaryDirectory() as folder:
    for name, configure in {"plain": False, "configured": True}.items():
        hung[name], said[name] = try_listing(folder, name, configure)
        print(f"--- {name}", *said[name], sep="\n")
        if hung[name]:
            print(f"... and nothing more in {PATIENCE} seconds: ended from outside")
print("did it hang?", json.dumps(hung))
