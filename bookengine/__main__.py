"""The command line: ``python -m bookengine {run,record,check,new,publish}``."""

from __future__ import annotations

import argparse
import fnmatch
import os
import sys
from pathlib import Path

from .errors import BookError, BookErrors, near
from .project import Project

EXAMPLES = """examples:
  python -m bookengine new keras/my_topic       start a snippet and its chapter
  python -m bookengine run keras/my_topic       run it in full, show what it prints, write nothing
  python -m bookengine run 'keras/*' --smoke    run many with their small constants
  python -m bookengine record                   record whatever is stale
  python -m bookengine record keras/my_topic --force
  python -m bookengine record --check           run again and compare with the recordings
  python -m bookengine check                    is every page and every recording sound?
"""


def parser() -> argparse.ArgumentParser:
    main = argparse.ArgumentParser(
        prog="python -m bookengine", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run snippets and show what they print; writes nothing")
    run.add_argument("names", nargs="+", metavar="part/name", help="snippets; * matches many")
    run.add_argument("--smoke", action="store_true", help="with the small constants that tests use")
    run.add_argument("--fresh", action="store_true", help="in a fresh process instead of a forked one")
    run.add_argument("--figures", type=Path, metavar="FOLDER", help="also write the figures there")

    record = commands.add_parser("record", help="run snippets in full and write their recordings, if stale")
    record.add_argument("names", nargs="*", metavar="part/name", help="snippets (default: all); * matches many")
    record.add_argument("--force", action="store_true", help="also those that are fresh")
    record.add_argument("--check", action="store_true", help="write nothing: run again and compare values and outputs")
    record.add_argument("--watch", action="store_true", help="stay, and record each snippet again when it is saved")
    record.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once (default: one a core)")

    commands.add_parser("check", help="find stale recordings, false claims and broken directives")

    new = commands.add_parser("new", help="make a snippet skeleton and a chapter stub")
    new.add_argument("name", metavar="part/name")

    publish = commands.add_parser("publish", help="add downloads, figures and Markdown twins to a built site")
    publish.add_argument("site", type=Path, help="the folder that mkdocs or zensical wrote")
    return main


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        return COMMANDS[options.command](Project.find(), options)
    except BookError as error:
        print(error, file=sys.stderr)
    except BookErrors as errors:
        print(errors, file=sys.stderr)
    except KeyboardInterrupt:
        print("\ninterrupted: every recording is the old one or the new one, whole", file=sys.stderr)
        return 130
    return 1


def select(project: Project, patterns: list[str]) -> list[str]:
    """Snippet names that match; a pattern that matches none is an error."""
    names = [f"{path.parent.name}/{path.stem}" for path in project.snippet_paths()]
    chosen = [name for name in names if not patterns or any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
    for pattern in patterns:
        if not fnmatch.filter(names, pattern):
            raise BookError("snippets", 0, f"no snippet matches {pattern!r}{near(pattern, names)}")
    return chosen


def run_command(project: Project, options: argparse.Namespace) -> int:
    from .normalise import normalise
    from .run import run_snippet
    from .snippet import read_snippet

    failed = False
    for name in select(project, options.names):
        snippet = read_snippet(project.snippets / f"{name}.py", project.root)
        result = run_snippet(snippet, project, "smoke" if options.smoke else "full", fresh=options.fresh)
        failed |= not result.ok or bool(result.deprecations)
        for cell in result.cells:
            print(f"# %% {cell['name']}")
            for number, output in enumerate(cell["outputs"], 1):
                data = output.get("data", {})
                if figure := data.get("image/svg+xml"):
                    print(f"[figure, {len(figure) / 1024:.0f} KB]")
                    if options.figures:
                        options.figures.mkdir(parents=True, exist_ok=True)
                        target = options.figures / f"{name.replace('/', '-')}-{cell['name']}-{number}.svg"
                        target.write_text(figure, "utf-8")
                else:
                    print(normalise(output.get("text") or data.get("text/plain", "")).rstrip())
        for value, content in result.values.items():
            print(f"{name}.{value} = {content}")
        print(result.report(), file=sys.stderr)
    return int(failed)


def record_command(project: Project, options: argparse.Namespace) -> int:
    from .record import record, watch

    if options.watch:
        watch(project, options.names)
    return record(project, select(project, options.names), force=options.force, check=options.check, jobs=options.jobs)


def check_command(project: Project, options: argparse.Namespace) -> int:
    from .book import open_book
    from .check import check

    book = open_book(project)
    errors = check(book)
    for error in errors:
        print(error)
    counts = book.counts
    summary = f"{counts['snippets']} snippets, {counts['recordings']} recordings, {len(book.pages)} pages"
    print(f"{summary}: {len(errors)} problem(s)" if errors else f"{summary}: all fresh, all true")
    return int(bool(errors))


def new_command(project: Project, options: argparse.Namespace) -> int:
    from .new import new

    written = new(project, options.name)
    for path in written:
        print(f"wrote {project.relative(path)}")
    print(f"now name {written[-1].relative_to(project.docs)} in mkdocs.yml, under nav, and record {options.name}")
    return 0


def publish_command(project: Project, options: argparse.Namespace) -> int:
    from .book import open_book
    from .publish import publish

    print(f"{options.site}: {publish(open_book(project), options.site)} files added")
    return 0


COMMANDS = {
    "run": run_command,
    "record": record_command,
    "check": check_command,
    "new": new_command,
    "publish": publish_command,
}

if __name__ == "__main__":
    sys.exit(main())
