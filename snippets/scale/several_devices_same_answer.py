# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy", "matplotlib"]
#
# [tool.book]
# title = "One device, two devices, two processes: the same losses and weights"
# sources = ["mtf-ch07-mirrored-init", "mtf-ch07-q1-mirrored-vs-multiworker"]
# marks = ["multiworker"]
# timeout = 300
#
# [tool.book.smoke]
# STEPS = 20
#
# [tool.book.values]
# steps = "STEPS"
# global_batch = "GLOBAL_BATCH"
# tolerance = "TOLERANCE"
# weights = "int(sum(weight.size for weight in start))"
# roads = "list(results)"
# first_loss = "float(reference[0][0])"
# last_loss = "float(reference[0][-1])"
# loss_difference = "[float(gap.max()) for gap in loss_gaps.values()]"
# weight_difference = "list(weight_gaps.values())"
# float64_loss = "float(rounding.max())"
# float64_weights = "float(weight_gap(reference[1], exact[1]))"
# wrong_loss = "float(wrong_gap.max())"
# wrong_weights = "float(weight_gap(reference[1], wrong[1]))"
# devices_equal_processes = "int(np.array_equal(results['two devices, loop'][0], results['two processes, loop'][0]))"
# weights_moved = "float(weight_gap(reference[1], start))"
# ///

# %% parameters
STEPS = 200
GLOBAL_BATCH = 64
TOLERANCE = 1e-5
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

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
logical = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
tf.config.set_logical_device_configuration(cpu, logical)
tf.config.experimental.enable_op_determinism()

# %% data
(images, labels), _ = keras.datasets.mnist.load_data()
images = images[:, ::2, ::2] / np.float32(255)  # every other pixel
images = images.reshape(-1, 196)
order = np.random.default_rng(seed=0).permutation(len(images))
batches = order[: STEPS * GLOBAL_BATCH].reshape(STEPS, GLOBAL_BATCH)
images, labels = images[batches], labels[batches].astype("int32")  # (step, batch, ...)


# %% model
def build_model(start=None, dtype="float32"):
    import keras

    layers = [
        keras.Input(shape=(196,), dtype=dtype),
        keras.layers.Dense(units=16, activation="tanh", dtype=dtype),
        keras.layers.Dense(units=10, dtype=dtype),
    ]
    model = keras.Sequential(layers)
    if start is not None:
        model.set_weights(start)
    # These two numbers are exact in binary: the same in float32 and float64.
    optimizer = keras.optimizers.SGD(learning_rate=0.125, momentum=0.875)
    optimizer.build(model.trainable_variables)
    return model, optimizer


keras.utils.set_random_seed(0)
start = build_model()[0].get_weights()


# %% loop
def train(strategy, model, optimizer, dataset, divide_by):
    """The custom loop. Each road below runs this very text."""
    import numpy as np
    import tensorflow as tf

    def replica_step(images, labels):
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_sum(losses) / divide_by  # (replica's share,) -> ()
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    @tf.function
    def step(images, labels):
        shares = strategy.run(replica_step, args=(images, labels))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, shares, axis=None)

    losses = [step(*batch).numpy() for batch in dataset]
    return np.array(losses), model.get_weights()


# %% one-device
def dataset_of(images, labels):
    return tf.data.Dataset.from_tensor_slices((images, labels))  # an element: a batch


def loop_road(strategy, divide_by=GLOBAL_BATCH, dtype="float32"):
    with strategy.scope():
        model, optimizer = build_model(start, dtype=dtype)
    dataset = dataset_of(images.astype(dtype), labels)
    dataset = strategy.experimental_distribute_dataset(dataset)
    return train(strategy, model, optimizer, dataset, divide_by)


one = tf.distribute.get_strategy()  # the default: no strategy at all
results = {"one device, loop": loop_road(one)}
exact = loop_road(one, dtype="float64")

# %% fit
def fit_road(strategy):
    with strategy.scope():
        model, optimizer = build_model(start)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer=optimizer, loss=loss)
    # An epoch of one step, so that the history holds the loss of each step.
    dataset = dataset_of(images, labels)
    history = model.fit(dataset, epochs=STEPS, steps_per_epoch=1, verbose=0)
    return np.array(history.history["loss"]), model.get_weights()


results["one device, fit"] = fit_road(one)

# %% two-devices
mirrored = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
results["two devices, loop"] = loop_road(mirrored)
results["two devices, fit"] = fit_road(mirrored)

# %% wrong
replica_batch = GLOBAL_BATCH // mirrored.num_replicas_in_sync
wrong = loop_road(mirrored, divide_by=replica_batch)  # the mean of each replica


# %% worker
def worker():
    import json

    import numpy as np
    import tensorflow as tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy()  # first; reads TF_CONFIG
    tf.config.experimental.enable_op_determinism()
    index = strategy.cluster_resolver.task_id
    data = np.load("data.npz")
    size = data["images"].shape[1] // strategy.num_replicas_in_sync
    mine = slice(index * size, (index + 1) * size)  # my part of each global batch

    def my_batches(context):
        part = data["images"][:, mine], data["labels"][:, mine]
        return tf.data.Dataset.from_tensor_slices(part)

    with strategy.scope():
        start = [data[f"start_{number}"] for number in range(4)]
        model, optimizer = build_model(start)
    dataset = strategy.distribute_datasets_from_function(my_batches)
    global_batch = data["images"].shape[1]
    losses, weights = train(strategy, model, optimizer, dataset, global_batch)
    np.savez(f"weights-{index}.npz", *weights)
    print(json.dumps({"examples": size, "losses": losses.tolist()}), flush=True)


# %% two-processes
def run_workers(folder):
    parts = [inspect.getsource(part) for part in (build_model, train, worker)]
    program = Path(folder) / "worker.py"
    enter = f"import os\n\nos.chdir({str(folder)!r})\n"
    program.write_text("\n\n".join([enter, *parts, "worker()\n"]))
    saved = {f"start_{number}": weight for number, weight in enumerate(start)}
    np.savez(Path(folder) / "data.npz", images=images, labels=labels, **saved)
    addresses = free_addresses(2)
    with Cluster(folder, seconds=TIME_LIMIT) as cluster:
        for index in range(2):
            task = {"type": "worker", "index": index}
            config = json.dumps({"cluster": {"worker": addresses}, "task": task})
            cluster.start(f"worker-{index}", program, TF_CONFIG=config)
        cluster.wait()
        reports = [json.loads(cluster.read(f"worker-{index}")) for index in range(2)]
    weights = []
    for index in range(2):
        with np.load(Path(folder) / f"weights-{index}.npz") as saved:
            weights.append([saved[name] for name in saved.files])
    return reports, weights


with tempfile.TemporaryDirectory() as folder:
    reports, worker_weights = run_workers(folder)

first, second = (np.array(report["losses"]) for report in reports)
assert np.array_equal(first, second)  # both know the loss of the global batch
for left, right in zip(*worker_weights, strict=True):
    assert np.array_equal(left, right)  # both hold the same weights, bit for bit
results["two processes, loop"] = first, worker_weights[0]
print("examples of each step in each process:", [r["examples"] for r in reports])

# %% compare
def weight_gap(left, right):
    pairs = zip(left, right, strict=True)
    return max(float(np.max(np.abs(a - b))) for a, b in pairs)


reference = results["one device, loop"]
loss_gaps, weight_gaps = {}, {}
for name, (losses, weights) in results.items():
    loss_gaps[name] = np.abs(losses - reference[0])
    weight_gaps[name] = weight_gap(weights, reference[1])
rounding = np.abs(reference[0] - exact[0])
wrong_gap = np.abs(wrong[0] - reference[0])

print("largest difference from one device, loop    loss      weights")
for name, gap in loss_gaps.items():
    print(f"{name:40} {gap.max():9.1e} {weight_gaps[name]:9.1e}")
print(f"{'one device, loop, in float64':40} {rounding.max():9.1e} "
      f"{weight_gap(reference[1], exact[1]):9.1e}")
print(f"{'two devices, loop, mean per replica':40} {wrong_gap.max():9.1e} "
      f"{weight_gap(reference[1], wrong[1]):9.1e}")

# %% assert
for name in results:
    assert loss_gaps[name].max() < TOLERANCE, name
    assert weight_gaps[name] < TOLERANCE, name
assert wrong_gap.max() > 100 * TOLERANCE  # a wrong loss would not pass
assert weight_gap(reference[1], start) > 1000 * TOLERANCE  # and it did learn

# %% figure
figure, (left, right) = plt.subplots(ncols=2, figsize=(8.6, 4.0))
steps = np.arange(1, STEPS + 1)
for number, (name, (losses, _)) in enumerate(results.items()):
    left.plot(steps, losses, color=f"C{number}", linewidth=0.8, label=name,
              marker="osD^v"[number], markevery=(number * 4, 20), fillstyle="none")
left.set(xlabel="step", ylabel="loss of the global batch")
left.legend(fontsize=8, frameon=False)
floor = 1e-9  # a difference of exactly 0 has no place on a logarithmic axis
for number, gap in enumerate(loss_gaps.values()):
    chosen = slice(number, None, 4)  # other steps for each, so that all can be seen
    if number:
        points = np.maximum(gap, floor)[chosen]
        right.plot(steps[chosen], points, color=f"C{number}", linestyle="",
                   marker="osD^v"[number], markersize=4, fillstyle="none")
right.plot(steps, np.maximum(rounding, floor), color="C6", linewidth=0.8, zorder=0)
right.plot(steps, wrong_gap, color="C5", linestyle="--")
right.axhline(TOLERANCE, color="C6", linewidth=1)
right.set(xlabel="step", ylabel="difference from one device, loop", yscale="log")
right.set_ylim(1e-10, 100)
right.text(STEPS, 5, "mean per replica: wrong", color="C5", ha="right", va="bottom")
right.text(STEPS, TOLERANCE * 1.5, "tolerance", color="C6", ha="right")
right.text(STEPS, 5e-7, "grey: one device, float32 against float64", color="C6",
           ha="right", fontsize=8)
right.text(STEPS, 2.2e-10, "0: equal bit for bit", ha="right", fontsize=8)
figure.tight_layout()
plt.show()
