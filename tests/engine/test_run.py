"""Running a snippet: isolated, offline, in time, and with everything kept that helps to mend it."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from bookengine import processes, run
from bookengine.run import RunResult
from tests.engine.conftest import PLAIN, SMOKE, VALUES, Toy, line_of

ONE = "# %% one\n"
FILE = Path("snippets/toys/plain.py")


def failure(result: RunResult) -> tuple[int, str]:
    assert not result.ok
    assert result.failure is not None
    return result.failure["line"], result.failure["what"]


def texts(result: RunResult, cell: str) -> dict[str, str]:
    outputs = next(found["outputs"] for found in result.cells if found["name"] == cell)
    return {output["name"]: output["text"] for output in outputs if output["output_type"] == "stream"}


def test_a_run_keeps_what_a_notebook_shows(toy: Toy) -> None:
    result = toy.run(toy.snippet(PLAIN, values=VALUES, smoke=SMOKE))
    assert result.ok, result.report()
    assert (result.how, result.profile) == ("fork", "full")
    assert result.values == {"total": 28, "sums": [28.0, 56.0], "half": 14.0, "word": "well"}
    assert [cell["name"] for cell in result.cells] == ["parameters", "work", "plot"]
    assert texts(result, "work") == {"stdout": "steps 8: 28\n"}
    figure, shown = result.cells[2]["outputs"]
    assert figure["data"]["image/svg+xml"].startswith("<?xml")
    assert shown["output_type"] == "execute_result"
    assert shown["data"] == {"text/plain": "[28.0, 56.0]"}
    assert 0 < result.own_seconds <= result.wall_seconds <= result.elapsed
    assert result.peak_rss_mb > 10


def test_smoke_overrides_the_constants_and_nothing_else(toy: Toy) -> None:
    result = toy.run(toy.snippet(PLAIN, values=VALUES, smoke={"STEPS": "3", "SCALES": "[1.0]"}), "smoke")
    assert result.values == {"total": 3, "sums": [3.0], "half": 1.5, "word": "well"}
    kept = toy.run(toy.snippet("# %% parameters\nSCALES = (1, 2)\n# %% a\nkind = type(SCALES).__name__\n", smoke={"SCALES": "[5]"},
                               values={"kind": "kind", "scales": "SCALES"}), "smoke")  # fmt: skip
    assert kept.values == {"kind": "tuple", "scales": [5]}


def test_an_error_points_into_the_file_and_keeps_all_that_was_shown(toy: Toy) -> None:
    cells = """\
# %% helpers
def divide(a, b):
    return a / b

# %% work
import sys
import warnings
import matplotlib.pyplot as plt

print("to stdout")
print("to stderr", file=sys.stderr)
warnings.warn("beware")
plt.plot([1, 2])
plt.show()
divide(1, 0)

# %% never
print("not reached")
"""
    result = toy.run(toy.snippet(cells))
    line = line_of(toy.root / FILE, "return a / b")
    assert failure(result) == (line, "cell 'work': ZeroDivisionError: division by zero")
    assert [cell["name"] for cell in result.cells] == ["helpers", "work"]
    assert texts(result, "work") == {"stdout": "to stdout\n", "stderr": "to stderr\n"}
    report = result.report()
    assert f"\n{FILE}:{line}: cell 'work': ZeroDivisionError" in report
    traceback = result.failure["traceback"] if result.failure else ""
    called = line_of(toy.root / FILE, "divide(1, 0)")
    assert f'plain.py", line {called}, in <module>\n    divide(1, 0)' in traceback
    assert f'plain.py", line {line}, in divide\n    return a / b' in traceback
    assert "bookengine" not in traceback
    for kept in ("to stdout", "to stderr", "UserWarning: beware", "1 figure(s) drawn by cell 'work'"):
        assert kept in report


def test_a_syntax_error_at_run_time_has_its_line(toy: Toy) -> None:
    line, what = failure(toy.run(ONE + "x = 1\nexec('y =')\n"))
    assert line == line_of(toy.root / FILE, "exec(")
    assert "SyntaxError" in what


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("lost", "NameError: name 'lost' is not defined"),
        ("float('nan')", "ValueError: nan is not finite"),
        ("[1.0, -float('inf')]", "ValueError: -inf is not finite"),
        ("{'a': 1}", "TypeError: a value must be a number, a string or a list of these, not dict"),
        ("fails()", "RuntimeError: inside"),
    ],
)
def test_a_value_that_fails_is_reported_at_its_line(toy: Toy, expression: str, what: str) -> None:
    snippet = toy.snippet(ONE + "def fails():\n    raise RuntimeError('inside')\n", values={"fine": "1", "value": expression})
    assert failure(toy.run(snippet)) == (line_of(toy.root / FILE, "# value ="), f"value value = {expression!r}: {what}")


def test_values_of_arrays_and_tensors_become_plain(toy: Toy) -> None:
    cells = ONE + "import numpy as np\nimport tensorflow as tf\nx = np.float32(0.5)\ny = tf.constant([1, 2])\nz = np.array([True])\n"
    values = {"x": "x", "y": "y", "z": "z", "t": "(1, 'a')", "v": "tf.Variable(2.0)"}
    assert toy.run(toy.snippet(cells, values=values)).values == {"x": 0.5, "y": [1, 2], "z": [True], "t": [1, "a"], "v": 2.0}


@pytest.mark.parametrize("leave", ["exit(3)", "quit(3)", "import sys; sys.exit(3)", "raise SystemExit(3)"])
def test_a_snippet_may_not_leave(toy: Toy, leave: str) -> None:
    result = toy.run(ONE + f"print('so far')\n{leave}\n# %% two\n2\n")
    assert failure(result) == (line_of(toy.root / FILE, leave), "cell 'one': called exit(3)")
    assert "so far" in result.report()


def test_a_process_that_vanishes_is_reported(toy: Toy) -> None:
    result = toy.run(ONE + "import os\nprint('so far')\nos._exit(7)\n")
    assert failure(result)[1] == "cell 'one': the process left with exit code 7 and no result"
    assert "so far" in result.report()


def test_a_crash_is_reported_with_its_place(toy: Toy) -> None:
    cells = "# %% one\n1\n# %% two\nimport os, signal\nprint('so far')\nos.kill(os.getpid(), signal.SIGSEGV)\n"
    result = toy.run(cells)
    assert failure(result) == (line_of(toy.root / FILE, "os.kill"), "cell 'two': the process was ended by SIGSEGV")
    assert "--- stdout of cell 'two'\nso far" in result.report()
    assert "Fatal Python error: Segmentation fault" in result.report()


@pytest.mark.parametrize("how", ["in Python", "in a grandchild"])
def test_the_time_out_ends_the_whole_process_group(toy: Toy, tmp_path: Path, how: str) -> None:
    wait = "time.sleep(600)" if how == "in Python" else "sleeper.wait()"
    cells = f"""\
# %% start
import subprocess, sys, time

sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({str(tmp_path / "pid")!r}, "w").write(str(sleeper.pid))
print("so far")
{wait}
"""
    started = time.monotonic()
    result = toy.run(toy.snippet(cells), timeout=1.0)
    assert time.monotonic() - started < 15
    assert failure(result) == (line_of(toy.root / FILE, wait), "cell 'start': stopped: it ran longer than 1 s")
    assert "so far" in result.report()
    assert gone(int((tmp_path / "pid").read_text()))


def gone(pid: int, seconds: float = 5) -> bool:
    """Whether process `pid` ends within `seconds`; a zombie has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_what_a_snippet_leaves_running_ends_with_it(toy: Toy, tmp_path: Path) -> None:
    cells = f'# %% a\nimport subprocess\nopen({str(tmp_path / "pid")!r}, "w").write(str(subprocess.Popen(["sleep", "600"]).pid))\n'
    assert toy.run(cells).ok
    assert gone(int((tmp_path / "pid").read_text()))


def test_the_snippets_own_time_out_counts(toy: Toy) -> None:
    assert "longer than 1 s" in failure(toy.run(toy.snippet(ONE + "while True: pass\n", timeout=1)))[1]


NETWORK = """\
# %% one
import socket

def attempt(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        print(error)
    else:
        print("allowed")

# %% two
"""


@pytest.mark.parametrize(
    "call",
    [
        "socket.create_connection, ('192.0.2.1', 80), 1",
        "socket.create_connection, ('example.org', 80), 1",
        "socket.getaddrinfo, 'example.org', 80",
        "socket.gethostbyname, 'localhost.example.org'",
        "socket.socket().connect_ex, ('192.0.2.1', 80)",
        "socket.socket(socket.AF_INET6).connect, ('::ffff:192.0.2.1', 80)",
        "socket.socket(type=socket.SOCK_DGRAM).sendto, b'x', ('192.0.2.1', 80)",
        "__import__('urllib.request').request.urlopen, 'http://127.example.org/'",
    ],
)
def test_the_network_is_refused(toy: Toy, call: str) -> None:
    result = toy.run(NETWORK + f"attempt({call})\n")
    assert result.ok, result.report()
    assert "snippets run offline unless marked 'network'" in texts(result, "two")["stdout"]


def test_the_machine_itself_is_allowed(toy: Toy) -> None:
    cells = (
        NETWORK
        + """\
server = socket.create_server(("127.0.0.1", 0))
attempt(socket.create_connection, server.getsockname(), 5)
attempt(socket.create_connection, ("localhost", server.getsockname()[1]), 5)
attempt(socket.getaddrinfo, None, 80)
left, right = socket.socketpair()
attempt(left.send, b"x")
"""
    )
    assert texts(toy.run(cells), "two")["stdout"] == "allowed\n" * 4


def test_the_network_mark_lifts_the_refusal(toy: Toy) -> None:
    cells = NETWORK + "attempt(socket.socket(type=socket.SOCK_DGRAM).connect, ('192.0.2.1', 80))\n"
    result = toy.run(toy.snippet(cells, marks=["network"]))
    assert "offline" not in texts(result, "two")["stdout"]


def test_the_working_directory_is_empty_and_removed(toy: Toy) -> None:
    cells = "# %% a\nimport os\nhere, found = os.getcwd(), os.listdir()\nopen('left', 'w').close()\nos.mkdir('folder')\n"
    result = toy.run(toy.snippet(cells, values={"here": "here", "found": "found"}))
    assert result.values["found"] == []
    assert result.values["here"].startswith(tempfile.gettempdir())
    assert not Path(result.values["here"]).parent.exists()


LEAVES = """\
# %% one
import builtins, os, sys, warnings
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

seen = [
    hasattr(builtins, "leaked"), "BOOK_LEAK" in os.environ, "leaked" in globals(), plt.get_fignums(), tf.executing_eagerly(),
    keras.layers.Dense(units=1).name, keras.backend.floatx(), np.random.get_state()[1][0].item(), plt.rcParams["lines.linewidth"],
]
leaked = builtins.leaked = True
os.environ["BOOK_LEAK"] = "1"
keras.backend.set_floatx("float64")
plt.rcParams["lines.linewidth"] = 99
plt.figure()
np.random.seed(12345)
tf.compat.v1.disable_eager_execution()
"""


def test_nothing_leaks_from_one_snippet_to_the_next(toy: Toy) -> None:
    values = {"seen": "[str(item) for item in seen]"}
    first, second = (toy.run(toy.snippet(LEAVES, name, values=values)) for name in ("toys/first", "toys/second"))
    assert first.ok, first.report()
    assert first.values["seen"][:7] == ["False", "False", "False", "[]", "True", "dense", "float32"]
    assert first.values["seen"][:7] == second.values["seen"][:7]
    assert second.values["seen"][7] != "12345"
    assert second.values["seen"][8] == first.values["seen"][8]


SEEDED = """\
# %% one
import keras
import numpy as np

keras.utils.set_random_seed(3)
inputs = np.random.normal(size=(64, 8, 8, 1)).astype("float32")
model = keras.Sequential([keras.layers.Conv2D(4, 3), keras.layers.Dropout(0.5), keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
losses = model.fit(inputs, inputs.mean((1, 2, 3)), epochs=2, verbose=0, batch_size=16).history["loss"]
"""


def test_a_seeded_run_gives_the_same_again(toy: Toy) -> None:
    snippet = toy.snippet(SEEDED, values={"losses": "losses"})
    first, second = toy.run(snippet), toy.run(snippet)
    assert first.ok, first.report()
    assert first.values == second.values


@pytest.mark.slow
def test_fork_and_fresh_give_the_same(toy: Toy, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(run, "_said", set())
    snippet = toy.snippet(SEEDED, values={"losses": "losses"})
    forked = toy.run(snippet)
    monkeypatch.setattr(processes, "can_fork", lambda: False)
    fresh = toy.run(snippet)
    assert (forked.how, fresh.how) == ("fork", "fresh")
    assert fresh.ok, fresh.report()
    assert fresh.values == forked.values
    said = capfd.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert "cannot fork" in said[0]


def test_a_server_with_threads_is_not_forked(toy: Toy, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """What the child answers where the server has threads (preload.THREADS), and what follows."""
    monkeypatch.setattr(run, "_said", set())

    def answer(request: dict[str, str], limit: float) -> int:
        Path(request["result"]).write_text('{"unforkable": 5}')
        return 0

    monkeypatch.setattr(processes, "run_forked", answer)
    snippet = toy.snippet("# %% one\nx = 1\n", values={"x": "x"})
    for _ in range(2):
        result = toy.run(snippet)
        assert (result.ok, result.how, result.values) == (True, "fresh", {"x": 1}), result.report()
    assert capfd.readouterr().err == "bookengine: the server has 5 threads; running snippets in fresh processes\n"


def test_a_fresh_process_reports_as_a_fork_does(toy: Toy) -> None:
    cells = "# %% one\nprint('so far')\n# %% two\nimport time\nprint('and')\ntime.sleep(600)\n"
    result = toy.run(toy.snippet(cells), timeout=4, fresh=True)
    assert result.how == "fresh"
    assert failure(result) == (line_of(toy.root / FILE, "time.sleep"), "cell 'two': stopped: it ran longer than 4 s")
    assert "--- stdout of cell 'two'\nand" in result.report()


def test_a_fresh_snippet_may_use_a_device_at_once(toy: Toy) -> None:
    cells = """\
# %% a
import tensorflow as tf

total = float(tf.reduce_sum(tf.ones(3)))

# %% b
from tensorflow.python.framework.config import is_op_determinism_enabled

sure = is_op_determinism_enabled()
"""
    result = toy.run(toy.snippet(cells, marks=["fresh"], values={"total": "total", "sure": "sure"}))
    assert result.ok, result.report()
    assert result.values == {"total": 3.0, "sure": True}


def test_the_server_holds_one_thread(toy: Toy) -> None:
    """Else every run of this suite would fall back to fresh processes without a red test."""
    cells = "# %% one\nfrom bookengine import preload\n"
    assert toy.run(toy.snippet(cells, values={"threads": "preload.THREADS"})).values == {"threads": 1}


DEPRECATED = """\
# %% one
import warnings

def old():
    warnings.warn("old() is gone soon", {category}, stacklevel=2)

# %% two
old()
"""


@pytest.mark.parametrize("category", ["DeprecationWarning", "FutureWarning", "PendingDeprecationWarning"])
def test_a_deprecation_of_the_snippets_own_lines_is_found(toy: Toy, category: str) -> None:
    result = toy.run(DEPRECATED.format(category=category))
    line = line_of(toy.root / FILE, "old()")
    assert [(warning["category"], warning["line"]) for warning in result.deprecations] == [(category, line)]
    assert f"{FILE}:{line}: {category}: old() is gone soon" in result.report()


def test_a_deprecation_of_a_library_is_not_the_snippets(toy: Toy) -> None:
    cells = "# %% one\nimport warnings\nwarnings.warn_explicit('old', DeprecationWarning, '/elsewhere/library.py', 3)\nwarnings.warn('x')\n"
    result = toy.run(cells)
    assert [warning["category"] for warning in result.warnings] == ["DeprecationWarning", "UserWarning"]
    assert result.deprecations == []


@pytest.mark.parametrize("call", ["to_float(1)", "disable_resource_variables()"])
def test_a_deprecation_that_tensorflow_logs_is_found(toy: Toy, call: str) -> None:
    """Its logger names the caller's line, or, where the function is dispatched, a line of its own."""
    result = toy.run(f"# %% one\nimport tensorflow as tf\n\ntf.compat.v1.{call}\n")
    assert result.ok, result.report()
    line = line_of(toy.root / FILE, call)
    assert [warning["line"] for warning in result.deprecations] == [line]
    assert f"{FILE}:{line}: DeprecationWarning: From " in result.report()


def test_a_deprecation_that_tensorflow_logs_of_a_library_is_not_the_snippets(toy: Toy) -> None:
    cells = "# %% one\nimport tensorflow as tf\ncode = compile('tf.compat.v1.to_float(1)', '/elsewhere/library.py', 'eval')\neval(code)\n"
    assert toy.run(cells).deprecations == []


def test_a_picture_in_bytes_is_kept_as_a_notebook_keeps_it(toy: Toy) -> None:
    result = toy.run("# %% one\nfrom PIL import Image\nImage.new('L', (2, 2))\n")
    assert result.ok, result.report()
    assert result.cells[0]["outputs"][0]["data"]["image/png"].startswith("iVBOR")


def test_code_is_run_as_it_is_written(toy: Toy) -> None:
    """No magics, and line breaks, indents and odd characters as they are."""
    cells = "# %% one\ntext = '''%time\n\n   !ls  \n?'''\nmark = 'a\\u2028b\x0c'\n"
    result = toy.run(toy.snippet(cells, values={"text": "text", "mark": "mark"}))
    assert result.values == {"text": "%time\n\n   !ls  \n?", "mark": "a\u2028b\x0c"}


def test_an_unknown_profile_is_refused(toy: Toy) -> None:
    snippet = toy.snippet(ONE + "1\n")
    with pytest.raises(ValueError, match="use one of"):
        toy.run(snippet, "quick")


def test_the_environment_of_this_process_stays(toy: Toy) -> None:
    before = dict(os.environ)
    toy.run(ONE + "import os\nos.environ['X'] = '1'\n")
    assert dict(os.environ) == before
