"""`python -m bookengine`: help for a newcomer, names with suggestions, exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bookengine.__main__ import COMMANDS, main
from bookengine.project import Project
from tests.engine.conftest import PLAIN, SMOKE, VALUES, Toy, line_of


@pytest.fixture
def here(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> Toy:
    monkeypatch.chdir(toy.root)
    monkeypatch.delenv("BOOK_ROOT", raising=False)
    toy.snippet(PLAIN, values=VALUES, smoke=SMOKE)
    return toy


def test_help_names_every_command_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    for command in COMMANDS:
        assert f"python -m bookengine {command} " in said or f"    {command} " in said
    assert "examples:" in said


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"usage: python -m bookengine {command}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["lost"], ["run"], ["record", "--lost"], ["record", "--jobs", "two"]])
def test_a_wrong_call_shows_the_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage: python -m bookengine" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "toys/plane"], "no snippet matches 'toys/plane' (did you mean 'toys/plain'?)"),
        (["run", "toys/plain.py"], "no snippet matches 'toys/plain.py' (did you mean 'toys/plain'?)"),
        (["record", "zoo/*"], "no snippet matches 'zoo/*'"),
        (["record", "--check", "plain"], "no snippet matches 'plain' (did you mean 'toys/plain'?)"),
        (["new", "Toys"], "'Toys' is no snippet name"),
        (["new", "toys/plain"], "snippets/toys/plain.py:1: it exists already"),
    ],
)
def test_an_unknown_name_is_answered_with_a_suggestion(
    here: Toy, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_outside_a_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOOK_ROOT", raising=False)
    assert main(["check"]) == 1
    assert capsys.readouterr().err == f"{tmp_path}:0: no book here — run this in a folder with mkdocs.yml and snippets/\n"


def test_the_book_is_found_from_a_folder_of_it_and_from_the_environment(here: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Project.find(here.root / "snippets" / "toys") == here.project
    monkeypatch.setenv("BOOK_ROOT", str(here.root))
    monkeypatch.chdir(tmp_path)
    assert Project.find() == here.project


def test_run_shows_cells_values_and_writes_figures(here: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "toys/*", "--smoke", "--figures", str(tmp_path / "figures")]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[:4] == ["# %% parameters", "# %% work", "steps 3: 3", "# %% plot"]
    assert lines[4].startswith("[figure, ")
    assert lines[5:] == [
        "[3.0, 6.0]",
        "toys/plain.total = 3",
        "toys/plain.sums = [3.0, 6.0]",
        "toys/plain.half = 1.5",
        "toys/plain.word = well",
    ]
    assert captured.err.startswith("snippets/toys/plain.py (smoke, fork, ")
    assert [path.name for path in (tmp_path / "figures").iterdir()] == ["toys-plain-plot-1.svg"]
    assert list((here.root / "recordings").rglob("*")) == [], "run writes nothing"


def test_run_fails_with_the_snippet(here: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    here.snippet("# %% one\nprint('so far')\nlost\n")
    assert main(["run", "toys/plain"]) == 1
    captured = capsys.readouterr()
    line = line_of(here.root / "snippets/toys/plain.py", "lost")
    assert "so far" in captured.out
    assert f"snippets/toys/plain.py:{line}: cell 'one': NameError" in captured.err


def test_run_fails_on_a_deprecation(here: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    here.snippet("# %% one\nimport warnings\nwarnings.warn('gone soon', DeprecationWarning)\n")
    assert main(["run", "toys/plain"]) == 1
    assert "DeprecationWarning: gone soon" in capsys.readouterr().err


def test_a_snippet_that_cannot_be_read_stops_with_its_line(here: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    here.write("snippets/toys/plain.py", "import this\n")
    for command in ("run", "record"):
        assert main([command, "toys/plain"]) == 1
        assert capsys.readouterr().err.startswith("snippets/toys/plain.py:1: no PEP 723 header")


def test_record_then_check(here: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "recordings/toys/plain.ipynb:1: this recording is missing — python -m bookengine record toys/plain",
        "1 snippets, 0 recordings, 1 pages: 1 problem(s)",
    ]
    assert main(["record"]) == 0
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "1 snippets, 1 recordings, 1 pages: all fresh, all true\n"


@pytest.mark.parametrize(("path", "content", "line"), [("recordings/mutation.json", "{", 1), ("coverage/api-drift.yml", "- [\n", 2)])
def test_check_names_a_damaged_file(here: Toy, capsys: pytest.CaptureFixture[str], path: str, content: str, line: int) -> None:
    here.write(path, content)
    assert main(["check"]) == 1
    captured = capsys.readouterr()
    assert f"{path}:{line}: " in captured.err


def test_new_says_what_it_wrote(here: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "toys/my_topic"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "wrote snippets/toys/my_topic.py",
        "wrote docs/toys/my-topic.md",
        "now name toys/my-topic.md in mkdocs.yml, under nav, and record toys/my_topic",
    ]


def test_publish_counts_its_files(here: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path}: 3 files added\n"


def test_an_interrupt_is_one_line(here: Toy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(COMMANDS, "check", interrupted)
    assert main(["check"]) == 130
    assert capsys.readouterr().err == "\ninterrupted: every recording is the old one or the new one, whole\n"


def test_the_module_is_a_program(here: Toy) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bookengine", "run", "toys/plane"], cwd=here.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "did you mean 'toys/plain'?" in done.stderr
    assert "Traceback" not in done.stderr
