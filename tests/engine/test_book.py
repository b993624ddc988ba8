"""What a page's directives stand for, and what is said where they stand for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookengine.book import Book, NotRecorded, cell_id, open_book
from bookengine.directives import Directive
from bookengine.errors import BookError
from bookengine.expressions import Reference
from bookengine.pages import InlineValue, parse_page
from tests.engine.conftest import PLAIN, VALUES, Toy, drawn, printed

PATH = Path("docs/toys/page.md")


def directive(text: str) -> Directive:
    page = parse_page(f"\n{text}\n///\n", PATH)
    assert page.errors == ()
    return page.directives[0]


def refusal(book: Book, text: str) -> str:
    with pytest.raises(BookError) as caught:
        book.resolve(directive(text), PATH)
    return str(caught.value)


def test_directives_stand_for_what_is_recorded(recorded: Toy) -> None:
    book = recorded.book
    assert book.resolve(directive("/// cell | toys/plain:work"), PATH) == book.snippets["toys/plain"]
    assert book.resolve(directive("/// output | toys/plain:work"), PATH) == "steps 8: 28"
    assert book.resolve(directive("/// figure | toys/plain:plot\n    alt: A\nCaption."), PATH)[0] == "svg"
    assert book.resolve(directive("/// claim | toys/plain.half * 2 == toys/plain.total\nYes."), PATH) == {
        "toys/plain.half": 14.0,
        "toys/plain.total": 28,
    }
    assert book.resolve(directive("/// drift | old-name"), PATH)["new"] == "tf.b()"
    assert book.resolve(directive("/// report | sources"), PATH) == "sources"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/// cell | toys/plane:work", "unknown snippet 'toys/plane' (did you mean 'toys/plain'?)"),
        ("/// cell | toys/plain:job", "snippets/toys/plain.py has no cell 'job' — it has: parameters, work, plot"),
        ("/// cell | toys/plain", "snippets/toys/plain.py has no cell '' — it has: parameters, work, plot"),
        ("/// cell | toys/plain:work\n- `lost(`: a note", "note on 'lost(': cell 'work' of snippets/toys/plain.py has no such line"),
        ("/// cell | toys/plain:work\nWords.", "'Words.' is no note: begin with '- `fragment of the code`: '"),
        (
            "/// cell | toys/plain:work\n- `total`: see [more](../a.md#b).",
            "a link to a page cannot stand in this block: [more](../a.md#b) — put it into the text",
        ),
        ("/// output | toys/plain:parameters", "cell 'parameters' of snippets/toys/plain.py printed nothing — remove this output"),
        ("/// output | toys/plain:lost", "snippets/toys/plain.py has no cell 'lost' — it has: parameters, work, plot"),
        ("/// figure | toys/plain:plot\nCaption.", "this figure has no alt text — add '    alt: …' below its first line"),
        ("/// figure | toys/plain:plot\n    alt:\nCaption.", "this figure has no alt text — add '    alt: …' below its first line"),
        ("/// figure | toys/plain:plot\n    alt: A", "this figure has no caption — write it inside the block"),
        ("/// figure | toys/plain:plot.2\n    alt: A\nB", "cell 'plot' of snippets/toys/plain.py drew 1 figure(s), not 2"),
        ("/// figure | toys/plain:work\n    alt: A\nB", "cell 'work' of snippets/toys/plain.py drew 0 figure(s), not 1"),
        (
            "/// claim | toys/plain.total < 3\nA",
            "false claim: toys/plain.total < 3; toys/plain.total = 28 — mend the sentence, not the number",
        ),
        ("/// claim | 1 < 2\nA", "a claim must rest on a recorded value — write part/name.value"),
        ("/// claim | toys/plain.total\nA", "'toys/plain.total' is 28, not true or false — compare something"),
        ("/// claim | toys/plain.lost < 3\nA", "'toys/plain.lost < 3': toys/plain has no value 'lost'; it has: total, sums, half, word"),
        ("/// claim | toys/plane.total < 3\nA", "'toys/plane.total < 3': unknown snippet 'toys/plane' (did you mean 'toys/plain'?)"),
        ("/// claim | toys/plain.total <\nA", "'toys/plain.total <': not an expression: invalid syntax"),
        ("/// drift | old-nam", "unknown drift 'old-nam' (did you mean 'old-name'?)"),
        ("/// report | ledgers", "unknown report 'ledgers' — known: compatibility, drift, ledger, rot, sources, speed, trust"),
    ],
)
def test_what_stands_for_nothing_is_said_at_its_line(recorded: Toy, text: str, message: str) -> None:
    assert refusal(recorded.book, text) == f"{PATH}:2: {message}"


@pytest.mark.parametrize(
    "text",
    [
        "/// cell | toys/plain:work",
        "/// output | toys/plain:work",
        "/// figure | toys/plain:plot\n    alt: A\nB",
        "/// claim | toys/plain.total > 3\nA",
    ],
)
def test_nothing_stale_is_shown(recorded: Toy, text: str) -> None:
    recorded.snippet(PLAIN.replace("range(STEPS)", "range(STEPS + 1)"), values=VALUES)
    line = PLAIN.splitlines().index("total = sum(range(STEPS))")
    said = refusal(recorded.book, text)
    assert said.startswith("snippets/toys/plain.py:")
    assert "cell 'work' differs from what recordings/toys/plain.ipynb ran — python -m bookengine record toys/plain" in said
    shown = (recorded.root / "snippets/toys/plain.py").read_text().splitlines()[int(said.split(":")[1]) - 1]
    assert shown == PLAIN.splitlines()[line].replace("STEPS", "STEPS + 1")


def test_a_snippet_that_cannot_be_read_is_named_where_it_is_used(recorded: Toy) -> None:
    recorded.write("snippets/toys/plain.py", "import this\n")
    for text in ("/// cell | toys/plain:work", "/// claim | toys/plain.total > 3\nA"):
        assert refusal(recorded.book, text).startswith("snippets/toys/plain.py:1: no PEP 723 header")


@pytest.mark.parametrize(("mark", "needs"), [("gpu", "a GPU"), ("network", "a network"), ("agents", "the TF-Agents environment")])
def test_a_snippet_that_could_not_run_here_may_have_no_recording(toy: Toy, mark: str, needs: str) -> None:
    toy.snippet(PLAIN, values=VALUES, marks=[mark])
    book = toy.book
    with pytest.raises(NotRecorded, match=f"not recorded: needs {needs}"):
        book.recording("toys/plain")
    assert book.resolve(directive("/// cell | toys/plain:work"), PATH).name == "toys/plain"
    assert not book.is_recorded("toys/plain")


def test_any_other_must_have_one(toy: Toy) -> None:
    toy.snippet(PLAIN, values=VALUES, marks=["slow"])
    assert refusal(toy.book, "/// output | toys/plain:work") == (
        "recordings/toys/plain.ipynb:1: this recording is missing — python -m bookengine record toys/plain"
    )


@pytest.mark.parametrize(
    ("expression", "form", "shown"),
    [
        ("toys/plain.half", "", "14.0"),
        ("toys/plain.half", ".3f", "14.000"),
        ("toys/plain.sums[-1] / 2", ".1f", "28.0"),
        ("100 * 2", "d", "200"),
        ("toys/plain.total", ",", "28"),
        ("toys/plain.word", ">6", "  well"),
        ("book.snippets", "", "1"),
    ],
)
def test_values_are_formatted(recorded: Toy, expression: str, form: str, shown: str) -> None:
    assert recorded.book.format(InlineValue(expression, form, 9), PATH) == shown


def test_a_format_that_does_not_fit_is_an_error(recorded: Toy) -> None:
    with pytest.raises(BookError) as caught:
        recorded.book.format(InlineValue("toys/plain.word", ".2f", 9), PATH)
    assert str(caught.value).startswith(f"{PATH}:9: 'toys/plain.word' does not format as '.2f'")


def test_the_book_counts_itself(recorded: Toy) -> None:
    counts = recorded.book.counts
    expected = {"snippets": 1, "recordings": 1, "cells": 3, "outputs": 2, "figures": 1, "values": 1, "claims": 0, "rows": 2, "drifts": 1}
    assert {name: counts[name] for name in expected} == expected


def test_rows_are_answered_by_snippets_and_pages(toy: Toy) -> None:
    snippet = toy.snippet(PLAIN, sources=["row-one"])
    toy.pretend(snippet)
    toy.page("---\nsources:\n  row-two: heading\n---\n\n# Heading\n\n/// cell | toys/plain:work\n///\n")
    answers = {row: [(page.path.as_posix(), anchor) for page, anchor in places] for row, places in toy.book.answers.items()}
    assert answers == {"row-two": [("toys/page.md", "heading")], "row-one": [("toys/page.md", "toys-plain-parameters")]}
    assert cell_id("toys/plain_two", "work") == "toys-plain-two-work"


def test_a_reference_to_the_books_own_counts(recorded: Toy) -> None:
    assert recorded.book.look_up(Reference("book", "cells")) == 3


def test_the_book_is_read_again_only_when_a_file_changed(recorded: Toy) -> None:
    first = open_book(recorded.project)
    pages = len(first.pages)
    assert open_book(recorded.project) is first
    recorded.page("# Another\n", "another.md")
    second = open_book(recorded.project)
    assert second is not first
    assert len(second.pages) == pages + 1


@pytest.mark.parametrize("path", ["coverage/zhang-tutorial.yml", "coverage/api-drift.yml"])
def test_a_broken_ledger_is_named(recorded: Toy, path: str) -> None:
    recorded.write(path, "- {id: a}\n- {id: [\n")
    with pytest.raises(BookError) as caught:
        recorded.book.counts  # noqa: B018  # reading the property is what raises
    assert str(caught.value).startswith(f"{path}:3: not YAML")


def test_a_broken_report_is_named(recorded: Toy) -> None:
    recorded.write("recordings/mutation.json", '{"mutants": [')
    with pytest.raises(BookError, match=r"recordings/mutation\.json:1: this report is damaged"):
        recorded.book.mutation  # noqa: B018  # reading the property is what raises


def test_figures_are_counted_by_cell(toy: Toy) -> None:
    snippet = toy.snippet(PLAIN)
    toy.pretend(snippet, {"plot": [drawn("<svg>1</svg>"), printed("words"), drawn("<svg>2</svg>")]})
    found = toy.book.resolve(directive("/// figure | toys/plain:plot.2\n    alt: A\nB"), PATH)
    assert found == ("svg", "<svg>2</svg>")
