"""The notebook pages: each recording whole, described, and nothing but it."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from bookengine.book import Book
from bookengine.project import Project

BOOK = Book(Project.find(Path(__file__)))
RECORDED = [name for name in BOOK.snippets if BOOK.is_recorded(name)]
LARGEST = 250_000  # bytes; as it comes, mkdocs-jupyter adds 590,000 to each


@pytest.mark.parametrize("name", RECORDED)
def test_page_shows_the_recording_and_nothing_else(name: str, built_site: Path) -> None:
    path = built_site / "recordings" / name / "index.html"
    article = BeautifulSoup(path.read_text("utf-8"), "html.parser").select_one("article")
    assert article is not None
    shown = [code.get_text() for code in article.select(".book-listing .highlight code")]
    assert shown == [cell.source for cell in BOOK.snippets[name].cells]
    printed = [pre.get_text().rstrip("\n") for pre in article.select(".book-output pre")]
    recording = BOOK.recording(name)
    assert "\n".join(printed) == "\n".join(
        text.rstrip("\n") for cell in BOOK.snippets[name].cells if (text := recording.text_of(cell.name))
    )
    assert len(article.select("figure")) == sum(len(recording.figures(cell.name)) for cell in BOOK.snippets[name].cells)
    assert all(image["alt"] for image in article.select("img"))
    assert not article.select("style, script, link")
    assert path.stat().st_size < LARGEST
