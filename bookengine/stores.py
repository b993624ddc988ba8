"""Read and write the files beside the snippets: the ledger (YAML), reports of sessions (JSON), recordings."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import yaml

from .errors import BookError


def read_yaml(path: Path) -> Any:
    """The content of a file of coverage/; an empty list where there is none."""
    if not path.exists():
        return []
    try:
        return yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        shown = f"{path.parent.name}/{path.name}"
        raise BookError(shown, mark.line + 1 if mark else 1, f"not YAML: {getattr(error, 'problem', error)}") from None


def read_json(path: Path) -> Any:
    """The content of a report that a session wrote beside the recordings."""
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:  # not JSON, or not UTF-8
        shown = f"{path.parent.name}/{path.name}"
        raise BookError(shown, getattr(error, "lineno", 1), f"this report is damaged: {error}", "delete it, or make it again") from None


def write_atomically(path: Path, text: str) -> None:
    """Write so that a reader, a Ctrl-C or a kill sees the old file or the new one, whole."""
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, 0o644)
        os.replace(part, path)
    except OSError as error:
        raise BookError(path, 1, f"could not be written: {error.strerror or error}", "the old file is untouched") from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                os.unlink(part)
