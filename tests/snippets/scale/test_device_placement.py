"""The GPU snippet: what it must show on a GPU, and that it does not pass without one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bookengine.project import Project
from bookengine.run import run_snippet
from bookengine.snippet import read_snippet


@pytest.mark.gpu
def test_the_product_lies_on_the_gpu(project: Project) -> None:
    snippet = read_snippet(project.snippets / "scale" / "device_placement.py", project.root)
    result = run_snippet(snippet, project, "smoke")
    assert result.ok, result.report()
    printed = "".join(output.get("text", "") for cell in result.cells for output in cell["outputs"])
    assert "on_cpu.device: /job:localhost/replica:0/task:0/device:CPU:0" in printed
    assert "on_gpu.device: /job:localhost/replica:0/task:0/device:GPU:0" in printed
    assert result.values["gpus"] >= 1


def test_without_a_gpu_the_snippet_says_so(project: Project, tmp_path: Path) -> None:
    script = project.snippets / "scale" / "device_placement.py"
    hidden = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, str(script)]
    done = subprocess.run(command, cwd=tmp_path, env={**os.environ, **hidden}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "AssertionError: TensorFlow sees no GPU"
