"""Hashes of data files, and what to say when one is wrong."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put(source: Path, target: Path) -> str:
    """Copy `source` to `target`, whole or not at all, and return the sha256 of what was copied."""
    part = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, part)
    sha256 = sha256_of(part)
    part.replace(target)
    return sha256


def read_sums(path: Path) -> dict[str, str]:
    """Path to sha256, from a file that sha256sum wrote; empty where there is none."""
    if not path.is_file():
        return {}
    lines = (line.split(maxsplit=1) for line in path.read_text("utf-8").splitlines())
    return {parts[1].lstrip("*"): parts[0] for parts in lines if len(parts) == 2}


def matches(path: Path, wanted: str) -> bool:
    """Whether the file has the md5 or sha256 `wanted`; the length tells which."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256" if len(wanted) == 64 else "md5").hexdigest() == wanted


def damage(path: Path | str, sha256: str, expected: str, remedy: str) -> str:
    """What is wrong with the file, folder or address, and what to do about it."""
    size = f" ({path.stat().st_size:,} bytes)" if isinstance(path, Path) and path.is_file() else ""
    wrong = f"{path}{size} is damaged or is another file"
    return f"{wrong}: its hash is {sha256}, expected {expected}. To refresh it: {remedy}."


def restore(root: Path) -> str:
    return f"restore it from where {root} came from (there, 'sha256sum -c SHA256SUMS' names every damaged file)"
