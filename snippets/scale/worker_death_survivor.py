# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "What the survivor says, and after how long"
# marks = ["multiworker", "timing"]
# timeout = 420
#
# [tool.book.smoke]
# CASES = [["worker-1", "SIGKILL", 1000]]
#
# [tool.book.values]
# seconds = "[report['seconds'] for report in found]"
# errors = "[report['error'] for report in found]"
# again = "[report['again'] for report in found]"
# codes = "[report['code'] for report in found]"
# ///

# %% parameters
CASES = (  # who, which signal, and how many numbers they add up in a step
    ("worker-1", "SIGKILL", 1_000),
    ("worker-1", "SIGKILL", 1),
    ("worker-1", "SIGSTOP", 1_000),
    ("worker-0", "SIGSTOP", 1_000),
)
STEPS = 3  # before anything happens
TIME_LIMIT = 360

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
import re
import signal
import textwrap


def worker():
    import json
    import os
    import time

    import tensorflow as tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    ones = tf.ones(int(os.environ["NUMBERS"]))
    name = f"worker-{strategy.cluster_resolver.task_id}"

    def add_ones():
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.SUM, ones)

    @tf.function
    def distributed_step():
        return strategy.run(add_ones)

    def report(**facts):
        print(json.dumps(facts), flush=True)

    for number in range(int(os.environ["STEPS"])):
        distributed_step()
    report(done=number + 1)
    while name == os.environ["VICTIM"]:
        time.sleep(0.02)  # until its end
    report(waits_since=time.time())
    try:
        distributed_step()
    except tf.errors.OpError as error:
        report(error=type(error).__name__, text=error.message, until=time.time())
        try:
            distributed_step()
        except tf.errors.OpError as another:
            report(again=type(another).__name__)
        raise


# %% strike
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


def strike(folder, victim, blow, numbers):
    """Two workers; one gets the signal. What does the other one report?"""
    survivor = {"worker-0": "worker-1", "worker-1": "worker-0"}[victim]
    program = Path(folder) / "worker.py"
    program.write_text(f"{inspect.getsource(worker)}\n\nworker()\n")
    more = {"VICTIM": victim, "STEPS": str(STEPS), "NUMBERS": str(numbers)}
    with Cluster(folder, seconds=TIME_LIMIT) as cluster:
        addresses = free_addresses(2)
        for index in range(2):
            task = {"type": "worker", "index": index}
            config = json.dumps({"cluster": {"worker": addresses}, "task": task})
            cluster.start(f"worker-{index}", program, TF_CONFIG=config, **more)
        until(cluster, lambda: reports(cluster, victim))
        until(cluster, lambda: len(reports(cluster, survivor)) == 2)
        waits_since = reports(cluster, survivor)[1]["waits_since"]
        until(cluster, lambda: time.time() > waits_since + 1)  # it is in its call
        struck = time.time()
        cluster.processes[victim].send_signal(getattr(signal, blow))
        left = max(0.1, cluster.deadline - time.monotonic())
        code = cluster.processes[survivor].wait(timeout=left)
        facts = {"survivor": survivor, "code": code}
        for report in reports(cluster, survivor):
            facts |= report
        return {**facts, "seconds": facts["until"] - struck}


# %% cases
found = []
for victim, blow, numbers in CASES:
    with tempfile.TemporaryDirectory() as folder:
        found.append(strike(folder, victim, blow, numbers))

for (victim, blow, numbers), report in zip(CASES, found):
    print(f"{blow} to {victim}; {report['survivor']}, adding {numbers}, says:")
    lines = [line for line in report["text"].splitlines() if line.strip()]
    first = next(i for i, line in enumerate(lines) if "aborted" in line)
    for line in [report["error"], *lines[first : first + 2]]:
        line = re.sub(r"(?<=\.0\.1:)\d+", "PORT", line)
        print(textwrap.indent(textwrap.fill(line, width=76), "  "))
