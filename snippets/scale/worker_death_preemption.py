# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "A notice before the end: PreemptionCheckpointHandler"
# marks = ["multiworker"]
# timeout = 240
#
# [tool.book.values]
# codes = "codes"
# steps = "STEPS"
# lost = "lost"
# saved_after_notice = "saved >= NOTICE"
# same = "resumed[0] == resumed[1]"
# weight = "weight"
# ///

# %% parameters
STEPS = 30
NOTICE = 7  # worker 1 gets SIGTERM at this step
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


# %% worker
import inspect
import signal


def worker():
    import json
    import os
    import time

    import tensorflow as tf

    settings = json.loads(os.environ["SETTINGS"])
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    with strategy.scope():
        weight = tf.Variable(0.0)
    step = tf.Variable(0, dtype=tf.int64)
    handler = tf.distribute.experimental.PreemptionCheckpointHandler(
        strategy.cluster_resolver,
        tf.train.Checkpoint(weight=weight, step=step),
        settings["checkpoints"],
    )  # restores, if there is something to restore

    def report(**facts):
        print(json.dumps(facts), flush=True)

    def train():
        context = tf.distribute.get_replica_context()
        weight.assign_add(context.all_reduce(tf.distribute.ReduceOp.SUM, 0.5))

    @tf.function
    def distributed_step():
        strategy.run(train)
        step.assign_add(1)

    report(resumed=int(step))
    while int(step) < settings["steps"]:
        report(begins=int(step))
        while int(step) == settings["hold"] and not os.path.exists(settings["go"]):
            time.sleep(0.02)  # until the notice has been given
        handler.run(distributed_step)
    report(weight=float(weight.numpy()))


# %% notice
NAMES = ("worker-0", "worker-1")


def reports(cluster, name):
    lines = cluster.read(name).splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]


def until(cluster, condition):
    """Wait for it. An error if a process fails before, or if time runs out."""
    while not condition():
        if any(process.poll() for process in cluster.processes.values()):
            cluster.wait()  # raises, with the end of the log
        if time.monotonic() > cluster.deadline:
            raise TimeoutError("the workers did not get there")
        time.sleep(0.02)


def start_job(cluster, program, hold=None):
    addresses = free_addresses(len(NAMES))
    settings = {"checkpoints": str(cluster.folder / "checkpoints"), "steps": STEPS}
    settings |= {"hold": hold, "go": str(cluster.folder / "go")}
    for index, name in enumerate(NAMES):
        task = {"type": "worker", "index": index}
        config = {"cluster": {"worker": addresses}, "task": task}
        cluster.start(
            name,
            program,
            TF_CONFIG=json.dumps(config),
            SETTINGS=json.dumps(settings),
        )


with tempfile.TemporaryDirectory() as folder:
    program = Path(folder) / "worker.py"
    program.write_text(f"{inspect.getsource(worker)}\n\nworker()\n")
    with Cluster(folder, seconds=TIME_LIMIT) as cluster:
        start_job(cluster, program, hold=NOTICE)
        there = {"begins": NOTICE}
        until(cluster, lambda: all(there in reports(cluster, name) for name in NAMES))
        cluster.processes["worker-1"].send_signal(signal.SIGTERM)
        (cluster.folder / "go").touch()
        codes = []
        for name in NAMES:
            left = max(0.1, cluster.deadline - time.monotonic())
            codes.append(cluster.processes[name].wait(timeout=left))
        last_begun = max(fact.get("begins", 0) for fact in reports(cluster, "worker-0"))
        start_job(cluster, program)
        cluster.wait()
        facts = [reports(cluster, name) for name in NAMES]

resumed = [[fact["resumed"] for fact in own if "resumed" in fact] for own in facts]
saved = resumed[0][1]
lost = last_begun - saved
weight = facts[0][-1]["weight"]
print(f"exit codes {codes}; saved at the same step: {resumed[0] == resumed[1]}")
print(f"steps lost: {lost}; weight after {STEPS} steps of 1: {weight}")
