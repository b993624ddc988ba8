"""Parameter servers: values against formulas of our own, manifests and resolvers, and nothing left behind."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from bookengine.project import Project
from bookengine.run import RunResult, run_snippet
from bookengine.snippet import read_snippet


def run(project: Project, name: str) -> RunResult:
    path = project.snippets / "scale" / f"parameter_servers_{name}.py"
    result = run_snippet(read_snippet(path, project.root), project, "smoke")
    assert result.ok, result.report()
    return result


def cells(project: Project, name: str) -> dict[str, str]:
    path = project.snippets / "scale" / f"parameter_servers_{name}.py"
    return {cell.name: cell.source for cell in read_snippet(path, project.root).cells}


def test_the_largest_step_is_where_a_root_leaves_the_unit_circle(project: Project) -> None:
    values = run(project, "stale").values
    for delay, largest in zip(values["delays"], values["measured"], strict=True):
        for step, inside in ((0.99 * largest, True), (1.01 * largest, False)):
            polynomial = np.zeros(delay + 2)  # z^(delay + 1) - z^delay + step
            polynomial[0], polynomial[-1] = 1, step
            polynomial[1] -= 1
            assert (max(abs(np.roots(polynomial))) < 1) == inside


def test_mean_staleness_is_workers_minus_one(project: Project) -> None:
    values = run(project, "async").values
    np.testing.assert_allclose(values["staleness"] + values["slow_staleness"], values["workers"] - 1, atol=0.15)


@pytest.fixture(scope="module")
def costs(project: Project) -> dict[str, Any]:
    return run(project, "costs").values


def test_the_table_of_costs_agrees_with_a_search(costs: dict[str, Any]) -> None:
    for model, compute in enumerate(costs["compute"]):
        for network, gigabits in enumerate(costs["networks"]):
            line = 1e6 * costs["megabytes"][model] / (gigabits * 1e9 / 8)
            seconds = {n: compute / n + 2 * (n - 1) * (line / n + costs["latency"]) for n in range(1, 1025)}
            assert costs["best"][model][network] == min(seconds, key=seconds.__getitem__)
            assert costs["last"][model][network] == max(n for n in seconds if n == 1 or seconds[n] < compute)
            assert costs["floors"][model][network] == pytest.approx(2 * line)


def test_counted_multiplications_are_those_of_the_models(costs: dict[str, Any]) -> None:
    products = [seconds * costs["flops"] / 3 / 2 / costs["batch"] for seconds in costs["compute"]]
    np.testing.assert_allclose(products, [0.30e9, 3.86e9], rtol=0.01)  # per image, as their papers count


MUTANTS = {
    "replicas: 2": "replicas: two",
    "restartPolicy: OnFailure": "restartPolicy: Sometimes",
    "name: tensorflow": "name: trainer",
    "kind: TFJob": "kind: TrainJob",
    "cleanPodPolicy": "cleanPodsPolicy",
    "image: registry.example/least-squares:1": "picture: registry.example/least-squares:1",
    "    Worker:": "    Workers:",
}


def test_the_manifest_fits_its_schema_and_a_changed_one_does_not(project: Project) -> None:
    import jsonschema
    import yaml

    source = cells(project, "tfjob")
    space: dict[str, Any] = {}
    exec(compile("\n".join(source[name] for name in ("parameters", "manifest", "schema")), "tfjob", "exec"), space)
    jsonschema.validate(yaml.safe_load(space["text"]), space["schema"])
    for old, new in MUTANTS.items():
        assert old in space["text"]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(yaml.safe_load(space["text"].replace(old, new)), space["schema"])
    counts = {role: spec["replicas"] for role, spec in space["manifest"]["spec"]["tfReplicaSpecs"].items()}
    assert counts == {"Chief": 1, "PS": 2, "Worker": 2}


def test_the_shell_script_is_sound_and_a_broken_one_is_not(project: Project) -> None:
    script = re.search(r'SCRIPT = """\\\n(.*?)"""', cells(project, "slurm")["script"], re.DOTALL)
    assert script
    check = [shutil.which("bash") or "bash", "-n"]
    assert subprocess.run(check, input=script[1], text=True, capture_output=True).returncode == 0
    assert subprocess.run(check, input=script[1].replace("))", ")"), text=True, capture_output=True).returncode != 0
    assert script[1].startswith("#!/bin/bash\n#SBATCH")


# From here on, processes of a job are started.


def stranded(before: set[int]) -> list[str]:
    """The folders, deleted since, of processes that are not among `before`."""
    folders = [process.info["cwd"] or "" for process in psutil.process_iter(["cwd"]) if process.pid not in before]
    return [folder for folder in folders if "/book-" in folder and not Path(folder).exists()]


@pytest.mark.multiworker
def test_slurm_ranks_find_their_places_and_the_same_weights(project: Project) -> None:
    values = run(project, "slurm").values
    assert values["addresses"] == ["node01:8888", "node02:8888"]
    assert values["alike"] == 1
    assert values["distance"] < 1e-3


@pytest.mark.multiworker
def test_a_job_on_parameter_servers_finds_the_solution_and_leaves_nothing(project: Project) -> None:
    before = {process.pid for process in psutil.process_iter()}
    values = run(project, "training").values
    assert values["done"] == [values["steps"]] * values["runs"]
    assert values["within"] == values["low"] == values["runs"]
    assert [device.split("/device")[0][-6:] for device in values["devices"]] == ["task:0", "task:1", "task:0"]
    # The run's folder is gone, so whoever is left stands in one that is no more. Other tests' folders
    # exist, but for the moment in which one ends: hence the second look.
    if stranded(before):
        time.sleep(5)
    assert stranded(before) == []


@pytest.mark.multiworker
def test_a_lost_worker_is_borne_and_a_lost_server_is_not(project: Project) -> None:
    values = run(project, "failures").values
    assert (values["all_done"], values["found"]) == (1, 1)
    assert (values["error"], values["named"]) == ("UnavailableError", 1)


@pytest.mark.multiworker
@pytest.mark.parametrize("name", ["training", "failures"])
def test_a_time_limit_ends_all_five(failing_job: Callable[..., list[str]], name: str) -> None:
    errors = failing_job(f"parameter_servers_{name}", "TIME_LIMIT = 120", "TIME_LIMIT = 1")
    assert "TimeoutError" in errors[-1]


@pytest.mark.network
def test_ray_trains_and_leaves_no_process(project: Project) -> None:
    values = run(project, "ray").values
    assert values["alike"] == 1
    names = {process.info["name"] for process in psutil.process_iter(["name"])}
    assert not names & {"raylet", "gcs_server"}
