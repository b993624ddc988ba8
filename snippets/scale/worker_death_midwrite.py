# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy"]
#
# [tool.book]
# title = "Killed in the middle of writing a checkpoint"
# marks = ["multiworker"]
# timeout = 240
#
# [tool.book.values]
# codes = "codes"
# truncated = "truncated"
# error = "error"
# double = "double"
# files = "files"
# latest = "latest"
# restored = "restored"
# ///

# %% parameters
LIMIT = 500_000  # bytes: whoever writes more to a file dies at that byte
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


# %% writers
import inspect
import re
import signal

import keras
import tensorflow as tf


def build():
    import keras

    model = keras.Sequential([keras.Input(shape=(500,))])
    model.add(keras.layers.Dense(units=500, kernel_initializer="zeros"))
    model.compile(optimizer="sgd", loss="mse")
    return model


def writer(kind, folder, limit):
    """Saves a model full of ones, then dies while it saves one full of twos."""
    import resource
    import signal

    import keras
    import numpy as np
    import tensorflow as tf

    model = build()
    if kind == "manager":
        checkpoint = tf.train.Checkpoint(model=model)
        manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=2)
        save = manager.save
    else:
        backup = keras.callbacks.BackupAndRestore(
            folder, double_checkpoint=(kind == "backup, double")
        )
        backup.set_model(model)
        save = backup._save_model  # what the callback calls after each epoch
    for number in (1, 2):
        model.layers[0].kernel.assign(np.full((500, 500), number))
        if number == 2:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        save()


# %% write
def read_backup(folder, model, **options):
    """What the callback does when the next fit begins."""
    backup = keras.callbacks.BackupAndRestore(folder, **options)
    backup.set_model(model)
    backup.on_train_begin()
    return float(model.layers[0].kernel.numpy().mean())


codes = []
with tempfile.TemporaryDirectory() as folder:
    places = {}
    with Cluster(folder, seconds=TIME_LIMIT) as cluster:
        for kind in ("backup", "backup, double", "manager"):
            place = Path(folder) / kind.replace(", ", "-")
            place.mkdir()
            script = place.with_suffix(".py")
            functions = inspect.getsource(build) + "\n\n" + inspect.getsource(writer)
            arguments = json.dumps([kind, str(place), LIMIT])
            script.write_text(f"{functions}\n\nwriter(*{arguments})\n")
            cluster.start(kind, script)
            places[kind] = place
        for kind in places:
            codes.append(cluster.processes[kind].wait(timeout=TIME_LIMIT))
    reasons = [signal.Signals(-code).name for code in codes]
    print(f"the writers ended with {codes}: {set(reasons)}")

    file = places["backup"] / "latest.weights.h5"
    truncated = file.stat().st_size
    try:
        read_backup(str(places["backup"]), build())
    except OSError as problem:
        error = f"{type(problem).__name__}: {problem}".split(" (")[0]
    print(f"backup:          {error}")
    double = read_backup(
        str(places["backup, double"]), build(), double_checkpoint=True
    )
    print(f"backup, double:  the weights are {double}")

    model = build()
    files = sorted(
        re.sub(r"\d{6,}", "…", path.name)
        for path in places["manager"].rglob("*")
        if path.is_file()
    )
    latest = tf.train.latest_checkpoint(str(places["manager"]))
    tf.train.Checkpoint(model=model).restore(latest).expect_partial()
    latest = Path(latest).name
    restored = float(model.layers[0].kernel.numpy().mean())
    print(f"manager:         the weights are {restored}, from {latest}")
    print("its files:", *files, sep="\n  ")
