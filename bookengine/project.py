"""Where things are: one object that every module is given, and no global paths."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from .errors import BookError

LOCK = "requirements/book.txt"
AGENTS_LOCK = "requirements/agents.txt"


@dataclass(frozen=True)
class Project:
    """A book: a folder with `mkdocs.yml`, `snippets/`, `recordings/` and `docs/`."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Project:
        """The project that holds `start` (default: $BOOK_ROOT, else the working directory)."""
        place = Path(start or os.environ.get("BOOK_ROOT") or Path.cwd()).resolve()
        for folder in (place, *place.parents):
            if (folder / "mkdocs.yml").is_file() and (folder / "snippets").is_dir():
                return cls(folder)
        raise BookError(place, 0, "no book here", "run this in a folder with mkdocs.yml and snippets/")

    @property
    def snippets(self) -> Path:
        return self.root / "snippets"

    @property
    def recordings(self) -> Path:
        return self.root / "recordings"

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def coverage(self) -> Path:
        return self.root / "coverage"

    def relative(self, path: Path) -> Path:
        """`path` as a reader of the repository writes it."""
        return path.relative_to(self.root) if path.is_relative_to(self.root) else path

    def snippet_paths(self) -> list[Path]:
        return sorted(self.snippets.glob("*/*.py"))

    def page_paths(self) -> list[Path]:
        return sorted(self.docs.rglob("*.md"))

    def recording_path(self, name: str) -> Path:
        return self.recordings / f"{name}.ipynb"

    @cached_property
    def locked(self) -> dict[str, set[str]]:
        """Package name to the versions that the book's lock file pins (several where markers differ)."""
        return self._read_lock(LOCK)

    @cached_property
    def locked_agents(self) -> dict[str, set[str]]:
        """The same for snippets marked ``agents``, which run in an environment of their own."""
        return self._read_lock(AGENTS_LOCK)

    def _read_lock(self, lock: str) -> dict[str, set[str]]:
        path = self.root / lock
        if not path.is_file():
            raise BookError(lock, 0, "the lock file is missing", "nox -s lock")
        versions: dict[str, set[str]] = {}
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not re.match(r"[A-Za-z0-9]", line):
                continue
            try:
                requirement = Requirement(line.rstrip("\\ "))
            except InvalidRequirement as error:
                raise BookError(lock, number, f"not a locked requirement: {error}", "nox -s lock") from None
            pins = [pin.version for pin in requirement.specifier if pin.operator == "=="]
            versions.setdefault(normalized(requirement.name), set()).update(pins)
        return versions


def normalized(package: str) -> str:
    """A package's name as PyPI compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", package).lower()
