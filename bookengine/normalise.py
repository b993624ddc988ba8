"""Take out of an output what varies from run to run and says nothing."""

from __future__ import annotations

import re
from typing import Any

# Addresses, durations, progress bars, temporary paths.
VARYING = (
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"^[^\n]*\r(?!\n)", re.MULTILINE), ""),  # from the line's start: any other start costs squared time
    (re.compile(r"^[^\n]*\x08", re.MULTILINE), ""),
    (re.compile(r"\b0x[0-9a-f]{6,16}\b"), "0x…"),
    (re.compile(r"(?<! ) *\b\d+(?:\.\d+)?(?:s|ms|us|μs)(?: \d+(?:\.\d+)?(?:s|ms|us|μs)/(?:step|epoch|sample))(?= -|\s|$)"), ""),
    (re.compile(r"(?<![\w/.-])/[^\s'\"]{0,200}?book-[a-z0-9_]{8}/work\b"), "."),  # run.scratch_folder
)


def clean(output: dict[str, Any]) -> dict[str, Any]:
    """A copy of a notebook output with what varies from run to run normalised."""
    output = dict(output)
    if output["output_type"] == "stream":
        output["text"] = normalise(output["text"])
    if "data" in output:
        output["data"] = {kind: _clean_data(kind, value) for kind, value in output["data"].items()}
    return output


def _clean_data(kind: str, value: Any) -> Any:
    return normalise(value) if kind.startswith("text/") and isinstance(value, str) else value


def normalise(text: str) -> str:
    """`text` as it is recorded; half characters (lone surrogates), which no file can hold, become question marks."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    for pattern, replacement in VARYING:
        text = pattern.sub(replacement, text)
    return text
