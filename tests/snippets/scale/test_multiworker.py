"""Two real TensorFlow processes add up their gradients, and leave nothing behind."""

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


def test_both_workers_get_the_gradient_of_the_whole_batch(project: Project) -> None:
    snippet = read_snippet(project.snippets / "scale" / NAME, project.root)
    result = run_snippet(snippet, project, "smoke")
    assert result.ok, result.report()
    first, second = result.values["local"]
    assert not np.allclose(first, second), "each worker must have held other examples"
    np.testing.assert_allclose(np.mean([first, second], axis=0), result.values["whole"], atol=1e-5)
    np.testing.assert_allclose(result.values["reduced"], result.values["whole"], atol=1e-5)
    printed = [output["text"] for cell in result.cells for output in cell["outputs"] if cell["name"] == "wait"]
    lines = "".join(printed).splitlines()
    assert [line.split(":")[0] for line in lines] == ["worker 0", "worker 1"]
    assert [line.split("all-reduced")[1] for line in lines] == [lines[0].split("all-reduced")[1]] * 2


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
        assert "TimeoutExpired" in errors.splitlines()[-1]
        with pytest.raises(ProcessLookupError):  # nobody is left in its process group
            os.killpg(process.pid, 0)
        assert list(empty.iterdir()) == []
        assert list(temporary.iterdir()) == []
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
