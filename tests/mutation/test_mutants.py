"""The site attacks itself: every sabotage of a copy must be caught, with file and line."""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookengine.book import Book
from bookengine.check import check
from bookengine.project import Project
from bookengine.stores import write_atomically
from tests.mutation.mutants import MUTANTS, Mutant

PARTS = ("docs", "snippets", "recordings", "coverage", "requirements")

RECORDING = os.environ.get("BOOK_RECORD_MUTATION") == "1"  # write recordings/mutation.json from this run

pytestmark = pytest.mark.mutation


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """The project in a folder of its own; unchanged files are hard links, so this takes no time."""
    for part in PARTS:
        shutil.copytree(root / part, tmp_path / part, copy_function=link_or_copy)
    shutil.copy2(root / "mkdocs.yml", tmp_path)
    return tmp_path


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def breaches(folder: Path) -> list[str]:
    return [str(error) for error in check(Book(Project(folder)))]


def caught(mutant: Mutant, folder: Path) -> str:
    """The first error that names the sabotaged file and a line; empty where the mutant survives."""
    named = mutant.sabotage(folder)
    place = re.compile(rf"{re.escape(named)}[^:\s]*:[1-9]\d*: \S")
    return next((error for error in breaches(folder) if place.match(error)), "")


def test_untouched_copy_is_sound(copy: Path) -> None:
    assert breaches(copy) == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_sabotage_is_caught(mutant: Mutant, copy: Path, outcomes: dict[str, str]) -> None:
    message = caught(mutant, copy)
    outcomes[mutant.name] = message
    assert message, f"survived: {mutant.name}; the check said {breaches(copy)[:3]}"


@pytest.mark.skipif(RECORDING, reason="this run writes the record that it would compare")
def test_recorded_suite_is_this_suite(root: Path) -> None:
    """The kill rate on the trust page is that of these mutants."""
    recorded = json.loads((root / "recordings" / "mutation.json").read_text("utf-8"))["mutants"]
    assert [m["name"] for m in recorded] == [m.name for m in MUTANTS], "record it again: nox -s mutation"
    assert all(m["killed"] for m in recorded)


@pytest.fixture(scope="module")
def outcomes(root: Path) -> Iterator[dict[str, str]]:
    """What each mutant met, written at the end of a whole run with BOOK_RECORD_MUTATION=1."""
    met: dict[str, str] = {}
    yield met
    if RECORDING and len(met) == len(MUTANTS):
        mutants = [{"name": m.name, "killed": bool(met[m.name]), "message": met[m.name]} for m in MUTANTS]
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = json.dumps({"recorded_at": now, "mutants": mutants}, indent=1, ensure_ascii=False) + "\n"
        write_atomically(root / "recordings" / "mutation.json", text)
