"""The built pages: the code on them is the code that is tested, links lead somewhere, the HTML is valid."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import html5lib
import pytest
from bs4 import BeautifulSoup

from bookengine.book import Book
from bookengine.check import check
from bookengine.project import Project
from bookengine.snippet import Snippet, read_snippet

PROJECT = Project.find(Path(__file__))
QUICK_SECONDS = 2.0  # of a full run: such snippets are also pasted and run
MOST_PASTED = 4  # each starts Python and imports TensorFlow
NOT_PASTED = {"gpu", "agents", "network", "multiworker", "fresh"}


def pages(site: Path) -> list[Path]:
    """Every HTML page but the notebook pages, which mkdocs-jupyter makes."""
    return sorted(path for path in site.rglob("*.html") if "recordings" not in path.relative_to(site).parts)


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def shown_cells(site: Path) -> dict[tuple[Path, str], list[tuple[str, str]]]:
    """(page, snippet) to its (cell, text of the code) in order of appearance."""
    found: dict[tuple[Path, str], list[tuple[str, str]]] = {}
    for path in pages(site):
        for cell in soup(path).select(".book-cell"):
            code = cell.select_one("code")
            assert code is not None, f"{path}: a cell without code"
            found.setdefault((path, str(cell["data-snippet"])), []).append((str(cell["data-cell"]), code.get_text()))
    return found


def snippet(name: str) -> Snippet:
    return read_snippet(PROJECT.snippets / f"{name}.py", PROJECT.root)


def test_the_book_is_sound() -> None:
    assert [str(error) for error in check(Book(PROJECT))] == []


def test_shown_code_is_the_tested_code(built_site: Path) -> None:
    shown = shown_cells(built_site)
    assert shown, "no page shows a cell"
    for (path, name), cells in shown.items():
        assert cells == [(cell.name, cell.source) for cell in snippet(name).cells], f"{path}: {name}"


def test_every_chapter_shows_code(built_site: Path) -> None:
    with_cells = {path.parent.relative_to(built_site).as_posix() for path, _ in shown_cells(built_site)}
    chapters = {page.url.rstrip("/") for page in Book(PROJECT).pages if page.meta.get("sources")}
    assert chapters, "no chapter answers a ledger row"
    assert chapters <= with_cells


def quick_snippets() -> list[str]:
    """Shown, quick, and in need of no data: what a reader can paste anywhere and run."""
    book = Book(PROJECT)
    names = {name for page in book.pages for name in page.snippets if name in book.snippets}
    quick = []
    for name in sorted(names):
        if NOT_PASTED & set(book.snippets[name].marks) or not book.is_recorded(name):
            continue
        about = book.recording(name).book
        if about["wall_seconds"] <= QUICK_SECONDS and not about["data"]:
            quick.append(name)
    chapters_first = sorted(quick, key=lambda name: name.startswith("drift/"))
    return chapters_first[:MOST_PASTED]


@pytest.mark.slow
@pytest.mark.parametrize("name", quick_snippets())
def test_pasted_code_runs(name: str, built_site: Path, tmp_path: Path) -> None:
    """Copied cell after cell from the page into an empty folder, the code runs and prints what the page shows."""
    cells = next(cells for (_, shown), cells in shown_cells(built_site).items() if shown == name)
    (tmp_path / "pasted.py").write_text("\n\n".join(text for _, text in cells) + "\n", "utf-8")
    environment = {**os.environ, "MPLBACKEND": "agg", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "pasted.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    recording = Book(PROJECT).recording(name)
    streams = [o["text"] for c in recording.notebook["cells"] for o in c["outputs"] if o["output_type"] == "stream"]
    recorded = "".join(streams).split("\n")
    assert [line for line in recorded if "0x…" not in line] == [line for line in done.stdout.split("\n") if "0x" not in line]


def test_links_lead_somewhere(built_site: Path) -> None:
    broken = []
    ids: dict[Path, set[str]] = {}

    def ids_of(path: Path) -> set[str]:
        if path not in ids:
            page = soup(path)
            ids[path] = {str(tag["id"]) for tag in page.select("[id]")} | {str(tag["name"]) for tag in page.select("a[name]")}
        return ids[path]

    for path in pages(built_site):
        if path.name == "404.html":
            continue  # its links are absolute: it is served from anywhere
        for tag in soup(path).select("a[href], img[src], script[src], link[href]"):
            address = str(tag.get("href") or tag.get("src"))
            if urlsplit(address).scheme or address.startswith("//"):
                continue
            target, anchor = urldefrag(address)
            file = (path.parent / unquote(target)).resolve() if target else path
            file = file / "index.html" if file.is_dir() else file
            if not file.is_file() or (anchor and file.suffix == ".html" and unquote(anchor) not in ids_of(file)):
                broken.append(f"{path.relative_to(built_site)}: {address}")
    assert broken == []


def test_html_is_valid(built_site: Path) -> None:
    faults = []
    for path in pages(built_site):
        parser = html5lib.HTMLParser()
        parser.parse(path.read_text("utf-8"))
        faults += [f"{path.relative_to(built_site)}:{place[0]}: {code} {data}" for place, code, data in parser.errors]
        twice = [name for name, count in Counter(str(tag["id"]) for tag in soup(path).select("[id]")).items() if count > 1]
        faults += [f"{path.relative_to(built_site)}: id {name} twice" for name in twice]
    assert faults == []


def test_downloads_are_the_sources(built_site: Path) -> None:
    for path in PROJECT.snippet_paths():
        name = f"{path.parent.name}/{path.stem}"
        assert (built_site / "downloads" / f"{name}.py").read_bytes() == path.read_bytes()
        recorded = PROJECT.recording_path(name)
        if recorded.exists():
            assert (built_site / "downloads" / f"{name}.ipynb").read_bytes() == recorded.read_bytes()


def test_markdown_twins_are_listed_and_complete(built_site: Path) -> None:
    listed = (built_site / "llms.txt").read_text("utf-8")
    for page in Book(PROJECT).pages:
        twin = (built_site / page.path).read_text("utf-8")
        assert f"({page.path.as_posix()})" in listed
        assert "{{ " not in twin
        assert "/// cell" not in twin
        for name in page.snippets:
            for cell in snippet(name).cells:
                assert cell.source in twin, f"{page.path}: {name}:{cell.name}"
