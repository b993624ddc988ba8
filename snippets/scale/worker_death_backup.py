# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy", "matplotlib"]
#
# [tool.book]
# title = "BackupAndRestore: fit is killed and resumed"
# marks = ["multiworker"]
# timeout = 240
#
# [tool.book.values]
# code = "code"
# left_behind = "left_behind"
# deleted = "deleted"
# equal = "equal"
# per_epoch = "BATCHES"
# planned = "planned"
# cases = "list(results)"
# differences = "[results[case]['difference'] for case in results]"
# updates = "[results[case]['updates'] for case in results]"
# starts = "[results[case]['starts'] for case in results]"
# every_three = "results['every 3 batches']['updates']"
# every_three_twice = "results['every 3 batches, two ends']['updates']"
# second_start = "int(results['every 3 batches, two ends']['starts'].split()[-1])"
# moved = "moved"
# ///

# %% parameters
EPOCHS = 4
BATCHES = 10  # in an epoch
BATCH = 64
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


# %% training
import functools
import inspect

import keras
import numpy as np
import tensorflow as tf


def build(dropout=False):
    import keras

    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(784,))])
    model.add(keras.layers.Dense(units=32, activation="relu"))
    if dropout:
        model.add(keras.layers.Dropout(rate=0.5))
    model.add(keras.layers.Dense(units=10))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.003),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


def program(data, folder):
    """Trains until it kills itself, with SIGKILL, in the middle of an epoch."""
    import os
    import signal

    import keras
    import numpy as np
    import tensorflow as tf

    class Die(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

        def on_train_batch_begin(self, batch, logs=None):
            if (self.epoch, batch) == (2, 5):
                os.kill(os.getpid(), signal.SIGKILL)

    tf.config.experimental.enable_op_determinism()
    arrays = np.load(data)
    backup = keras.callbacks.BackupAndRestore(folder)
    build().fit(
        arrays["images"],
        arrays["labels"],
        batch_size=64,
        epochs=4,
        shuffle=False,
        verbose=0,
        callbacks=[backup, Die()],
    )


# %% killed
def weights(model):
    return np.concatenate([np.ravel(value) for value in model.get_weights()])


(pictures, classes), _ = keras.datasets.mnist.load_data()
pictures = pictures[: BATCHES * BATCH].reshape(-1, 784) / np.float32(255)
classes = classes[: BATCHES * BATCH]
options = {"batch_size": BATCH, "epochs": EPOCHS, "shuffle": False, "verbose": 0}
planned = EPOCHS * BATCHES

tf.config.experimental.enable_op_determinism()
calm = build()
start = weights(calm)
calm.fit(pictures, classes, **options)
moved = float(np.abs(weights(calm) - start).max())

with tempfile.TemporaryDirectory() as folder:
    data, backup = f"{folder}/data.npz", f"{folder}/backup"
    np.savez(data, images=pictures, labels=classes)
    script = Path(folder) / "train.py"
    functions = inspect.getsource(build) + "\n\n" + inspect.getsource(program)
    script.write_text(f"{functions}\n\nprogram({data!r}, {backup!r})\n")
    with Cluster(folder, seconds=TIME_LIMIT) as cluster:
        cluster.start("training", script)
        code = cluster.processes["training"].wait(timeout=TIME_LIMIT)
    left_behind = sorted(path.name for path in Path(backup).iterdir())
    note = json.loads((Path(backup) / "training_metadata.json").read_text())
    resumed = build()
    callback = keras.callbacks.BackupAndRestore(backup)
    history = resumed.fit(pictures, classes, **options, callbacks=[callback])
    deleted = not Path(backup).exists()

equal = bool(np.array_equal(weights(calm), weights(resumed)))
print(f"exit code {code}; it left {left_behind}")
print(f"its note: {note}; the second fit ran epochs {history.epoch}")
print(f"weights equal, bit for bit: {equal}; backup deleted: {deleted}")

# %% cases
class End(keras.callbacks.Callback):
    """Ends the run with an exception; notes the epoch in which it began."""

    def __init__(self, place, starts):
        super().__init__()
        self.place, self.starts, self.first = place, starts, True

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
        if self.first:
            self.starts.append(epoch)
            self.first = False

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == self.place:
            raise KeyboardInterrupt


def dataset(shuffled):
    rows = tf.data.Dataset.from_tensor_slices((pictures, classes))
    return (rows.shuffle(len(pictures), seed=7) if shuffled else rows).batch(BATCH)


plan = {"epochs": EPOCHS, "verbose": 0}


@functools.cache
def undisturbed(dropout, shuffled):
    model = build(dropout)
    model.fit(dataset(shuffled), **plan)
    return weights(model)


def experiment(ends, save_freq="epoch", dropout=False, shuffled=False):
    """An undisturbed run against one that is ended and begun again."""
    starts = []
    with tempfile.TemporaryDirectory() as folder:
        for place in (*ends, None):
            model = build(dropout)
            backup = keras.callbacks.BackupAndRestore(folder, save_freq=save_freq)
            try:
                model.fit(
                    dataset(shuffled), **plan, callbacks=[backup, End(place, starts)]
                )
            except KeyboardInterrupt:
                continue
    calm = undisturbed(dropout, shuffled)
    difference = float(np.abs(calm - weights(model)).max())
    updates = int(model.optimizer.iterations)
    starts = " ".join(map(str, starts))
    return {"difference": difference, "updates": updates, "starts": starts}


results = {
    "every epoch": experiment([(2, 5)]),
    "every epoch, two ends": experiment([(2, 5), (2, 8)]),
    "every epoch, shuffled": experiment([(2, 5)], shuffled=True),
    "every epoch, dropout": experiment([(2, 5)], dropout=True),
    "every 3 batches": experiment([(2, 5)], save_freq=3),
    "every 3 batches, two ends": experiment([(2, 5), (2, 8)], save_freq=3),
}
print("backup                      began at epochs   updates   largest difference")
for case, facts in results.items():
    line = "{case:27} {starts:17} {updates:7d}   {difference:.4f}"
    print(line.format(case=case, **facts))
