# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy", "matplotlib"]
#
# [tool.book]
# title = "A job of two workers is killed twice and ends with the same weights"
# marks = ["multiworker"]
# timeout = 420
#
# [tool.book.values]
# steps = "STEPS"
# every = "EVERY"
# parameters = "int(calm_weights.size)"
# exit_codes = "[death['codes'][death['victim']] for death in deaths]"
# survivor_codes = "[max(death['codes'].values()) for death in deaths]"
# resumed = "resumed"
# kills = "[death['step'] for death in deaths]"
# repeated = "repeated"
# equal = "bool(np.array_equal(calm_weights, killed_weights))"
# differing_losses = "differing_losses"
# first_loss = "calm[0]['loss']"
# last_loss = "calm[-1]['loss']"
# kept = "kept"
# scratch = "scratch"
# ///

# %% parameters
STEPS = 24
EVERY = 5  # steps between two checkpoints
KILLS = (("worker-1", 8), ("worker-0", 17))  # who is killed, at which step
EXAMPLES = 640
BATCH = 64
TIME_LIMIT = 300

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


# %% order
import functools
import inspect
import signal

import keras
import matplotlib.pyplot as plt
import numpy as np


def rows(step, examples, batch):
    """The examples of a step follow from its number and from nothing else."""
    import numpy as np

    epoch, place = divmod(step, examples // batch)
    order = np.random.default_rng(seed=epoch).permutation(examples)
    return order[place * batch :][:batch]


# %% worker
def worker():
    """One worker. It resumes where the chief's last checkpoint stands."""
    import json
    import os
    import time
    from pathlib import Path

    import keras
    import numpy as np
    import tensorflow as tf

    settings = json.loads(os.environ["SETTINGS"])
    tf.config.experimental.enable_op_determinism()
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    index = strategy.cluster_resolver.task_id
    replicas = strategy.num_replicas_in_sync
    data = np.load(settings["data"])

    keras.utils.set_random_seed(0)
    with strategy.scope():
        model = keras.Sequential([keras.Input(shape=(784,))])
        model.add(keras.layers.Dense(units=32, activation="relu"))
        model.add(keras.layers.Dense(units=10))
        optimizer = keras.optimizers.Adam(learning_rate=0.003)
        optimizer.build(model.trainable_variables)
    noise = tf.random.Generator.from_seed(1)  # the random state of the run
    step = tf.Variable(0, dtype=tf.int64)
    loss_function = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, reduction="sum"
    )

    checkpoint = tf.train.Checkpoint(
        model=model, optimizer=optimizer, noise=noise, step=step
    )
    real = Path(settings["checkpoints"])
    folder = real if index == 0 else real.with_name(f"scratch-{index}")
    manager = tf.train.CheckpointManager(checkpoint, str(folder), max_to_keep=2)
    if latest := tf.train.latest_checkpoint(str(real)):
        checkpoint.restore(latest).assert_existing_objects_matched()

    def train(images, labels):
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            loss = loss_function(labels, logits) / settings["batch"]
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.SUM, loss)

    @tf.function
    def distributed_step(images, labels):
        return strategy.run(train, args=(images, labels))

    def report(**facts):
        print(json.dumps(facts), flush=True)

    report(resumed=int(step))
    while int(step) < settings["steps"]:
        number = int(step)
        report(begins=number)
        while number == settings["hold"].get(f"worker-{index}"):
            time.sleep(0.05)  # waits to be killed
        mine = rows(number, len(data["labels"]), settings["batch"])[index::replicas]
        images = data["images"][mine].reshape(-1, 784) / np.float32(255)
        images = images + noise.normal(shape=images.shape, stddev=0.2)
        loss = distributed_step(images, tf.constant(data["labels"][mine]))
        step.assign_add(1)
        report(step=number, loss=float(loss))
        if int(step) % settings["every"] == 0:
            manager.save(checkpoint_number=int(step))
    if index == 0:
        values = [np.ravel(value) for value in model.get_weights()]
        np.save(real.with_name("last.npy"), np.concatenate(values))


# %% supervisor
NAMES = ("worker-0", "worker-1")


def start_job(cluster, program, hold):
    """All workers, at new addresses: none of the old processes is of use."""
    addresses = free_addresses(len(NAMES))
    settings = {"data": str(program.with_name("data.npz")), "batch": BATCH}
    settings |= {"steps": STEPS, "every": EVERY, "hold": hold}
    settings["checkpoints"] = str(cluster.folder / "checkpoints")
    for index, name in enumerate(NAMES):
        task = {"type": "worker", "index": index}
        config = {"cluster": {"worker": addresses}, "task": task}
        cluster.start(
            name,
            program,
            TF_CONFIG=json.dumps(config),
            SETTINGS=json.dumps(settings),
        )


def reports(cluster, name):
    lines = cluster.read(name).splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]


def reached(cluster, step):
    return all({"begins": step} in reports(cluster, name) for name in NAMES)


def until(cluster, condition):
    """Wait for it. An error if a process fails before, or if time runs out."""
    while not condition():
        if any(process.poll() for process in cluster.processes.values()):
            cluster.wait()  # raises, with the end of the log
        if time.monotonic() > cluster.deadline:
            raise TimeoutError("the workers did not get there")
        time.sleep(0.02)


def ended(cluster, name):
    """Wait until this process has ended; its exit code."""
    left = max(0.1, cluster.deadline - time.monotonic())
    return cluster.processes[name].wait(timeout=left)


def supervise(cluster, program, kills):
    """Start all, watch, and start all again from the last checkpoint, until done."""
    deaths = []
    for victim, step in (*kills, (None, None)):
        start_job(cluster, program, hold={victim: step})
        if victim:
            until(cluster, functools.partial(reached, cluster, step))
            cluster.processes[victim].send_signal(signal.SIGKILL)
        codes = {name: ended(cluster, name) for name in NAMES}
        if any(codes.values()):
            deaths.append({"victim": victim, "step": step, "codes": codes})
    cluster.wait()  # an error if the last start failed
    return deaths


# %% run
(images, labels), _ = keras.datasets.mnist.load_data()
runs, weights = {}, {}
with tempfile.TemporaryDirectory() as folder:
    program = Path(folder) / "worker.py"
    functions = inspect.getsource(rows) + "\n\n" + inspect.getsource(worker)
    program.write_text(f"{functions}\n\nworker()\n")
    np.savez(
        program.with_name("data.npz"),
        images=images[:EXAMPLES],
        labels=labels[:EXAMPLES],
    )
    for run, kills in (("calm", ()), ("killed", KILLS)):
        (Path(folder) / run).mkdir()
        with Cluster(Path(folder) / run, seconds=TIME_LIMIT) as cluster:
            deaths = supervise(cluster, program, kills)
            runs[run] = reports(cluster, "worker-0")
            weights[run] = np.load(cluster.folder / "last.npy")
    checkpoints = Path(folder) / "killed" / "checkpoints"
    kept = sorted(path.stem for path in checkpoints.glob("*.index"))
    scratch = sorted(path.name for path in checkpoints.parent.glob("scratch*"))

for death in deaths:
    print("{victim} killed at step {step}; exit codes: {codes}".format(**death))

# %% compare
calm_weights, killed_weights = weights["calm"], weights["killed"]
calm = [fact for fact in runs["calm"] if "loss" in fact]
killed = [fact for fact in runs["killed"] if "loss" in fact]
resumed = [fact["resumed"] for fact in runs["killed"] if "resumed" in fact]
repeated = len(killed) - len(calm)
losses = {fact["step"]: fact["loss"] for fact in calm}
differing_losses = sum(fact["loss"] != losses[fact["step"]] for fact in killed)

print(f"the job started at steps {resumed}; {repeated} steps were done twice")
print(f"losses that differ from the calm run: {differing_losses} of {len(killed)}")
print(f"weights equal, bit for bit: {np.array_equal(calm_weights, killed_weights)}")

# %% figure
lives = []
for fact in runs["killed"]:
    if "resumed" in fact:
        lives.append([])
    if "loss" in fact:
        lives[-1].append(fact)
saves = [*resumed[1:], STEPS]  # what each life handed on

figure, (above, below) = plt.subplots(
    nrows=2, figsize=(7.2, 4.6), sharex=True, height_ratios=(3, 2)
)
above.plot(losses.keys(), losses.values(), color="C6", linewidth=6, alpha=0.35)
above.annotate("undisturbed run", (1, 2.45), color="C6")
for number, (life, saved) in enumerate(zip(lives, saves)):
    color = f"C{number}"
    kept_steps = [fact for fact in life if fact["step"] < saved]
    lost_steps = [fact for fact in life if fact["step"] >= saved]
    ring = {"markerfacecolor": "none", "markersize": 11}
    for facts, look in ((kept_steps, {}), (lost_steps, ring)):
        line = [fact["step"] for fact in facts], [fact["loss"] for fact in facts]
        above.plot(*line, "o", color=color, **look)
    first, last = life[0]["step"], life[-1]["step"]
    below.barh(number, saved - first, left=first - 0.5, height=0.5, color=color)
    if lost_steps:
        bar = {"height": 0.5, "color": "none", "edgecolor": color, "linewidth": 1}
        below.barh(number, last + 1 - saved, left=saved - 0.5, hatch="///", **bar)
        who = "the chief" if deaths[number]["victim"] == "worker-0" else "a worker"
        said = f"kill -9 to {who}, {len(lost_steps)} steps lost"
        below.text(last + 0.8, number, said, color=color, va="center")
for saved in range(EVERY, STEPS, EVERY):
    for axes in (above, below):
        axes.axvline(saved - 0.5, color="C6", linewidth=0.8, linestyle=":", zorder=0)
above.set_ylabel("loss of the batch (nats)")
below.set_yticks(range(len(lives)), [f"start {n + 1}" for n in range(len(lives))])
below.invert_yaxis()
below.set_xlabel("step (dotted: a checkpoint is written)")
plt.show()
