"""Our directives: blocks between lines of slashes that become code, output, figures and claims."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .errors import BookError

OPTIONS = {
    "cell": {"fold"},
    "output": {"fold", "again"},
    "figure": {"alt", "again"},
    "claim": set(),
    "drift": set(),
    "report": set(),
}
BODIES = {"cell", "figure", "claim"}
REPORTS = {"compatibility", "drift", "ledger", "rot", "sources", "speed", "trust"}
# Blocks of pymdownx that pages may use; any other name is a typing error.
FOREIGN = {
    "details", "note", "tip", "warning", "danger", "info", "example", "question", "admonition", "tab", "html", "caption",
    "new", "settings", "success", "failure", "bug", "quote", "attention", "caution", "error", "hint", "important",
}  # fmt: skip

# As pymdownx reads a block's first line; what looks like one and is none would be shown as text.
BLOCK = re.compile(r"^(?P<indent> *)(?P<fence>/{3,}) *(?P<kind>[\w-]+) *(?:\| *(?P<argument>.*?))? *$")
CLOSING = re.compile(r"^ *(?P<fence>/{3,}) *$")
STRAY = re.compile(r"^(?: *(?:>|[-*+] |\d+[.)] ))* */{3,}")
OPTION = re.compile(r"^(?P<key>[a-z][\w-]*):\s*(?P<value>.*)$")
NOTE = re.compile(r"^- `(?P<fragment>[^`]+)`:?\s+(?P<text>.+)$")


@dataclass(frozen=True)
class Directive:
    """A block of ours. `line` counts from 1 in the file; `start` and `end` index the page's lines."""

    kind: str
    argument: str
    options: dict[str, str]
    body: str
    line: int
    start: int
    end: int
    indent: str

    @property
    def target(self) -> tuple[str, str, int]:
        """Snippet, cell and number (from 1) of ``part/name:cell.2``."""
        found = re.fullmatch(r"([\w/]+):([a-z0-9-]+)(?:\.(\d+))?", self.argument)
        return (found[1], found[2], int(found[3] or 1)) if found else (self.argument, "", 1)


def read_directive(lines: tuple[str, ...], start: int, block: re.Match[str], offset: int, shown: Path) -> Directive:
    """The directive whose first line is `lines[start]`; `offset` lines stand before the first."""
    kind, line, indent = block["kind"], offset + start + 1, block["indent"]
    if kind not in OPTIONS:
        raise BookError(shown, line, f"unknown directive {kind!r}", f"ours are {', '.join(OPTIONS)}")
    closing = indent + block["fence"]
    end = next((i for i in range(start + 1, len(lines)) if lines[i].rstrip() == closing), None)
    opened = next((i for i in range(start + 1, end or len(lines)) if BLOCK.match(lines[i])), None)
    if end is None or opened is not None:
        raise BookError(shown, line, f"this {kind} is never closed", f"end it with a line '{block['fence']}'")
    content = [text.removeprefix(indent) for text in lines[start + 1 : end]]
    options, used = _options(content, kind, line, shown)
    body = "\n".join(content[used:]).strip("\n")
    if body.strip() and kind not in BODIES:
        raise BookError(shown, line + 1 + used, f"a {kind} has no text of its own", "move the text below it")
    if not block["argument"]:
        raise BookError(shown, line, f"{kind} of what?", f"/// {kind} | …")
    return Directive(kind, block["argument"], options, body, line, start, end + 1, indent)


def end_of_mistaken(lines: tuple[str, ...], start: int, block: re.Match[str]) -> int:
    """The index after a block that could not be read: behind its closing, where it has one before the next block."""
    for index in range(start + 1, len(lines)):
        if BLOCK.match(lines[index]):
            break
        if (closing := CLOSING.match(lines[index])) and closing["fence"] == block["fence"]:
            return index + 1
    return start + 1


def _options(content: list[str], kind: str, line: int, shown: Path) -> tuple[dict[str, str], int]:
    """Indented ``key: value`` lines at the top; deeper lines continue a value."""
    options: dict[str, str] = {}
    key = ""
    used = 0
    for number, text in enumerate(content):
        if not text.startswith("    ") or not text.strip():
            break
        found = OPTION.match(text[4:])
        if found and found["key"] in OPTIONS[kind]:
            key = found["key"]
            options[key] = found["value"].strip()
        elif key and not (found and text[4] != " "):
            options[key] = f"{options[key]} {text.strip()}".strip()
        else:
            known = ", ".join(sorted(OPTIONS[kind])) or "none"
            raise BookError(shown, line + 1 + number, f"{text.strip()!r} is no option of {kind}", f"options: {known}")
        used = number + 1
    return options, used


def split_notes(body: str) -> list[tuple[str, str]]:
    """(fragment of code, text) of each list item in a cell's body."""
    notes: list[tuple[str, str]] = []
    for line in body.splitlines():
        if found := NOTE.match(line):
            notes.append((found["fragment"], found["text"]))
        elif line.strip() and notes:
            notes[-1] = (notes[-1][0], f"{notes[-1][1]} {line.strip()}")
        elif line.strip():
            raise ValueError(f"{line.strip()!r} is no note: begin with '- `fragment of the code`: '")
    return notes
