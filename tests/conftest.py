"""What all tests share: the project, the built site, Chromium, and a word on stand-in data."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bookengine.project import Project

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STANDIN = "stand-in"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def project() -> Project:
    """The book in the repository."""
    from bookengine.project import Project

    return Project.find(ROOT)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site: $BOOK_SITE where the session built it, else built once for this run."""
    if given := os.environ.get("BOOK_SITE"):
        assert (Path(given) / "index.html").is_file(), f"BOOK_SITE={given} holds no built site"
        return Path(given)
    from filelock import FileLock

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base  # one build for all workers
    site = shared / "site"
    with FileLock(shared / "site.lock"):
        if not (site / "index.html").is_file():
            build_site(site)
    return site


def build_site(folder: Path, project: Path = ROOT) -> None:
    """Build `project` into `folder` with MkDocs, as `nox -s docs` does; its words are the error."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed\n{done.stdout}\n{done.stderr}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium. Without it the test is skipped, or fails where $BOOK_REQUIRE_BROWSER is set."""
    given = os.environ.get("BOOK_CHROMIUM")
    found = given or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        reason = "Chromium is missing: install the system package 'chromium', or name the program in BOOK_CHROMIUM"
        if os.environ.get("BOOK_REQUIRE_BROWSER"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly which snippets ran on generated data instead of the real."""
    used: dict[str, set[str]] = {}
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            if name == STANDIN:
                used.setdefault(value, set()).add(report.nodeid.rpartition("[")[2].rstrip("]"))
    if used:
        terminalreporter.section("STAND-IN DATA: generated, since the real data was not found", yellow=True)
        for dataset, snippets in sorted(used.items()):
            terminalreporter.line(f"{dataset}: {', '.join(sorted(snippets))}")
