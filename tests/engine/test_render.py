"""The Markdown extension: what a page becomes, in plain Python-Markdown and in both builders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from markdown import Markdown

from bookengine.errors import BookErrors
from tests.engine.conftest import PAGE, PLAIN, VALUES, Toy, drawn, line_of, printed

EXTENSIONS = ["attr_list", "md_in_html", "tables", "pymdownx.blocks.details", "pymdownx.superfences"]


def converted(toy: Toy, text: str, path: str = "toys/page.md") -> BeautifulSoup:
    """The page's HTML; `text` is written as a page first, as a builder finds it, and comes without front matter."""
    toy.page(text, path)
    body = text.split("---\n", 2)[2] if text.startswith("---\n") else text
    markdown = Markdown(extensions=["bookengine.render", *EXTENSIONS], extension_configs={"bookengine.render": {"root": str(toy.root)}})
    return BeautifulSoup(markdown.convert(body), "html.parser")


def one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    found = soup.select(selector)
    assert len(found) == 1, f"{selector}: {found}"
    return found[0]


def shown_code(soup: BeautifulSoup | Tag) -> list[str]:
    return [tag.get_text() for tag in soup.select(".book-cell pre code")]


def test_a_page_has_the_classes_and_attributes_of_the_format(recorded: Toy) -> None:
    soup = converted(recorded, PAGE)
    cells = [(tag["data-snippet"], tag["data-cell"], tag["id"]) for tag in soup.select(".book-cell")]
    assert cells == [("toys/plain", name, f"toys-plain-{name}") for name in ("parameters", "work", "plot")]
    outputs = [(tag["data-snippet"], tag["data-cell"]) for tag in soup.select(".book-output")]
    assert outputs == [("toys/plain", "work"), ("toys/plain", "plot")]
    assert one(soup, ".book-output[data-cell=work] pre").get_text() == "steps 8: 28"
    value = one(soup, "span.book-value")
    assert (value["data-snippet"], value["data-name"], value.get_text()) == ("toys/plain", "total", "28")
    assert "data-expr" not in value.attrs
    assert str(value["title"]).startswith("toys/plain.total, recorded 20")


def test_code_output_and_figure_right_after_each_other_are_one_listing(recorded: Toy) -> None:
    listings = converted(recorded, PAGE).select(".book-listing")
    assert [[child.get("class", [""])[0] for child in listing.find_all(recursive=False)] for listing in listings] == [
        ["book-cell"], ["book-cell", "book-output"], ["book-cell", "book-output", "book-provenance"],
    ]  # fmt: skip


def test_the_code_is_the_snippet_to_the_character(recorded: Toy) -> None:
    snippet = recorded.book.snippets["toys/plain"]
    assert shown_code(converted(recorded, PAGE)) == [cell.source for cell in snippet.cells]


HOSTILE = """\
# %% one
text = '</code></pre><script>alert("1")</script> &amp; & < > \\' " {{ toys/plain.total }} {% x %} \\\\ `'
lines = f'''

  {{{text}}} <!-- ///
/// cell | toys/plain:work
///
\t``` # Heading é\u2028\x0c
'''
"""


def test_hostile_code_and_output_are_untouched(toy: Toy) -> None:
    snippet = toy.snippet(HOSTILE, values={"word": "text"})
    words = '\n</pre><script>x</script> & {{ toys/plain.word }} &lt;\n\n  "é\u2028'
    toy.pretend(snippet, {"one": [printed(words)]}, word="<b>&\"'{{ x }}")
    text = (
        '/// cell | toys/plain:one\n    fold: A <b> & "c"\n- `text`: why `<x>` & *so*\n///\n\n/// output | toys/plain:one\n///\n\n'
        '{{ toys/plain.word }}\n\n/// claim | toys/plain.word != "<&"\nA\n///\n'
    )
    soup = converted(toy, text)
    assert shown_code(soup) == [snippet.cells[0].source]
    assert one(soup, ".book-output pre").get_text() == words
    assert soup.select("script") == []
    assert one(soup, ".book-value").get_text() == "<b>&\"'{{ x }}"
    assert one(soup, ".book-claim")["data-expr"] == 'toys/plain.word != "<&"'
    assert one(soup, "details.book-fold > summary").get_text() == 'A <b> & "c"'


def test_notes_are_numbered_beside_their_lines(recorded: Toy) -> None:
    notes = "- `total =`: the *sum* of {{ toys/plain.total }}\n- `sums`: scaled\n"
    soup = converted(recorded, PAGE.replace("toys/plain:work\n///", f"toys/plain:work\n{notes}///", 1))
    assert [tag["data-note"] for tag in soup.select("span.book-ref")] == ["1", "2"]
    assert [tag.get_text() for tag in soup.select(".book-notes > li")] == ["the sum of 28", "scaled"]
    work = recorded.book.snippets["toys/plain"].cells[1].source
    assert shown_code(soup)[1] == work, "copied code stays clean"
    first, second = (str(line) for line in str(soup.select(".book-cell code")[1]).split("\n") if "book-ref" in str(line))
    assert "total" in first
    assert "sums" in second


def test_a_figure_has_both_schemes_alt_text_caption_and_size(recorded: Toy) -> None:
    text = PAGE.replace("A line that rises.", 'A "line" <to> {{ toys/plain.total }}.').replace("The two", "The {{ toys/plain.half:.0f }}")
    figure = one(converted(recorded, text), "figure")
    images = figure.select("img")
    assert [image["src"] for image in images] == [f"../../figures/toys/plain/plot-1-{scheme}.svg" for scheme in ("light", "dark")]
    assert [image["alt"] for image in images] == ['A "line" <to> 28.'] * 2
    assert [(image["width"], image["height"]) for image in images] == [("13", "27")] * 2
    assert [link["href"] for link in figure.select("a")] == [image["src"] for image in images]
    caption = one(figure, "figcaption")
    assert caption.get_text() == "The 14 sums."
    assert one(caption, "em").get_text() == "sums"
    assert one(caption, ".book-value")["data-name"] == "half"


def test_values_stand_anywhere_in_text(recorded: Toy) -> None:
    table = "| a | b |\n|---|---|\n| {{ toys/plain.total }} | `{{ x }}` |\n"
    text = f"- item {{{{ toys/plain.half:.2f }}}}\n\n{table}\n*so {{{{ 2 * toys/plain.total }}}}*\n"
    soup = converted(recorded, text)
    assert [tag.get_text() for tag in soup.select(".book-value")] == ["14.00", "28", "56"]
    assert one(soup, "em > .book-value")["data-expr"] == "2 * toys/plain.total"
    assert one(soup, "td > code").get_text() == "{{ x }}"
    assert one(soup, "li").get_text().strip() == "item 14.00"


def test_a_count_of_the_book_is_no_measured_value(recorded: Toy) -> None:
    soup = converted(recorded, "{{ book.cells }} cells\n")
    assert soup.select(".book-value") == []
    assert one(soup, ".book-count").get_text() == "3"


def test_a_claim_shows_its_evidence(recorded: Toy) -> None:
    soup = converted(recorded, "/// claim | toys/plain.total > 3\nIt is *large*: {{ toys/plain.total }}.\n///\n")
    claim = one(soup, ".book-claim")
    assert (claim["data-expr"], claim["tabindex"], claim["role"]) == ("toys/plain.total > 3", "0", "note")
    assert one(claim, ".book-check")
    assert one(claim, "small").get_text().startswith("Checked: toys/plain.total = 28 (recorded 20")
    assert one(claim, "em").get_text() == "large"


def test_provenance_stands_at_the_end_of_a_snippet_alone(recorded: Toy) -> None:
    soup = converted(recorded, PAGE)
    about = one(soup, ".book-provenance").get_text()
    for part in ("TensorFlow ", "Keras ", "Python ", "cores", "data: made by the code", "recorded 20", " s"):
        assert part in about
    assert soup.select(".book-listing")[-1].select(".book-provenance")


def test_links_of_a_listing(recorded: Toy) -> None:
    links = {link.get_text(): link["href"] for link in converted(recorded, PAGE).select(".book-cell")[0].select(".book-links a")}
    assert links == {
        "source": "https://github.com/example/toy/blob/main/snippets/toys/plain.py",
        ".py": "../../downloads/toys/plain.py",
        ".ipynb": "../../downloads/toys/plain.ipynb",
        "Colab": "https://colab.research.google.com/github/example/toy/blob/main/recordings/toys/plain.ipynb",
    }


def test_directives_in_details_lists_and_folds(recorded: Toy) -> None:
    text = PAGE.replace("/// cell | toys/plain:work\n///", "//// details | Solution\n\n/// cell | toys/plain:work\n///\n\n////")
    text = text.replace("/// output | toys/plain:work\n///", "- item\n\n    /// output | toys/plain:work\n        fold: Predict\n    ///")
    soup = converted(recorded, text)
    assert one(soup, "details:not(.book-fold) .book-cell")["data-cell"] == "work"
    assert one(one(soup, "li .book-output details.book-fold"), "summary").get_text() == "Predict"
    assert len(soup.select(".book-cell")) == 3


def test_nothing_is_shown_that_could_not_be_recorded(toy: Toy) -> None:
    toy.snippet(PLAIN, values=VALUES, marks=["gpu"])
    soup = converted(toy, PAGE + "\n/// claim | toys/plain.total > 3\nA\n///\n")
    assert len(shown_code(soup)) == 3
    missing = {tag.get_text() for tag in soup.select(".book-missing")}
    assert missing == {"not recorded: needs a GPU"}
    assert soup.select(".book-check, img, .book-value") == []
    assert one(soup, ".book-unproven small").get_text() == "not recorded: needs a GPU"
    # The script can be had, a notebook cannot.
    assert {link.get_text() for link in soup.select(".book-cell a[href*='toys/plain.']")} == {"source", ".py"}


def test_a_page_with_its_front_matter_is_converted_too(recorded: Toy) -> None:
    recorded.page(PAGE)
    configs = {"bookengine.render": {"root": str(recorded.root)}}
    html = Markdown(extensions=["bookengine.render", *EXTENSIONS], extension_configs=configs).convert(PAGE)
    soup = BeautifulSoup(html, "html.parser")
    assert len(soup.select(".book-cell")) == 3
    assert one(soup, ".book-value").get_text() == "28"
    assert "title:" not in soup.get_text()


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("    alt: A line that rises.\n", "", "/// figure", "this figure has no alt text"),
        ("The two *sums*.\n", "", "/// figure", "this figure has no caption"),
        ("cell | toys/plain:plot", "cell | toys/plain:plo", "cell | toys/plain:plo", "has no cell 'plo'"),
        ("/// cell | toys/plain:plot\n///\n", "", "/// figure", "wrong place"),
        ("toys/plain.total", "toys/plain.lost", "The total", "has no value 'lost'"),
        ("plot\n    alt", "plot.2\n    alt", "/// figure", "drew 1 figure(s), not 2"),
        ("The total", "/// claim | toys/plain.total < 3\nA\n///\n\nThe total", "/// claim", "false claim"),
        ("title: Toy page", "title: Toy page\nsources: {row-ones: toy-page}", "row-ones", "unknown ledger row 'row-ones'"),
    ],
)
def test_a_page_with_a_breach_is_not_converted(recorded: Toy, old: str, new: str, at: str, message: str) -> None:
    text = PAGE.replace(old, new)
    assert text != PAGE
    with pytest.raises(BookErrors) as caught:
        converted(recorded, text)
    line = line_of(recorded.root / "docs/toys/page.md", at.strip())
    assert any(error.startswith(f"docs/toys/page.md:{line}: ") and message in error for error in str(caught.value).split("\n"))


def test_a_stale_recording_is_not_converted(recorded: Toy) -> None:
    recorded.snippet(PLAIN.replace("STEPS = 8", "STEPS = 9"), values=VALUES, smoke={"STEPS": "3"})
    with pytest.raises(BookErrors, match=r"snippets/toys/plain\.py:\d+: cell 'parameters' differs") as caught:
        converted(recorded, "/// cell | toys/plain:parameters\n///\n\n/// cell | toys/plain:work\n///\n\n/// cell | toys/plain:plot\n///\n")
    assert len(caught.value.errors) == 1


BUILDERS = {
    "mkdocs": [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"],
    "zensical": [sys.executable, "-m", "zensical", "build", "--clean", "--config-file", "mkdocs.yml"],
}


@pytest.mark.parametrize("builder", BUILDERS)
def test_both_builders_show_it_and_fail_on_a_breach(recorded: Toy, builder: str) -> None:
    recorded.page("# Home\n\n" + "".join(f"/// cell | toys/plain:{cell}\n///\n\n" for cell in ("parameters", "work", "plot")), "index.md")
    done = subprocess.run(BUILDERS[builder], cwd=recorded.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    soup = BeautifulSoup((recorded.root / "site/toys/page/index.html").read_text("utf-8"), "html.parser")
    assert shown_code(soup) == [cell.source for cell in recorded.book.snippets["toys/plain"].cells]
    assert one(soup, ".book-value").get_text() == "28"
    assert one(soup, "figure").select("img")[0]["src"] == "../../figures/toys/plain/plot-1-light.svg"
    assert soup.select(".book-links a[href='../../downloads/toys/plain.py']")
    home = BeautifulSoup((recorded.root / "site/index.html").read_text("utf-8"), "html.parser")
    assert home.select(".book-links a[href='./downloads/toys/plain.py'], .book-links a[href='downloads/toys/plain.py']")

    page = recorded.page(PAGE.replace("    alt: A line that rises.\n", ""))
    failed = subprocess.run(BUILDERS[builder], cwd=recorded.root, capture_output=True, text=True, check=False)
    assert failed.returncode != 0
    assert f"docs/toys/page.md:{line_of(page, '/// figure')}: this figure has no alt text" in failed.stdout + failed.stderr


def test_mkdocs_refuses_what_no_page_shows(recorded: Toy) -> None:
    """A breach beside the pages: the hook runs the whole check first."""
    recorded.write("recordings/toys/old.ipynb", "{}")
    failed = subprocess.run(BUILDERS["mkdocs"], cwd=recorded.root, capture_output=True, text=True, check=False)
    assert failed.returncode != 0
    assert "recordings/toys/old.ipynb:1: a recording without a snippet" in failed.stdout + failed.stderr


def test_the_project_is_found_from_the_working_directory(recorded: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(recorded.root / "docs")
    assert "28" in Markdown(extensions=["bookengine.render"]).convert("{{ toys/plain.total }}")


def test_a_png_figure_needs_no_size(toy: Toy) -> None:
    snippet = toy.snippet("# %% one\n1\n")
    picture = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}, "metadata": {}}
    toy.pretend(snippet, {"one": [picture, drawn("<svg></svg>")]})
    soup = converted(toy, "/// cell | toys/plain:one\n///\n" + "".join(
        f"\n/// figure | toys/plain:one.{number}\n    alt: A\nB\n///\n" for number in (1, 2)))  # fmt: skip
    assert [image["src"].rpartition("/")[2] for image in soup.select("img")] == [
        "one-1-light.png", "one-1-dark.png", "one-2-light.svg", "one-2-dark.svg",
    ]  # fmt: skip
    assert not any("width" in image.attrs for image in soup.select("img"))


def test_a_drift_in_two_columns(recorded: Toy) -> None:
    drift = one(converted(recorded, "/// drift | old-name\n///\n"), ".book-drift")
    assert [tag.get_text() for tag in drift.select("code")] == ["tf.a()", "AttributeError: a", "tf.b()"]
    assert one(drift, "a")["href"] == "../../reference/api-drift/#old-name"


def test_the_extension_names_pages_it_does_not_know(recorded: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(recorded.root)
    with pytest.raises(BookErrors, match=r"\(page\):3: 'toys/plain\.lost'"):
        Markdown(extensions=["bookengine.render"]).convert("Words.\n\n{{ toys/plain.lost }}")


def test_the_snippets_folder_stays_as_it_was(recorded: Toy) -> None:
    before = {path: path.read_bytes() for path in Path(recorded.root).rglob("*") if path.is_file() and "docs" not in path.parts}
    converted(recorded, PAGE)
    assert {path: path.read_bytes() for path in Path(recorded.root).rglob("*") if path.is_file() and "docs" not in path.parts} == before
