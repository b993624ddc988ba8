"""Give the data of an extra root in the form in which the public address gives them.

Text files are turned back into the published file byte for byte (the caller checks the hash);
folders and samples are packed as the published archive is.
"""

from __future__ import annotations

import bz2
import gzip
import io
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first date a zip can hold: the same bytes every time


def convert(how: str, source: Path, target: Path) -> None:
    """Write to `target` what `source` (file or folder) becomes by `how`, ``kind`` or ``kind:argument``."""
    kind, _, argument = how.partition(":")
    if not kind:
        shutil.copyfile(source, target)
    elif kind in TEXT:
        target.write_bytes(TEXT[kind](source.read_bytes().decode()).encode())
    else:
        PACK[kind](source, target, argument)


def _pima(text: str) -> str:
    """No header, no last newline; one decimal in column 6, three in column 7."""
    rows = [line.split(",") for line in text.splitlines()[1:]]
    for row in rows:
        row[5] = f"{float(row[5]):.1f}"
        row[6] = f"{float(row[6]):.3f}"
    return "\n".join(",".join(row) for row in rows)


def _commas(text: str) -> str:
    return "\n".join(",".join(line.split()) for line in text.splitlines())


TEXT: dict[str, Callable[[str], str]] = {
    "pima": _pima,
    "commas": _commas,
    "no-last-newline": lambda text: text.removesuffix("\n"),
    "crlf": lambda text: text.replace("\n", "\r\n"),
}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _tar_gz(source: Path, target: Path, top: str) -> None:
    """A .tar.gz of the folder, below a folder named `top`; stored, not squeezed: it is read once."""
    with gzip.GzipFile(target, "wb", compresslevel=0, mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for path in _files(source):
            content = path.read_bytes()
            info = tarfile.TarInfo(f"{top}/{path.relative_to(source).as_posix()}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def _zip(source: Path, target: Path, top: str) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for path in _files(source):
            name = f"{top}/{path.relative_to(source).as_posix()}"
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), path.read_bytes())


def _zip_bz2(source: Path, target: Path, name: str) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name, EARLIEST), bz2.compress(source.read_bytes(), compresslevel=1))


def _h5_gz(source: Path, target: Path, part: str) -> None:
    """Pictures ``CLASS/NAME.png`` as HDF5: ``x`` (n, 96, 96, 3) or ``y`` (n, 1, 1, 1), in order of NAME."""
    import h5py
    from PIL import Image

    paths = sorted(source.glob("*/*.png"), key=lambda path: path.name)
    if part == "x":
        array = np.stack([np.asarray(Image.open(path).convert("RGB")) for path in paths])
    else:
        array = np.array([int(path.parent.name) for path in paths], "uint8").reshape(-1, 1, 1, 1)
    plain = io.BytesIO()
    with h5py.File(plain, "w") as file:
        file.create_dataset(part, data=array)
    with gzip.GzipFile(target, "wb", compresslevel=1, mtime=0) as packed:
        packed.write(plain.getvalue())


PACK: dict[str, Callable[[Path, Path, str], None]] = {
    "tar-gz": _tar_gz,
    "zip": _zip,
    "zip-bz2": _zip_bz2,
    "h5-gz": _h5_gz,
}
