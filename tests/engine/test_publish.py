"""What is added to a built site: downloads, figures in both schemes, Markdown twins."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

from bookengine.publish import DARK, STYLE, dark, publish, twin
from tests.engine.conftest import PAGE, PLAIN, VALUES, Toy, drawn, printed


def test_a_site_gets_downloads_figures_and_twins(recorded: Toy, tmp_path: Path) -> None:
    site = tmp_path / "site"
    count = publish(recorded.book, site)
    files = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    assert files == [
        "downloads/toys/plain.ipynb", "downloads/toys/plain.py", "figures/toys/plain/plot-1-dark.svg",
        "figures/toys/plain/plot-1-light.svg", "index.md", "llms.txt", "toys/page.md",
    ]  # fmt: skip
    assert count == len(files)
    assert (site / "downloads/toys/plain.py").read_bytes() == (recorded.root / "snippets/toys/plain.py").read_bytes()
    assert json.loads((site / "downloads/toys/plain.ipynb").read_text())["cells"][0]["id"] == "parameters"
    light = (site / "figures/toys/plain/plot-1-light.svg").read_text()
    assert light == drawn()["data"]["image/svg+xml"]
    assert (site / "figures/toys/plain/plot-1-dark.svg").read_text() == light.replace("#0072b2", DARK["#0072b2"])


def test_every_colour_of_the_style_has_a_dark_twin() -> None:
    """A colour without one would stay as it is: black lines on a dark page."""
    style = STYLE.read_text("utf-8")
    settings = "\n".join(line.partition("# ")[0] for line in style.splitlines() if not line.startswith("#"))
    used = {f"#{colour.lower()}" for colour in re.findall(r"(?<![\w#])([0-9a-fA-F]{6})\b", settings)}
    assert len(used) >= 8
    assert used <= set(DARK)
    assert not set(DARK) & set(DARK.values())


def test_dark_colours_are_changed_in_any_case_and_nothing_else() -> None:
    svg = '<path style="stroke: #0072B2; fill:#0072b2"/><path fill="#123456"/><image href="data:image/png;base64,0072b2"/>'
    twin_colour = DARK["#0072b2"]
    expected = (
        f'<path style="stroke: {twin_colour}; fill:{twin_colour}"/><path fill="#123456"/><image href="data:image/png;base64,0072b2"/>'
    )
    assert dark(svg) == expected


def test_a_twin_has_code_outputs_and_numbers(recorded: Toy) -> None:
    book = recorded.book
    page = next(page for page in book.pages if page.path.name == "page.md")
    cells = {cell.name: cell.source for cell in book.snippets["toys/plain"].cells}
    text = twin(book, page)
    for name, source in cells.items():
        assert f"```python title=toys/plain:{name}\n{source}\n```" in text
    assert "```text\nsteps 8: 28\n```" in text
    assert "![A line that rises.](../figures/toys/plain/plot-1-light.svg)\n\nThe two *sums*." in text
    assert text.endswith("The total is 28.\n")
    assert "///" not in text


def test_code_in_a_twin_stays_as_it_is(toy: Toy) -> None:
    """Braces in code and output are no values, and back-ticks do not end the fence."""
    source = "text = f'{{x}} {{ toys/plain.lost }}'\n# ```` fence\ntext"
    snippet = toy.snippet(f"# %% one\n{source}\n", values={"n": "1"})
    toy.pretend(snippet, {"one": [printed("{{ toys/plain.lost }} ```\n")]}, n=3)
    toy.page("/// cell | toys/plain:one\n- `text`: it is {{ toys/plain.n }}\n///\n\n/// output | toys/plain:one\n///\n", "page.md")
    book = toy.book
    text = twin(book, next(page for page in book.pages if page.path.name == "page.md"))
    assert f"`````python title=toys/plain:one\n{source}\n`````\n- `text`: it is 3\n" in text
    assert "````text\n{{ toys/plain.lost }} ```\n````" in text


def test_a_twin_shows_code_that_could_not_be_recorded(toy: Toy, tmp_path: Path) -> None:
    toy.snippet(PLAIN, values=VALUES, marks=["gpu"])
    toy.page(PAGE + "\n/// claim | toys/plain.total > 3\nA\n///\n")
    publish(toy.book, tmp_path)
    text = (tmp_path / "toys/page.md").read_text()
    assert "STEPS = 8" in text
    assert "The total is (not recorded: needs a GPU)." in text
    assert text.count("*not recorded: needs a GPU*") == 3
    assert not (tmp_path / "downloads/toys/plain.ipynb").exists()


def test_the_list_of_twins(recorded: Toy, tmp_path: Path) -> None:
    publish(recorded.book, tmp_path)
    lines = (tmp_path / "llms.txt").read_text().splitlines()
    assert lines[0].startswith("# ")
    assert lines[-2:] == ["- [index](index.md)", "- [Toy page](toys/page.md): What it is."]


def test_a_claim_a_drift_and_a_report_in_a_twin(recorded: Toy) -> None:
    recorded.page(
        "/// claim | toys/plain.total > 3\nIt is {{ toys/plain.total }}.\n///\n\n/// drift | old-name\n///\n\n/// report | drift\n///\n"
    )
    book = recorded.book
    text = twin(book, next(page for page in book.pages if page.path.name == "page.md"))
    assert "It is 28.\n\n(checked: `toys/plain.total > 3`)" in text
    assert "- then: `tf.a()`\n- today: `AttributeError: a`\n- now: `tf.b()`" in text
    assert "report “drift”" in text


def test_a_png_is_published_as_bytes(toy: Toy, tmp_path: Path) -> None:
    content = base64.b64encode(b"\x89PNG").decode()
    picture = {"output_type": "display_data", "data": {"image/png": content}, "metadata": {}}
    toy.pretend(toy.snippet("# %% one\n1\n"), {"one": [picture]})
    publish(toy.book, tmp_path)
    assert (tmp_path / "figures/toys/plain/one-1-dark.png").read_bytes() == b"\x89PNG"
