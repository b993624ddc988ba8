"""Programs that a snippet starts: they begin as forks and behave as `python FILE` does."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Toy
from .test_run import failure, gone

START = """\
# %% start
import os, signal, subprocess, sys
from pathlib import Path


def program(text, *arguments, **options):
    Path("program.py").write_text(text)
    command = [sys.executable, "program.py", *arguments]
    return subprocess.Popen(command, text=True, stdout=-1, stderr=-1, **options)


forked = "import sys; print('tensorflow' in sys.modules)"
"""


def run(toy: Toy, cells: str, marks: str = "multiworker", **options: float) -> dict[str, str]:
    """What each cell after the first printed."""
    result = toy.run(toy.snippet(START + cells, marks=[marks]), **options)
    assert result.ok, result.report()
    return {cell["name"]: "".join(output.get("text", "") for output in cell["outputs"]) for cell in result.cells[1:]}


def test_a_program_is_a_fork_with_all_that_it_was_given(toy: Toy, tmp_path: Path) -> None:
    text = "import os, sys, helper; print('tensorflow' in sys.modules, sys.argv, os.environ['TF_CONFIG'], os.getcwd(), __name__, helper.X)"
    cells = f"""
# %% whole
Path("helper.py").write_text("X = 7")
process = program({text!r}, "one", "two words", env={{**os.environ, "TF_CONFIG": "ours"}})
out, err = process.communicate()
print(out, err, process.returncode)

# %% parent
process = program("import os; print(os.getpid(), os.getppid())")
print(process.communicate()[0].split() == [str(process.pid), str(os.getpid())])

# %% elsewhere
Path("program.py").write_text("import os, sys; print(sys.stdin.read(), os.getcwd()); print('wrong', file=sys.stderr)")
with open("log", "a") as log:
    done = subprocess.run([sys.executable, os.path.abspath("program.py")], input="read", cwd="/", stdout=log, stderr=log, text=True)
print(done.returncode, Path("log").read_text().split())
"""
    shown = run(toy, cells)
    whole = shown["whole"].split()
    assert whole[0] == "True", "it imported TensorFlow again"
    assert "['program.py', 'one', 'two words'] ours" in shown["whole"]
    assert whole[-3:] == ["__main__", "7", "0"]
    assert shown["parent"] == "True\n"
    assert shown["elsewhere"] == "0 ['wrong', 'read', '/']\n"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("raise ValueError('no')", 1, "ValueError: no"),
        ("raise SystemExit('stop here')", 1, "stop here"),
        ("import sys; sys.exit(3)", 3, ""),
        ("import os; os.abort()", -6, ""),
        ("def f(:", 1, "SyntaxError"),
    ],
)
def test_a_program_ends_as_python_ends_it(toy: Toy, text: str, code: int, said: str) -> None:
    cells = f"\n# %% end\nprocess = program({text!r})\nprint(process.communicate()[1], process.returncode)\n"
    shown = run(toy, cells)["end"]
    assert shown.split()[-1] == str(code)
    assert said in shown
    assert "bookengine" not in shown


def test_a_killed_program_is_dead(toy: Toy) -> None:
    cells = """
# %% kill
process = program("import time; print('up', flush=True); time.sleep(600)")
print(process.stdout.readline(), process.poll())
os.kill(process.pid, signal.SIGKILL)
print(process.wait())
"""
    assert run(toy, cells)["kill"].split() == ["up", "None", "-9"]


@pytest.mark.parametrize(
    "start",
    [
        "program(forked, env={**os.environ, 'TF_CPP_MIN_LOG_LEVEL': '0'})",
        "program(forked, start_new_session=True)",
        "subprocess.Popen([sys.executable, '-c', forked], stdout=-1, text=True)",
        "subprocess.Popen(f'{sys.executable} -c \"{forked}\"', shell=True, stdout=-1, text=True)",
    ],
)
def test_what_a_fork_cannot_be_starts_the_ordinary_way(toy: Toy, start: str) -> None:
    assert run(toy, f"\n# %% fresh\nprint({start}.communicate()[0])\n")["fresh"].split() == ["False"]


def test_other_snippets_have_no_nursery(toy: Toy) -> None:
    assert run(toy, "\n# %% plain\nprint(program(forked).communicate()[0])\n", marks="slow")["plain"].split() == ["False"]


def test_a_program_that_is_not_there_is_an_error_of_python(toy: Toy) -> None:
    cells = "\n# %% none\nprint(subprocess.run([sys.executable, 'none.py'], capture_output=True, text=True).stderr)\n"
    assert "can't open file" in run(toy, cells)["none"]


def test_the_time_out_ends_programs_and_nursery(toy: Toy) -> None:
    cells = """
# %% forever
process = program("import time; time.sleep(600)")
print(os.getpid(), Path(f"/proc/self/task/{os.getpid()}/children").read_text(), flush=True)
process.wait()
"""
    result = toy.run(toy.snippet(START + cells, marks=["multiworker"]), timeout=1.0)
    assert "longer than 1 s" in failure(result)[1]
    printed = result.cells[-1]["outputs"][0]["text"].split()
    assert len(printed) == 3, "the snippet, its nursery and its program"
    assert all(gone(int(pid)) for pid in printed)
