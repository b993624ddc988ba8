"""Several machines: what the chapter's snippets leave behind, and two workers over a real link."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bookengine.project import Project
from bookengine.run import run_snippet
from bookengine.snippet import read_snippet

WORKER = """
import json
import sys

import tensorflow as tf

strategy = tf.distribute.MultiWorkerMirroredStrategy()
index = strategy.cluster_resolver.task_id

@tf.function
def reduce():
    gradient = tf.fill([int(sys.argv[1])], tf.cast(index + 1, tf.float32))
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, gradient)

total = strategy.run(reduce)
print(json.dumps({"index": index, "low": float(tf.reduce_min(total)), "high": float(tf.reduce_max(total))}), flush=True)
"""
PARAMETERS = 2_000_000
LIMIT = 120
SETTING_UP, TAKING_DOWN = "Two machines in one", "and take them down"


def commands(project: Project, title: str) -> list[str]:
    """The lines of the page's shell block with this title: what a reader types is what is tested."""
    page = (project.root / "docs" / "scale" / "several-machines.md").read_text("utf-8")
    block = re.search(rf'^``` *\{{ *\.shell title="{title}" *\}}\n(.*?)^```', page, re.MULTILINE | re.DOTALL)
    assert block, f"docs/scale/several-machines.md: no shell block with the title {title!r}"
    return block[1].splitlines()


@pytest.fixture
def machines(project: Project) -> Iterator[list[str]]:
    """Two network namespaces joined by a cable; always taken down."""
    if shutil.which("ip") is None:
        pytest.skip("the program 'ip' is missing: install the system package iproute2")
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    setting_up, taking_down = commands(project, SETTING_UP), commands(project, TAKING_DOWN)
    try:
        for command in setting_up:
            done = subprocess.run(command.split(), capture_output=True, text=True, check=False)
            if done.returncode != 0 and "not permitted" in done.stderr:
                pytest.skip(f"this system forbids network namespaces: {done.stderr.strip()}")
            assert done.returncode == 0, f"{command}\n{done.stderr}"
        yield ["book-0", "book-1"]
    finally:
        for command in taking_down:
            subprocess.run(command.split(), capture_output=True, check=False)


def received(machine: str, cable: str) -> int:
    command = ["ip", "-n", machine, "-s", "-j", "link", "show", cable]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(json.loads(done.stdout)[0]["stats64"]["rx"]["bytes"])


@pytest.mark.multiworker
@pytest.mark.timeout(LIMIT + 60)
def test_gradients_cross_a_real_link_between_two_addresses(machines: list[str], tmp_path: Path) -> None:
    program = tmp_path / "worker.py"
    program.write_text(WORKER, "utf-8")
    cluster = {"worker": ["10.77.0.1:2222", "10.77.0.2:2222"]}
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    processes = []
    try:
        for index, machine in enumerate(machines):
            config = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
            with (tmp_path / f"{machine}.log").open("w") as log:
                process = subprocess.Popen(
                    ["ip", "netns", "exec", machine, sys.executable, str(program), str(PARAMETERS)],
                    env={**environment, "TF_CONFIG": config, "CUDA_VISIBLE_DEVICES": "-1"},
                    stdout=subprocess.PIPE, stderr=log, text=True,
                )  # fmt: skip
            processes.append(process)
        deadline = time.monotonic() + LIMIT
        outputs = [process.communicate(timeout=deadline - time.monotonic())[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    logs = "\n".join((tmp_path / f"{machine}.log").read_text("utf-8")[-2000:] for machine in machines)
    assert [process.returncode for process in processes] == [0, 0], logs
    assert [json.loads(output) for output in outputs] == [{"index": 0, "low": 3.0, "high": 3.0}, {"index": 1, "low": 3.0, "high": 3.0}]
    for index, machine in enumerate(machines):  # each has received the other's half, and half of the sum: a ring of two
        assert received(machine, f"veth-book-{index}") > 4 * PARAMETERS


def test_the_chief_rule_of_the_exercise_is_that_of_the_library(project: Project) -> None:
    from tensorflow.python.distribute import multi_worker_util

    snippet = read_snippet(project.snippets / "scale" / "several_machines_try_1.py", project.root)
    source = next(cell.source for cell in snippet.cells if cell.name == "cluster-map")
    names: dict[str, object] = {}
    exec(source, names)  # the snippet's own cell: the function under test lives there

    class Resolver:
        def __init__(self, cluster: dict[str, list[str]], job: str, index: int) -> None:
            self.cluster, self.task_type, self.task_id = cluster, job, index

        def cluster_spec(self):  # type: ignore[no-untyped-def]  # its type is TensorFlow's, imported below alone
            import tensorflow as tf

            return tf.train.ClusterSpec(self.cluster)

    with_chief = {"chief": ["a:1"], "worker": ["b:1", "c:1"]}
    without = {"worker": ["b:1", "c:1"]}
    for cluster in (with_chief, without):
        for job, addresses in cluster.items():
            for index in range(len(addresses)):
                ours = names["is_first"](Resolver(cluster, job, index))  # type: ignore[operator]  # a function, out of exec
                assert ours == multi_worker_util.is_chief(cluster, job, index), (cluster, job, index)


@pytest.mark.multiworker
def test_out_of_time_the_parent_names_its_workers_and_nothing_stays(failing_job: Callable[..., list[str]]) -> None:
    """Out of time in the middle: the parent names the worker, ends it and removes its folder."""
    errors = failing_job("several_machines_sharding", "TIME_LIMIT = 180", "TIME_LIMIT = 0.5")
    assert errors[-1] == "TimeoutError: out of time, still running: worker-0, worker-1"


@pytest.mark.multiworker
@pytest.mark.timeout(400)
def test_each_failure_is_told_by_its_own_error(project: Project) -> None:
    snippet = read_snippet(project.snippets / "scale" / "several_machines_failures.py", project.root)
    result = run_snippet(snippet, project, "smoke")
    assert result.ok, result.report()
    assert result.values["taken"] == result.values["twin"] == "UnknownError: Could not start gRPC server"
    assert result.values["out_of_time"] == "TimeoutError: out of time, still running: first"
    assert result.values["hung"].startswith("ensure_initialized")
    assert "joining a group with size N" in result.values["mismatch"]
    assert result.values["chief_alone"].startswith("DeadlineExceededError: Collective has timed out")
    assert result.values["left"] == "UnavailableError"
