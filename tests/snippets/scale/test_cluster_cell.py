"""The cell `cluster`, which every snippet with several processes carries: one text, and what it promises."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from bookengine.project import Project
from bookengine.snippet import Snippet, read_snippet

SHORT, LONG = 0.6, 60.0  # seconds


def carriers(project: Project) -> list[Snippet]:
    """The snippets of this part that start several processes, or carry the cell all the same."""
    paths = sorted((project.snippets / "scale").glob("*.py"))
    snippets = [read_snippet(path, project.root) for path in paths]
    return [snippet for snippet in snippets if "multiworker" in snippet.marks or snippet.cell("cluster")]


@pytest.fixture
def cell(project: Project) -> dict[str, Any]:
    source = read_snippet(project.snippets / "scale" / "multiworker_all_reduce.py", project.root).cell("cluster")
    assert source is not None
    names: dict[str, Any] = {}
    exec(source.source, names)
    return names


def program(folder: Path, text: str) -> Path:
    path = folder / "program.py"
    path.write_text(text, "utf-8")
    return path


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_every_snippet_with_several_processes_has_the_same_cell(project: Project) -> None:
    snippets = carriers(project)
    assert len(snippets) >= 2
    texts = {snippet.name: getattr(snippet.cell("cluster"), "source", "none") for snippet in snippets}
    first = texts["scale/multiworker_all_reduce"]
    assert [name for name, text in texts.items() if text != first] == []


def test_each_program_gets_its_environment_and_is_read_by_name(cell: dict[str, Any], tmp_path: Path) -> None:
    path = program(tmp_path, "import os, sys\nprint(os.environ['TF_CONFIG'])\nprint('noted', file=sys.stderr)\n")
    with cell["Cluster"](tmp_path, seconds=LONG) as cluster:
        cluster.start("first", path, TF_CONFIG="one")
        cluster.start("second", path, TF_CONFIG="two")
        cluster.wait()
        assert [cluster.read("first"), cluster.read("second")] == ["one\n", "two\n"]
        assert cluster.read("second", "log") == "noted\n"


def test_programs_do_not_see_a_gpu_unless_told(cell: dict[str, Any], tmp_path: Path) -> None:
    path = program(tmp_path, "import os\nprint(os.environ['CUDA_VISIBLE_DEVICES'])\n")
    with cell["Cluster"](tmp_path, seconds=LONG) as cluster:
        cluster.start("hidden", path)
        cluster.start("told", path, CUDA_VISIBLE_DEVICES="0")
        cluster.wait()
        assert (cluster.read("hidden"), cluster.read("told")) == ("-1\n", "0\n")


def test_a_failing_program_is_an_error_with_the_end_of_its_log_and_ends_the_others(cell: dict[str, Any], tmp_path: Path) -> None:
    bad = program(tmp_path, "import sys\nprint('\\n'.join(map(str, range(40))), file=sys.stderr)\nraise SystemExit(3)\n")
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(600)\n", "utf-8")
    cluster = cell["Cluster"](tmp_path, seconds=LONG)
    with cluster:
        cluster.start("slow", slow)
        cluster.start("bad", bad)
        with pytest.raises(RuntimeError, match="bad ended with 3") as caught:
            cluster.wait()
    assert str(caught.value).splitlines()[1:] == [str(number) for number in range(25, 40)]
    assert [process.poll() for process in cluster.processes.values()] == [-signal.SIGKILL, 3]
    assert not any(alive(process.pid) for process in cluster.processes.values())


def test_a_slow_program_is_named_and_ended(cell: dict[str, Any], tmp_path: Path) -> None:
    slow = program(tmp_path, "import time\ntime.sleep(600)\n")
    started = time.monotonic()
    cluster = cell["Cluster"](tmp_path, seconds=SHORT)
    with cluster:
        for index in range(2):
            cluster.start(f"worker-{index}", slow)
        with pytest.raises(TimeoutError, match="out of time, still running: worker-0, worker-1"):
            cluster.wait()
    assert SHORT <= time.monotonic() - started < LONG
    assert not any(alive(process.pid) for process in cluster.processes.values())


def test_only_the_named_programs_are_waited_for(cell: dict[str, Any], tmp_path: Path) -> None:
    quick = program(tmp_path, "print('done')\n")
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(600)\n", "utf-8")
    with cell["Cluster"](tmp_path, seconds=LONG) as cluster:
        cluster.start("server", slow)
        cluster.start("worker", quick)
        cluster.wait("worker")
        assert cluster.read("worker") == "done\n"
        assert cluster.processes["server"].poll() is None
    assert cluster.processes["server"].poll() == -signal.SIGKILL


def test_an_error_of_the_parent_leaves_nobody_behind(cell: dict[str, Any], tmp_path: Path) -> None:
    slow = program(tmp_path, "import time\ntime.sleep(600)\n")
    cluster = cell["Cluster"](tmp_path, seconds=LONG)

    def fail_inside() -> None:
        with cluster:
            cluster.start("worker", slow)
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        fail_inside()
    assert not alive(cluster.processes["worker"].pid)


def test_addresses_are_free_distinct_and_below_the_outgoing_ports(cell: dict[str, Any]) -> None:
    addresses = cell["free_addresses"](20)
    ports = [int(address.removeprefix("127.0.0.1:")) for address in addresses]
    assert len(set(ports)) == 20
    assert all(20_000 <= port < 32_000 for port in ports)
    for port in ports:
        socket.create_server(("127.0.0.1", port)).close()  # an error if it were taken


def test_a_port_in_use_is_drawn_again(cell: dict[str, Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        free = next(int(address.rpartition(":")[2]) for address in cell["free_addresses"](1))
        draws = iter([port - 20_000, free - 20_000])
        cell["secrets"] = type("Draws", (), {"randbelow": staticmethod(lambda _: next(draws))})
        assert cell["free_addresses"](1) == [f"127.0.0.1:{free}"]
