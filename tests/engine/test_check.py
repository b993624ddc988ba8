"""The check finds every breach, says each once, in order of file and line."""

from __future__ import annotations

import pytest

from bookengine.check import check
from tests.engine.conftest import PAGE, PLAIN, VALUES, Toy, line_of, said

PAGE_PATH = "docs/toys/page.md"


def breaches(toy: Toy) -> list[str]:
    return said(check(toy.book))


def replaced(toy: Toy, old: str, new: str) -> None:
    assert old in PAGE
    toy.page(PAGE.replace(old, new))


def test_a_sound_book_has_none(recorded: Toy) -> None:
    assert breaches(recorded) == []


WORK = "/// cell | toys/plain:work\n///\n"
FIGURE = "/// figure | toys/plain:plot\n    alt: A line that rises.\nThe two *sums*.\n///\n"
ORDER = "show all cells, once, in order"
PLACE = "put it behind its own cell, in order, or add '    again: yes'"


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        (
            WORK + "\n/// output | toys/plain:work\n///\n",
            "",
            "/// cell | toys/plain:plot",
            f"wrong cell order: cell 'work' of toys/plain must come before 'plot' — {ORDER}",
        ),
        (WORK, WORK + WORK, WORK[:26], f"wrong cell order: cell 'plot' of toys/plain must come before 'work' — {ORDER}"),
        (
            "/// cell | toys/plain:plot\n///\n\n" + FIGURE,
            "",
            WORK[:26],
            "the page never shows cell(s) plot of toys/plain — add them after this one",
        ),
        ("The total", WORK + "\nThe total", WORK[:26], f"wrong cell order: toys/plain is complete; shown again: 'work' — {ORDER}"),
        (
            "The total",
            "/// output | toys/plain:work\n///\n\nThe total",
            "/// output",
            f"wrong place: output 1 of cell 'work' stands behind cell 'plot' — {PLACE}",
        ),
        ("The total", FIGURE + "\nThe total", "/// figure", f"wrong place: figure 1 of cell 'plot' stands behind cell 'plot' — {PLACE}"),
        (
            "The total is",
            "[Lost](lost.md) is",
            "[Lost]",
            "broken link: there is no toys/lost.md — links name Markdown files, relative to this one",
        ),
        ("The total is", "[Lost](page.md#lost) is", "[Lost]", "broken link: toys/page.md has no heading #lost"),
        ("The total is", "```python\nx\n```\nis", "```python", "a Python fence typed by hand — make it a snippet and show its cell"),
        (
            "toys/plain.total",
            "toys/plain.tota",
            "The total is",
            "'toys/plain.tota': toys/plain has no value 'tota'; it has: total, sums, half, word",
        ),
        ("    alt: A line that rises.\n", "", "/// figure", "this figure has no alt text — add '    alt: …' below its first line"),
        ("The two *sums*.\n", "", "/// figure", "this figure has no caption — write it inside the block"),
        (
            "title: Toy page",
            "title: Toy page\nsources: [row-one]",
            "---\n",
            "sources must map ledger rows to headings — row-id: heading-id",
        ),
        (
            "title: Toy page",
            "title: Toy page\nsources:\n  row-ones: toy-page",
            "row-ones",
            "unknown ledger row 'row-ones' (did you mean 'row-one'?)",
        ),
        (
            "title: Toy page",
            "title: Toy page\nsources:\n  row-one: lost",
            "row-one",
            "row row-one is said to be answered at #lost, which this page does not have",
        ),
    ],
)
def test_a_breach_on_a_page(recorded: Toy, old: str, new: str, at: str, message: str) -> None:
    replaced(recorded, old, new)
    line = 1 if at == "---\n" else line_of(recorded.root / PAGE_PATH, at)
    assert breaches(recorded) == [f"{PAGE_PATH}:{line}: {message}"]


@pytest.mark.parametrize("path", ["again: yes", "before"])
def test_a_figure_may_open_the_page_or_be_shown_again(recorded: Toy, path: str) -> None:
    if path == "before":
        replaced(recorded, "# Toy page\n", f"# Toy page\n\n{FIGURE}")
    else:
        replaced(recorded, "The total", FIGURE.replace("    alt", "    again: yes\n    alt") + "\nThe total")
    assert breaches(recorded) == []


def test_a_swapped_pair_of_figures_is_found(recorded: Toy) -> None:
    outputs = {"plot": [{"output_type": "display_data", "data": {"image/svg+xml": f"<svg>{i}</svg>"}, "metadata": {}} for i in (1, 2)]}
    outputs["work"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    recorded.pretend(recorded.book.snippets["toys/plain"], outputs, total=28, sums=[28.0, 56.0], half=14.0, word="well")
    second = FIGURE.replace("plot", "plot.2")
    replaced(recorded, FIGURE, f"{FIGURE}\n{second}")
    assert breaches(recorded) == []
    replaced(recorded, FIGURE, f"{second}\n{FIGURE}")
    line = line_of(recorded.root / PAGE_PATH, "/// figure")
    assert breaches(recorded) == [f"{PAGE_PATH}:{line}: wrong place: figure 1 of cell 'plot' stands behind cell 'plot' — {PLACE}"]


def test_links_that_lead_somewhere(recorded: Toy) -> None:
    recorded.write("docs/assets/file.txt", "")
    links = [
        "page.md",
        "page.md#toy-page",
        "#toy-page",
        "../index.md#home",
        "page.md#toys-plain-work",
        "https://example.org/x.md",
        "mailto:a@example.org",
        "../assets/file.txt",
        "//example.org",
    ]
    replaced(
        recorded, "The total", "".join(f"[A]({link})\n" for link in links) + "`[A](lost.md)`\n\n~~~text\n[A](lost.md)\n~~~\n\nThe total"
    )
    assert breaches(recorded) == []


def test_a_stale_recording_is_said_once(recorded: Toy) -> None:
    recorded.snippet(PLAIN.replace("STEPS = 8", "STEPS = 9"), values=VALUES, smoke={"STEPS": "3"})
    line = line_of(recorded.root / "snippets/toys/plain.py", "STEPS = 9")
    assert breaches(recorded) == [
        f"snippets/toys/plain.py:{line}: cell 'parameters' differs from what recordings/toys/plain.ipynb ran — "
        "python -m bookengine record toys/plain"
    ]


def test_a_broken_snippet_is_said_once_and_hides_nothing(recorded: Toy) -> None:
    recorded.write("snippets/toys/broken.py", "import this\n")
    replaced(recorded, "The total", "{{ toys/broken.x }} {{ toys/plain.lost }}\n\nThe total")
    found = breaches(recorded)
    assert len(found) == 2
    assert found[0].startswith(f"{PAGE_PATH}:{line_of(recorded.root / PAGE_PATH, 'toys/broken')}: 'toys/plain.lost'")
    assert found[1].startswith("snippets/toys/broken.py:1: no PEP 723 header")


def test_a_recording_without_a_snippet(recorded: Toy) -> None:
    recorded.write("recordings/toys/old.ipynb", "{}")
    assert breaches(recorded) == ["recordings/toys/old.ipynb:1: a recording without a snippet — delete it"]


def test_an_unknown_row_in_a_snippet(recorded: Toy) -> None:
    recorded.snippet(PLAIN, values=VALUES, smoke={"STEPS": "3"}, sources=["row-three"])
    line = line_of(recorded.root / "snippets/toys/plain.py", "row-three")
    assert breaches(recorded) == [f"snippets/toys/plain.py:{line}: unknown ledger row 'row-three' (did you mean 'row-two'?)"]


def test_many_breaches_are_in_order(recorded: Toy) -> None:
    recorded.page("{{ toys/plain.b }}\n\n{{ toys/plain.a }}\n", "zoo.md")
    recorded.page("```python\nx\n```\n", "aaa.md")
    assert [text.split(": ")[0] for text in breaches(recorded)] == ["docs/aaa.md:1", "docs/zoo.md:1", "docs/zoo.md:3"]
