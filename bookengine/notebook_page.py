"""A recording as a page: what mkdocs-jupyter makes of it, in the book's own dress.

As it comes, each page carries 590 kB of style sheets and scripts, a name of a content network, and
figures with an empty description. Code, output and figures stay; the rest goes.
"""

from __future__ import annotations

from html import escape

from bs4 import BeautifulSoup, Tag

from .book import Book
from .html import Links, figure_path


def tidy(converted: str, name: str, to_root: str, book: Book) -> str:
    """The HTML of snippet `name`'s notebook page, from the HTML that mkdocs-jupyter gave."""
    soup = BeautifulSoup(converted, "html.parser")
    snippet = book.snippets[name]
    shown = " ".join(f'<a href="{escape(url)}">{text}</a>' for text, url, _ in Links(book.project, to_root).of(snippet))
    cells = "".join(_cell(cell, name, to_root, book) for cell in soup.select(".jp-Cell[id]"))
    about = f"The whole program <code>{name}</code>, as it was recorded. "
    return f'<h1>{escape(snippet.title)}</h1><p>{about}<span class="book-links">{shown}</span></p>{cells}'


def _cell(cell: Tag, name: str, to_root: str, book: Book) -> str:
    cell_name = str(cell["id"]).removeprefix("cell-id=")
    code = cell.select_one(".highlight-ipynb pre")
    inner = code.decode_contents().removesuffix("\n") if code else ""
    block = f'<div class="highlight"><pre><code>{inner}</code></pre></div>'
    head = f'<div class="book-head"><span class="book-name">{name} <b>{cell_name}</b></span></div>'
    texts = [str(pre) for pre in cell.select(".jp-OutputArea-output pre")]
    pictures = [
        _picture(name, cell_name, number, kind, to_root, book)
        for number, (kind, _) in enumerate(book.recording(name).figures(cell_name), 1)
    ]
    output = "".join(f'<div class="book-output">{content}</div>' for content in texts + pictures)
    return f'<div class="book-listing" id="{cell_name}">{head}{block}{output}</div>'


def _picture(name: str, cell: str, number: int, kind: str, to_root: str, book: Book) -> str:
    """Both schemes' pictures, described as on the chapter's page."""
    directives = (d for page in book.pages for d in page.directives if d.kind == "figure" and d.target == (name, cell, number))
    alt = next((d.options.get("alt", "") for d in directives), "") or f"What the cell {cell} drew."
    links = "".join(
        f'<a class="book-{scheme}" href="{to_root}{path}"><img src="{to_root}{path}" alt="{escape(alt)}" loading="lazy"></a>'
        for scheme in ("light", "dark")
        for path in [figure_path((name, cell, number), kind, scheme)]
    )
    return f'<figure class="book-figure">{links}</figure>'
