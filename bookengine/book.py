"""The book as a whole: snippets, recordings and pages, and what refers to what.

`Book.resolve` is the one place where a page's promises are tested; the check and the Markdown
extension both use it.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from . import expressions, recording
from .directives import REPORTS, Directive, split_notes
from .errors import BookError, near
from .expressions import ExpressionError, Reference
from .pages import InlineValue, Page, read_page
from .project import Project
from .recording import Recording
from .snippet import Snippet, read_snippet
from .stores import read_json, read_yaml

# A snippet with one of these may lack a recording; the page then says why.
NEEDS = {"gpu": "a GPU", "agents": "the TF-Agents environment", "network": "a network"}
LINK_TO_PAGE = re.compile(r"\[[^]]*\]\([^):]*\.md[^)]*\)")  # captions, claims and notes are rendered by themselves
# Names in expressions that are no snippet's: ``book.claims``, ``rot.tried``, ``speed.overhead_mean``.
TABLES = {"book": "counts", "rot": "rot", "speed": "speed"}


class NotRecorded(Exception):
    """The snippet could not be run where the book was recorded; `str()` says what it needs."""


class Book:
    """Everything of a project, read once and lazily."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.broken: dict[str, BookError] = {}  # snippets that cannot be read
        self._recordings: dict[str, Recording | BookError | NotRecorded] = {}

    @cached_property
    def snippets(self) -> dict[str, Snippet]:
        found = {}
        for path in self.project.snippet_paths():
            try:
                snippet = read_snippet(path, self.project.root)
                found[snippet.name] = snippet
            except BookError as error:
                self.broken[f"{path.parent.name}/{path.stem}"] = error
        return found

    @cached_property
    def pages(self) -> list[Page]:
        project = self.project
        return [read_page(path, project.docs, project.relative(path)) for path in project.page_paths()]

    @cached_property
    def by_text(self) -> dict[str, Page]:
        """Pages by what a builder leaves of their text."""
        return {essence(page.lines): page for page in reversed(self.pages)}

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The ledger: the rows of the five source documents, each with its `document`."""
        names = [path for path in sorted(self.project.coverage.glob("*.yml")) if path.stem not in ("api-drift", "rot")]
        return [{**row, "document": path.stem} for path in names for row in read_yaml(path)]

    @cached_property
    def drifts(self) -> list[dict[str, Any]]:
        return read_yaml(self.project.coverage / "api-drift.yml") or []

    @cached_property
    def answers(self) -> dict[str, list[tuple[Page, str]]]:
        """Row id to the places that answer it, as (page, anchor)."""
        from .counting import answers

        return answers(self)

    def recording(self, name: str) -> Recording:
        """The fresh recording of snippet `name`; BookError if stale, NotRecorded if it cannot be had here."""
        if name not in self._recordings:
            self._recordings[name] = self._find_recording(self.snippets[name])
        found = self._recordings[name]
        if isinstance(found, Exception):
            raise found
        return found

    def _find_recording(self, snippet: Snippet) -> Recording | BookError | NotRecorded:
        needs = [NEEDS[mark] for mark in snippet.marks if mark in NEEDS]
        if needs and not self.project.recording_path(snippet.name).exists():
            return NotRecorded(f"not recorded: needs {' and '.join(needs)}")
        errors = recording.problems(snippet, self.project)
        return errors[0] if errors else Recording.load(self.project, snippet.name)

    def look_up(self, reference: Reference) -> Any:
        """The recorded value; `ExpressionError` names what is unknown and what there is."""
        table: dict[str, Any]
        if reference.snippet in TABLES:
            table = getattr(self, TABLES[reference.snippet])
        elif reference.snippet not in self.snippets:
            if reference.snippet in self.broken:
                raise self.broken[reference.snippet]
            raise ExpressionError(f"unknown snippet {reference.snippet!r}{near(reference.snippet, self.snippets)}")
        else:
            table = self.recording(reference.snippet).values
        if reference.value not in table:
            raise ExpressionError(f"{reference.snippet} has no value {reference.value!r}; it has: {', '.join(table) or 'none'}")
        return table[reference.value]

    def evaluate(self, expression: str, path: Path | str, line: int) -> Any:
        try:
            return expressions.evaluate(expression, self.look_up)
        except ExpressionError as error:
            raise BookError(path, line, f"{expression!r}: {error}") from None

    def format(self, value: InlineValue, path: Path | str) -> str:
        """The text of an inline value. Raises NotRecorded where its run could not be had."""
        result = self.evaluate(value.expression, path, value.line)
        try:
            return format(result, value.format)
        except (TypeError, ValueError) as error:
            raise BookError(path, value.line, f"{value.expression!r} does not format as {value.format!r}: {error}") from None

    def claim(self, directive: Directive, path: Path | str) -> dict[str, Any]:
        """The values that a true claim rests on; a false one is an error."""
        used = expressions.references(directive.argument)
        if not used:
            raise BookError(path, directive.line, "a claim must rest on a recorded value", "write part/name.value")
        truth = self.evaluate(directive.argument, path, directive.line)
        values = {str(reference): self.look_up(reference) for reference in used}
        if not isinstance(truth, bool):
            raise BookError(path, directive.line, f"{directive.argument!r} is {truth!r}, not true or false", "compare something")
        if not truth:
            shown = ", ".join(f"{name} = {value}" for name, value in values.items())
            raise BookError(path, directive.line, f"false claim: {directive.argument}; {shown}", "mend the sentence, not the number")
        return values

    @cached_property
    def rot(self) -> dict[str, Any]:
        """The measured rot of the book that ours answers (coverage/rot.yml)."""
        return read_yaml(self.project.coverage / "rot.yml") or {}

    @cached_property
    def mutation(self) -> dict[str, Any]:
        """The last run of the mutation suite (recordings/mutation.json)."""
        path = self.project.recordings / "mutation.json"
        return read_json(path) if path.exists() else {"mutants": []}

    @cached_property
    def speed(self) -> dict[str, Any]:
        """The last benchmark (recordings/speed.json), with its builds as ``build_no_change`` and so on."""
        path = self.project.recordings / "speed.json"
        if not path.exists():
            return {}
        last: dict[str, Any] = read_json(path)
        return last | {f"build_{name.replace(' ', '_')}": seconds for name, seconds in last["builds"].items()}

    @cached_property
    def compatibility(self) -> dict[str, dict[str, Any]]:
        """The last run on each version of TensorFlow (recordings/compatibility.json), oldest first."""
        path = self.project.recordings / "compatibility.json"
        return read_json(path) if path.exists() else {}

    @cached_property
    def counts(self) -> dict[str, int]:
        """What the home and trust pages count, all from what is there now."""
        from .counting import count

        return count(self)

    def is_recorded(self, name: str) -> bool:
        try:
            self.recording(name)
        except (BookError, NotRecorded):
            return False
        return True

    def target(self, directive: Directive, path: Path | str) -> tuple[Snippet, str]:
        """Snippet and cell that a cell, output or figure directive names."""
        name, cell, _ = directive.target
        snippet = self.snippets.get(name)
        if snippet is None:
            raise self.broken.get(name) or BookError(path, directive.line, f"unknown snippet {name!r}{near(name, self.snippets)}")
        if snippet.cell(cell) is None:
            have = ", ".join(c.name for c in snippet.cells)
            raise BookError(path, directive.line, f"{snippet.path} has no cell {cell!r}", f"it has: {have}")
        return snippet, cell

    def resolve(self, directive: Directive, path: Path | str) -> Any:
        """What the directive stands for, or BookError (its place on the page) or NotRecorded."""
        if link := LINK_TO_PAGE.search(directive.body):
            raise BookError(path, directive.line, f"a link to a page cannot stand in this block: {link[0]}", "put it into the text")
        match directive.kind:
            case "cell":
                return self._cell(directive, path)
            case "output":
                return self._output(directive, path)
            case "figure":
                return self._figure(directive, path)
            case "claim":
                return self.claim(directive, path)
            case "drift":
                found = next((drift for drift in self.drifts if drift["id"] == directive.argument), None)
                if found is None:
                    ids = [drift["id"] for drift in self.drifts]
                    raise BookError(path, directive.line, f"unknown drift {directive.argument!r}{near(directive.argument, ids)}")
                return found
            case "report" if directive.argument not in REPORTS:
                raise BookError(path, directive.line, f"unknown report {directive.argument!r}", f"known: {', '.join(sorted(REPORTS))}")
        return directive.argument

    def _cell(self, directive: Directive, path: Path | str) -> Snippet:
        snippet, name = self.target(directive, path)
        cell = snippet.cell(name)
        with contextlib.suppress(NotRecorded):
            self.recording(snippet.name)  # what is shown is what ran
        try:
            notes = split_notes(directive.body)
        except ValueError as error:
            raise BookError(path, directive.line, str(error)) from None
        for fragment, _ in notes:
            if cell and fragment not in cell.source:
                raise BookError(path, directive.line, f"note on {fragment!r}: cell {name!r} of {snippet.path} has no such line")
        return snippet

    def _output(self, directive: Directive, path: Path | str) -> str:
        snippet, cell = self.target(directive, path)
        text = self.recording(snippet.name).text_of(cell)
        if not text:
            raise BookError(path, directive.line, f"cell {cell!r} of {snippet.path} printed nothing", "remove this output")
        return text

    def _figure(self, directive: Directive, path: Path | str) -> tuple[str, str]:
        snippet, cell = self.target(directive, path)
        if not directive.options.get("alt"):
            raise BookError(path, directive.line, "this figure has no alt text", "add '    alt: …' below its first line")
        if not directive.body.strip():
            raise BookError(path, directive.line, "this figure has no caption", "write it inside the block")
        figures = self.recording(snippet.name).figures(cell)
        number = directive.target[2]
        if not 1 <= number <= len(figures):
            raise BookError(path, directive.line, f"cell {cell!r} of {snippet.path} drew {len(figures)} figure(s), not {number}")
        return figures[number - 1]


def cell_id(snippet: str, cell: str) -> str:
    """The HTML id of a shown cell."""
    return f"{snippet.replace('/', '-').replace('_', '-')}-{cell}"


def essence(lines: Iterable[str]) -> str:
    """A page's text without what builders strip or change: blank lines, tabs, spaces at line ends."""
    return "\n".join(line.expandtabs(4).rstrip() for line in lines if line.strip())


_held: dict[Path, Book] = {}


def hold_book(project: Project) -> Book:
    """The book as it is now, for `open_book` to give until `release_book`: a build looks at one state."""
    release_book(project)
    _held[project.root] = open_book(project)
    return _held[project.root]


def release_book(project: Project) -> None:
    _held.pop(project.root, None)


def open_book(project: Project) -> Book:
    """The book as it is on disk now; read again only when a file has changed."""
    if project.root in _held:
        return _held[project.root]
    folders = (project.snippets, project.recordings, project.docs, project.coverage, project.root / "requirements")
    files = [path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
    state = tuple(sorted((str(path), stat.st_mtime_ns, stat.st_size) for path in files for stat in [path.stat()]))
    return _open(project.root, hash(state))


@functools.lru_cache(maxsize=2)
def _open(root: Path, state: int) -> Book:
    return Book(Project(root))
