"""After the builder: put into the site what pages link to and builders do not make.

Downloads (``.py``, ``.ipynb``), figures in both schemes, a plain-Markdown twin of every page with
its code and outputs, and ``llms.txt`` that lists the twins.
"""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path

from .book import Book, NotRecorded
from .directives import Directive
from .html import figure_path
from .pages import InlineValue, Page, find_values, split_value

# Figures are drawn once, for the light scheme; the style names each colour's twin for the dark one.
STYLE = Path(__file__).with_name("book.mplstyle")
DARK = {f"#{light}": f"#{dark}" for light, dark in re.findall(r"^# twin (\w{6}) (\w{6})", STYLE.read_text("utf-8"), re.MULTILINE)}
COLOUR = re.compile("|".join(DARK), re.IGNORECASE)


def publish(book: Book, site: Path) -> int:
    """Add to the built `site`; returns the number of files written."""
    return downloads(book, site) + figures(book, site) + twins(book, site)


def downloads(book: Book, site: Path) -> int:
    count = 0
    for name, snippet in book.snippets.items():
        target = site / "downloads" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.with_suffix(".py").write_text(snippet.text, "utf-8")
        count += 1
        if book.is_recorded(name):
            shutil.copyfile(book.project.recording_path(name), target.with_suffix(".ipynb"))
            count += 1
    return count


def figures(book: Book, site: Path) -> int:
    count = 0
    for name in filter(book.is_recorded, book.snippets):
        recording = book.recording(name)
        for cell in recording.notebook["cells"]:
            for number, (kind, content) in enumerate(recording.figures(cell["id"]), 1):
                for scheme in ("light", "dark"):
                    target = site / figure_path((name, cell["id"], number), kind, scheme)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    if kind == "png":
                        target.write_bytes(base64.b64decode(content))
                    else:
                        target.write_text(dark(content) if scheme == "dark" else content, "utf-8")
                    count += 1
    return count


def dark(svg: str) -> str:
    """`svg` with the light scheme's colours replaced by their twins; pictures inside it stay."""
    return COLOUR.sub(lambda found: DARK[found.group().lower()], svg)


def twins(book: Book, site: Path) -> int:
    """``page.md`` beside each page, and ``llms.txt``."""
    lines = ["# Executable TensorFlow", "", "> Every code block runs, every output is recorded, every number measured.", ""]
    for page in book.pages:
        text = twin(book, page)
        target = site / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        title, about = page.meta.get("title") or page.path.stem, page.meta.get("description", "")
        lines.append(f"- [{title}]({page.path.as_posix()}): {about}".rstrip(": "))
    (site / "llms.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return len(book.pages) + 1


def twin(book: Book, page: Page) -> str:
    """The page as plain Markdown: directives replaced by code, outputs and numbers."""
    lines: list[str] = []
    index = 0
    with_values = {value.line - 1 - page.offset for value in page.values}

    def text(start: int, end: int) -> list[str]:
        return [_plain(book, page.lines[i]) if i in with_values else page.lines[i] for i in range(start, end)]

    for directive in page.directives:
        lines += text(index, directive.start) + _plain_directive(book, directive, page)
        index = directive.end
    return "\n".join(lines + text(index, len(page.lines))).strip() + "\n"


def _plain(book: Book, text: str) -> str:
    """`text` with its values put in."""
    for found in reversed(find_values(text)):
        text = text[: found.start()] + _value(book, found["inner"]) + text[found.end() :]
    return text


def _value(book: Book, inner: str) -> str:
    try:
        return book.format(InlineValue(*split_value(inner), line=0), "")
    except NotRecorded as missing:
        return f"({missing})"


def _plain_directive(book: Book, directive: Directive, page: Page) -> list[str]:
    name, cell, number = directive.target
    try:
        resolved = book.resolve(directive, "")
    except NotRecorded as missing:
        return [f"*{missing}*"]
    body = [_plain(book, line) for line in directive.body.split("\n")]
    match directive.kind:
        case "cell":
            return [*_fenced(f"python title={name}:{cell}", resolved.cell(cell).source), *body]
        case "output":
            return _fenced("text", resolved)
        case "figure":
            path = figure_path((name, cell, number), resolved[0], "light")
            up = "../" * (len(page.path.parts) - 1)
            return [f"![{_plain(book, directive.options['alt'])}]({up}{path})", "", *body]
        case "claim":
            return [*body, "", f"(checked: `{directive.argument}`)"]
        case "drift":
            return [f"- then: `{resolved['old']}`", f"- today: `{resolved['error_today']}`", f"- now: `{resolved['new']}`"]
    return [f"(See the page for the report “{directive.argument}”.)"]


def _fenced(info: str, text: str) -> list[str]:
    """A fence longer than any in `text`."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{info}", *text.split("\n"), fence]
