"""Reading a page: directives, values and fences with their lines; each mistake said once, where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bookengine.directives import split_notes
from bookengine.pages import Page, parse_page, read_page
from tests.engine.conftest import PAGE, said

PATH = Path("toys/page.md")


def parsed(text: str) -> Page:
    return parse_page(text, PATH)


def errors(text: str) -> list[str]:
    return said(parsed(text).errors)


def test_all_of_a_page() -> None:
    page = parsed(PAGE)
    lines = PAGE.split("\n")
    assert said(page.errors) == []
    assert page.meta == {"title": "Toy page", "description": "What it is."}
    assert [(d.kind, d.argument) for d in page.directives] == [
        ("cell", "toys/plain:parameters"),
        ("cell", "toys/plain:work"),
        ("output", "toys/plain:work"),
        ("cell", "toys/plain:plot"),
        ("figure", "toys/plain:plot"),
    ]
    for directive in page.directives:
        assert lines[directive.line - 1] == f"/// {directive.kind} | {directive.argument}"
        assert page.lines[directive.start] == lines[directive.line - 1]
        assert page.lines[directive.end - 1] == "///"
    figure = page.directives[-1]
    assert (figure.options, figure.body) == ({"alt": "A line that rises."}, "The two *sums*.")
    (value,) = page.values
    assert (value.expression, value.format, lines[value.line - 1]) == ("toys/plain.total", "", "The total is {{ toys/plain.total }}.")
    assert page.snippets == ["toys/plain"]


@pytest.mark.parametrize(
    ("argument", "target"),
    [
        ("keras/rnn:train", ("keras/rnn", "train", 1)),
        ("keras/rnn:plot-two.2", ("keras/rnn", "plot-two", 2)),
        ("keras/rnn", ("keras/rnn", "", 1)),
        ("keras/rnn:Bad", ("keras/rnn:Bad", "", 1)),
    ],
)
def test_the_target_of_a_directive(argument: str, target: tuple[str, str, int]) -> None:
    (directive,) = parsed(f"/// cell | {argument}\n///").directives
    assert directive.target == target


@pytest.mark.parametrize(
    ("path", "url", "to_root"), [("index.md", "", "./"), ("keras/rnn.md", "keras/rnn/", "../../"), ("keras/index.md", "keras/", "../")]
)
def test_the_address_of_a_page(path: str, url: str, to_root: str) -> None:
    page = parse_page("", Path(path))
    assert (page.url, page.to_root) == (url, to_root)


PYTHON = [
    "```python\nx\n```",
    "```py\nx\n```",
    "``` Python\nx\n```",
    "```python3\nx\n```",
    "```py3\nx\n```",
    "```ipython3\nx\n```",
    "```pycon\nx\n```",
    "~~~python\nx\n~~~",
    "````python\nx\n```\n````",
    "```{.python}\nx\n```",
    "``` { .python }\nx\n```",
    "```{.python .annotate #one}\nx\n```",
    "```{#one .python}\nx\n```",
    "```{.annotate .py}\nx\n```",
    "```python title='a.py' hl_lines='1'\nx\n```",
    "``` lang=python\nx\n```",
    "    ```python\n    x\n    ```",
    "\t```python\n\tx\n\t```",
    "> ```python\n> x\n> ```",
    "> > ~~~ py\n> > x\n> > ~~~",
    "- ```python\n  x\n  ```",
    "* ~~~python\n  x\n  ~~~",
    "12. ```python\n    x\n    ```",
    "> - ```python\n>   x\n>   ```",
    "- word\n\n    ```python\n    x\n    ```",
]
OTHER = [
    "```\nx\n```",
    "```console\n$ python x\n```",
    "```bash\npython -m x\n```",
    "~~~ text\npython\n~~~",
    "```{.text title='python-free'}\nx\n```",
    "```numpy\nx\n```",
    "```toml\npython = 1\n```",
    "`python`",
    "```python``` inline",
    "text ```python",
]


@pytest.mark.parametrize("fence", PYTHON)
@pytest.mark.parametrize("before", ["", "Words.\n\n", "---\ntitle: A\n---\n\n", "//// details | More\n\n"])
def test_a_python_fence_by_hand_is_found(fence: str, before: str) -> None:
    closing = "\n\n////\n" if "////" in before else ""
    text = f"{before}{fence}{closing}"
    line = text.split("\n").index(next(line for line in fence.split("\n") if "```" in line or "~~~" in line)) + 1
    assert errors(text) == [f"{PATH}:{line}: a Python fence typed by hand — make it a snippet and show its cell"]


@pytest.mark.parametrize("fence", OTHER)
def test_other_fences_are_fine_and_end(fence: str) -> None:
    page = parsed(f"{fence}\n\n/// cell | a/b:c\n///\n\n{{{{ a/b.c }}}}\n")
    assert said(page.errors) == []
    assert (len(page.directives), len(page.values)) == (1, 1)


def test_nothing_counts_inside_a_fence() -> None:
    text = "~~~text\n/// cell | a/b:c\n///\n{{ a/b.c }}\n# {{ a/b.c }}\n```python\n~~~\nafter {{ a/b.d }}"
    page = parsed(text)
    assert (said(page.errors), page.directives, [value.line for value in page.values]) == ([], (), [8])
    assert page.fenced == frozenset(range(7))


def test_a_fence_that_is_never_closed() -> None:
    page = parsed("```text\n\n/// cell | a/b:c\n///\n")
    assert said(page.errors) == [f"{PATH}:1: this fence is never closed — end it with a line '```'"]
    assert len(page.directives) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/// cell | a/b:c\n", ["1: this cell is never closed — end it with a line '///'"]),
        ("/// cell | a/b:c\n\n/// cell | a/b:d\n///\n", ["1: this cell is never closed — end it with a line '///'"]),
        (
            "/// cell | a/b:c\n////\n",
            [
                "1: this cell is never closed — end it with a line '///'",
                "2: '////' closes nothing — remove it, or mend the line that should open the block",
            ],
        ),
        ("/// cel | a/b:c\n///\n", ["1: unknown directive 'cel' — ours are cell, output, figure, claim, drift, report"]),
        ("/// cell | a/b:c\n    fold: A\n    wide: yes\n///\n", ["3: 'wide: yes' is no option of cell — options: fold"]),
        ("/// claim | a/b.c\n    alt: A\n///\n", ["2: 'alt: A' is no option of claim — options: none"]),
        ("/// output | a/b:c\n    fold: A\nWords.\n///\n", ["3: a output has no text of its own — move the text below it"]),
        ("/// cell\n///\n", ["1: cell of what? — /// cell | …"]),
        (
            "/// cell a/b:c\n///\n",
            [
                "1: '/// cell a/b:c' is no directive — write '/// kind | argument' on a line of its own",
                "2: '///' closes nothing — remove it, or mend the line that should open the block",
            ],
        ),
        ("- /// cell | a/b:c\n", ["1: '- /// cell | a/b:c' is no directive — write '/// kind | argument' on a line of its own"]),
        ("> /// cell | a/b:c\n", ["1: '> /// cell | a/b:c' is no directive — write '/// kind | argument' on a line of its own"]),
        ("Words.\n///\n", ["2: '///' closes nothing — remove it, or mend the line that should open the block"]),
        ("/// details | A\nWords.\n", ["1: this details is never closed — end it with a line '///'"]),
        ("/// note\n/// tip\n///\n///\n", ["2: this tip is inside a block of as many slashes — give the outer one more"]),
        ("//// note\n/// tip\n////\n", ["2: this tip is never closed — end it with a line '///'"]),
        ("# A {{ a/b.c }}\n", ["1: a value in a heading — headings make addresses: move it into the text"]),
        ("Words\n\n### A {{ a/b.c }}\n", ["3: a value in a heading — headings make addresses: move it into the text"]),
        ("A {{ a/b.c }}\n---\n", ["1: a value in a heading — headings make addresses: move it into the text"]),
        ("---\ntitle: [\n---\n", ["3: the front matter is not YAML: expected the node content, but found '<stream end>'"]),
        ("---\nwords\n---\n", ["1: the front matter is not YAML: not a table"]),
        ("---\na: 1\ndate: 2026-99-99\n---\n", ["1: the front matter is not YAML: month must be in 1..12"]),
    ],
)
def test_a_mistake_is_said_where_it_is(text: str, expected: list[str]) -> None:
    assert errors(text) == [f"{PATH}:{line}" for line in expected]


def test_lines_count_from_the_top_of_the_file() -> None:
    page = parsed("---\ntitle: A\n\n---\n\n/// cell | a/b:c\n///\n\n{{ a/b.c }}\n\n/// cel | a\n///\n")
    assert (page.offset, page.directives[0].line, page.values[0].line, page.errors[0].line) == (4, 6, 9, 11)


@pytest.mark.parametrize("text", ["", "---\n---\nWords {{ a/b.c }}\n\n---\n", "Words\n\n---\n\nmore: words\n\n---\n"])
def test_what_is_no_front_matter(text: str) -> None:
    page = parsed(text)
    assert (page.meta, said(page.errors)) == ({}, [])


@pytest.mark.parametrize("slashes", ["///", "////"])
def test_directives_stand_in_details_and_lists(slashes: str) -> None:
    inside = "    open: true\n\n/// cell | a/b:c\n///\n"
    page = parsed(f"{slashes} details | Solution {{{{ a/b.n }}}}\n{inside}\n{slashes}\n\n- item\n\n    /// output | a/b:c\n    ///\n")
    assert said(page.errors) == []
    assert [(d.kind, d.indent, d.line) for d in page.directives] == [("cell", "", 4), ("output", "    ", 11)]
    assert [value.line for value in page.values] == [1]


def test_options_may_go_on_over_lines() -> None:
    (figure,) = parsed("/// figure | a/b:c\n    alt: One\n      and: two\n    again: yes\nCaption\nmore.\n///").directives
    assert (figure.options, figure.body) == ({"alt": "One and: two", "again": "yes"}, "Caption\nmore.")


@pytest.mark.parametrize("line", ["`{{ a/b.c }}`", "``x ` {{ a/b.c }}``", "text `{{ a/b.c }}` text", "{ a/b.c }", "{{}}"])
def test_what_is_no_value(line: str) -> None:
    assert parsed(line).values == ()


def test_values_are_found_in_text_captions_and_claims() -> None:
    text = "A {{ a/b.c:.2f }} and {{mean(a/b.d)}}, `x` {{ a/b.e[-1]:>{{ }}\n\n/// claim | a/b.c < 1\nIs {{ a/b.c }}.\n///\n"
    found = [(value.expression, value.format, value.line) for value in parsed(text).values]
    assert found[:2] == [("a/b.c", ".2f", 1), ("mean(a/b.d)", "", 1)]
    assert found[-1] == ("a/b.c", "", 4)


def test_notes_are_fragments_with_text() -> None:
    assert split_notes("- `x = 1`: the first\n  goes on\n- `y`: second") == [("x = 1", "the first goes on"), ("y", "second")]
    with pytest.raises(ValueError, match="'words' is no note"):
        split_notes("words")


def test_a_page_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "latin.md"
    path.write_bytes(b"# One\n\ncaf\xe9\n")
    assert said(read_page(path, tmp_path, Path("docs/latin.md")).errors) == [
        "docs/latin.md:3: not UTF-8: invalid continuation byte — save the file as UTF-8"
    ]


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_bytes(("\ufeff" + PAGE.replace("\n", "\r\n")).encode())
    found, expected = read_page(path, tmp_path), parsed(PAGE)
    assert (found.meta, found.lines, found.directives, found.errors) == (expected.meta, expected.lines, expected.directives, ())


pieces = st.sampled_from(
    [
        "---",
        "title: A",
        "/// cell | a/b:c",
        "///",
        "////",
        "//// details | A",
        "/// figure | a/b:c",
        "    alt: {{ a/b.c }}",
        "/// claim | 1",
        "Words {{ a/b.c:.2f }}.",
        "# {{ a/b.c }}",
        "===",
        "```",
        "```python",
        "~~~~",
        "> ```py",
        "- item",
        "    ",
        "",
        "\t",
        "`{{",
        "}}`",
        "/// x|",
        "\x00",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(pieces, max_size=20).map("\n".join)))
@example("---\na: !!python/object:os.system x\n---\n")
@example("---\n? [a]\n: b\n---\n")
def test_any_text_is_read_and_every_line_is_one_of_the_file(text: str) -> None:
    page = parsed(text)
    total = text.count("\n") + 1
    for item in (*page.directives, *page.values, *page.errors):
        assert 1 <= item.line <= total
    for directive in page.directives:
        assert 0 <= directive.start < directive.end <= len(page.lines)
        assert directive.line == page.offset + directive.start + 1
    starts = [directive.start for directive in page.directives]
    assert starts == sorted(set(starts))


words = st.from_regex(r"[A-Za-z][A-Za-z ]{0,20}[a-z]", fullmatch=True)
cell_targets = st.from_regex(r"[a-z]{1,4}/[a-z_]{1,4}:[a-z]{1,5}", fullmatch=True)


@given(st.lists(st.tuples(cell_targets, words, words), max_size=4))
def test_what_was_written_is_read(figures: list[tuple[str, str, str]]) -> None:
    page = parsed("\n".join(f"Before.\n\n/// figure | {target}\n    alt: {alt}\n{caption}\n///\n" for target, alt, caption in figures))
    assert said(page.errors) == []
    assert [(d.argument, d.options["alt"], d.body) for d in page.directives] == figures
