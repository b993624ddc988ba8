"""Measure the engine against nbclient, plain processes, mkdocs-jupyter and sphinx-gallery.

Every way runs the same snippets, cold, one after the other, in one run on one machine; then a book
of many snippets is built, built again with no change, and built after one edit. The table goes to
recordings/speed.json, which the page *Speed* shows. Time nothing else on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jupytext
import psutil

from bookengine import recording
from bookengine.environment import cpu_name, timestamp
from bookengine.project import Project
from bookengine.run import run_snippet
from bookengine.snippet import Snippet, read_snippet
from bookengine.stores import write_atomically

BOOK_SIZE = 200  # snippets in the book whose builds are timed
SAMPLE_PART = "drift"  # short and self-contained: what is measured is the machinery, not training
SAMPLING_SECONDS = 0.2
QUIET = {"MPLBACKEND": "agg", "TF_CPP_MIN_LOG_LEVEL": "3", "NO_MKDOCS_2_WARNING": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


@dataclass(frozen=True)
class Measured:
    """Wall and CPU seconds of a command and all that it started; peak memory of all at once, MB."""

    wall: float
    cpu: float
    peak_mb: float


def measure(command: list[str], folder: Path) -> Measured:
    """Run `command`; a failure shows its words."""
    started = time.monotonic()
    environment = {**os.environ, **QUIET, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    with tempfile.TemporaryFile() as log:
        process = psutil.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        watcher = Watcher(process)
        watcher.start()
        code = process.wait()
        watcher.stop()
        if code != 0:
            log.seek(0)
            sys.exit(f"{' '.join(command)} failed\n{log.read().decode(errors='replace')[-4000:]}")
    return Measured(time.monotonic() - started, watcher.cpu, watcher.peak / 2**20)


class Watcher(threading.Thread):
    """Samples a process tree: CPU seconds by process (kept when one ends), memory of all together."""

    def __init__(self, root: psutil.Process) -> None:
        super().__init__(daemon=True)
        self.root, self.peak, self.seen, self.ended = root, 0, {}, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(SAMPLING_SECONDS):
            self.sample()

    def sample(self) -> None:
        try:
            tree = [self.root, *self.root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        memory = 0
        for process in tree:
            try:
                times = process.cpu_times()
                self.seen[process.pid, process.create_time()] = times.user + times.system
                memory += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        self.peak = max(self.peak, memory)

    def stop(self) -> None:
        self.ended.set()
        self.join()

    @property
    def cpu(self) -> float:
        return float(sum(self.seen.values()))


# The ways ------------------------------------------------------------------------------------------


def prepare_notebooks(snippets: list[Snippet], folder: Path) -> list[str]:
    folder.mkdir(parents=True)
    for snippet in snippets:
        notebook = jupytext.reads(snippet.text, fmt="py:percent")
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        jupytext.write(notebook, folder / f"{snippet.path.stem}.ipynb")
    return [f"{snippet.path.stem}.ipynb" for snippet in snippets]


def by_nbclient(snippets: list[Snippet], folder: Path) -> list[str]:
    names = prepare_notebooks(snippets, folder / "notebooks")
    (folder / "run.py").write_text(
        "import nbformat, sys\nfrom nbclient import NotebookClient\n"
        "for name in sys.argv[1:]:\n"
        "    NotebookClient(nbformat.read(f'notebooks/{name}', 4), timeout=600, kernel_name='python3').execute()\n"
    )
    return [sys.executable, "run.py", *names]


def by_processes(snippets: list[Snippet], folder: Path) -> list[str]:
    for snippet in snippets:
        (folder / f"{snippet.path.stem}.py").write_text(snippet.text, "utf-8")
    return ["sh", "-ec", "\n".join(f"{sys.executable} {s.path.stem}.py" for s in snippets)]


def by_mkdocs_jupyter(snippets: list[Snippet], folder: Path) -> list[str]:
    prepare_notebooks(snippets, folder / "docs")
    (folder / "docs" / "index.md").write_text("# Bench\n")
    plugin = "mkdocs-jupyter: {execute: true, allow_errors: false, cache: false}"
    (folder / "mkdocs.yml").write_text(f"site_name: bench\ntheme: {{name: material, font: false}}\nplugins: [{plugin}]\n")
    return [sys.executable, "-m", "mkdocs", "build"]


def by_sphinx_gallery(snippets: list[Snippet], folder: Path) -> list[str]:
    gallery = folder / "examples"
    gallery.mkdir()
    (gallery / "README.rst").write_text("Bench\n=====\n")
    for snippet in snippets:
        code = "\n".join(f"# %%\n{cell.source}\n" for cell in snippet.cells)
        (gallery / f"plot_{snippet.path.stem}.py").write_text(f'"""\n{snippet.title}\n{"=" * 80}\n"""\n{code}', "utf-8")
    (folder / "conf.py").write_text(
        "extensions = ['sphinx_gallery.gen_gallery']\n"
        "sphinx_gallery_conf = {'examples_dirs': 'examples', 'gallery_dirs': 'auto', 'abort_on_example_error': True}\n"
    )
    (folder / "index.rst").write_text("Bench\n=====\n\n.. toctree::\n\n   auto/index\n")
    return [sys.executable, "-m", "sphinx", "-q", ".", "out"]


def by_engine(jobs: int) -> Callable[[list[Snippet], Path], list[str]]:
    def way(snippets: list[Snippet], folder: Path) -> list[str]:
        small_book(folder, snippets)
        return [sys.executable, "-m", "bookengine", "record", "--jobs", str(jobs)]

    return way


WAYS: dict[str, Callable[[list[Snippet], Path], list[str]]] = {
    "nbclient, a kernel each": by_nbclient,
    "mkdocs-jupyter, execute: true": by_mkdocs_jupyter,
    "python FILE, a process each": by_processes,
    "sphinx-gallery, one process, not isolated": by_sphinx_gallery,
    "this engine, one at a time": by_engine(1),
    "this engine, one a core": by_engine(os.cpu_count() or 1),
}


# A book to build -----------------------------------------------------------------------------------


def small_book(folder: Path, snippets: list[Snippet]) -> None:
    """A project of the given snippets, with one page each."""
    source = Project.find()
    for part in ("coverage", "requirements"):
        shutil.copytree(source.root / part, folder / part)
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text("# Bench\n")
    (folder / "mkdocs.yml").write_text(
        "site_name: bench\ntheme: {name: material, font: false}\n"
        "plugins: [search, {mkdocs-jupyter: {execute: false}}]\n"
        "markdown_extensions: [md_in_html, attr_list, pymdownx.superfences, bookengine.render]\n"
        f"hooks: [{source.root / 'bookengine' / 'mkdocs_hook.py'}]\n"
    )
    for snippet in snippets:
        add(folder, snippet, snippet.name)


def add(folder: Path, snippet: Snippet, name: str) -> None:
    target = folder / "snippets" / f"{name}.py"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(snippet.text, "utf-8")
    page = folder / "docs" / f"{name}.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(f"# {name}\n\n" + "\n".join(f"/// cell | {name}:{cell.name}\n///\n" for cell in snippet.cells))


def large_book(folder: Path, snippets: list[Snippet]) -> None:
    """As many snippets as a finished book has: the sample over and over, under other names."""
    small_book(folder, [])
    for number in range(BOOK_SIZE):
        snippet = snippets[number % len(snippets)]
        name = f"part_{number % 8}/{snippet.path.stem}_{number}"
        add(folder, snippet, name)
        source = snippet.path.with_suffix(".ipynb").as_posix().replace("snippets/", "recordings/")
        notebook = json.loads((Project.find().root / source).read_text("utf-8"))
        notebook["metadata"]["book"]["source"] = f"snippets/{name}.py"
        notebook["metadata"]["book"]["digest"] = recording.whole_digest(notebook)
        write_atomically(folder / "recordings" / f"{name}.ipynb", recording.to_json(notebook))


def time_builds(snippets: list[Snippet], folder: Path) -> dict[str, float]:
    """Seconds: a first build, one with no change, the check; and an edit beyond the snippet's own time."""
    large_book(folder, snippets)
    build = [sys.executable, "-m", "mkdocs", "build"]
    seconds = {"first": measure(build, folder).wall, "no change": measure(build, folder).wall}
    seconds["check"] = measure([sys.executable, "-m", "bookengine", "check"], folder).wall
    project = Project(folder)
    edited = project.snippet_paths()[0]
    run_snippet(read_snippet(edited, folder), project, "full")  # a writer's server is warm (record --watch)
    edited.write_text(edited.read_text("utf-8") + '\nprint("edited")\n', "utf-8")
    started = time.monotonic()
    result = run_snippet(read_snippet(edited, folder), project, "full")
    notebook = recording.notebook_of(result)
    write_atomically(project.recording_path(result.snippet.name), recording.to_json(notebook))
    seconds["edit"] = time.monotonic() - started - result.own_seconds
    seconds["after edit"] = measure(build, folder).wall
    return seconds


# The table -----------------------------------------------------------------------------------------


def overheads(snippets: list[Snippet]) -> tuple[list[float], float]:
    """Wall seconds beyond each snippet's own cells, with a warm server; and the snippets' own CPU in all."""
    project = Project.find()
    run_snippet(snippets[0], project, "full")
    results = [run_snippet(snippet, project, "full") for snippet in snippets]
    for result in results:
        if not result.ok:
            sys.exit(result.report())
    return [result.elapsed - result.own_seconds for result in results], sum(result.cpu_seconds for result in results)


def choose(count: int) -> list[Snippet]:
    """The first `count` recorded snippets of the sample part that run in the plain environment."""
    project = Project.find()
    snippets = [read_snippet(path, project.root) for path in sorted((project.snippets / SAMPLE_PART).glob("*.py"))]
    plain = [s for s in snippets if not s.marks and not recording.problems(s, project)]
    if len(plain) < count:
        sys.exit(f"only {len(plain)} fresh recordings under recordings/{SAMPLE_PART}: python -m bookengine record '{SAMPLE_PART}/*'")
    return plain[:count]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snippets", type=int, default=12, help="how many snippets each way runs")
    parser.add_argument("--dry", action="store_true", help="print the table, write nothing")
    options = parser.parse_args()
    snippets = choose(options.snippets)
    rows = []
    measured: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for number, (name, way) in enumerate(WAYS.items()):
            folder = Path(scratch) / str(number)
            folder.mkdir()
            measured[name] = measure(way(snippets, folder), folder)
            print(f"{name}: {measured[name]}", flush=True)
        builds = time_builds(snippets, Path(scratch) / "large")
    engine = measured["this engine, one at a time"]
    for name, m in measured.items():
        each = m.wall / len(snippets)
        rows.append([name, f"{m.wall:.1f}", f"{each:.2f}", f"{m.wall / engine.wall:.1f}", f"{m.cpu:.0f}", f"{m.peak_mb:.0f}"])
    extra, own_cpu = overheads(snippets)
    report = {
        "recorded_at": timestamp(),
        "about": f"{len(snippets)} snippets, cold, one run, on {cpu_name()} with {os.cpu_count()} cores.",
        "head": ["Way", "Wall, s", "Per snippet, s", "Times this engine", "CPU, s", "Peak memory, MB"],
        "rows": rows,
        "overhead_mean": round(sum(extra) / len(extra), 3),
        "overhead_worst": round(max(extra), 3),
        "cpu_ratio": round(engine.cpu / own_cpu, 2) if own_cpu else None,
        "book_size": BOOK_SIZE,
        "builds": {name: round(seconds, 2) for name, seconds in builds.items()},
    }
    text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    print(text)
    if not options.dry:
        write_atomically(Project.find().recordings / "speed.json", text)


if __name__ == "__main__":
    main()
