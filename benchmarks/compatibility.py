"""Run every snippet, with its smoke constants, on the TensorFlow of this environment.

`nox -s matrix` does so in one environment a version. What failed, and with what words, goes to
recordings/compatibility.json, which the page *Compatibility* shows.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import datetime
import importlib.metadata
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

from bookengine.project import Project
from bookengine.run import RunResult, run_snippet
from bookengine.snippet import Snippet, read_snippet
from bookengine.stores import read_json, write_atomically

NEEDS = ("gpu", "agents", "network")  # marks of what is not tried here
PACKAGES = ("keras", "tf-keras", "numpy")
WORDS = 300  # characters kept of a failure


def said(result: RunResult) -> str:
    """Why the run failed, in one line; empty if it did not. Deprecations are no failure here."""
    if result.ok:
        return ""
    what = str((result.failure or {}).get("what", "")).strip().splitlines()
    return what[0][:WORDS] if what else "failed"


def run_all(project: Project, names: list[str], jobs: int) -> dict[str, str]:
    snippets = [read_snippet(path, project.root) for path in project.snippet_paths()]
    chosen = [s for s in snippets if not set(NEEDS) & set(s.marks) and (not names or s.name in names)]

    def one(snippet: Snippet) -> tuple[str, str]:
        return snippet.name, said(run_snippet(snippet, project, "smoke"))

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        outcomes = {}
        for name, failure in pool.map(one, chosen):
            outcomes[name] = failure
            print(f"{name}: {failure or 'ok'}", flush=True)
    return outcomes


def merge(project: Project, version: str, entry: dict[str, Any]) -> None:
    """Put `entry` beside those of the other versions, in order of version."""
    path = project.recordings / "compatibility.json"
    known = read_json(path) if path.exists() else {}
    known[version] = entry
    ordered = dict(sorted(known.items(), key=lambda item: [int(part) for part in item[0].split(".")]))
    write_atomically(path, json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compatibility", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="snippets, as part/name; default: all, and only then it is written down")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    project = Project.find(Path(__file__))
    outcomes = run_all(project, arguments.names, arguments.jobs)
    failed = sum(map(bool, outcomes.values()))
    full = importlib.metadata.version("tensorflow")
    print(f"TensorFlow {full}: {len(outcomes) - failed} of {len(outcomes)} run", file=sys.stderr)
    if arguments.names:
        return
    entry = {
        "tensorflow": full,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
        "recorded_at": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "results": outcomes,
    }
    merge(project, ".".join(full.split(".")[:2]), entry)


if __name__ == "__main__":
    main()
