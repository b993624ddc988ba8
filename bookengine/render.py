"""The Markdown extension: directives in a page become code, output, figures, values and claims.

A Python-Markdown extension, not a plugin of a site builder, so that MkDocs and Zensical run it
alike. It shows nothing that `check_page` objects to: a page with an error does not build.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from . import html, reports
from .book import Book, NotRecorded, essence, open_book
from .check import check_page
from .directives import Directive, split_notes
from .errors import BookErrors
from .pages import InlineValue, Page, find_values, parse_page, split_value
from .project import Project

# After white space is normalised (30), before fences are taken out (25).
PRIORITY = 27
UNKNOWN_PAGE = Path("(page)")


class BookExtension(Extension):
    """``bookengine.render`` in `markdown_extensions`; option `root`: the project's folder."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {"root": ["", "the project's folder (default: found from the working directory)"]}
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  (the name is Python-Markdown's)
        root = self.getConfig("root")
        md.preprocessors.register(Directives(md, Project.find(Path(root) if root else None)), "book", PRIORITY)


def makeExtension(**kwargs: Any) -> BookExtension:  # noqa: N802  (the name is Python-Markdown's)
    return BookExtension(**kwargs)


class Directives(Preprocessor):
    """Replace directives and inline values by HTML, or fail with every error of the page."""

    def __init__(self, md: Markdown, project: Project) -> None:
        super().__init__(md)
        self.project = project

    def run(self, lines: list[str]) -> list[str]:
        book = open_book(self.project)
        here = parse_page("\n".join(lines), UNKNOWN_PAGE)
        if here.offset:  # no builder took the front matter off
            lines = lines[here.offset :]
            here = parse_page("\n".join(lines), UNKNOWN_PAGE)
        page = find_page(book, lines)
        path = self.project.relative(self.project.docs / page.path) if page else UNKNOWN_PAGE
        if errors := check_page(book, page or here, path):
            raise BookErrors(errors)
        return Writer(self.md, book, page or here, here).write(lines)


def find_page(book: Book, lines: list[str]) -> Page | None:
    """The file that `lines` come from.

    Builders do not tell an extension which page it converts, and each in its own way strips the
    front matter and blank lines; what is left identifies the file.
    """
    return book.by_text.get(essence(lines))


class Writer:
    """Turns one page's directives into HTML. `here` has the line numbers of the text being converted.

    MkDocs leaves links in HTML alone, so that they start at the page's address. Zensical (known by its
    preprocessor ``rendering_context``) takes them to start at the page's file, and moves them.
    """

    def __init__(self, md: Markdown, book: Book, page: Page, here: Page) -> None:
        self.md, self.book, self.page, self.here = md, book, page, here
        self.path = book.project.relative(book.project.docs / page.path)
        self.links = html.Links(book.project, page.to_root_of_files if "rendering_context" in md.preprocessors else page.to_root)
        last = {d.target[0]: d for d in here.directives if d.kind in ("cell", "output", "figure")}
        self.last = {id(directive) for directive in last.values()}

    def write(self, lines: list[str]) -> list[str]:
        written: list[str] = []
        index = 0
        on_values = {value.line - 1 for value in self.here.values}
        for group in self.groups(lines):
            written += [self.inline(lines[i]) if i in on_values else lines[i] for i in range(index, group[0].start)]
            written += ["", group[0].indent + self.stash(self.group(group)), ""]
            index = group[-1].end
        return written + [self.inline(lines[i]) if i in on_values else lines[i] for i in range(index, len(lines))]

    def groups(self, lines: list[str]) -> list[list[Directive]]:
        """Directives that are set as one object: a cell and the output and figures right after it."""
        groups: list[list[Directive]] = []
        for directive in self.here.directives:
            before = groups[-1][-1] if groups else None
            joins = (
                before is not None
                and directive.kind in ("output", "figure")
                and before.kind in ("cell", "output", "figure")
                and before.target[:2] == directive.target[:2]
                and not any(line.strip() for line in lines[before.end : directive.start])
            )
            if joins:
                groups[-1].append(directive)
            else:
                groups.append([directive])
        return groups

    def stash(self, content: str) -> str:
        return self.md.htmlStash.store(content)

    def inline(self, line: str) -> str:
        """`line` with its values put in."""
        for found in reversed(find_values(line)):
            line = line[: found.start()] + self.stash(self.value(found["inner"])) + line[found.end() :]
        return line

    def value(self, inner: str) -> str:
        expression, form = split_value(inner)
        value = InlineValue(expression, form, 0)
        try:
            return html.value(value, self.book.format(value, self.path), self.book)
        except NotRecorded as missing:
            return html.missing(str(missing), tag="span")

    def plain(self, text: str) -> str:
        """`text` with values as plain text, for attributes."""
        for found in reversed(find_values(text)):
            value = InlineValue(*split_value(found["inner"]), line=0)
            try:
                shown = self.book.format(value, self.path)
            except NotRecorded:
                shown = "(not recorded)"
            text = text[: found.start()] + shown + text[found.end() :]
        return text

    def body(self, text: str) -> str:
        """The HTML of a caption, a claim or a note: Markdown with values, without links to pages."""
        spans: list[str] = []
        for found in reversed(find_values(text)):
            spans.append(self.value(found["inner"]))
            text = f"{text[: found.start()]}\ue000{len(spans) - 1}\ue001{text[found.end() :]}"
        inner = Markdown(
            extensions=["attr_list", "smarty", "pymdownx.arithmatex"],
            extension_configs={"pymdownx.arithmatex": {"generic": True}, "smarty": {"smart_dashes": False}},
        ).convert(text)
        single = re.fullmatch(r"<p>(.*)</p>", inner, re.DOTALL)
        inner = single[1] if single and "<p>" not in single[1] else inner
        return re.sub("\ue000(\\d+)\ue001", lambda m: spans[int(m[1])], inner)

    def group(self, group: list[Directive]) -> str:
        if group[0].kind == "claim":
            return self.claim(group[0])
        if group[0].kind == "drift":
            return html.drift(self.book.resolve(group[0], self.path), self.links)
        if group[0].kind == "report":
            return reports.report(group[0].argument, self.book, self.page, self.links)
        parts = [getattr(self, group[0].kind)(group[0])] + [getattr(self, d.kind)(d) for d in group[1:]]
        if any(id(directive) in self.last for directive in group):
            parts.append(html.provenance(self.book, group[0].target[0]))
        return f'<div class="book-listing">\n{"".join(parts)}</div>'

    def cell(self, directive: Directive) -> str:
        snippet, name = self.book.target(directive, self.path)
        cell = snippet.cell(name)
        assert cell is not None  # `target` has made sure
        notes = [(fragment, self.body(text)) for fragment, text in split_notes(directive.body)]
        first = snippet.cells[0].name == name
        return html.cell(snippet, cell, notes, self.plain(directive.options.get("fold", "")), self.links, first=first)

    def output(self, directive: Directive) -> str:
        try:
            shown = html.output_text(self.book.resolve(directive, self.path))
        except NotRecorded as missing:
            shown = html.missing(str(missing))
        return html.output(directive.target, shown, self.plain(directive.options.get("fold", "")))

    def figure(self, directive: Directive) -> str:
        name, cell, number = directive.target
        try:
            kind, content = self.book.resolve(directive, self.path)
        except NotRecorded as missing:
            return html.output(directive.target, html.missing(str(missing)), "")
        alt, caption = self.plain(directive.options["alt"]), self.body(directive.body)
        shown = html.figure(self.links, (name, cell, number), kind, content, alt, caption)
        return html.output(directive.target, shown, "")

    def claim(self, directive: Directive) -> str:
        try:
            values = self.book.resolve(directive, self.path)
        except NotRecorded as missing:
            return html.claim(directive.argument, self.body(directive.body), str(missing), proven=False)
        return html.claim(directive.argument, self.body(directive.body), html.evidence(values, self.book), proven=True)
