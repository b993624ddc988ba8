# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy"]
#
# [tool.book]
# title = "Three workers, Keras 3: a loop of our own, and who saves what"
# sources = ["mtf-ch07-mw-main-py"]
# marks = ["multiworker"]
# timeout = 300
#
# [tool.book.smoke]
# STEPS = 2
#
# [tool.book.values]
# error = "reports[0]['fit']"
# losses = "reports[0]['losses']"
# apart = "float(apart)"
# weight_difference = "float(weight_difference)"
# moved = "float(moved)"
# loss_difference = "float(loss_difference)"
# twice_difference = "float(twice_difference)"
# ///

# %% parameters
WORKERS = 3
PER_WORKER = 32
STEPS = 20
TIME_LIMIT = 240

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

import keras
import numpy as np


def worker():
    """Runs in a process of its own: it imports what it needs and reads TF_CONFIG."""
    import json
    import os
    import tempfile
    from pathlib import Path

    import keras
    import numpy as np
    import tensorflow as tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy()  # before any other operation
    tf.config.experimental.enable_op_determinism()
    job, shared = json.loads(os.environ["JOB"]), Path(os.environ["SHARED"])
    replicas = strategy.num_replicas_in_sync
    index = strategy.cluster_resolver.task_id or 0  # None where there is no cluster
    options = tf.data.Options()
    by_data = tf.data.experimental.AutoShardPolicy.DATA
    options.experimental_distribute.auto_shard_policy = by_data

    def batches():
        stored = np.load(shared / "data.npz")
        images = stored["images"] / np.float32(255)
        labels = stored["labels"].astype("int64")
        dataset = tf.data.Dataset.from_tensor_slices((images, labels))
        dataset = dataset.shuffle(len(images), seed=0).repeat()
        dataset = dataset.batch(job["per_worker"] * replicas, drop_remainder=True)
        return dataset.with_options(options)

    def build():
        keras.utils.set_random_seed(0)
        layers = keras.layers
        model = keras.Sequential([
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(filters=8, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(units=10),
        ])  # fmt: skip
        model.compile(
            optimizer=keras.optimizers.SGD(learning_rate=0.1),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        model.optimizer.build(model.trainable_variables)
        return model

    report = {"fit": "works"}
    with strategy.scope():
        model = build()
    try:
        model.fit(batches(), epochs=1, steps_per_epoch=2, verbose=0)
    except ValueError as error:
        report["fit"] = f"{type(error).__name__}: {str(error).splitlines()[0]}"

    with strategy.scope():
        model = build()
        accuracy = keras.metrics.SparseCategoricalAccuracy()
    start = np.concatenate([np.ravel(value) for value in model.get_weights()])

    @tf.function
    def training_step(images, labels):
        def on_one_replica(images, labels):
            with tf.GradientTape() as tape:
                logits = model(images[..., tf.newaxis], training=True)
                loss = model.loss(labels, logits)  # already divided by the replicas
                loss = loss / job["divide_again_by"]
            gradients = tape.gradient(loss, model.trainable_variables)
            model.optimizer.apply(gradients, model.trainable_variables)  # all-reduce
            accuracy.update_state(labels, logits)
            return loss

        losses = strategy.run(on_one_replica, args=(images, labels))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, losses, axis=None)

    stream = iter(strategy.experimental_distribute_dataset(batches()))
    losses = [training_step(*next(stream)) for _ in range(job["steps"])]
    report["losses"] = [float(loss) for loss in losses]
    report["accuracy"] = float(accuracy.result())

    chief = strategy.extended.should_checkpoint  # index 0
    private = tempfile.TemporaryDirectory()
    target = shared / job["name"] if chief else Path(private.name)
    state = [variable.value for variable in accuracy.variables]
    checkpoint = tf.train.Checkpoint(model=model, accuracy=state)
    checkpoint.write(str(target / "checkpoint"))  # all take part: sums are collected
    report["wrote"] = sorted(path.name for path in target.glob("checkpoint*"))
    report["kept"] = chief
    private.cleanup()

    weights = np.concatenate([np.ravel(value) for value in model.get_weights()])
    name = f"{job['name']}-{index}.npz"
    np.savez(shared / name, start=start, end=weights, kernel=model.get_weights()[0])
    print(json.dumps(report), flush=True)


# %% launch
def run(cluster, job, workers):
    """Start that many workers for one job, and give back what they told and learnt."""
    shared = cluster.folder
    (shared / job["name"]).mkdir()
    names = [f"{job['name']}-{index}" for index in range(workers)]
    addresses = free_addresses(workers)
    for index, name in enumerate(names):
        task = {"type": "worker", "index": index}
        config = {"cluster": {"worker": addresses}, "task": task}
        environment = {"JOB": json.dumps(job), "SHARED": str(shared)}
        if workers > 1:
            environment["TF_CONFIG"] = json.dumps(config)
        cluster.start(name, shared / "worker.py", **environment)
    cluster.wait(*names)
    reports = [json.loads(cluster.read(name)) for name in names]
    return reports, [dict(np.load(shared / f"{name}.npz")) for name in names]


(images, labels), _ = keras.datasets.mnist.load_data()
job = {"name": "three", "per_worker": PER_WORKER, "steps": STEPS, "divide_again_by": 1}
alone = {**job, "name": "alone", "per_worker": PER_WORKER * WORKERS}
twice = {**job, "name": "twice", "divide_again_by": WORKERS}
with (
    tempfile.TemporaryDirectory() as folder,
    Cluster(folder, seconds=TIME_LIMIT) as cluster,
):
    program = f"{inspect.getsource(worker)}\n\nworker()\n"
    Path(folder, "worker.py").write_text(program)
    np.savez(Path(folder, "data.npz"), images=images[:6000], labels=labels[:6000])
    reports, weights = run(cluster, job, WORKERS)
    (alone_report,), (alone_weights,) = run(cluster, alone, 1)
    twice_reports, twice_weights = run(cluster, twice, WORKERS)
    left = sorted(path.name for path in Path(folder, "three").iterdir())

# %% fit-fails
print(reports[0]["fit"])

# %% results
for index, report in enumerate(reports):
    first, last = report["losses"][0], report["losses"][-1]
    print(f"worker {index}: loss {first:.4f} to {last:.4f}, "
          f"accuracy {report['accuracy']:.4f}")  # fmt: skip
first, last = alone_report["losses"][0], alone_report["losses"][-1]
print(f"alone   : loss {first:.4f} to {last:.4f}, "
      f"accuracy {alone_report['accuracy']:.4f}")  # fmt: skip

# %% equal
ends = [stored["end"] for stored in weights]
apart = max(np.max(np.abs(ends[0] - end)) for end in ends[1:])
weight_difference = np.max(np.abs(ends[0] - alone_weights["end"]))
moved = np.max(np.abs(ends[0] - weights[0]["start"]))
difference = np.subtract(reports[0]["losses"], alone_report["losses"])
loss_difference = np.max(np.abs(difference))
print("between the workers:        ", apart)
print(f"three workers and one alone: {weight_difference:.0e}")
print(f"training moved a weight by   {moved:.0e}")

# %% twice
twice_difference = np.max(np.abs(twice_weights[0]["end"] - alone_weights["end"]))
print(f"divided twice, and one alone: {twice_difference:.0e}")

# %% saved
for index, report in enumerate(reports):
    fate = "kept" if report["kept"] else "thrown away"
    print(f"worker {index} wrote {', '.join(report['wrote'])}: {fate}")
print("in the shared folder:", ", ".join(left))
