"""Real TensorFlow processes add up their gradients, and leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bookengine.project import Project
from bookengine.run import run_snippet
from bookengine.snippet import read_snippet

pytestmark = pytest.mark.multiworker
NAME = "multiworker_all_reduce.py"


def test_all_workers_get_the_gradient_of_the_whole_batch(project: Project) -> None:
    snippet = read_snippet(project.snippets / "scale" / NAME, project.root)
    result = run_snippet(snippet, project, "smoke")
    assert result.ok, result.report()
    workers = result.values["workers"]
    assert workers >= 2
    local = np.reshape(result.values["local"], (workers, -1))
    assert not np.allclose(local[0], local[1]), "each worker must have held other examples"
    np.testing.assert_allclose(local.mean(axis=0), result.values["whole"], atol=1e-3)  # local is rounded
    np.testing.assert_allclose(np.divide(result.values["reduced"], workers), result.values["whole"], atol=1e-5)
    assert result.values["largest_difference"] < 1e-5
    assert [result.values[name] for name in ("same_bits_everywhere", "auto_is_ring", "nccl_is_ring", "simulated_bits")] == [1] * 4
    printed = [output["text"] for cell in result.cells for output in cell["outputs"] if cell["name"] == "launch"]
    lines = "".join(printed).splitlines()
    assert [line.split(":")[0] for line in lines] == [f"worker {index}" for index in range(workers)]
    assert len({line.split("all-reduced")[1] for line in lines}) == 1


def test_a_time_limit_ends_every_worker(failing_job: Callable[..., list[str]]) -> None:
    errors = failing_job("multiworker_all_reduce", "TIME_LIMIT = 120", "TIME_LIMIT = 1")
    assert errors[-1].startswith("TimeoutError: out of time, still running: worker-0")
