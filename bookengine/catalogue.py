"""The table of known public files (datasets.toml): which address means which file."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

TABLE = Path(__file__).with_name("datasets.toml")


@dataclass(frozen=True)
class Known:
    """One public file: where it is published, where a copy may lie, what stands in for it."""

    name: str  # of the data set, for people
    addresses: Sequence[str]
    format: str
    file: str = ""  # place in an extra root
    published: str = ""  # sha256 of the file at its address
    sha256: str = ""  # sha256 of `file`, where that is another
    convert: str = ""
    subset: str = ""
    standin: str = ""
    names: Sequence[str] = ()

    @property
    def file_sha256(self) -> str:
        return self.sha256 or self.published


@cache
def known_files() -> tuple[Known, ...]:
    """Every file of the table, in its order."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return tuple(Known(name=dataset["name"], **file) for dataset in table["dataset"] for file in dataset["files"])


def plain_address(address: str) -> str:
    """Host and path, the same for ``http`` and ``https``, with and without a query or ``%20``."""
    parts = urlsplit(address)
    host, path = (parts.hostname or "").lower(), unquote(parts.path)
    owner_and_name, raw, rest = path.partition("/raw/")
    if host == "github.com" and raw:
        host, path = "raw.githubusercontent.com", f"{owner_and_name}/{rest}"
    return host + path


def find(address: str, name: str = "") -> Known | None:
    """The file that `address` gives; else the one that `name` or the address's last part certainly names."""
    wanted = plain_address(address)
    for known in known_files():
        if wanted in map(plain_address, known.addresses):
            return known
    for known in known_files():
        if name in known.names or wanted.rpartition("/")[2] in known.names:
            return known
    return None
