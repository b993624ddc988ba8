"""The data seam: what the public functions of Keras answer, from which tier, and what they leave alone."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("keras", reason="Keras, whose data functions are tested, is not installed")

import keras

from bookengine import convert, data, hashes, standins, standins_files, tiers
from bookengine.catalogue import find, known_files, plain_address
from bookengine.data import DataError, DataUse

PIMA = "https://raw.githubusercontent.com/jbrownlee/Datasets/master/pima-indians-diabetes.csv"
SUNSPOTS = "https://raw.githubusercontent.com/jbrownlee/Datasets/master/monthly-sunspots.csv"
HOUSING_CSV = "https://raw.githubusercontent.com/jbrownlee/Datasets/master/housing.csv"
FACADES = "http://efrosgans.eecs.berkeley.edu/pix2pix/datasets/facades.tar.gz"
REAL = Path(__file__).resolve().parents[3] / "shared" / "datasets"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the folder ../shared/datasets with real data is missing")


class Workplace:
    """A user's home, an extra root and a scratch folder, all empty; `install` puts the seam in."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.root, self.scratch = folder / "home" / ".keras", folder / "root", folder / "scratch"
        for path in (self.home, self.root, self.scratch):
            path.mkdir(parents=True)
        self.log: list[DataUse] = []
        self.monkeypatch = monkeypatch
        monkeypatch.setattr("keras.src.backend.config._KERAS_DIR", str(self.home))
        self.roots(self.root)

    def roots(self, *roots: Path) -> None:
        self.monkeypatch.setattr(tiers, "extra_roots", lambda: list(roots))

    def install(self, network: bool = False) -> None:
        data.install(self.scratch, network=network, log=self.log)

    def cache(self, name: str, content: bytes) -> Path:
        return write(self.home / "datasets" / name, content)

    def tier_of(self, name: str) -> set[str]:
        return {use.tier for use in self.log if use.name == name}


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def listing(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every path below `folder` with size, time of change and content."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_size,
            path.stat().st_mtime_ns,
            sha256(path.read_bytes()) if path.is_file() else "",
        )
        for path in [folder, *folder.rglob("*")]
    }


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Empty folders; Keras gets its own functions back at the end."""
    yield Workplace(tmp_path, monkeypatch)
    data.uninstall()


@pytest.fixture
def made(place: Workplace) -> Workplace:
    """Nothing cached and no network: everything is a stand-in."""
    place.install()
    return place


@pytest.fixture
def real(place: Workplace) -> Workplace:
    """The real data, and an empty home."""
    place.roots(REAL)
    place.install()
    return place


# --- Stand-ins: the shapes and types of the originals, loaded by Keras's own code

PICTURES = {
    "mnist": ("MNIST", (60_000, 28, 28), (60_000,), (10_000, 28, 28), (10_000,)),
    "fashion_mnist": ("Fashion-MNIST", (60_000, 28, 28), (60_000,), (10_000, 28, 28), (10_000,)),
    "cifar10": ("CIFAR-10", (50_000, 32, 32, 3), (50_000, 1), (10_000, 32, 32, 3), (10_000, 1)),
}


@pytest.mark.parametrize("module", PICTURES)
def test_picture_stand_ins_have_the_original_shapes_and_types(made: Workplace, module: str) -> None:
    (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, module).load_data()
    name, *shapes = PICTURES[module]
    assert [array.shape for array in (x_train, y_train, x_test, y_test)] == shapes
    assert {array.dtype for array in (x_train, y_train, x_test, y_test)} == {np.dtype("uint8")}
    assert np.bincount(y_train.ravel(), minlength=10).min() > 0.09 * len(y_train)
    assert made.tier_of(name) == {"stand-in"}
    assert "made up" in made.log[0].note


def test_boston_housing_honours_test_split_and_seed(made: Workplace) -> None:
    (x_train, y_train), (x_test, y_test) = keras.datasets.boston_housing.load_data(test_split=0.5, seed=7)
    assert (x_train.shape, y_train.shape, x_test.shape, y_test.shape) == ((253, 13), (253,), (253, 13), (253,))
    assert x_train.dtype == y_train.dtype == np.dtype("float64")
    other_order = keras.datasets.boston_housing.load_data(test_split=0.5, seed=8)[0][0]
    assert not np.array_equal(x_train, other_order)
    assert 5 <= y_train.min() < y_train.max() <= 50


def test_imdb_honours_every_argument(made: Workplace) -> None:
    (x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(num_words=500, skip_top=10, maxlen=60, index_from=5)
    assert len(x_train) == len(y_train) > 1000 < len(x_test) == len(y_test)
    assert max(map(len, x_train)) < 60
    words = {word for review in x_train for word in review}
    assert max(words) == 499
    assert not words & {1, *range(3, 10)}  # below skip_top all become 2, the start mark included
    assert set(y_train) == {0, 1}


def test_imdb_word_index_fits_the_reviews(made: Workplace) -> None:
    index = keras.datasets.imdb.get_word_index()
    assert len(index) == 88_584
    assert sorted(index.values()) == list(range(1, 88_585))
    (x_train, y_train), _ = keras.datasets.imdb.load_data()
    assert (len(x_train), x_train.dtype, type(x_train[0]), y_train.dtype) == (25_000, object, list, np.dtype("int64"))
    assert max(map(max, x_train)) <= 88_584 + 3
    wonderful = index["wonderful"] + 3
    favourable = [label for review, label in zip(x_train, y_train, strict=True) if wonderful in review]
    assert 0.6 < np.mean(favourable) < 0.95


def test_reuters_has_46_topics_of_unequal_size(made: Workplace) -> None:
    (x_train, y_train), (x_test, _) = keras.datasets.reuters.load_data(num_words=1000, test_split=0.25)
    assert (len(x_train), len(x_test)) == (8421, 2807)
    assert set(y_train) == set(range(46))
    assert np.bincount(y_train).argmax() == 3
    assert len(keras.datasets.reuters.get_word_index()) == 30_979
    assert made.tier_of("Reuters newswires") == {"stand-in"}


def test_stand_ins_are_the_same_every_time(tmp_path: Path) -> None:
    for name in ("mnist", "boston_housing", "reuters", "pima", "facades", "aclimdb"):
        twice = []
        for turn in ("first", "second"):
            path = tmp_path / turn / name
            path.parent.mkdir(exist_ok=True)
            standins_files.STANDINS[name](path)
            twice.append(listing_of_content(path))
        assert twice[0] == twice[1], name


def listing_of_content(path: Path) -> list[str]:
    files = [path] if path.is_file() else sorted(path.rglob("*.*"))
    return [sha256(file.read_bytes()) for file in files]


# --- Stand-ins: there is something to learn


def trained_accuracy(model: keras.Model, x_train, y_train, x_test, y_test, epochs: int = 1) -> float:
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, batch_size=64, epochs=epochs, verbose=0)
    return model.evaluate(x_test, y_test, batch_size=256, verbose=0)[1]


def classifier(*layers: keras.Layer, classes: int = 10) -> keras.Model:
    keras.utils.set_random_seed(0)
    return keras.Sequential([*layers, keras.layers.Dense(classes, activation="softmax")])


def test_a_convolution_beats_a_dense_network_on_the_cifar10_stand_in(made: Workplace) -> None:
    layers = keras.layers
    (x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
    sample = x_train[:2500] / 255.0, y_train[:2500], x_test[:1000] / 255.0, y_test[:1000]
    dense = classifier(layers.Flatten(), layers.Dense(64, activation="relu"))
    convolution = classifier(
        layers.Conv2D(16, 5, strides=2, activation="relu"), layers.Conv2D(16, 3, activation="relu"), layers.GlobalMaxPooling2D()
    )
    dense_accuracy = trained_accuracy(dense, *sample, epochs=3)
    convolution_accuracy = trained_accuracy(convolution, *sample, epochs=3)
    assert convolution_accuracy > 0.3  # chance is 0.1
    assert convolution_accuracy > dense_accuracy + 0.1


@pytest.mark.parametrize("module", ["mnist", "fashion_mnist"])
def test_grey_pictures_can_be_learned(made: Workplace, module: str) -> None:
    (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, module).load_data()
    model = classifier(keras.layers.Flatten(), keras.layers.Dense(64, activation="relu"))
    assert trained_accuracy(model, x_train[:5000] / 255.0, y_train[:5000], x_test[:1000] / 255.0, y_test[:1000]) > 0.5


def counted(sequences, words: int) -> np.ndarray:
    """How often each word occurs: (sequences, words)."""
    return np.stack([np.bincount(np.asarray(sequence), minlength=words)[:words] for sequence in sequences]).astype("float32")


def test_reviews_can_be_learned_from_their_words(made: Workplace) -> None:
    (x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(num_words=200)
    sample = counted(x_train[:4000], 200), y_train[:4000], counted(x_test[:1000], 200), y_test[:1000]
    assert 0.7 < trained_accuracy(classifier(classes=2), *sample, epochs=3) < 0.99


def test_topics_can_be_learned_from_their_words(made: Workplace) -> None:
    (x_train, y_train), (x_test, y_test) = keras.datasets.reuters.load_data(num_words=1000)
    sample = counted(x_train, 1000), y_train, counted(x_test, 1000), y_test
    most_frequent = np.mean(y_test == 3)
    assert trained_accuracy(classifier(classes=46), *sample) > most_frequent + 0.2


def explained(x: np.ndarray, y: np.ndarray) -> float:
    """R squared of a straight-line fit, on the half that it has not seen."""
    x = np.column_stack([np.ones(len(x)), (x - x.mean(0)) / (x.std(0) + 1e-9)])
    half = len(x) // 2
    weights, *_ = np.linalg.lstsq(x[:half], y[:half], rcond=None)
    return 1 - np.mean((x[half:] @ weights - y[half:]) ** 2) / y[half:].var()


def test_house_prices_follow_the_columns_but_not_quite(made: Workplace) -> None:
    (x, y), _ = keras.datasets.boston_housing.load_data(test_split=0)
    assert 0.6 < explained(x, y) < 0.97


# --- Files by address


def test_every_known_file_has_a_stand_in_in_its_form(made: Workplace) -> None:
    for number, known in enumerate(known_files()):
        if known.convert == tiers.LOADER:
            continue
        path = Path(keras.utils.get_file(f"{number}.file", origin=known.addresses[0]))
        assert path.stat().st_size > 100
        assert path.is_relative_to(made.scratch)
    assert {use.tier for use in made.log} == {"stand-in"}


def test_tables_load_as_the_originals_do(made: Workplace) -> None:
    import pandas as pd

    uci = "https://archive.ics.uci.edu/ml/machine-learning-databases/"
    pima = pd.read_csv(keras.utils.get_file(origin=PIMA), header=None)
    assert pima.shape == (768, 9)
    assert set(pima[8]) == {0, 1}
    assert explained(pima[[1, 5, 7]].to_numpy(float), pima[8].to_numpy(float)) > 0.1
    sonar = pd.read_csv(keras.utils.get_file(origin=f"{uci}undocumented/connectionist-bench/sonar/sonar.all-data"), header=None)
    assert sonar.shape == (208, 61)
    assert sonar[60].value_counts().to_dict() == {"M": 111, "R": 97}
    cars = pd.read_csv(keras.utils.get_file(origin=f"{uci}auto-mpg/auto-mpg.data"), sep=r"\s+", header=None, na_values="?")
    assert (cars.shape, cars[3].isna().sum()) == ((398, 9), 6)
    assert explained(cars[[4, 6]].to_numpy(float), cars[0].to_numpy(float)) > 0.7
    assert pd.read_csv(keras.utils.get_file(origin=HOUSING_CSV), header=None).shape == (506, 14)
    assert np.loadtxt(keras.utils.get_file(origin=f"{uci}housing/housing.data")).shape == (506, 14)
    spots = pd.read_csv(keras.utils.get_file(origin=SUNSPOTS))
    assert (list(spots), len(spots), spots["Month"].iloc[-1]) == (["Month", "Sunspots"], 2820, "1983-12")


def test_archives_unpack_into_the_original_folders(made: Workplace) -> None:
    facades = Path(keras.utils.get_file("facades.tar.gz", origin=FACADES, extract=True))
    assert sorted(path.name for path in (facades / "facades").iterdir()) == ["test", "train", "val"]
    picture = np.asarray(keras.utils.load_img(facades / "facades" / "train" / "1.jpg"))
    assert picture.shape == (256, 512, 3)
    reviews = Path(keras.utils.get_file(origin="https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz", extract=True))
    assert len(list((reviews / "aclImdb" / "train" / "pos").glob("*_9.txt"))) == 1000
    zipped = find("https://archive.ics.uci.edu/static/public/331/sentiment+labelled+sentences.zip")
    with zipfile.ZipFile(keras.utils.get_file(origin=zipped.addresses[0])) as archive:
        rows = archive.read("sentiment labelled sentences/yelp_labelled.txt").decode().splitlines()
    assert len(rows) == 1000
    assert {row.rpartition("\t")[2] for row in rows} == {"0", "1"}


def test_patches_are_hdf5_as_published(made: Workplace) -> None:
    import h5py

    arrays = {}
    for part in "xy":
        origin = f"https://zenodo.org/records/2546921/files/camelyonpatch_level_2_split_valid_{part}.h5.gz?download=1"
        with gzip.open(keras.utils.get_file(f"valid_{part}.h5.gz", origin=origin)) as file, h5py.File(file) as hdf5:
            arrays[part] = hdf5[part][:]
    assert (arrays["x"].shape, arrays["y"].shape) == ((100, 96, 96, 3), (100, 1, 1, 1))
    assert arrays["x"].dtype == np.dtype("uint8")
    assert arrays["y"].mean() == 0.5


def test_an_unknown_file_is_refused_with_advice(made: Workplace) -> None:
    with pytest.raises(DataError, match=r"nothing\.csv \(https://example\.org/nothing\.csv\).*network is off.*BOOK_DATA"):
        keras.utils.get_file(origin="https://example.org/nothing.csv")
    assert made.log == []


def test_a_file_is_found_by_a_name_that_is_certain(made: Workplace) -> None:
    keras.utils.get_file("auto-mpg.data", origin="https://example.org/mirror/auto-mpg.data")
    assert made.tier_of("Auto MPG") == {"stand-in"}
    with pytest.raises(DataError, match=r"housing\.csv"):  # many tables are called so
        keras.utils.get_file("housing.csv", origin="https://example.org/california/housing.csv")


@given(st.sampled_from(known_files()), st.booleans(), st.sampled_from(["", "?download=1", "#top"]), st.booleans())
def test_an_address_is_known_however_it_is_spelled(known, plain: bool, tail: str, shout: bool) -> None:
    scheme, _, rest = known.addresses[-1].partition("://")
    host, slash, path = rest.partition("/")
    address = f"{'http' if plain else scheme}://{host.upper() if shout else host}{slash}{path}{tail}"
    assert find(address) == known


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_none(text: str) -> None:
    try:
        plain = plain_address(f"https://example.org/{text}")
    except ValueError:  # urlsplit refuses a few
        return
    assert plain.startswith("example.org")
    assert find(f"https://example.org/data/{text}.unknown") is None


def test_a_github_page_address_is_its_raw_address() -> None:
    assert find("https://github.com/jbrownlee/Datasets/raw/master/pima-indians-diabetes.csv") == find(PIMA)


def test_the_table_is_sound() -> None:
    addresses = [plain_address(address) for known in known_files() for address in known.addresses]
    assert len(addresses) == len(set(addresses))
    for known in known_files():
        assert known.format
        assert known.standin in standins.STANDINS
        kind = known.convert.partition(":")[0]
        assert kind in {"", tiers.LOADER, *convert.TEXT, *convert.PACK}
        assert all(len(value) in (0, 64) for value in (known.published, known.sha256))
        assert known.published or known.subset or known.sha256 or not (REAL / known.file).exists()


# --- Cached files, sound and damaged


def test_the_users_own_cache_comes_first_and_is_only_read(place: Workplace) -> None:
    content = b"a,b\n1,2\n"
    path = place.cache("own.csv", content)
    before = listing(place.home)
    place.install()
    served = Path(keras.utils.get_file("own.csv", origin="https://example.org/own.csv"))
    assert served.read_bytes() == content
    served.write_bytes(b"changed by a snippet")
    assert path.read_bytes() == content
    assert listing(place.home) == before
    assert place.log == [DataUse("own.csv", "real, cached", sha256(content), "own.csv: no published hash to compare with")]


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
def test_the_callers_hash_is_checked(place: Workplace, algorithm: str) -> None:
    content = b"a,b\n1,2\n"
    path = place.cache("own.csv", content)
    place.install()
    right = hashlib.new(algorithm, content).hexdigest()
    wrong = hashlib.new(algorithm, b"").hexdigest()
    with pytest.raises(DataError, match=f"own.csv .*expected {wrong}"):
        keras.utils.get_file("own.csv", origin="https://example.org/own.csv", file_hash=wrong)
    assert path.read_bytes() == content
    assert Path(keras.utils.get_file("own.csv", origin="https://example.org/own.csv", file_hash=right)).is_file()


def damaged_copies(tmp_path: Path) -> dict[str, bytes]:
    standins.boston_housing(tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    return {"truncated": whole[: len(whole) // 2], "one byte changed": b"x" + whole[1:], "empty": b""}


@pytest.mark.parametrize("damage", ["truncated", "one byte changed", "empty"])
@pytest.mark.parametrize("network", [False, True])
@pytest.mark.parametrize("where", ["home", "root"])
def test_a_damaged_file_is_named_and_neither_deleted_nor_replaced(
    place: Workplace, tmp_path: Path, damage: str, network: bool, where: str
) -> None:
    content = damaged_copies(tmp_path)[damage]
    folder = place.home / "datasets" if where == "home" else place.root / "keras" / "datasets"
    path = write(folder / "boston_housing.npz", content)
    before = listing(tmp_path / where if where == "home" else place.root)
    place.install(network=network)
    with pytest.raises(DataError) as caught:
        keras.datasets.boston_housing.load_data()
    for part in (str(path), f"({len(content):,} bytes)", "f553886a1f8d", "To refresh it:"):
        assert part in str(caught.value)
    assert ("delete it" if where == "home" else "sha256sum -c SHA256SUMS") in str(caught.value)
    assert listing(tmp_path / where if where == "home" else place.root) == before
    assert not list(place.scratch.rglob("*.npz"))
    assert place.log == []


def test_a_file_that_differs_from_sha256sums_is_named(place: Workplace) -> None:
    write(place.root / "timeseries" / "uci-diabetes" / "data-01", b"04-21-1991\t9:09\t58\t100\n")
    known = next(known for known in known_files() if known.file.endswith("data-01"))
    write(place.root / "SHA256SUMS", f"{known.published}  {known.file}\n".encode())
    place.install()
    with pytest.raises(DataError, match=r"root/timeseries/uci-diabetes/data-01 \(23 bytes\) is damaged"):
        keras.utils.get_file(origin=known.addresses[0])


def test_one_damaged_file_in_a_folder_is_named(place: Workplace) -> None:
    good, bad = b"good", b"bad"
    for name in ("1.jpg", "2.jpg"):
        write(place.root / "pix2pix-facades" / "train" / name, bad)
    sums = [f"{sha256(content)}  pix2pix-facades/train/{n}.jpg\n" for n, content in ((1, bad), (2, good))]
    write(place.root / "SHA256SUMS", "".join(sums).encode())
    place.install()
    with pytest.raises(DataError, match=r"train/2\.jpg \(3 bytes\) is damaged"):
        keras.utils.get_file(origin=FACADES)


def test_a_folder_that_lacks_a_file_is_refused(place: Workplace) -> None:
    write(place.root / "pix2pix-facades" / "train" / "1.jpg", b"all that there is")
    place.install()
    with pytest.raises(DataError, match=r"pix2pix-facades is damaged or is another"):
        keras.utils.get_file(origin=FACADES)


def test_a_damaged_subset_is_named(place: Workplace) -> None:
    write(place.root / "cifar10" / "cifar10-subset.npz", b"PK")
    place.install()
    with pytest.raises(DataError, match=r"cifar10-subset\.npz \(2 bytes\) is damaged"):
        keras.datasets.cifar10.load_data()


def test_a_wrong_place_in_book_data_is_an_error(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("BOOK_DATA", f"{place.root}{os.pathsep}{place.root}-misspelt")
    with pytest.raises(DataError, match="root-misspelt, which is not the absolute path of a folder"):
        place.install()


def test_book_data_names_several_folders(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("BOOK_DATA", f"{place.root}{os.pathsep}{place.home}")
    assert tiers.extra_roots()[:2] == [place.root, place.home]


def read_only(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)


def test_folders_of_data_are_never_written(place: Workplace, tmp_path: Path) -> None:
    """Also with a forced download, an unpacked archive, and a cache_dir that points into them."""
    for name, content in (("own.csv", b"1\n"), ("facades.tar.gz", packed_facades(tmp_path))):
        place.cache(name, content)
        write(place.root / "keras" / "datasets" / f"root-{name}", content)
    link = tmp_path / "link"
    link.symlink_to(place.root)
    before = listing(place.home), listing(place.root)
    read_only(place.home)
    read_only(place.root)
    place.install()
    for prefix in ("", "root-"):
        keras.utils.get_file(f"{prefix}own.csv", origin="https://example.org/own.csv", force_download=True)
        unpacked = Path(keras.utils.get_file(f"{prefix}facades.tar.gz", origin="https://example.org/f.tar.gz", extract=True))
        assert (unpacked / "facades" / "train" / "1.jpg").read_bytes() == b"picture"
    for cache_dir in (place.root, link, place.home):
        served = keras.utils.get_file("pima.csv", origin=PIMA, cache_dir=cache_dir)
        assert Path(served).is_relative_to(place.scratch)
    keras.datasets.boston_housing.load_data()
    for folder in (place.home, place.root):
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert (listing(place.home), listing(place.root)) == before


def packed_facades(tmp_path: Path) -> bytes:
    write(tmp_path / "facades" / "train" / "1.jpg", b"picture")
    convert.convert("tar-gz:facades", tmp_path / "facades", tmp_path / "packed")
    return (tmp_path / "packed").read_bytes()


def test_a_folder_of_the_snippets_own_is_used(made: Workplace, tmp_path: Path) -> None:
    served = Path(keras.utils.get_file("pima.csv", origin=PIMA, cache_dir=tmp_path / "mine", cache_subdir="tables"))
    assert served == tmp_path / "mine" / "tables" / "pima.csv"
    keras.utils.get_file("pima.csv", origin=PIMA, cache_dir=tmp_path / "mine", cache_subdir="tables")
    assert [use.tier for use in made.log] == ["stand-in"]  # the second time it is still made up


def test_wrong_calls_get_keras_own_errors(made: Workplace) -> None:
    with pytest.raises(ValueError, match="origin"):
        keras.utils.get_file("a.csv")
    with pytest.raises(ValueError, match="Paths are no longer accepted"):
        keras.utils.get_file("a/b.csv", origin="https://example.org/b.csv")


# --- Downloads, from a server of our own


@pytest.fixture
def server(tmp_path: Path):
    """Serves a folder at http://127.0.0.1:PORT/."""
    folder = tmp_path / "public"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args, **kwargs) -> None:
            super().__init__(*args, directory=str(folder), **kwargs)

        def log_message(self, *args) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_a_download_goes_into_the_users_cache_once(place: Workplace, server, capsys: pytest.CaptureFixture) -> None:
    folder, address = server
    write(folder / "new.csv", b"3,4\n")
    place.install(network=True)
    keras.utils.get_file(origin=f"{address}/new.csv", file_hash=sha256(b"3,4\n"))
    assert capsys.readouterr().out == ""
    assert place.log == [DataUse("new.csv", "real, downloaded", sha256(b"3,4\n"))]
    assert (place.home / "datasets" / "new.csv").read_bytes() == b"3,4\n"
    (folder / "new.csv").unlink()
    data.install(place.scratch.with_name("next run"), network=True, log=place.log)
    keras.utils.get_file(origin=f"{address}/new.csv", file_hash=sha256(b"3,4\n"))
    assert place.log[-1].tier == "real, cached"


def test_an_archive_is_downloaded_and_unpacked(place: Workplace, server, tmp_path: Path) -> None:
    folder, address = server
    write(folder / "f.tar.gz", packed_facades(tmp_path))
    place.install(network=True)
    unpacked = Path(keras.utils.get_file(origin=f"{address}/f.tar.gz", extract=True))
    assert (unpacked / "facades" / "train" / "1.jpg").read_bytes() == b"picture"
    assert [path.name for path in (place.home / "datasets").iterdir()] == ["f.tar.gz_archive"]


@pytest.mark.parametrize("name", ["missing.csv", "wrong.csv"])
def test_a_failed_download_leaves_nothing_behind(place: Workplace, server, name: str) -> None:
    folder, address = server
    write(folder / "wrong.csv", b"not what was promised")
    place.install(network=True)
    with pytest.raises(DataError, match=f"{name}.*the download failed"):
        keras.utils.get_file(origin=f"{address}/{name}", file_hash=sha256(b"3,4\n"))
    assert not (place.home / "datasets").exists()
    assert not list(place.scratch.rglob("*.csv"))


def test_a_download_that_is_not_the_published_file_is_refused(place: Workplace, server) -> None:
    folder, address = server
    write(folder / "auto-mpg.data", b"moved, see elsewhere")
    place.install(network=True)
    with pytest.raises(DataError, match=r"auto-mpg\.data is damaged or is another file"):
        keras.utils.get_file(origin=f"{address}/auto-mpg.data")
    assert not (place.home / "datasets").exists()


def test_without_a_server_the_stand_in_says_so(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", unreachable)
    place.install(network=True)
    keras.datasets.boston_housing.load_data()
    keras.datasets.cifar10.load_data()
    assert [use.tier for use in place.log] == ["stand-in", "stand-in"]
    assert all("no route to host" in use.note for use in place.log)


def test_off_means_that_nothing_is_asked_of_the_network(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", lambda *args: asked.append(args))
    place.install(network=False)
    keras.datasets.boston_housing.load_data()
    keras.utils.get_file("pima.csv", origin=PIMA, force_download=True)
    with pytest.raises(DataError):
        keras.utils.get_file(origin="https://example.org/nothing.csv")
    assert asked == []


# --- The whole CIFAR-10, from a cache


def test_a_whole_archive_of_cifar10_is_preferred_to_the_subset(place: Workplace) -> None:
    place.cache("cifar-10-batches-py-target_archive", b"half an archive")
    write(place.root / "cifar10" / "cifar10-subset.npz", b"would be served otherwise")
    place.install()
    with pytest.raises(DataError, match=r"cifar-10-batches-py-target_archive .*expected 6d958be0"):
        keras.datasets.cifar10.load_data()


def test_channels_first_is_honoured(made: Workplace) -> None:
    keras.config.set_image_data_format("channels_first")
    try:
        (x_train, _), (x_test, _) = keras.datasets.cifar10.load_data()
    finally:
        keras.config.set_image_data_format("channels_last")
    assert (x_train.shape, x_test.shape) == ((50_000, 3, 32, 32), (10_000, 3, 32, 32))


# --- The real data


@needs_real
def test_real_data_come_through_keras_own_loaders(real: Workplace) -> None:
    (x_train, y_train), _ = keras.datasets.mnist.load_data()
    assert (x_train.shape, y_train[:5].tolist()) == ((60_000, 28, 28), [5, 0, 4, 1, 9])
    (x_train, y_train), _ = keras.datasets.fashion_mnist.load_data()
    assert (x_train.shape, y_train[:3].tolist()) == ((60_000, 28, 28), [9, 0, 0])
    (x_train, y_train), _ = keras.datasets.boston_housing.load_data()
    assert (x_train.shape, y_train[0]) == ((404, 13), 15.2)
    (x_train, y_train), _ = keras.datasets.imdb.load_data(num_words=1000)
    assert (len(x_train), x_train[0][:4]) == (25_000, [1, 14, 22, 16])
    assert keras.datasets.imdb.get_word_index()["the"] == 1
    assert {use.tier for use in real.log} == {"real, cached"}
    assert not any(use.note for use in real.log)


@needs_real
def test_the_cifar10_subset_is_served_and_named(real: Workplace) -> None:
    (x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
    assert (x_train.shape, y_train.shape) == ((10_000, 32, 32, 3), (10_000, 1))
    assert (x_test.shape, y_test.shape) == ((2_000, 32, 32, 3), (2_000, 1))
    (use,) = real.log
    assert (use.name, use.tier) == ("CIFAR-10", "real, cached subset")
    assert use.note == "10,000 of 50,000 training and 2,000 of 10,000 test images"
    assert use.sha256 == hashes.sha256_of(REAL / "cifar10" / "cifar10-subset.npz")


@needs_real
def test_every_known_file_is_served_with_its_published_hash(real: Workplace) -> None:
    for number, known in enumerate(known_files()):
        if known.convert == tiers.LOADER or not (REAL / known.file).exists():
            continue
        real.log.clear()
        path = Path(keras.utils.get_file(f"{number}.file", origin=known.addresses[0]))
        (use,) = real.log
        assert use.tier == ("real, cached subset" if known.subset else "real, cached")
        if known.published and not known.subset:
            assert hashes.sha256_of(path) == known.published == use.sha256


@needs_real
def test_the_hash_of_the_published_file_is_accepted_and_another_is_not(real: Workplace) -> None:
    right = find(PIMA).published
    assert Path(keras.utils.get_file("right.csv", origin=PIMA, file_hash=right)).is_file()
    with pytest.raises(DataError, match="but get_file was told 000"):
        keras.utils.get_file("wrong.csv", origin=PIMA, file_hash="0" * 64)


@needs_real
def test_a_caller_gets_pima_with_or_without_its_header(real: Workplace) -> None:
    bare = Path(keras.utils.get_file(origin=PIMA)).read_text()
    headed = Path(
        keras.utils.get_file(origin="https://raw.githubusercontent.com/rajdeepd/tensorflow_2.0_book_code/master/data/diabetes.csv")
    ).read_text()
    assert bare.splitlines()[0] == "6,148,72,35,0,33.6,0.627,50,1"
    assert headed.splitlines()[0].startswith("Pregnancies,")


# --- Who answers


def test_every_spelling_answers(made: Workplace) -> None:
    import tensorflow as tf
    from keras.datasets import mnist
    from keras.utils import get_file

    assert keras.utils.get_file is get_file is tf.keras.utils.get_file
    assert mnist.load_data.__globals__["get_file"] is get_file
    assert tf.keras.datasets.cifar10.load_data is keras.datasets.cifar10.load_data
    tf.keras.datasets.boston_housing.load_data()
    assert made.tier_of("Boston housing") == {"stand-in"}


def test_uninstall_gives_keras_its_functions_back(place: Workplace) -> None:
    before = keras.utils.get_file, keras.datasets.cifar10.load_data
    place.install()
    place.install()
    assert keras.utils.get_file is not before[0]
    data.uninstall()
    assert (keras.utils.get_file, keras.datasets.cifar10.load_data) == before
    assert data._installed == []
    assert not any(isinstance(finder, data.Seam) for finder in sys.meta_path)


PROBE = """
import json, sys
from pathlib import Path
from bookengine import data
assert "tensorflow" not in sys.modules and "keras" not in sys.modules
log = []
data.install(Path(sys.argv[1]), network=False, log=log)
assert "tensorflow" not in sys.modules and "keras" not in sys.modules
import {module}
from {module}.datasets import boston_housing, cifar10
from {module}.utils import get_file
shapes = [boston_housing.load_data()[0][0].shape, cifar10.load_data()[0][0].shape]
facades = get_file("facades.tar.gz", origin=sys.argv[2], {unpack}=True)
print(json.dumps([shapes, [use.tier for use in log], sorted(path.name for path in Path(facades).glob("**/train"))]))
"""


@pytest.mark.parametrize(("module", "unpack"), [("keras", "extract"), ("tf_keras", "untar")])
def test_a_fresh_process_may_install_before_keras_is_imported(tmp_path: Path, module: str, unpack: str) -> None:
    pytest.importorskip(module, reason=f"{module} is not installed")
    project = tmp_path / "project"  # a copy, beside which no ../shared lies
    shutil.copytree(Path(data.__file__).parent, project / "bookengine", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "HOME": str(tmp_path), "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(project)}
    environment.pop("BOOK_DATA", None)
    environment.pop("KERAS_HOME", None)
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(module=module, unpack=unpack), str(tmp_path / "scratch"), FACADES],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    shapes, used, folders = json.loads(done.stdout.splitlines()[-1])
    assert shapes == [[404, 13], [50_000, 32, 32, 3]]
    assert used == ["stand-in"] * 3
    assert folders == ["train"]
    assert not (tmp_path / ".keras" / "datasets").exists()
