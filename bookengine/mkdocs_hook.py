"""What MkDocs alone can do: notebook pages from the recordings, and publishing after each build.

Zensical ignores hooks and mkdocs-jupyter; there, ``python -m bookengine publish`` follows the build.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from mkdocs.exceptions import Abort
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel

from bookengine.book import hold_book, open_book, release_book
from bookengine.check import check
from bookengine.notebook_page import tidy
from bookengine.project import Project
from bookengine.publish import publish

for _logger in ("mkdocs.plugins.mkdocs_jupyter", "mkdocs.mkdocs-jupyter"):  # else three lines a notebook
    logging.getLogger(_logger).setLevel(logging.WARNING)


def _project(config: Any) -> Project:
    return Project(Path(config.config_file_path).resolve().parent)


def on_pre_build(config: Any) -> None:
    """Every breach at once, in words, before any page is built."""
    if errors := check(hold_book(_project(config))):
        raise Abort("\n".join(str(error) for error in errors))


@event_priority(100)  # before mkdocs-jupyter looks for notebooks
def _add_notebooks(files: Files, config: Any) -> Files:
    project = _project(config)
    for path in sorted(project.recordings.rglob("*.ipynb")):
        uri = path.relative_to(project.root).as_posix()
        files.append(File(uri, str(project.root), config.site_dir, config.use_directory_urls))
    return files


@event_priority(-100)  # after mkdocs-jupyter, whose own kind of file forgets it
def _leave_notebooks_out_of_nav(files: Files, config: Any) -> Files:
    """Chapters link to them; without this --strict would miss them in the navigation."""
    for file in files:
        if file.src_uri.endswith(".ipynb"):
            file.inclusion = InclusionLevel.NOT_IN_NAV
    return files


on_files = CombinedEvent(_add_notebooks, _leave_notebooks_out_of_nav)


def on_page_content(html: str, page: Any, config: Any, files: Files) -> str:
    source = page.file.src_uri
    if not source.endswith(".ipynb"):
        return html
    name = source.removeprefix("recordings/").removesuffix(".ipynb")
    return tidy(html, name, "../" * page.file.url.count("/"), open_book(_project(config)))


def on_post_build(config: Any) -> None:
    project = _project(config)
    publish(open_book(project), Path(config.site_dir))
    release_book(project)


def on_serve(server: Any, config: Any, builder: Any) -> Any:
    project = _project(config)
    for folder in (project.snippets, project.recordings, project.coverage):
        server.watch(str(folder))
    return server
