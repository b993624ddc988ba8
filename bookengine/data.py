"""The data seam: `keras.datasets` and `keras.utils.get_file` answer from the three tiers.

A snippet calls the public functions of Keras and knows nothing of this. What runs is Keras's own
code too: a file is put where it looks, in a scratch folder, and then it finds, unpacks and loads.
See tiers.py for where files come from and datasets.toml for which are known.
"""

from __future__ import annotations

import functools
import importlib.machinery
import inspect
import os
import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from .tiers import DataError, DataUse, Tiers, user_home

__all__ = ["DataError", "DataUse", "install", "uninstall"]

Function = Callable[..., Any]
_installed: list[Seam] = []


def install(scratch: Path, *, network: bool, log: list[DataUse]) -> None:
    """Make the data functions of Keras (and of tf_keras) answer from the three tiers.

    `scratch` is an empty folder of the run; what was used is appended to `log`. Touches neither
    TensorFlow nor Keras if they are not imported yet: they are then changed while being imported, so
    call it first of all. A second call replaces the first. Raises DataError if BOOK_DATA is wrong.
    """
    tiers = Tiers(Path(scratch), network, log)
    uninstall()
    seam = Seam(tiers)
    _installed.append(seam)
    sys.meta_path.insert(0, seam)
    for name in WRAPPERS:
        if name in sys.modules:
            seam.change(sys.modules[name])


def uninstall() -> None:
    """Give Keras its own functions back."""
    while _installed:
        _installed.pop().remove()


class Seam(MetaPathFinder):
    """Replaces functions in modules that are there, and, as an import finder, in those still to come."""

    def __init__(self, tiers: Tiers) -> None:
        self.tiers = tiers
        self.changes: list[tuple[Function, Function]] = []  # theirs, ours

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname not in WRAPPERS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                run(module)
                self.change(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]  # replaced on purpose
        return spec

    def change(self, module: ModuleType) -> None:
        name, wrap = WRAPPERS[module.__name__]
        theirs = getattr(module, name)
        ours = wrap(theirs, self.tiers)
        self.changes.append((theirs, ours))
        replace_everywhere(theirs, ours)

    def remove(self) -> None:
        sys.meta_path.remove(self)
        for theirs, ours in self.changes:
            replace_everywhere(ours, theirs)


def replace_everywhere(old: Function, new: Function) -> None:
    """In every module of Keras, and in the snippet's: all hold the function under a name of their own."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("keras", "tf_keras", "__main__"):
            for attribute, value in list(getattr(module, "__dict__", {}).items()):
                if value is old:
                    setattr(module, attribute, new)


def wrap_get_file(theirs: Function, tiers: Tiers) -> Function:
    signature = inspect.signature(theirs)
    name_of = archive_name_keras_2 if theirs.__module__.endswith("data_utils") else archive_name_keras

    @functools.wraps(theirs)
    def get_file(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        call = bound.arguments
        name = name_of(call)
        if not name or os.sep in name:
            return theirs(*args, **kwargs)  # a wrong call: Keras says so, before it does anything
        base = Path(call["cache_dir"]).expanduser() if call["cache_dir"] else user_home()
        folder = tiers.provide(name, call["origin"], (base / call["cache_subdir"]).resolve(), call["file_hash"] or call["md5_hash"], theirs)
        # The hash was checked, and a stand-in has none; a forced download has been answered as well.
        call.update(cache_dir=str(folder), cache_subdir="", file_hash=None, md5_hash=None)
        if "force_download" in call:
            call["force_download"] = False
        return theirs(*bound.args, **bound.kwargs)

    return get_file


def plain_name(call: dict[str, Any]) -> str:
    """The file's name, as in Keras: as given, else the last part of the address; "" if there is neither."""
    return os.fspath(call["fname"] or os.path.basename(urlsplit(call["origin"] or "").path)) if call["origin"] else ""


def archive_name_keras(call: dict[str, Any]) -> str:
    """Keras 3 adds ``_archive`` to what it will unpack, unless it was given a name with a dot."""
    name = plain_name(call)
    keeps_name = call["fname"] and "." in name
    return f"{name}_archive" if name and (call["extract"] or call["untar"]) and not keeps_name else name


def archive_name_keras_2(call: dict[str, Any]) -> str:
    name = plain_name(call)
    return name.removesuffix(".tar.gz") + ".tar.gz" if name and call["untar"] else name


def wrap_cifar10(theirs: Function, tiers: Tiers) -> Function:
    backend = theirs.__globals__["backend"]

    @functools.wraps(theirs)
    def load_data(*args: Any, **kwargs: Any) -> Any:
        channels_first = backend.image_data_format() == "channels_first"
        return tiers.cifar10(functools.partial(theirs, *args, **kwargs), channels_first)

    return load_data


WRAPPERS: dict[str, tuple[str, Callable[[Function, Tiers], Function]]] = {
    "keras.src.utils.file_utils": ("get_file", wrap_get_file),
    "keras.src.datasets.cifar10": ("load_data", wrap_cifar10),
    "keras.src.utils.data_utils": ("get_file", wrap_get_file),  # Keras 2
    "tf_keras.src.utils.data_utils": ("get_file", wrap_get_file),
    "tf_keras.src.datasets.cifar10": ("load_data", wrap_cifar10),
}
