"""The HTML of each kind of thing, where a whole page (test_render.py) would hide the case."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from bookengine import html
from bookengine.html import Links, figure_path
from bookengine.pages import InlineValue
from bookengine.snippet import Cell
from tests.engine.conftest import PLAIN, Toy

# What trips highlighters: strings over lines, decorators, continuations, tabs, blank lines, odd ends.
SOURCES = [
    "x = 1",
    "\n\nx",
    "text = '''\n\n  two\n'''\n\n\n# end",
    "@decorator\nasync def f(*, a: int = 0) -> None:\n\treturn f'{a!r:>{10}} {{}}'",
    "a = 1 if b else \\\n    2",
    "x = '\u2028\x0c\x85'",
    "class A:\n    '''doc <b>'''\n\n    x: 'A | None' = None  # &amp;",
    "broken = ' \" ''' \\'",
    "π = '≤ 😀'",
    ">>> x",
]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("fold", ["", "More"])
def test_the_text_of_a_cell_is_its_source(recorded: Toy, source: str, fold: str) -> None:
    book = recorded.book
    links = Links(book.project, "./")
    made = html.cell(book.snippets["toys/plain"], Cell("one", source, 1), [], fold, links, first=False)
    assert BeautifulSoup(made, "html.parser").select("pre code")[0].get_text() == source


@pytest.mark.parametrize("text", ["plain", "\nstarts with a break", "  spaces\n\n\tand tabs ", "<b> & &lt; \"'", "{{ x }}"])
def test_the_text_of_an_output_is_what_was_printed(text: str) -> None:
    assert BeautifulSoup(html.output_text(text), "html5lib").pre.get_text() == text


@pytest.mark.parametrize(
    ("svg", "size"),
    [
        ('<?xml?><svg width="10pt" height="20.4pt" viewBox="0">', ' width="13" height="27"'),
        ('<svg viewBox="0" height="20pt" x="1" width="10pt">', ' width="13" height="27"'),
        ('<svg width="10">', ""),
        ('<svg><rect width="10pt" height="20pt"/></svg>', ""),
        ("", ""),
    ],
)
def test_a_figure_has_the_size_of_its_drawing(recorded: Toy, svg: str, size: str) -> None:
    made = html.figure(Links(recorded.project, "../"), ("a/b", "c", 1), "svg", svg, "", "")
    expected = f'<img src="../figures/a/b/c-1-light.svg" alt=""{size} loading="lazy">'
    assert expected in made


def test_without_a_repository_there_are_downloads_alone(recorded: Toy) -> None:
    recorded.write("mkdocs.yml", "site_name: Toy\n")
    links = Links(recorded.project, "../").of(recorded.book.snippets["toys/plain"])
    assert [(text, address) for text, address, _ in links] == [
        (".py", "../downloads/toys/plain.py"),
        (".ipynb", "../downloads/toys/plain.ipynb"),
    ]


def test_the_place_of_a_figure() -> None:
    assert figure_path(("keras/rnn", "plot", 2), "svg", "dark") == "figures/keras/rnn/plot-2-dark.svg"


def test_evidence_of_long_lists_is_short(toy: Toy) -> None:
    toy.pretend(toy.snippet(PLAIN, values={"few": "1", "many": "1"}), few=[0.123456] * 9, many=list(range(40)))
    book = toy.book
    shown = html.evidence({name: book.recording("toys/plain").values[name.partition(".")[2]] for name in ("toys/plain.few",)}, book)
    assert shown.startswith("toys/plain.few = [0.1235, 0.1235, 0.1235, 0.1235, 0.1235, 0.1235, 0.1235, 0.1235, …] (9 runs) (recorded 20")
    assert html.evidence({"toys/plain.many": list(range(40))}, book).startswith("toys/plain.many = 40 values (recorded")


def test_a_value_escapes_what_it_shows(recorded: Toy) -> None:
    value = InlineValue('toys/plain.word + "<"', "", 1)
    soup = BeautifulSoup(html.value(value, '<i>"', recorded.book), "html.parser")
    assert soup.span is not None
    assert (soup.span.get_text(), soup.span["data-expr"]) == ('<i>"', 'toys/plain.word + "<"')
