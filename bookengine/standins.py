"""Stand-ins for the data sets of Keras: same files, shapes and types, made up, but learnable.

They let every snippet run where there is neither the real data nor a network. They are seeded, so
two runs agree, and each holds something to find: shapes that move about, prices that follow a
function, words that decide a label. Nothing measured on them says anything about the real data.
"""

from __future__ import annotations

import gzip
import io
import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

STANDINS: dict[str, Callable[[Path], None]] = {}  # name in datasets.toml to what writes that file or folder

# Digits in five by seven dots, a number a row.
FONT = (
    (14, 17, 19, 21, 25, 17, 14), (4, 12, 4, 4, 4, 4, 14), (14, 17, 1, 2, 4, 8, 31), (31, 2, 4, 2, 1, 17, 14),
    (2, 6, 10, 18, 31, 2, 2), (31, 16, 30, 1, 1, 17, 14), (6, 8, 16, 30, 17, 17, 14), (31, 1, 2, 4, 8, 8, 8),
    (14, 17, 17, 14, 17, 17, 14), (14, 17, 17, 15, 1, 2, 12),
)  # fmt: skip
GOOD = [
    "great", "excellent", "wonderful", "love", "best", "perfect",
    "amazing", "enjoyed", "superb", "brilliant", "favorite", "beautiful",
]  # fmt: skip
BAD = [
    "bad", "worst", "awful", "boring", "terrible", "waste",
    "poor", "stupid", "horrible", "dull", "annoying", "disappointing",
]  # fmt: skip
FIRST_OPINION = 40  # rank of the first word of opinion: common, so that a small vocabulary has them
NOT = 22  # rank of "not", which turns the opinion after it round


def standin(name: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Register a generator under the name that datasets.toml gives it."""

    def register(function: Callable[[Path], None]) -> Callable[[Path], None]:
        STANDINS[name] = function
        return function

    return register


def draw(variants: np.ndarray, labels: np.ndarray, rng: np.random.Generator, noise: int) -> np.ndarray:
    """A picture a label: one of its class's `variants` (classes, n, height, width[, 3]) under noise."""
    pictures = variants[labels, rng.integers(variants.shape[1], size=len(labels))]
    grain = rng.integers(noise, size=(997, *variants.shape[2:]), dtype="uint8")
    for start in range(0, len(pictures), len(grain)):  # the same grain again and again: drawing it costs most
        pictures[start : start + len(grain)] += grain[: len(pictures) - start]
    return pictures


def moved(shapes: np.ndarray, reach: int) -> np.ndarray:
    """Each of `shapes` (classes, 28, 28) at every place within `reach` pixels: (classes, places, 28, 28)."""
    steps = range(-reach, reach + 1)
    return np.stack([np.roll(shapes, (down, right), (1, 2)) for down in steps for right in steps], axis=1)


def digit_variants() -> np.ndarray:
    dots = np.array([[[row >> (4 - column) & 1 for column in range(5)] for row in rows] for rows in FONT])
    shapes = np.zeros((10, 28, 28), "uint8")
    shapes[:, 3:24, 6:21] = np.kron(dots, np.ones((3, 3))) * 190
    return moved(shapes, reach=3)


def clothes_variants() -> np.ndarray:
    rough = np.random.default_rng(11).random((10, 5, 5))
    shapes = np.zeros((10, 28, 28), "uint8")
    shapes[:, 4:24, 4:24] = np.kron(rough, np.ones((4, 4))) * 190
    return moved(shapes, reach=3)


def texture_variants() -> np.ndarray:
    """Stripes (10, 60, 32, 32, 3): the class is their direction and width, never their place or colour."""
    rng = np.random.default_rng(12)
    down, right = np.mgrid[0:32, 0:32]
    variants = np.empty((10, 60, 32, 32, 3), "uint8")
    for label in range(10):
        angle, width = np.pi * (label % 5) / 5, 4 + 4 * (label // 5)
        across = (down * np.sin(angle) + right * np.cos(angle)) * 2 * np.pi / width
        for variant in range(60):
            wave = 0.5 + 0.5 * np.sin(across + rng.uniform(0, 2 * np.pi))
            variants[label, variant] = 20 + wave[:, :, None] * rng.uniform(60, 150, size=3)
    return variants


def pictures(variants: Callable[[], np.ndarray], seed: int, train: int, test: int) -> tuple[np.ndarray, ...]:
    """x_train, y_train, x_test, y_test, all uint8; classes equally often."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(train + test) % 10).astype("uint8")
    images = draw(variants(), labels, rng, noise=64)
    return images[:train], labels[:train], images[train:], labels[train:]


@standin("mnist")
def mnist(path: Path) -> None:
    x_train, y_train, x_test, y_test = pictures(digit_variants, 1, 60_000, 10_000)
    _save(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)


def _fashion(which: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        array = pictures(clothes_variants, 2, 60_000, 10_000)[which]
        head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)  # idx: type 8 is uint8
        with gzip.GzipFile(path, "wb", compresslevel=0, mtime=0) as file:
            file.write(head + array.tobytes())

    return write


for _which, _name in enumerate(("train_images", "train_labels", "test_images", "test_labels")):
    STANDINS[f"fashion_{_name}"] = _fashion(_which)


@standin("cifar10")
def cifar10(path: Path) -> None:
    x_train, y_train, x_test, y_test = pictures(texture_variants, 3, 50_000, 10_000)
    _save(path, x_train=x_train, y_train=y_train[:, None], x_test=x_test, y_test=y_test[:, None])


def houses() -> np.ndarray:
    """506 made-up districts (506, 14) float64: 13 columns with the real ones' ranges, and a price in 1000 $.

    The price follows rooms, status, pollution and the river, bends with status, and has noise of 2.
    """
    rng = np.random.default_rng(4)
    n = 506
    wealth = rng.normal(size=n)
    rooms = np.clip(6.28 + 0.5 * wealth + rng.normal(0, 0.45, n), 3.6, 8.8)
    status = np.clip(11 * np.exp(-0.45 * wealth + rng.normal(0, 0.3, n)), 1.7, 38)
    air = np.clip(0.55 - 0.06 * wealth + rng.normal(0, 0.09, n), 0.385, 0.871)
    crime = np.clip(np.exp(rng.normal(-1.3 - 1.2 * wealth, 1.6)), 0.006, 89)
    river = (rng.random(n) < 0.07).astype(float)
    columns = [
        crime, np.where(rng.random(n) < 0.73, 0, rng.integers(1, 9, n) * 12.5),
        np.clip(rng.normal(11, 6.8, n), 0.5, 27.7), river, air, rooms, rng.uniform(3, 100, n),
        np.clip(rng.gamma(3.2, 1.2, n), 1.1, 12.1), rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 24], n),
        rng.integers(187, 712, n), rng.uniform(12.6, 22, n),
        np.clip(rng.normal(375, 40, n), 0.3, 396.9), status,
    ]  # fmt: skip
    price = 28 + 6 * (rooms - 6.28) - 9 * np.log(status / 11) - 22 * (air - 0.55) + 4 * river + rng.normal(0, 2, n) - 5
    return np.stack([*columns, np.clip(price, 5, 50)], axis=1).round(4)


@standin("boston_housing")
def boston_housing(path: Path) -> None:
    table = houses()
    _save(path, x=table[:, :13], y=table[:, 13])


def common_words(count: int, vocabulary: int, rng: np.random.Generator) -> np.ndarray:
    """`count` ranks from 1 on; a word twice as far down the list is half as frequent, as in real text."""
    return np.minimum(np.exp(rng.random(count) * np.log(vocabulary + 1)), vocabulary).astype("int64")


def _lengths(count: int, mean: float, rng: np.random.Generator) -> np.ndarray:
    return np.clip(rng.lognormal(np.log(mean), 0.55, count), 12, 1500).astype("int64")


def _ragged(words: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """An object array of lists, as in Keras's files."""
    array = np.empty(len(lengths), object)
    flat, ends = words.tolist(), np.cumsum(lengths).tolist()
    array[:] = [flat[end - length : end] for end, length in zip(ends, lengths.tolist(), strict=True)]
    return array


@standin("imdb")
def imdb(path: Path) -> None:
    """Opinions agree with the label four times in five; after "not", the opposite word is used."""
    rng = np.random.default_rng(5)
    labels = rng.permutation(np.arange(50_000) % 2)
    lengths = _lengths(50_000, 90, rng)
    words = common_words(int(lengths.sum()), 88_584, rng)
    opinions = (words >= FIRST_OPINION) & (words < FIRST_OPINION + 2 * len(GOOD))
    words[opinions] += 2 * len(GOOD)  # no opinion by chance
    mood = np.repeat(labels, lengths)
    place = np.flatnonzero(rng.random(len(words)) < 0.05)
    place = place[place > 0]
    good = (mood[place] == 1) ^ (rng.random(len(place)) < 0.2)
    negated = rng.random(len(place)) < 0.2
    words[place - 1] = np.where(negated, NOT, words[place - 1])
    words[place] = FIRST_OPINION + 2 * rng.integers(len(GOOD), size=len(place)) + (good ^ negated)
    sequences = _ragged(words, lengths)
    _save(path, x_train=sequences[:25_000], y_train=labels[:25_000], x_test=sequences[25_000:], y_test=labels[25_000:])


@standin("reuters")
def reuters(path: Path) -> None:
    """46 topics, two of them more than half of all, each with twenty words of its own."""
    rng = np.random.default_rng(6)
    weights = 1.0 / np.arange(2, 48)
    weights[[3, 4]] = 3.0, 2.0
    labels = rng.choice(46, size=11_228, p=weights / weights.sum())
    lengths = _lengths(len(labels), 80, rng)
    words = common_words(int(lengths.sum()), 30_979, rng)
    own = 60 + 20 * np.repeat(labels, lengths) + rng.integers(20, size=len(words))
    _save(path, x=_ragged(np.where(rng.random(len(words)) < 0.15, own, words), lengths), y=labels)


def word_list(count: int) -> list[str]:
    """`count` different made-up words, most frequent first; the words of opinion stand at their ranks."""
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    base = len(syllables)
    words = ["".join(syllables[number // base**power % base] for power in range(3)) for number in range(count)]
    words[NOT - 1] = "not"
    for place, (bad, good) in enumerate(zip(BAD, GOOD, strict=True)):
        words[FIRST_OPINION - 1 + 2 * place : FIRST_OPINION + 1 + 2 * place] = [bad, good]
    return words


def _word_index(count: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        index = {word: rank for rank, word in enumerate(word_list(count), start=1)}
        path.write_text(json.dumps(index), "utf-8")

    return write


STANDINS["imdb_word_index"] = _word_index(88_584)
STANDINS["reuters_word_index"] = _word_index(30_979)


def _save(path: Path, **arrays: np.ndarray) -> None:
    buffer = io.BytesIO()  # a path would get ".npz" appended
    np.savez(buffer, **arrays)  # type: ignore[arg-type]  # none is called allow_pickle
    path.write_bytes(buffer.getbuffer())
