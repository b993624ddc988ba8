"""Read the data that stands beside the snippets: the ledger (YAML), reports of sessions (JSON)."""

from __future__ import annotations

import json
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
