"""Sessions: `nox -s serve` builds and serves the site, `nox -s tests` passes the tests; `nox -l` lists all.

Each session installs what it needs from a lock file (versions and hashes) into an environment that
is kept and reused. What stands after `--` goes to the tool.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sys
from pathlib import Path

import nox

if sys.version_info < (3, 11):  # noqa: UP036 (nox itself runs on older ones)
    sys.exit(f"Executable TensorFlow needs Python 3.11 or later; this is {sys.version.split()[0]} ({sys.executable})")

ROOT = Path(__file__).parent
# TensorFlow 2.21 comes for Python 3.11 to 3.13; a later Python builds the site and leaves the rest to 3.13.
BOOK_PYTHON = None if sys.version_info < (3, 14) else "3.13"
AGENTS_PYTHON = "3.11"  # TF-Agents' last release
MATRIX = ("2.18", "2.19", "2.20", "2.21")
DEFAULT_PORT = 8000
QUIET = {"NO_MKDOCS_2_WARNING": "true"}  # docs_zensical is the answer to that notice
MOST_WORKERS = 8  # each test process may hold a TensorFlow: about 0.5 GB
GPU_TRACES = ("/dev/nvidia0", "/dev/dxg")  # Linux; Windows' Linux

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["docs"]
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True


def provide(session: nox.Session, lock: str) -> None:
    """Install `requirements/<lock>.txt` and the engine, unless this environment already has exactly that."""
    requirements = ROOT / "requirements" / f"{lock}.txt"
    install_once(session, requirements.read_text(), "--require-hashes", "-r", str(requirements))


def install_once(session: nox.Session, wanted: str, *arguments: str) -> None:
    """Install `arguments` and the engine, unless they were installed for the same `wanted` and pyproject.toml."""
    wanted = hashlib.sha256((wanted + (ROOT / "pyproject.toml").read_text()).encode()).hexdigest()
    stamp = Path(session.virtualenv.location) / "provided"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    session.install(*arguments)
    session.install("--no-deps", "-e", ".")
    stamp.write_text(wanted)


def build(session: nox.Session, folder: str = "site") -> None:
    """Build the site with MkDocs. Nothing is executed: pages come from the recordings."""
    session.run("python", "-m", "mkdocs", "build", "--strict", "--clean", "--site-dir", folder, env=QUIET)


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pytest(session: nox.Session, *arguments: str, parallel: bool = True, **environment: str) -> None:
    spread = ["-n", str(min(cores(), MOST_WORKERS)), "--dist", "loadgroup"] if parallel else []
    session.run("python", "-m", "pytest", *spread, *arguments, *session.posargs, env=environment)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(session: nox.Session) -> int:
    """The port asked for, else 8000, else any free one."""
    if session.posargs:
        if not session.posargs[0].isdigit():
            session.error(f"{session.posargs[0]!r} is no port: nox -s serve -- 8123")
        port = int(session.posargs[0])
        if not is_free(port):
            session.error(f"port {port} is busy: name another, or none to get a free one (nox -s serve)")
        return port
    if is_free(DEFAULT_PORT):
        return DEFAULT_PORT
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    session.warn(f"port {DEFAULT_PORT} is busy: serving on {port} instead")
    return port


# The site ------------------------------------------------------------------------------------------


@nox.session
def serve(session: nox.Session) -> None:
    """Build the site, serve it, and build again what changes. `-- PORT` names the port."""
    provide(session, "docs")
    port = choose_port(session)
    address = f"127.0.0.1:{port}"
    session.log(f"the site will be at http://{address}/ (Ctrl-C ends it)")
    session.run("python", "-m", "mkdocs", "serve", "--strict", "--livereload", "-a", address, env=QUIET)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site into site/; any unsound page is an error."""
    provide(session, "docs")
    build(session)


@nox.session
def docs_zensical(session: nox.Session) -> None:
    """Build the same pages with Zensical into site-zensical/, without the notebook pages."""
    provide(session, "docs")
    # First: Zensical keeps pages that did not change, and so would show a recording that did.
    session.run("python", "-m", "bookengine", "check")
    shutil.rmtree(ROOT / "site-zensical", ignore_errors=True)
    session.run("zensical", "build", "--clean", "--strict", "--config-file", "zensical.yml")
    session.run("python", "-m", "bookengine", "publish", "site-zensical")
    session.warn("notebook pages are left out: Zensical has no mkdocs-jupyter; everything else is in site-zensical/")


# Tests ---------------------------------------------------------------------------------------------


@nox.session(python=BOOK_PYTHON)
def tests(session: nox.Session) -> None:
    """Build the site and test everything that needs no special machine."""
    provide(session, "tests")
    build(session)
    pytest(session, BOOK_SITE=str(ROOT / "site"))


@nox.session(python=BOOK_PYTHON)
def browser_tests(session: nox.Session) -> None:
    """Test the built site in Chromium; its absence is an error here."""
    provide(session, "tests")
    build(session)
    pytest(session, "-m", "browser", BOOK_SITE=str(ROOT / "site"), BOOK_REQUIRE_BROWSER="1")


@nox.session(python=BOOK_PYTHON)
def multiworker_tests(session: nox.Session) -> None:
    """Run the snippets that start several TensorFlow processes, one after the other."""
    provide(session, "tests")
    pytest(session, "-m", "multiworker", parallel=False)


@nox.session(python=BOOK_PYTHON)
def network_tests(session: nox.Session) -> None:
    """Run what fetches something on its way: Ray Train's packages, pretrained weights."""
    provide(session, "tests")
    if not shutil.which("uv"):
        session.install("uv")  # makes the environment of the Ray snippet
    pytest(session, "-m", "network", parallel=False)


@nox.session(python=BOOK_PYTHON)
def gpu_tests(session: nox.Session) -> None:
    """Run what needs a GPU; fails at once where there is none."""
    if not shutil.which("nvidia-smi") and not any(Path(trace).exists() for trace in GPU_TRACES):
        session.error("no GPU: this machine has no NVIDIA driver (no nvidia-smi, no /dev/nvidia0)")
    provide(session, "gpu")
    count = "import tensorflow as tf; print(len(tf.config.list_physical_devices('GPU')))"
    seen = session.run("python", "-c", count, env={"TF_CPP_MIN_LOG_LEVEL": "3"}, silent=True)
    if str(seen).strip().splitlines()[-1] == "0":
        session.error("no GPU: TensorFlow sees none on this machine, though it has an NVIDIA driver")
    pytest(session, "-m", "gpu", parallel=False)


@nox.session(python=AGENTS_PYTHON)
def agents_tests(session: nox.Session) -> None:
    """Run the TF-Agents snippets in their own environment: Python 3.11, TensorFlow 2.15, Linux on x86-64."""
    provide(session, "agents")
    pytest(session, "tests/snippets", "-m", "agents", parallel=False)  # the other tests need other packages


@nox.session(python=BOOK_PYTHON)
@nox.parametrize("tensorflow", MATRIX)
def matrix(session: nox.Session, tensorflow: str) -> None:
    """Run the snippets with another TensorFlow, for the compatibility page (recordings/compatibility.json)."""
    pins = [f"{package}~={tensorflow}.0" for package in ("tensorflow", "tf-keras", "tensorboard")]
    others = ROOT / "requirements" / "matrix.in"
    install_once(session, f"{pins} {others.read_text()}", *pins, "-r", str(others))
    session.run("python", "-m", "benchmarks.compatibility", *session.posargs)


# Upkeep --------------------------------------------------------------------------------------------


@nox.session(python=BOOK_PYTHON)
def record(session: nox.Session) -> None:
    """Run in full the snippets whose recordings are stale (`-- --force`: every one; `-- --check`: compare only)."""
    provide(session, "tests")
    session.run("python", "-m", "bookengine", "record", *session.posargs)


@nox.session(python=BOOK_PYTHON)
def mutation(session: nox.Session) -> None:
    """Sabotage copies of the project and record what was caught, for the trust page."""
    provide(session, "tests")
    pytest(session, "tests/mutation", "-m", "mutation", parallel=False, BOOK_RECORD_MUTATION="1")


@nox.session(python=BOOK_PYTHON)
def bench(session: nox.Session) -> None:
    """Measure the engine side by side with what people would use instead."""
    provide(session, "bench")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style and types."""
    provide(session, "lint")
    session.run("ruff", "check", *session.posargs)
    session.run("mypy")


LOCKS = ("tests", "docs", "book", "lint", "bench", "gpu")  # the first fixes the versions of the others
UNIVERSAL = ("--universal", "--python-version", "3.11", "--fork-strategy", "fewest")
AGENTS_PLATFORM = ("--python-version", AGENTS_PYTHON, "--python-platform", "x86_64-manylinux_2_28")


@nox.session
def lock(session: nox.Session) -> None:
    """Make requirements/*.txt again from pyproject.toml. `-- --upgrade` takes the newest versions."""
    session.install("uv")
    compile_ = ("uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-annotate")
    # No index address in a lock: whoever installs it chooses where from. The hashes see to the rest.
    header = ("--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "nox -s lock")
    for name in LOCKS:
        constraint = ("-c", "requirements/tests.txt") if name != LOCKS[0] else ()
        arguments = ("--extra", name, *constraint, *session.posargs, "pyproject.toml")
        session.run(*compile_, *header, *UNIVERSAL, *arguments, "-o", f"requirements/{name}.txt")
    arguments = ("--extra", "agents", *session.posargs, "pyproject.toml")
    session.run(*compile_, *header, *AGENTS_PLATFORM, *arguments, "-o", "requirements/agents.txt")
