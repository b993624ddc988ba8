"""Tables made from the data."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from bs4 import BeautifulSoup

from bookengine import reports
from bookengine.errors import BookError
from bookengine.html import Links
from bookengine.pages import Page
from bookengine.recording import code_digest
from tests.engine.conftest import PAGE, PLAIN, VALUES, Toy

OUTCOMES = {"runs": 3, "alive": 1, "drift": 2, "data": 0, "own_bug": 1, "tried": 7}


def report(toy: Toy, name: str) -> BeautifulSoup:
    book = toy.book
    page = next(page for page in book.pages if page.path.as_posix() == "toys/page.md")
    return BeautifulSoup(reports.report(name, book, page, Links(book.project, "../../")), "html.parser")


def rows(soup: BeautifulSoup) -> list[list[str]]:
    return [[cell.get_text() for cell in row.select("td")] for row in soup.select("tbody tr")]


@pytest.fixture
def answered(recorded: Toy) -> Toy:
    """Row two is answered by the snippet on the page; row one is not."""
    snippet = recorded.snippet(PLAIN, values=VALUES, smoke={"STEPS": "3"}, sources=["row-two"])
    recorded.pretend(snippet, total=28, sums=[28.0, 56.0], half=14.0, word="well")
    recorded.page(PAGE.replace("/// output | toys/plain:work\n///\n", ""))
    return recorded


def test_the_ledger_says_where_each_row_is_answered(answered: Toy) -> None:
    soup = report(answered, "ledger")
    assert [row for row in rows(soup) if row[0].startswith("row-")] == [
        ["row-one", "code", "The first.", "not yet"],
        ["row-two", "code", "The <second>.", "Toy page"],
    ]
    assert soup.select(".book-done a")[0]["href"] == "../../toys/page/#toys-plain-parameters"
    assert ["A TensorFlow 2 tutorial in four chapters", "1 of 2", ""] in rows(soup)
    assert len(soup.select("h2#zhang-tutorial")) == 1


def test_the_sources_of_a_page(answered: Toy) -> None:
    soup = report(answered, "sources")
    assert soup.summary.get_text() == "1 rows of the source ledger"
    assert [item.get_text() for item in soup.select("li")] == ["row-two (here): The <second>."]
    assert soup.select("li a")[0]["href"] == "../../reference/source-ledger/#row-row-two"


def test_the_drift_overview(answered: Toy) -> None:
    assert rows(report(answered, "drift")) == [["old-name", "error", "tf.a()", "tf.b()", "2.0", "3"]]


def test_the_trust_report_counts_and_names_what_survived(answered: Toy) -> None:
    mutants = [{"name": "a <b>", "killed": True, "message": "found"}, {"name": "c", "killed": False, "message": ""}]
    answered.write("recordings/mutation.json", json.dumps({"mutants": mutants, "recorded_at": "2026-11-21T09:00:00Z"}))
    soup = report(answered, "trust")
    assert "Kill rate: 1 of 2, 50 %, on 2026-11-21." in soup.get_text()
    found = rows(soup)
    assert ["Code blocks", "3", "in 1 snippets; tests execute every snippet"] in found
    assert ["a <b>", "caught", "found"] in found
    assert ["c", "survived", ""] in found
    assert [row[0] for row in found if row[0] == "toys/plain"] == ["toys/plain"]


def test_the_compatibility_report_names_what_fails_and_where(answered: Toy) -> None:
    entry = {"keras": "3", "numpy": "2", "python": "3.11", "recorded_at": "2026-11-21T09:00:00Z"}
    snippets = answered.book.snippets
    outcome = {"code": code_digest(snippets["toys/plain"]), "failed": "cell 'work': <no>"}
    old = {**entry, "tensorflow": "2.18.1", "results": {"toys/plain": outcome, "toys/gone": {"code": "", "failed": ""}}}
    new = {**entry, "tensorflow": "2.21.0", "results": {"toys/plain": {"code": "of before a change", "failed": "<old>"}}}
    answered.write("recordings/compatibility.json", json.dumps({"2.18": old, "2.21": new}))
    soup = report(answered, "compatibility")
    assert rows(soup) == [
        ["2.18", "2.18.1", "3", "2", "3.11", "0", "1", str(len(snippets) - 1), "2026-11-21"],
        ["2.21", "2.21.0", "3", "2", "3.11", "0", "0", str(len(snippets)), "2026-11-21"],
        ["toys/plain", "2.18", "cell 'work': <no>"],
    ]


def test_reports_that_are_not_recorded_say_so(answered: Toy) -> None:
    assert "not recorded yet: nox -s bench" in report(answered, "speed").get_text()
    assert "not recorded yet: nox -s matrix" in report(answered, "compatibility").get_text()
    assert "not recorded yet: nox -s mutation" in report(answered, "trust").get_text()


def test_a_damaged_report_is_an_error(answered: Toy) -> None:
    answered.write("recordings/speed.json", "{")
    with pytest.raises(BookError, match=r"recordings/speed\.json:1: this report is damaged"):
        report(answered, "speed")


def test_the_rot_of_the_other_book_has_a_square_a_notebook(answered: Toy) -> None:
    answered.write("coverage/rot.yml", json.dumps(OUTCOMES))
    theirs, ours = report(answered, "rot").select(".rot-row")
    assert Counter(tag["class"][0] for tag in theirs.select(".rot-squares i")) == {
        "rot-runs": 3, "rot-alive": 1, "rot-drift": 2, "rot-own_bug": 1,
    }  # fmt: skip
    assert [item.get_text() for item in ours.select("li")] == ["1 run to the end, recorded"]


def test_each_report_has_a_maker(answered: Toy) -> None:
    from bookengine.directives import REPORTS

    assert set(reports.MAKERS) == REPORTS
    assert isinstance(answered.book.pages[0], Page)
