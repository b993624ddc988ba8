"""`new` makes a chapter that runs, records, checks green and builds as it is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bookengine.check import check
from bookengine.errors import BookError
from bookengine.new import new
from bookengine.snippet import read_snippet
from tests.engine.conftest import Toy, said


@pytest.fixture
def started(toy: Toy) -> Toy:
    toy.write("requirements/book.txt", "")
    new(toy.project, "toys/my_topic")
    return toy


def test_a_snippet_and_a_page_are_written(started: Toy) -> None:
    snippet = read_snippet(started.root / "snippets/toys/my_topic.py", started.root)
    assert (snippet.title, [cell.name for cell in snippet.cells]) == ("My topic", ["parameters", "data", "train"])
    assert (snippet.smoke, snippet.values) == ({"EPOCHS": 1}, {"loss": "float(loss)"})
    page = (started.root / "docs/toys/my-topic.md").read_text()
    assert "# My topic\n" in page
    assert "{{ toys/my_topic.loss:.3f }}" in page


def test_the_locked_version_is_asked_for(toy: Toy) -> None:
    toy.write("requirements/book.txt", "tensorflow==2.99.1\n")
    new(toy.project, "toys/my_topic")
    assert '"tensorflow~=2.99.1"' in (toy.root / "snippets/toys/my_topic.py").read_text()


def test_the_skeleton_runs_records_and_checks_green(started: Toy) -> None:
    snippet = read_snippet(started.root / "snippets/toys/my_topic.py", started.root)
    smoke, full = started.run(snippet, "smoke"), started.run(snippet)
    assert smoke.ok, smoke.report()
    assert full.ok, full.report()
    assert smoke.deprecations == full.deprecations == []
    assert full.values["loss"] < smoke.values["loss"]
    started.write_recording(full)
    assert said(check(started.book)) == []
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"], cwd=started.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{full.values['loss']:.3f}" in (started.root / "site/toys/my-topic/index.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["my_topic", "toys/My", "toys/my-topic", "a/b/c", "../x/y", "toys/", "", "9a/b"])
def test_a_bad_name_is_refused(toy: Toy, name: str) -> None:
    before = sorted(toy.root.rglob("*"))
    with pytest.raises(BookError, match="is no snippet name — use part/name, lower case, with underscores"):
        new(toy.project, name)
    assert sorted(toy.root.rglob("*")) == before


@pytest.mark.parametrize("path", ["snippets/toys/my_topic.py", "docs/toys/my-topic.md"])
def test_nothing_that_exists_is_touched(toy: Toy, path: str) -> None:
    toy.write(path, "mine")
    before = {file: file.read_bytes() for file in toy.root.rglob("*") if file.is_file()}
    with pytest.raises(BookError) as caught:
        new(toy.project, "toys/my_topic")
    assert str(caught.value) == f"{path}:1: it exists already — choose another name"
    assert {file: file.read_bytes() for file in toy.root.rglob("*") if file.is_file()} == before
