"""What the tests of jobs share: a script that is run by itself, and must leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bookengine.project import Project

Failure = Callable[..., list[str]]


@pytest.fixture
def failing_job(project: Project, tmp_path: Path) -> Failure:
    """Run a snippet of this part as a reader does, with one text exchanged so that it fails; give its lines of stderr.

    It must end with the exit code 1 within `seconds`, leave no process of its group, and no file in
    its working or its temporary folder.
    """

    def run(name: str, old: str, new: str, seconds: float = 120) -> list[str]:
        text = (project.snippets / "scale" / f"{name}.py").read_text("utf-8")
        assert text.count(old) == 1, old
        script = tmp_path / f"{name}.py"
        script.write_text(text.replace(old, new), "utf-8")
        folder, temporary = tmp_path / "folder", tmp_path / "temporary"
        folder.mkdir()
        temporary.mkdir()
        process = subprocess.Popen(
            [sys.executable, str(script)],
            cwd=folder, env={**os.environ, "TMPDIR": str(temporary), "MPLBACKEND": "agg"},
            stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            errors = process.communicate(timeout=seconds)[1]
            assert process.returncode == 1, errors[-2000:]
            with pytest.raises(ProcessLookupError):  # nobody is left in its process group
                os.killpg(process.pid, 0)
            assert [path.name for left in (folder, temporary) for path in left.iterdir()] == []
        finally:
            with suppress(ProcessLookupError):  # in a failed test, too, nobody may stay
                os.killpg(process.pid, signal.SIGKILL)
        return errors.splitlines()

    return run
