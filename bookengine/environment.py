"""What a snippet ran on: versions and hardware."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .snippet import Snippet

PACKAGES = ("tensorflow", "keras", "numpy")


def environment(snippet: Snippet) -> dict[str, Any]:
    """Versions and hardware of this process's machine; packages under their own names."""
    found = versions(["python", *PACKAGES, *snippet.dependencies])
    hardware = {"platform": f"{platform.system()} {platform.machine()}", "cpu": cpu_name(), "cores": os.cpu_count()}
    return found | hardware


def versions(packages: Iterable[str]) -> dict[str, Any]:
    """The installed version of each package, or None; that of Python for ``python``."""
    found: dict[str, Any] = {}
    for package in packages:
        try:
            found[package] = platform.python_version() if package == "python" else importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = None
    return found


def timestamp() -> str:
    """Now, in UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def cpu_name() -> str:
    try:
        info = Path("/proc/cpuinfo").read_text("utf-8")
    except FileNotFoundError:
        return platform.processor() or platform.machine()
    named = re.search(r"model name\s*: (.+)", info)
    return named.group(1).strip() if named else platform.machine()
