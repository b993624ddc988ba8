"""Real TensorFlow processes add up their gradients, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

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


def test_a_time_limit_ends_every_worker(project: Project, tmp_path: Path) -> None:
    text = (project.snippets / "scale" / NAME).read_text("utf-8")
    assert text.count("TIME_LIMIT = 120") == 1
    script, empty, temporary = tmp_path / NAME, tmp_path / "empty", tmp_path / "temporary"
    script.write_text(text.replace("TIME_LIMIT = 120", "TIME_LIMIT = 1"), "utf-8")
    empty.mkdir()
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=empty, env={**os.environ, "TMPDIR": str(temporary)}, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        errors = process.communicate(timeout=120)[1]
        assert process.returncode == 1
        assert errors.splitlines()[-1].startswith("TimeoutError: out of time, still running: worker-0")
        with pytest.raises(ProcessLookupError):  # nobody is left in its process group
            os.killpg(process.pid, 0)
        assert list(empty.iterdir()) == []
        assert list(temporary.iterdir()) == []
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
