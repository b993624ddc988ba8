"""Reading a snippet: the format, and an error with path, line and advice for each way to break it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bookengine.errors import BookError
from bookengine.snippet import Cell, parse_snippet, read_snippet
from tests.engine.conftest import PLAIN, SMOKE, VALUES, script

PATH = Path("snippets/toys/plain.py")
START = "# /// script\n# [tool.book]\n# title = 'A'\n# ///\n"


def parsed(text: str):
    return parse_snippet(text, PATH)


def message(text: str, path: Path = PATH) -> str:
    with pytest.raises(BookError) as caught:
        parse_snippet(text, path)
    return str(caught.value)


def test_all_of_the_format() -> None:
    text = script(PLAIN, values=VALUES, smoke=SMOKE, dependencies=("TensorFlow~=2.21.0", "scikit_learn"), sources=["row-one"],
                  marks=["slow"], timeout=30)  # fmt: skip
    snippet = parsed(text)
    assert (snippet.name, snippet.part, snippet.title, str(snippet)) == ("toys/plain", "toys", "A toy", str(PATH))
    assert snippet.dependencies == ("tensorflow", "scikit-learn")
    assert (snippet.sources, snippet.marks, snippet.timeout) == (("row-one",), ("slow",), 30.0)
    assert (snippet.smoke, snippet.values) == ({"STEPS": 3}, VALUES)
    assert [cell.name for cell in snippet.cells] == ["parameters", "work", "plot"]
    lines = text.splitlines()
    for cell in snippet.cells:
        assert lines[cell.line - 1] == cell.source.split("\n")[0]
    assert {name: lines[line - 1] for name, line in snippet.value_lines.items()} == {
        "total": '# total = "total"', "sums": '# sums = "sums"', "half": '# half = "total / 2"', "word": '# word = "\\"well\\""',
    }  # fmt: skip
    assert snippet.cell("work") == snippet.cells[1]
    assert snippet.cell("lost") is None


def test_what_stands_in_a_cell_is_kept_to_the_character() -> None:
    source = "text = 'a\x0cb\x1cc\u2028d\x85e'\n\n\nif text:\n    pass  # \x0b"
    assert parsed(f"{START}\n# %% one\n\n{source}\n\n\n").cells == (Cell("one", source.rstrip(), 8),)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "no PEP 723 header"),
        ("import this\n", 1, "no PEP 723 header"),
        ("# /// script\n# [tool.book]\n", 1, "never closed"),
        ("# /// script\nx = 1\n# ///\n", 2, "must begin with '# '"),
        ("# /// script\n# [tool.book]\n# title = = 'A'\n# ///\n", 3, "not TOML"),
        ("# /// script\n# [tool.book]\n# title = 'A\n# ///\n", 3, "not TOML"),
        ("# /// script\n# [tool.book\n# ///\n", 2, "not TOML"),
        ("# /// script\n# dependencies = []\n# ///\n", 1, "no [tool.book] table"),
        ("# /// script\n# tool = 3\n# ///\n", 1, "no [tool.book] table"),
        ("# /// script\n# [tool]\n# book = 3\n# ///\n", 1, "no [tool.book] table"),
        ("# /// script\n# [tool.book]\n# sources = []\n# ///\n", 1, "needs a title"),
        ("# /// script\n# [tool.book]\n# title = ' '\n# ///\n", 3, "needs a title"),
        ("# /// script\n# [tool.book]\n# title = 'A'\n# titel = 'A'\n# ///\n", 4, "unknown key 'titel'"),
        ("# /// script\n# [tool.book]\n# title = 'A'\n# marks = ['gpus']\n# ///\n", 4, "unknown mark 'gpus'"),
        ("# /// script\n# [tool.book]\n# title = 'A'\n# marks = 'gpu'\n# ///\n", 4, "marks has the wrong type"),
        ("# /// script\n# [tool.book]\n# title = 'A'\n# sources = [1]\n# ///\n", 4, "sources has the wrong type"),
        ("# /// script\n# [tool.book]\n# title = 'A'\n# timeout = 'long'\n# ///\n", 4, "timeout has the wrong type"),
        ("# /// script\n# [tool.book]\n# title = 'A'\n# timeout = 0\n# ///\n", 4, "timeout"),
        ("# /// script\n# [tool.book]\n# title = 'A'\n# timeout = nan\n# ///\n", 4, "timeout"),
        ("# /// script\n# dependencies = ['?']\n# [tool.book]\n# title = 'A'\n# ///\n# %% a\n1\n", 2, "dependency '?'"),
        ("# /// script\n# dependencies = 'numpy'\n# [tool.book]\n# title = 'A'\n# ///\n# %% a\n1\n", 2, "dependencies"),
        ("# /// script\n# dependencies = [3]\n# [tool.book]\n# title = 'A'\n# ///\n# %% a\n1\n", 2, "dependency"),
        (START, 4, "no cells"),
        (START + "\nimport this\n# %% a\n1\n", 6, "code before the first cell"),
        (START + "# a word\n# %% a\n1\n", 5, "code before the first cell"),
        (START + "# %%\n1\n", 5, "a cell without a name"),
        (START + "# %% Two Words\n1\n", 5, "'Two Words' is no cell name"),
        (START + "# %%time\n1\n", 5, "no cell name"),
        (START + f"# %% {'a' * 65}\n1\n", 5, "no cell name"),
        (START + "# %% a\n1\n\n# %% a\n2\n", 8, "a second cell named 'a'"),
        (START + "# %% a\n\n# %% b\n2\n", 5, "cell 'a' is empty"),
        (START + "# %% a\n1\n\nx = (1\n", 8, "syntax error in cell 'a'"),
        (START + "# %% a\nx = '''\n# %% b\n'''\n", 6, "syntax error in cell 'a'"),
        (START + "# %% a\n1\nreturn 3\n", 7, "syntax error"),
        (START + "# %% a\nx = '\x00'\n", 6, "syntax error"),
        (START + "# %% parameters\nN = 3\nM = N + 1\n", 7, "literal values"),
        (START + "# %% parameters\nN = 3\nn = 1\n", 7, "upper-case"),
        (START + "# %% parameters\nN = 3\nN += 1\n", 7, "literal values"),
        (START + "# %% parameters\nN = M = 3\n", 6, "one upper-case constant"),
        (START + "# %% parameters\nimport keras\n", 6, "literal values"),
        (START + "# %% parameters\nA, B = 1, 2\n", 6, "upper-case"),
        (START + "# %% parameters\nA: int\n", 6, "literal values"),
    ],
)
def test_an_error_has_path_line_and_advice(text: str, line: int, what: str) -> None:
    said = message(text)
    assert said.startswith(f"{PATH}:{line}: ")
    assert what in said


@pytest.mark.parametrize(
    "text",
    [
        "import this\n",
        "# /// script\n# [tool.book]\n",
        "# /// script\n# [tool.book]\n# title = 'A'\n# x = 1\n# ///\n",
        START,
        START + "x = 1\n# %% a\n1\n",
        START + "# %%\n1\n",
        START + "# %% a\n\n# %% b\n2\n",
        START + "# %% a\n1\n# %% a\n2\n",
        START + "# %% parameters\nN = f()\n",
    ],
)
def test_an_error_says_what_to_do(text: str) -> None:
    assert " — " in message(text), "no advice"


def test_smoke_sets_only_constants_of_parameters() -> None:
    text = script("# %% parameters\nEPOCHS = 3\n# %% work\nSTEPS = 4\n", smoke={"EPOCHS": "1", "STEPS": "2"})
    said = message(text)
    line = text.splitlines().index("# STEPS = 2") + 1
    assert said == f"{PATH}:{line}: smoke sets STEPS, which the cell 'parameters' does not have — it has: EPOCHS"


def test_smoke_without_parameters() -> None:
    assert "it has: none" in message(script("# %% work\nSTEPS = 4\n", smoke={"STEPS": "2"}))


def test_smoke_holds_plain_values() -> None:
    text = script("# %% parameters\nDAY = 3\n", smoke={"DAY": "2026-11-21"})
    assert message(text).startswith(f"{PATH}:{text.splitlines().index('# DAY = 2026-11-21') + 1}: smoke DAY")


@pytest.mark.parametrize(
    ("name", "expression", "what"),
    [("loss", "float(", "is no expression"), ("Loss", "1", "lower case"), ("loss", "x = 1", "is no expression")],
)
def test_a_value_must_be_a_named_expression(name: str, expression: str, what: str) -> None:
    text = script("# %% work\nx = 1\n", values={name: expression})
    said = message(text)
    line = text.splitlines().index(f"# {name} = {expression!r}".replace("'", '"')) + 1
    assert said.startswith(f"{PATH}:{line}: value")
    assert what in said


def test_a_value_must_be_text() -> None:
    text = "# /// script\n# [tool.book]\n# title = 'A'\n# [tool.book.values]\n# loss = 3\n# ///\n# %% a\n1\n"
    assert message(text).startswith(f"{PATH}:5: value loss")


def test_the_line_of_a_value_is_not_that_of_a_namesake() -> None:
    text = script("# %% parameters\nLOSS = 1\n", sources=["loss"], values={"title": "1", "loss": "1"})
    lines = text.splitlines()
    assert parsed(text).value_lines == {"title": lines.index('# title = "1"') + 1, "loss": lines.index('# loss = "1"') + 1}


def test_a_bad_name_of_the_file() -> None:
    assert message(script("# %% a\n1\n"), Path("snippets/toys/Two-Words.py")) == (
        "snippets/toys/Two-Words.py:1: 'toys/Two-Words' is no snippet name — use part/name, lower case, with underscores"
    )


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "toys" / "latin.py"
    path.parent.mkdir()
    path.write_bytes(b"# /// script\n# caf\xe9\n")
    with pytest.raises(BookError, match=r"toys/latin\.py:2: not UTF-8.*save the file as UTF-8"):
        read_snippet(path, tmp_path)


def test_windows_line_ends_are_read_like_any(tmp_path: Path) -> None:
    path = tmp_path / "toys" / "plain.py"
    path.parent.mkdir()
    path.write_bytes(script(PLAIN).replace("\n", "\r\n").encode())
    assert read_snippet(path, tmp_path).cells == parsed(script(PLAIN)).cells


lines = st.sampled_from(
    ["# /// script", "# ///", "# [tool.book]", "# title = 'A'", "# smoke = {A = 1}", "# values = {a = '1'}", "# tool = 1", "# marks = [[]]",
     "# timeout = inf", "# %% a", "# %% b", "# %% parameters", "#", "", "A = 1", "x = (", "'''", "\tx", "\x00", "\x0c", "\ud800", "#\u2028"]
)  # fmt: skip


bodies = st.lists(lines, max_size=12).map("\n".join)


@given(st.one_of(st.text(max_size=200), bodies, bodies.map(lambda text: START + text)))
@example(START + "# %% a\n1\r2\n")
def test_any_text_is_a_snippet_or_an_error_within_the_file(text: str) -> None:
    try:
        snippet = parsed(text)
    except BookError as error:
        line, words = error.line, error.message
    else:
        line, words = snippet.cells[-1].line, "a snippet"
    assert 1 <= line <= len(re.split("\r\n|\r|\n", text))
    assert words


names = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True).filter(lambda name: name != "parameters")
statements = st.sampled_from(
    ["x = 1", "# why", "if x:\n    y = [\n\n        2,\n    ]", "'''text\n\n  more'''", "print('é\x0c')", "def f():\n\treturn {}"]
)
sources = st.lists(statements, min_size=1, max_size=3).map("\n\n".join).filter(lambda text: "x" in text or "print" in text)


@given(st.lists(st.tuples(names, sources), min_size=1, max_size=5, unique_by=lambda pair: pair[0]), st.integers(0, 3))
def test_parsing_gives_back_the_cells_that_were_written(cells: list[tuple[str, str]], blanks: int) -> None:
    gap = "\n" * blanks
    snippet = parsed(START + "".join(f"{gap}# %% {name}\n{gap}{source}\n{gap}" for name, source in cells))
    assert [(cell.name, cell.source) for cell in snippet.cells] == cells
