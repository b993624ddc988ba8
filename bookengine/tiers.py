"""Where a public file comes from: real and cached, real and downloaded, or a stand-in.

Nothing here writes into a folder that it was given: files are copied into the run's scratch folder
and hashed before they are used. Copy and hash of the largest file of the extra root (34 MB) take
0.1 s, of MNIST 0.03 s, so there is no cache of verdicts that could itself be wrong.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .catalogue import Known, find
from .hashes import damage, matches, put, read_sums, restore, sha256_of

CACHED, SUBSET, DOWNLOADED, STAND_IN = "real, cached", "real, cached subset", "real, downloaded", "stand-in"
MADE_UP = "made up for the test: learnable, but no result on it says anything about the real data"
LOADER = "loader"  # in datasets.toml: not for get_file, see `Tiers.cifar10`
OFF = "the network is off"
CIFAR10 = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
CIFAR10_ARCHIVES = ("cifar-10-batches-py-target_archive", "cifar-10-batches-py.tar.gz")  # Keras 3, Keras 2


@dataclass(frozen=True)
class DataUse:
    """One file that a run used. `tier` is one of the four constants above; `sha256` is of the file served."""

    name: str
    tier: str
    sha256: str | None
    note: str = ""


class DataError(Exception):
    """A data file is damaged, or cannot be had. The message names it and says what to do."""


@dataclass(frozen=True)
class Request:
    """A call of get_file: the file's name, its address, where Keras would keep it, where we put it."""

    name: str
    origin: str
    folder: Path  # of the user's cache; only read, and written by a download
    target: Path  # in the scratch folder
    wanted: str | None  # md5 or sha256 given by the caller
    known: Known | None

    @property
    def title(self) -> str:
        return self.known.name if self.known else self.name


def extra_roots() -> list[Path]:
    """Read-only folders of data: those of BOOK_DATA, and ``../shared/datasets`` beside the repository."""
    given = [Path(part) for part in os.environ.get("BOOK_DATA", "").split(os.pathsep) if part]
    for root in given:
        if not root.is_absolute() or not root.is_dir():
            raise DataError(f"BOOK_DATA names {root}, which is not the absolute path of a folder; correct or unset it")
    beside = Path(__file__).resolve().parents[2] / "shared" / "datasets"
    return [root.resolve() for root in given] + ([beside] if beside.is_dir() else [])


def user_home() -> Path:
    """Where Keras keeps its files: decided when Keras was imported, from KERAS_HOME or the home folder."""
    config = sys.modules.get("keras.src.backend.config")
    return Path(config.keras_home() if config else os.environ.get("KERAS_HOME", "~/.keras")).expanduser().resolve()


class Tiers:
    """The three tiers for one run, which keeps its files in `scratch` and its account in `log`."""

    def __init__(self, scratch: Path, network: bool, log: list[DataUse]) -> None:
        self.home = scratch / "keras"
        self.network, self.log, self.roots = network, log, extra_roots()
        self.sums = {root: read_sums(root / "SHA256SUMS") for root in self.roots}
        self.served: set[Path] = set()

    def provide(self, name: str, origin: str, folder: Path, wanted: str | None, download: Callable[..., Any]) -> Path:
        """Put the file where Keras's own get_file will find it; return that folder.

        `folder` is where Keras would keep it, `download` is Keras's get_file. Raises DataError when
        a cached file is damaged, and when there is none and neither a network nor a stand-in.
        """
        own = self.own(folder)
        request = Request(name, origin, folder, own / name, wanted, find(origin, name))
        if request.target in self.served:
            return own
        own.mkdir(parents=True, exist_ok=True)
        use = self.cached(request) or self.converted(request)
        reason = OFF
        if not use and self.network:
            use, reason = self.downloaded(request, download)
        use = use or self.made(request, reason)
        self.served.add(request.target)
        self.note(use)
        return own

    def own(self, folder: Path) -> Path:
        """The scratch twin of a folder in the user's cache or in a root; another folder is the snippet's own."""
        for theirs in (user_home(), *self.roots):
            if folder.is_relative_to(theirs):
                return self.home / folder.relative_to(theirs)
        return folder

    def note(self, use: DataUse) -> None:
        if use not in self.log:
            self.log.append(use)

    def sources(self, name: str, folder: Path) -> Iterator[tuple[Path, Path | None]]:
        """Files of that name as Keras lays them out, and the root each is in (None: the user's cache)."""
        places: list[tuple[Path, Path | None]] = [(folder / name, None)]
        if folder.is_relative_to(user_home()):
            below = folder.relative_to(user_home())
            places += [(root / "keras" / below / name, root) for root in self.roots]
        return ((path, root) for path, root in places if path.is_file())

    def cached(self, request: Request) -> DataUse | None:
        """From the user's cache or a root's, under the name that Keras uses."""
        for path, root in self.sources(request.name, request.folder):
            sha256 = sha256_of(path) if path == request.target else put(path, request.target)
            expected = {request.known.published if request.known else "", self.listed(root, path)} - {""}
            if request.wanted and not matches(request.target, request.wanted):
                expected.add(request.wanted)
            if expected - {sha256}:
                self.damaged(request, path, root, sha256, max(expected - {sha256}))
            note = "" if expected or request.wanted else f"{request.name}: no published hash to compare with"
            return DataUse(request.title, CACHED, sha256, note)
        return None

    def converted(self, request: Request) -> DataUse | None:
        """From the place that the table gives for the address, in the form of the address."""
        from .convert import convert

        known = request.known
        if known is None or known.convert == LOADER:
            return None
        found = self.checked(known)
        if found is None:
            return None
        convert(known.convert, found[0], request.target)
        sha256 = found[1]
        if known.published and not known.subset:
            sha256 = sha256_of(request.target)
            if sha256 != known.published:
                request.target.unlink()
                raise DataError(f"{found[0]} does not become what {request.origin} gives: datasets.toml is wrong")
            if request.wanted and not matches(request.target, request.wanted):
                raise DataError(f"{request.origin} has the hash {sha256}, but get_file was told {request.wanted}")
        packed = f"{known.file}, packed like {request.name}" if known.convert and not known.published else ""
        note = "; ".join(filter(None, [known.subset, packed]))
        return DataUse(known.name, SUBSET if known.subset else CACHED, sha256, note)

    def checked(self, known: Known) -> tuple[Path, str] | None:
        """The file or folder of `known` in the first root that has it, and its sha256, which is right."""
        for root in self.roots:
            path = root / known.file
            if not known.file or not path.exists():
                continue
            sha256 = self.folder_sha256(root, path) if path.is_dir() else sha256_of(path)
            expected = {known.file_sha256, self.listed(root, path)} - {""}
            if expected - {sha256}:
                raise DataError(damage(path, sha256, max(expected - {sha256}), restore(root)))
            return path, sha256
        return None

    def folder_sha256(self, root: Path, folder: Path) -> str:
        """sha256 of the folder's lines as SHA256SUMS has them; a file that differs from its line is named."""
        lines = []
        for path in sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.as_posix()):
            sha256, listed = sha256_of(path), self.listed(root, path)
            if listed and listed != sha256:
                raise DataError(damage(path, sha256, listed, restore(root)))
            lines.append(f"{sha256}  {path.relative_to(root).as_posix()}\n")
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def listed(self, root: Path | None, path: Path) -> str:
        return self.sums[root].get(path.relative_to(root).as_posix(), "") if root else ""

    def damaged(self, request: Request, path: Path, root: Path | None, sha256: str, expected: str) -> None:
        if path != request.target:
            request.target.unlink()  # our copy; the file itself stays as it is, for its owner to look at
        again = f"delete it, then fetch {request.origin} there, or run once with the network allowed"
        raise DataError(damage(path, sha256, expected, restore(root) if root else again))

    def downloaded(self, request: Request, download: Callable[..., Any]) -> tuple[DataUse | None, str]:
        """By Keras's own get_file, into scratch, then whole into the user's cache; or why that failed."""
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # its progress bar is no output of the snippet
                download(
                    fname=request.name, origin=request.origin, file_hash=request.wanted,
                    cache_dir=str(request.target.parent), cache_subdir="",
                )  # fmt: skip
        except Exception as error:  # Keras raises plain Exception for every failed download
            request.target.unlink(missing_ok=True)
            return None, f"the download failed ({error})"
        sha256, note = sha256_of(request.target), ""
        if request.known and request.known.published not in ("", sha256):
            request.target.unlink()
            raise DataError(damage(request.origin, sha256, request.known.published, "it was not kept; try again"))
        if request.folder != request.target.parent:
            try:
                request.folder.mkdir(parents=True, exist_ok=True)
                put(request.target, request.folder / request.name)
            except OSError as error:
                note = f"not kept in {request.folder}: {error.strerror}"
        return DataUse(request.title, DOWNLOADED, sha256, note), ""

    def made(self, request: Request, reason: str) -> DataUse:
        from . import convert, standins_files

        known = request.known
        if known is None or not known.standin or known.convert == LOADER:
            mark = "" if self.network else ", or give the snippet the mark 'network'"
            raise DataError(
                f"{request.name} ({request.origin}) cannot be had: it is in no cache, {reason}, and there is no "
                f"stand-in. Put it into {request.folder}, or name a folder that has it in BOOK_DATA{mark}."
            )
        raw = self.home / "made" / known.standin
        raw.parent.mkdir(parents=True, exist_ok=True)
        if not raw.exists():
            standins_files.STANDINS[known.standin](raw)
        convert.convert(known.convert, raw, request.target)
        return DataUse(known.name, STAND_IN, sha256_of(request.target), f"{reason}; {MADE_UP}")

    def cifar10(self, load_data: Callable[[], Any], channels_first: bool) -> Any:
        """CIFAR-10 as `load_data` returns it, whole if its archive is cached or can be had.

        Keras's function needs all 60,000 pictures as an archive, so the subset of a root is handed
        over as arrays of the same types, and so is the stand-in, which need not be packed for that.
        """
        from . import standins

        known = find(CIFAR10)
        assert known is not None  # it stands in datasets.toml
        folder, reason = user_home() / "datasets", OFF
        if any(True for name in CIFAR10_ARCHIVES for _ in self.sources(name, folder)):
            return load_data()
        if found := self.checked(known):
            self.note(DataUse(known.name, SUBSET, found[1], known.subset))
            return arrays(found[0], channels_first)
        if self.network:
            try:
                return load_data()
            except DataError as error:
                reason = str(error)
        path = self.home / "made" / known.standin
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            standins.cifar10(path)
        self.note(DataUse(known.name, STAND_IN, sha256_of(path), f"{reason}; {MADE_UP}"))
        return arrays(path, channels_first)


def arrays(path: Path, channels_first: bool) -> Any:
    """(x_train, y_train), (x_test, y_test) of an .npz file of pictures."""
    import numpy as np

    with np.load(path, allow_pickle=False) as file:
        x_train, x_test = file["x_train"], file["x_test"]
        if channels_first:
            x_train, x_test = x_train.transpose(0, 3, 1, 2), x_test.transpose(0, 3, 1, 2)
        return (x_train, file["y_train"]), (x_test, file["y_test"])
