# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy", "matplotlib"]
#
# [tool.book]
# title = "Which worker sees which example"
# marks = ["multiworker"]
# timeout = 240
#
# [tool.book.values]
# twice = "counts['DATA, each its own seed'][0]"
# never = "counts['DATA, each its own seed'][1]"
# twice_same_seed = "counts['DATA, one seed'][0]"
# never_same_seed = "counts['DATA, one seed'][1]"
# same_batches = "int(seen[0]['OFF, one seed'] == seen[1]['OFF, one seed'])"
# off_difference = "float(off_difference)"
# data_difference = "float(data_difference)"
# policies_difference = "float(np.max(np.abs(small - whole)))"
# examples = "EXAMPLES"
# ///

# %% parameters
EXAMPLES = 16
GLOBAL_BATCH = 8
STEPS = 20
WORKERS = 2
TIME_LIMIT = 180

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

import matplotlib.pyplot as plt
import numpy as np


def train(strategy, stream, steps, examples):
    """A line through the points (x, 3 x + 1), with one weight and one bias."""
    import itertools

    import tensorflow as tf

    weights = tf.Variable([0.0, 0.0])

    @tf.function
    def step(batch):
        inputs = tf.cast(batch, tf.float32) / examples
        with tf.GradientTape() as tape:
            errors = weights[0] * inputs + weights[1] - (3 * inputs + 1)
            loss = tf.reduce_mean(tf.square(errors))
        context = tf.distribute.get_replica_context()
        gradient = tape.gradient(loss, weights)
        gradient = context.all_reduce(tf.distribute.ReduceOp.MEAN, gradient)
        weights.assign_sub(0.5 * gradient)

    order = []
    for batch in itertools.islice(stream, steps):
        strategy.run(step, args=(batch,))
        order.append(batch.numpy().tolist())
    return {"weights": weights.numpy().tolist(), "order": order}


def worker():
    """Runs in a process of its own: it imports what it needs and reads TF_CONFIG."""
    import json
    import os

    import tensorflow as tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy()  # before any other operation
    index = strategy.cluster_resolver.task_id
    job = json.loads(os.environ["JOB"])
    numbers = tf.data.Dataset.range(job["examples"])

    files = [f"{job['folder']}/part-{part}.txt" for part in range(2)]

    def read(files):
        lines = tf.data.TextLineDataset(files)
        return lines.map(lambda line: tf.strings.to_number(line, tf.int64))

    def shuffled(seed):
        return numbers.shuffle(job["examples"], seed=seed)

    def batches(dataset, policy):
        options = tf.data.Options()
        policy = tf.data.experimental.AutoShardPolicy[policy]
        options.experimental_distribute.auto_shard_policy = policy
        dataset = dataset.batch(job["global_batch"]).with_options(options)
        for batch in strategy.experimental_distribute_dataset(dataset):
            yield strategy.experimental_local_results(batch)[0]

    def look(dataset, policy):
        return [batch.numpy().tolist() for batch in batches(dataset, policy)]

    two_files = read(files)
    one_seed, own_seed = shuffled(seed=7), shuffled(seed=index)
    seen = {
        "OFF": look(numbers, "OFF"),
        "DATA": look(numbers, "DATA"),
        "AUTO": look(numbers, "AUTO"),
        "FILE, two files": look(two_files, "FILE"),
        "AUTO, two files": look(two_files, "AUTO"),
        "OFF, one seed": look(one_seed, "OFF"),
        "DATA, one seed": look(one_seed, "DATA"),
        "DATA, each its own seed": look(own_seed, "DATA"),
    }

    trained = {}
    for policy in ("OFF", "DATA"):
        stream = batches(shuffled(seed=7).repeat(), policy)
        trained[policy] = train(strategy, stream, job["steps"], job["examples"])

    def refusal(dataset, policy):
        try:
            look(dataset, policy)
        except (tf.errors.NotFoundError, tf.errors.InvalidArgumentError) as error:
            text = error.message.split("}} ")[-1].split(": goo.gle")[0].split(",")[0]
            return f"{type(error).__name__}: {text}"

    errors = {}
    if index == 0:  # the other would wait for a batch that never comes
        errors["FILE, no file"] = refusal(numbers, "FILE")
        errors["AUTO, one file"] = refusal(read(files[:1]), "AUTO")
    print(json.dumps({"seen": seen, "trained": trained, "errors": errors}), flush=True)


# %% launch
with (
    tempfile.TemporaryDirectory() as folder,
    Cluster(folder, seconds=TIME_LIMIT) as cluster,
):
    halves = np.array_split(np.arange(EXAMPLES), 2)
    for part, half in enumerate(halves):
        text = "\n".join(map(str, half))
        Path(folder, f"part-{part}.txt").write_text(text + "\n")
    sources = "\n\n".join(inspect.getsource(part) for part in (train, worker))
    program = Path(folder, "worker.py")
    program.write_text(f"{sources}\n\nworker()\n")
    job = {
        "examples": EXAMPLES,
        "global_batch": GLOBAL_BATCH,
        "steps": STEPS,
        "folder": folder,
    }
    names = [f"worker-{index}" for index in range(WORKERS)]
    addresses = free_addresses(WORKERS)
    for index, name in enumerate(names):
        task = {"type": "worker", "index": index}
        config = json.dumps({"cluster": {"worker": addresses}, "task": task})
        cluster.start(name, program, TF_CONFIG=config, JOB=json.dumps(job))
    cluster.wait()
    reports = [json.loads(cluster.read(name)) for name in names]
seen = [report["seen"] for report in reports]

# %% seen
for case in ("OFF", "DATA", "FILE, two files"):
    for index in range(WORKERS):
        print(f"{case:16} worker {index}: {seen[index][case]}")
print("AUTO as DATA:", all(each["AUTO"] == each["DATA"] for each in seen))
same = all(each["AUTO, two files"] == each["FILE, two files"] for each in seen)
print("AUTO, given two files, as FILE:", same)

# %% errors
for case, error in reports[0]["errors"].items():
    print(f"{case}: {error}")

# %% shuffled
counts = {}
for case in ("DATA, one seed", "DATA, each its own seed"):
    shares = [set(np.concatenate(each[case]).tolist()) for each in seen]
    twice, never = shares[0] & shares[1], set(range(EXAMPLES)) - (shares[0] | shares[1])
    counts[case] = len(twice), len(never)
    print(f"{case}: twice {sorted(twice)}, never {sorted(never)}")

# %% figure
CASES = ("DATA", "FILE, two files", "OFF", "DATA, one seed", "DATA, each its own seed")
figure, axes = plt.subplots(figsize=(7.2, 3.4))
for row, case in enumerate(CASES):
    for index, (marker, shift) in enumerate([("o", -0.16), ("s", 0.16)]):
        mine = np.concatenate(seen[index][case])
        height = np.full(len(mine), row + shift)
        label = f"worker {index}" if row == 0 else None
        axes.plot(mine, height, marker, color=f"C{index}", markersize=6, label=label)
axes.set(yticks=range(len(CASES)), yticklabels=CASES, xticks=range(EXAMPLES))
axes.set(xlabel="example", ylim=(len(CASES) - 0.5, -0.5))
axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
plt.show()

# %% train


def one_machine(order):
    """The same line, in NumPy, by one machine that gets these batches."""
    weights = np.zeros(2, dtype="float32")
    for batch in order:
        inputs = np.array(batch, dtype="float32") / EXAMPLES
        errors = weights[0] * inputs + weights[1] - (3 * inputs + 1)
        gradient = 2 * np.array([np.mean(errors * inputs), np.mean(errors)])
        weights = weights - 0.5 * gradient
    return weights


trained = [report["trained"] for report in reports]
small = one_machine(trained[0]["OFF"]["order"])
pairs = zip(*(each["DATA"]["order"] for each in trained))
whole = one_machine([np.concatenate(pair) for pair in pairs])
off_difference = np.max(np.abs(small - trained[0]["OFF"]["weights"]))
data_difference = np.max(np.abs(whole - trained[0]["DATA"]["weights"]))
for policy, size, alone in (("OFF", 4, small), ("DATA", 8, whole)):
    together = np.round(trained[0][policy]["weights"], 4)
    single = f"one with batches of {size}: {alone.round(4)}"
    print(f"{policy:4} two workers {together}, {single}")
