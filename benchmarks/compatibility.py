"""Run the snippets, with their smoke constants, on the TensorFlow of this environment.

`nox -s matrix` does so in one environment a version. What failed, and with what words, goes to
recordings/compatibility.json, which the page *Compatibility* shows. A snippet that has not changed
since it ran on the same packages is not run again; a run that is broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bookengine.book import NEEDS
from bookengine.environment import timestamp, versions
from bookengine.project import Project
from bookengine.recording import code_digest
from bookengine.run import RunResult, run_snippet
from bookengine.snippet import Snippet, read_snippet
from bookengine.stores import read_json, write_atomically

PACKAGES = ("tensorflow", "keras", "tf-keras", "numpy")  # of another release of one of these, everything runs again
WORDS = 300  # characters kept of a failure


def said(result: RunResult) -> str:
    """Why the run failed, in one line; empty if it did not. Deprecations are no failure here."""
    if result.ok:
        return ""
    what = str((result.failure or {}).get("what", "")).strip().splitlines()
    return what[0][:WORDS] if what else "failed"


def to_try(project: Project) -> list[Snippet]:
    snippets = [read_snippet(path, project.root) for path in project.snippet_paths()]
    return [snippet for snippet in snippets if not set(NEEDS) & set(snippet.marks)]


def run_all(project: Project, snippets: list[Snippet], jobs: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Name and outcome of each snippet as it ends."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(run_snippet, snippet, project, "smoke"): snippet for snippet in snippets}
        for done in concurrent.futures.as_completed(running):
            snippet = running[done]
            yield snippet.name, {"code": code_digest(snippet), "failed": said(done.result())}


def known_of(project: Project, version: str, packages: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What is known of the snippets on exactly these packages."""
    path = project.recordings / "compatibility.json"
    entry = read_json(path).get(version, {}) if path.exists() else {}
    same = entry and all(entry.get(name) == release for name, release in packages.items())
    return entry["results"] if same else {}


def write(project: Project, version: str, entry: dict[str, Any]) -> None:
    """Put `entry` beside those of the other versions, in order of version."""
    path = project.recordings / "compatibility.json"
    known = read_json(path) if path.exists() else {}
    known[version] = entry
    ordered = dict(sorted(known.items(), key=lambda item: [int(part) for part in item[0].split(".")]))
    write_atomically(path, json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")


def bring_up_to_date(project: Project, names: list[str], jobs: int) -> None:
    """Run what is named, or else what changed, and write each outcome down as it comes."""
    packages = versions(["python", *PACKAGES])
    version = ".".join(packages["tensorflow"].split(".")[:2])
    snippets = to_try(project)
    unknown = set(names) - {snippet.name for snippet in snippets}
    if unknown:
        sys.exit(f"no such snippet, or it needs {' or '.join(NEEDS.values())}: {', '.join(sorted(unknown))}")
    known = known_of(project, version, packages)
    results = {snippet.name: known[snippet.name] for snippet in snippets if snippet.name in known}
    stale = [s for s in snippets if results.get(s.name, {}).get("code") != code_digest(s)]
    chosen = [s for s in snippets if s.name in names] if names else stale
    print(f"TensorFlow {packages['tensorflow']}: {len(chosen)} of {len(snippets)} to run", file=sys.stderr)
    for name, outcome in run_all(project, chosen, jobs):
        print(f"{name}: {outcome['failed'] or 'ok'}", flush=True)
        results[name] = outcome
        write(project, version, {**packages, "recorded_at": timestamp(), "results": dict(sorted(results.items()))})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compatibility", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="snippets, as part/name; default: those that changed since they ran here")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    bring_up_to_date(Project.find(Path(__file__)), arguments.names, arguments.jobs)


if __name__ == "__main__":
    main()
