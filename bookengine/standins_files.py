"""Stand-ins for the tables, series, texts and pictures that snippets fetch with `get_file`.

Each writes what lies in an extra root (a file, or a folder that convert.py packs), so one
generator serves every published form. Seeded and learnable, like standins.py.
"""

from __future__ import annotations

import datetime
import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from .standins import BAD, GOOD, STANDINS, common_words, houses, standin, texture_variants, word_list


def _lines(path: Path, lines: list[str], header: str = "") -> None:
    path.write_text("".join(line + "\n" for line in ([header] if header else []) + lines), "utf-8", newline="")


def _csv(path: Path, header: str, columns: list[np.ndarray], forms: list[str]) -> None:
    """One row a line, column i in the format forms[i]."""
    rows = [map(format, row, forms) for row in zip(*columns, strict=True)]
    _lines(path, [",".join(row) for row in rows], header)


def _yes(score: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """1 with the probability whose log odds are `score`."""
    return (rng.random(len(score)) < 1 / (1 + np.exp(-score))).astype(int)


@standin("housing_data")
def housing_data(path: Path) -> None:
    _lines(path, [" ".join(f"{value:9.4f}" for value in row) for row in houses()])


@standin("pima")
def pima(path: Path) -> None:
    """Diabetes is likelier with sugar, weight and age; a zero means "not measured", as in the real table."""
    rng, n = np.random.default_rng(21), 768
    age = np.clip(21 + rng.gamma(1.3, 9, n), 21, 81).astype(int)
    sugar = np.clip(rng.normal(121, 30, n), 44, 199).astype(int)
    weight = np.clip(rng.normal(32, 7, n), 18, 67).round(1)
    insulin = np.where(rng.random(n) < 0.49, 0, np.clip(rng.normal(155, 110, n), 14, 846)).astype(int)
    skin = np.where(rng.random(n) < 0.3, 0, rng.integers(7, 60, n))
    pressure = np.where(rng.random(n) < 0.05, 0, rng.normal(72, 12, n)).astype(int)
    pedigree = np.clip(rng.gamma(2.2, 0.21, n), 0.078, 2.42)
    outcome = _yes(0.045 * (sugar - 121) + 0.1 * (weight - 32) + 0.04 * (age - 33) - 0.9, rng)
    header = "Pregnancies,Glucose,BloodPressure,SkinThickness,Insulin,BMI,DiabetesPedigreeFunction,Age,Outcome"
    columns = [rng.poisson(3.8, n), sugar, pressure, skin, insulin, weight, pedigree, age, outcome]
    _csv(path, header, columns, ["d"] * 5 + [".1f", ".3f", "d", "d"])


@standin("sonar")
def sonar(path: Path) -> None:
    """The echo of a mine (M) peaks in other bands than that of a rock (R)."""
    rng = np.random.default_rng(22)
    mine = np.arange(208) >= 97  # rocks first, as in the real file
    peak = np.where(mine, 34, 22) + rng.normal(0, 4, 208)
    bands = np.exp(-(((np.arange(60) - peak[:, None]) / 11) ** 2)) * rng.uniform(0.7, 1, (208, 1))
    bands = np.clip(bands + rng.normal(0, 0.08, bands.shape), 0, 1)
    kinds = np.where(mine, "M", "R")
    rows = [[*(f"{value:.4f}" for value in row), kind] for row, kind in zip(bands, kinds, strict=True)]
    _lines(path, [",".join(row) for row in rows])


@standin("admissions")
def admissions(path: Path) -> None:
    rng, n = np.random.default_rng(23), 400
    talent = rng.normal(size=n)
    mark = [np.clip(np.rint((3.2 + 0.8 * talent + rng.normal(0, 0.6, n)) * 2) / 2, 1, 5) for _ in range(3)]
    grade = np.clip(8.6 + 0.5 * talent + rng.normal(0, 0.25, n), 6.8, 9.92)
    research = _yes(talent, rng)
    chance = np.clip(0.72 + 0.09 * talent + 0.06 * (grade - 8.6) + 0.03 * research + rng.normal(0, 0.03, n), 0.34, 0.97)
    gre = np.clip(317 + 9 * talent + rng.normal(0, 5, n), 290, 340).astype(int)
    toefl = np.clip(107 + 5 * talent + rng.normal(0, 3, n), 92, 120).astype(int)
    header = "Serial No.,GRE Score,TOEFL Score,University Rating,SOP,LOR ,CGPA,Research,Chance of Admit "
    columns = [np.arange(1, n + 1), gre, toefl, mark[0].astype(int), mark[1], mark[2], grade, research, chance]
    _csv(path, header, columns, ["d", "d", "d", "d", ".1f", ".1f", ".2f", "d", ".2f"])


@standin("auto_mpg")
def auto_mpg(path: Path) -> None:
    """Heavier and older cars need more; six lack the horsepower, as in the real table."""
    rng, n = np.random.default_rng(24), 398
    cylinders = rng.choice([3, 4, 5, 6, 8], n, p=[0.01, 0.51, 0.01, 0.21, 0.26])
    weight = 1000 + 390 * cylinders + rng.normal(0, 260, n)
    power, year, origin = 18 + 15.5 * cylinders + rng.normal(0, 14, n), rng.integers(70, 83, n), rng.integers(1, 4, n)
    mpg = np.clip(46 - 0.0075 * weight + 0.75 * (year - 76) + rng.normal(0, 2, n), 9, 46.6)
    unknown = set(rng.choice(n, 6, replace=False).tolist())
    lines = []
    for i in range(n):
        horses = "?" if i in unknown else f"{power[i]:.1f}"
        engine = f"{mpg[i]:.1f}   {cylinders[i]}   {40.0 * cylinders[i] - 25:<11.1f}{horses:<11}"
        body = f"{f'{weight[i]:.0f}.':<11}{rng.normal(15.6, 2.7):.1f}   {year[i]}  {origin[i]}"
        lines.append(f'{engine}{body}\t"made up {i}"')
    _lines(path, lines)


def _series(path: Path, head: str, dates: list[str], values: np.ndarray, form: str) -> None:
    _lines(path, [f'"{date}",{value:{form}}' for date, value in zip(dates, values, strict=True)], head)


def _months(year: int, count: int) -> list[str]:
    return [f"{year + i // 12}-{i % 12 + 1:02d}" for i in range(count)]


@standin("sunspots")
def sunspots(path: Path) -> None:
    """A cycle of about eleven years whose height wanders."""
    rng, month = np.random.default_rng(25), np.arange(2820)
    height = 60 + 40 * np.sin(2 * np.pi * month / 1130)
    count = height * (1 - np.cos(2 * np.pi * month / 131)) * 0.8 + rng.normal(0, 9, 2820)
    _series(path, '"Month","Sunspots"', _months(1749, 2820), np.clip(count, 0, None), ".1f")


@standin("temperatures")
def temperatures(path: Path) -> None:
    rng, day = np.random.default_rng(26), np.arange(3650)
    wander = np.convolve(rng.normal(0, 1.4, 3656), 0.7 ** np.arange(7), "valid")
    dates = [datetime.date(1981, 1, 1) + datetime.timedelta(int(i)) for i in range(3653)]
    dates = [date for date in dates if (date.month, date.day) != (12, 31) or date.year % 4]  # as in the real file
    celsius = np.clip(11.2 + 4.2 * np.cos(2 * np.pi * (day - 20) / 365) + wander, 0, 26.3)
    _series(path, '"Date","Temp"', [date.isoformat() for date in dates][:3650], celsius, ".1f")


@standin("passengers")
def passengers(path: Path) -> None:
    rng, month = np.random.default_rng(27), np.arange(144)
    season = 1 + 0.2 * np.sin(2 * np.pi * (month - 3) / 12)
    count = 112 * np.exp(0.0098 * month) * season * np.exp(rng.normal(0, 0.025, 144))
    _series(path, '"Month","Passengers"', _months(1949, 144), np.rint(count).astype(int), "d")


@standin("diabetes_diary")
def diabetes_diary(path: Path) -> None:
    """Seven events a day; codes 58 to 64 are blood sugar, 33 and 34 insulin."""
    rng = np.random.default_rng(28)
    events = ("9:09", 58), ("9:09", 33), ("9:09", 34), ("17:08", 62), ("17:08", 33), ("22:51", 48), ("22:51", 33)
    lines = []
    for day in range(135):
        date = datetime.date(1991, 4, 21) + datetime.timedelta(day)
        sugar = 150 + 40 * np.sin(day / 9)
        for clock, code in events:
            value = rng.normal(sugar, 35) if code >= 48 else rng.normal(9 if code == 33 else 13, 1)
            lines.append(f"{date:%m-%d-%Y}\t{clock}\t{code}\t{max(int(value), 1):03d}")
    _lines(path, lines[:943])


def opinions(count: int, length: int, seed: int) -> list[tuple[str, int]]:
    """Made-up sentences of about `length` words, and whether they praise (1) or not (0)."""
    rng, words = np.random.default_rng(seed), word_list(4000)
    found = []
    for label in rng.permutation(np.arange(count) % 2).tolist():
        many = max(4, int(rng.normal(length, length / 3)))
        text = [words[rank - 1] for rank in common_words(many, len(words), rng)]
        for place in range(2, len(text), 8):
            agrees = rng.random() < 0.85
            text[place] = (GOOD if (label == 1) == agrees else BAD)[rng.integers(len(GOOD))]
        found.append((" ".join(text).capitalize() + ".", label))
    return found


@standin("amazon")
def amazon(path: Path) -> None:
    _lines(path, [f"__label__{label + 1} {text}" for text, label in opinions(6459, 60, seed=31)])


@standin("sentences")
def sentences(path: Path) -> None:
    path.mkdir()
    for seed, shop in enumerate(("amazon_cells", "imdb", "yelp")):
        rows = opinions(1000, 12, seed=32 + seed)
        _lines(path / f"{shop}_labelled.txt", [f"{text}\t{label}" for text, label in rows])


@standin("aclimdb")
def aclimdb(path: Path) -> None:
    """The archive itself, in the folders of the real one."""
    with gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for part, count, seed in (("train", 2000, 35), ("test", 1000, 36)):
            for number, (text, label) in enumerate(opinions(count, 60, seed=seed)):
                content = text.encode()
                info = tarfile.TarInfo(f"aclImdb/{part}/{('neg', 'pos')[label]}/{number}_{(2, 9)[label]}.txt")
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))


@standin("facades")
def facades(path: Path) -> None:
    """A label map of walls and windows, and a photograph that paints it with brick and glass."""
    from PIL import Image

    rng = np.random.default_rng(37)
    for part, count in (("train", 100), ("val", 20), ("test", 20)):
        (path / part).mkdir(parents=True)
        for number in range(1, count + 1):
            window = np.zeros((256, 256), bool)
            step, size = int(rng.integers(40, 70)), int(rng.integers(18, 34))
            for top in range(12, 240 - size, step):
                for left in range(12, 240 - size, step):
                    window[top : top + size, left : left + size] = True
            label = np.where(window[..., None], (0, 85, 255), (0, 0, 170))
            photo = np.where(window[..., None], (60, 80, 100), rng.integers(110, 200, 3))
            photo = photo + rng.normal(0, 12, (256, 256, 1))
            both = np.clip(np.concatenate([photo, label], axis=1), 0, 255).astype("uint8")
            Image.fromarray(both).save(path / part / f"{number}.jpg", quality=90)


def _patches(count: int, seed: int) -> Callable[[Path], None]:
    """Folders 0 and 1 of PNG patches: coarse stripes without tumour, fine ones with."""

    def write(path: Path) -> None:
        from PIL import Image

        rng, variants = np.random.default_rng(seed), texture_variants()
        for number in range(count):
            label = int(number % 2)
            texture = variants[rng.integers(5) + 5 * (1 - label), rng.integers(60)]
            patch = np.tile(texture, (3, 3, 1)) // 2 + rng.integers(90, size=(96, 96, 3), dtype="uint8")
            (path / str(label)).mkdir(parents=True, exist_ok=True)
            Image.fromarray(patch).save(path / str(label) / f"{rng.integers(2**60):015x}.png", compress_level=1)

    return write


for _split, _count, _seed in (("train", 400, 41), ("valid", 100, 42), ("test", 100, 43)):
    STANDINS[f"pcam_{_split}"] = _patches(_count, _seed)
