"""What a snippet ran on: versions and hardware."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from pathlib import Path
from typing import Any

from .snippet import Snippet

PACKAGES = ("tensorflow", "keras", "numpy")


def environment(snippet: Snippet) -> dict[str, Any]:
    """Versions and hardware of this process's machine; packages under their own names."""
    packages = dict.fromkeys([*PACKAGES, *snippet.dependencies])
    found: dict[str, Any] = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = None
    hardware = {"platform": f"{platform.system()} {platform.machine()}", "cpu": cpu_name(), "cores": os.cpu_count()}
    return found | hardware


def cpu_name() -> str:
    try:
        info = Path("/proc/cpuinfo").read_text("utf-8")
    except FileNotFoundError:
        return platform.processor() or platform.machine()
    named = re.search(r"model name\s*: (.+)", info)
    return named.group(1).strip() if named else platform.machine()
