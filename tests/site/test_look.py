"""The look: colours that can be read, and nothing that would be fetched from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bookengine import publish
from bookengine.project import Project

ASSETS = Project.find(Path(__file__)).docs / "assets"
LIGHT, DARK = "#ffffff", "#181c1f"  # what figures lie on, as in book.css
GRID = "#d9dde2"  # the one colour that is there to be overlooked
LICENCES = {"fonts": 3, "katex": 1}


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("light", sorted(set(publish.DARK) - {GRID}))
def test_figure_colour_reads_on_both_grounds(light: str) -> None:
    """A line's label may have its line's colour, so each must do for small text."""
    assert contrast(light, LIGHT) >= 4.5
    assert contrast(publish.DARK[light], DARK) >= 4.5


def test_every_colour_of_the_figure_style_has_a_dark_twin() -> None:
    style = [line for line in publish.STYLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    used = {f"#{colour}" for colour in re.findall(r"\b([0-9a-f]{6})\b", "\n".join(style))}
    assert used == set(publish.DARK)


def test_figures_lie_on_the_grounds_that_are_tested() -> None:
    sheet = (ASSETS / "book.css").read_text("utf-8")
    assert f"--code: light-dark({LIGHT}, {DARK})" in sheet
    for place in (".book-output:has(.book-figure) {", ".book-large {"):
        rule = sheet[sheet.index(place) :].partition("}")[0]
        assert "background: var(--code)" in rule, place


def test_assets_name_no_address() -> None:
    texts = [path for path in ASSETS.rglob("*") if path.suffix in (".css", ".js", ".svg")]
    assert texts
    found = {
        address for path in texts for address in re.findall(r"(?:https?:)?//[a-z][\w.-]+\.[a-z]{2,}[^\s\"')]*", path.read_text("utf-8"))
    }
    assert {address for address in found if "www.w3.org" not in address} == set()


@pytest.mark.parametrize("sheet", [ASSETS / "book.css", ASSETS / "katex" / "katex.min.css"], ids=lambda path: path.name)
def test_fonts_are_there(sheet: Path) -> None:
    fonts = re.findall(r"url\(([^)]+\.woff2?)\)", sheet.read_text("utf-8"))
    assert fonts
    assert [font for font in fonts if not (sheet.parent / font).is_file()] == []


@pytest.mark.parametrize("folder", LICENCES)
def test_licences_lie_beside(folder: str) -> None:
    assert len(list((ASSETS / folder).glob("LICENSE*"))) == LICENCES[folder]
