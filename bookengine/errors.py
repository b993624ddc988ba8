"""One kind of error for writers: where, what, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class BookError(Exception):
    """A mistake in a snippet, a recording or a page.

    `str(error)` is ``path:line: what is wrong`` and, after a dash, what to do about it, so that
    terminals and editors make it a link.
    """

    def __init__(self, path: Path | str, line: int, message: str, hint: str = "") -> None:
        self.path, self.line, self.message, self.hint = str(path), line, message, hint
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}: {self.message}"
        return f"{text} — {self.hint}" if self.hint else text

    def __reduce__(self):  # type: ignore[no-untyped-def]  # exceptions with arguments must say how to be pickled
        return BookError, (self.path, self.line, self.message, self.hint)


class BookErrors(Exception):
    """Several at once: a writer wants to see them all, not one a build."""

    def __init__(self, errors: list[BookError]) -> None:
        self.errors = errors
        super().__init__("\n".join(str(error) for error in errors))


def near(name: str, known: Iterable[str]) -> str:
    """`` (did you mean …?)`` where one of `known` is close."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
