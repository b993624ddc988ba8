"""The plumbing agrees with itself: README's commands, CI, sessions, locks."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.-]*)(\[[^]]*\])?==(?P<version>\S+)", re.MULTILINE)
CONSOLE = re.compile(r"^```console\n(?P<command>.*?)\n```$", re.MULTILINE | re.DOTALL)


def set_up_commands(root: Path) -> list[str]:
    start = (root / "README.md").read_text("utf-8").split("## Start")[1].split("\n## ")[0]
    return [found["command"] for found in CONSOLE.finditer(start)]


def locks(root: Path) -> dict[str, dict[str, str]]:
    found = {}
    for path in sorted((root / "requirements").glob("*.txt")):
        found[path.stem] = {match["name"]: match["version"] for match in PIN.finditer(path.read_text("utf-8"))}
    return found


def test_readme_has_two_set_up_commands_and_ci_runs_the_second(root: Path) -> None:
    commands = set_up_commands(root)
    assert [command.rsplit(" ", 1)[1] for command in commands] == ["serve", "tests"]
    assert (root / ".ci" / "run").read_text("utf-8").splitlines()[-1] == commands[1]


def test_nox_is_pinned_to_one_version_everywhere(root: Path) -> None:
    places = [root / "README.md", root / ".ci" / "run", *sorted((root / ".github" / "workflows").glob("*.yml"))]
    pins = {path.name: set(re.findall(r"install nox(\S*)", path.read_text("utf-8"))) for path in places}
    versions = set().union(*pins.values())
    assert len(versions) == 1, pins
    assert re.fullmatch(r"==[\d.]+", versions.pop())


def test_every_session_that_is_named_somewhere_exists(root: Path) -> None:
    source = (root / "noxfile.py").read_text("utf-8")
    sessions = set(re.findall(r"@nox\.session[^\n]*\n(?:@[^\n]*\n)*def (\w+)\(", source))
    workflows = sorted((root / ".github" / "workflows").glob("*.yml"))
    for path in [root / "README.md", root / "CONTRIBUTING.md", *workflows]:
        named = {name for line in re.findall(r"nox -s \"?([a-z_ ]+)", path.read_text("utf-8")) for name in line.split()}
        assert named <= sessions, f"{path.name} names sessions that do not exist: {named - sessions}"
    table = (root / "README.md").read_text("utf-8").split("## Sessions")[1].split("\n## ")[0]
    listed = {name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert listed == sessions
    workflow = yaml.safe_load((root / ".github" / "workflows" / "test.yml").read_text("utf-8"))
    assert set(workflow["jobs"]["session"]["strategy"]["matrix"]["session"]) <= sessions


def test_locks_agree_on_every_version(root: Path) -> None:
    pinned = locks(root)
    shared = {name: pinned[name] for name in ("docs", "book", "lint", "bench", "gpu")}
    for lock, versions in shared.items():
        assert versions, f"requirements/{lock}.txt pins nothing"
        differing = {p: (v, pinned["tests"][p]) for p, v in versions.items() if pinned["tests"].get(p, v) != v}
        assert not differing, f"requirements/{lock}.txt and tests.txt differ: {differing}"


def test_locks_hold_what_pyproject_asks_for(root: Path) -> None:
    extras = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for lock, versions in locks(root).items():
        for requirement in extras[lock]:
            name = re.match(r"[a-z0-9-]+", requirement).group()
            assert name == "bookengine" or name in versions, f"requirements/{lock}.txt lacks {name}: run nox -s lock"


@pytest.mark.parametrize("lock", ["agents", "bench", "book", "docs", "gpu", "lint", "tests"])
def test_a_lock_has_hashes_and_no_address(root: Path, lock: str) -> None:
    text = (root / "requirements" / f"{lock}.txt").read_text("utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert entries
    for entry in entries:
        assert "--hash=sha256:" in entry, entry
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links", text)


def test_the_site_needs_no_tensorflow(root: Path) -> None:
    assert not {"tensorflow", "keras", "torch"} & set(locks(root)["docs"])
    code = "import sys; import bookengine.mkdocs_hook, bookengine.__main__; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
