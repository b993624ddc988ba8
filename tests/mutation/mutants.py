"""The sabotage: each function breaks one promise in a copy of the project and says where it did.

A mutant must not know how the check works; it does what a careless or dishonest hand would do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Mutant:
    """`sabotage` takes the copy's root and returns the path, relative to it, that the error must name."""

    name: str
    sabotage: Callable[[Path], str]


MUTANTS: list[Mutant] = []


def mutant(name: str) -> Callable[[Callable[[Path], str]], Callable[[Path], str]]:
    def register(sabotage: Callable[[Path], str]) -> Callable[[Path], str]:
        MUTANTS.append(Mutant(name, sabotage))
        return sabotage

    return register


# What to break -------------------------------------------------------------------------------------


def rewrite(path: Path, text: str) -> None:
    """Write a new file; the copy shares unchanged files with the original by hard links."""
    path.unlink()
    path.write_text(text, "utf-8")


def pages(root: Path) -> Iterator[tuple[Path, str]]:
    """Chapters, that is, pages that show cells."""
    for path in sorted((root / "docs").glob("*/*.md")):
        text = path.read_text("utf-8")
        if "/// cell |" in text:
            yield path, text


def page_with(root: Path, pattern: str) -> tuple[Path, str, re.Match[str]]:
    """The first chapter in which `pattern` is found."""
    for path, text in pages(root):
        if found := re.search(pattern, text, re.MULTILINE | re.DOTALL):
            return path, text, found
    raise LookupError(f"no chapter has {pattern!r}")


def shown_recording(root: Path, wanted: Callable[[dict[str, Any]], bool]) -> tuple[Path, dict[str, Any]]:
    """A recording that some chapter shows and `wanted` accepts."""
    for _, text in pages(root):
        for name in dict.fromkeys(re.findall(r"/// cell \| ([\w/]+):", text)):
            path = root / "recordings" / f"{name}.ipynb"
            if path.exists() and wanted(notebook := json.loads(path.read_text("utf-8"))):
                return path, notebook
    raise LookupError("no chapter shows such a recording")


def save(path: Path, notebook: dict[str, Any]) -> None:
    rewrite(path, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")


def snippet_of(root: Path, recording: Path) -> Path:
    return (root / "snippets" / recording.relative_to(root / "recordings")).with_suffix(".py")


def relative(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def streams(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [o for cell in notebook["cells"] for o in cell["outputs"] if o["output_type"] == "stream" and DIGIT.search(o["text"])]


def drawings(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [o for cell in notebook["cells"] for o in cell["outputs"] if "image/svg+xml" in o.get("data", {})]


def numbers(notebook: dict[str, Any]) -> list[str]:
    return [name for name, value in notebook["metadata"]["book"]["values"].items() if isinstance(value, float)]


def another_digit(text: str) -> str:
    """`text` with its last digit changed."""
    index = [found.start() for found in DIGIT.finditer(text)][-1]
    return text[:index] + str((int(text[index]) + 1) % 10) + text[index + 1 :]


# Snippets ------------------------------------------------------------------------------------------


@mutant("a literal in a snippet is changed")
def literal(root: Path) -> str:
    path, _ = shown_recording(root, lambda notebook: True)
    snippet = snippet_of(root, path)
    head, _, code = snippet.read_text("utf-8").partition("# %%")
    rewrite(snippet, head + "# %%" + DIGIT.sub(lambda found: str((int(found[0]) + 1) % 10), code, count=1))
    return relative(root, snippet)


@mutant("a cell of a snippet is renamed")
def renamed_cell(root: Path) -> str:
    path, _, found = page_with(root, r"^/// cell \| ([\w/]+):([\w-]+)")
    snippet = root / "snippets" / f"{found[1]}.py"
    rewrite(snippet, snippet.read_text("utf-8").replace(f"# %% {found[2]}\n", f"# %% {found[2]}-again\n"))
    return relative(root, path)


@mutant("a value's expression is changed in the header")
def value_expression(root: Path) -> str:
    path, notebook = shown_recording(root, lambda notebook: bool(numbers(notebook)))
    snippet = snippet_of(root, path)
    name = numbers(notebook)[0]
    changed = re.sub(rf'^(# {name} = ")', r"\g<1>0.5 * ", snippet.read_text("utf-8"), flags=re.MULTILINE)
    rewrite(snippet, changed)
    return relative(root, snippet)


@mutant("a line of code is added to a snippet")
def added_line(root: Path) -> str:
    path, _ = shown_recording(root, lambda notebook: True)
    snippet = snippet_of(root, path)
    rewrite(snippet, snippet.read_text("utf-8").rstrip() + '\nprint("one more")\n')
    return relative(root, snippet)


# Recordings ----------------------------------------------------------------------------------------


@mutant("a byte of a recorded output is changed")
def output_byte(root: Path) -> str:
    path, notebook = shown_recording(root, lambda notebook: bool(streams(notebook)))
    output = streams(notebook)[0]
    output["text"] = another_digit(output["text"])
    save(path, notebook)
    return relative(root, path)


@mutant("a digit of a recorded value is changed")
def value_digit(root: Path) -> str:
    path, notebook = shown_recording(root, lambda notebook: bool(numbers(notebook)))
    values = notebook["metadata"]["book"]["values"]
    name = numbers(notebook)[0]
    values[name] += 0.01
    save(path, notebook)
    return relative(root, path)


@mutant("a recorded figure is retouched")
def retouched(root: Path) -> str:
    path, notebook = shown_recording(root, lambda notebook: bool(drawings(notebook)))
    data = drawings(notebook)[0]["data"]
    data["image/svg+xml"] = another_digit(data["image/svg+xml"])
    save(path, notebook)
    return relative(root, path)


@mutant("two figures of a recording are swapped")
def swapped_in_recording(root: Path) -> str:
    path, notebook = shown_recording(root, lambda notebook: len(drawings(notebook)) > 1)
    first, second = drawings(notebook)[:2]
    first["data"], second["data"] = second["data"], first["data"]
    save(path, notebook)
    return relative(root, path)


@mutant("a recording is cut off half-way")
def truncated(root: Path) -> str:
    path, _ = shown_recording(root, lambda notebook: True)
    text = path.read_text("utf-8")
    rewrite(path, text[: len(text) // 2])
    return relative(root, path)


@mutant("a recording is deleted")
def deleted(root: Path) -> str:
    path, _ = shown_recording(root, lambda notebook: True)
    path.unlink()
    return relative(root, path)


@mutant("a recording claims another date")
def another_date(root: Path) -> str:
    path, notebook = shown_recording(root, lambda notebook: True)
    notebook["metadata"]["book"]["recorded_at"] = "2031-01-01T00:00:00Z"
    save(path, notebook)
    return relative(root, path)


@mutant("a recording claims real data in place of a stand-in")
def data_tier(root: Path) -> str:
    path, notebook = shown_recording(root, lambda notebook: bool(notebook["metadata"]["book"]["data"]))
    notebook["metadata"]["book"]["data"][0]["tier"] = "real, downloaded"
    save(path, notebook)
    return relative(root, path)


@mutant("a version in the lock file is raised")
def locked_version(root: Path) -> str:
    lock = root / "requirements" / "book.txt"
    text = re.sub(r"^(tensorflow==\d+\.\d+\.)(\d+)", r"\g<1>99", lock.read_text("utf-8"), flags=re.MULTILINE)
    rewrite(lock, text)
    return "recordings/"


# Pages ---------------------------------------------------------------------------------------------


def edit_page(root: Path, pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> str:
    path, text, _ = page_with(root, pattern)
    rewrite(path, re.sub(pattern, replacement, text, count=1, flags=re.MULTILINE | re.DOTALL))
    return relative(root, path)


@mutant("a cell is dropped from a page")
def dropped_cell(root: Path) -> str:
    return edit_page(root, r"^(/// cell \| [\w/]+:(?!parameters)[\w-]+\n(?:(?!///).*?\n)?///\n)", "")


@mutant("two cells of a page change places")
def swapped_cells(root: Path) -> str:
    pattern = r"^/// cell \| ([\w/]+):([\w-]+)$(.*?)^/// cell \| \1:([\w-]+)$"
    return edit_page(root, pattern, lambda m: f"/// cell | {m[1]}:{m[4]}{m[3]}/// cell | {m[1]}:{m[2]}")


@mutant("a Python fence is typed into a page by hand")
def typed_fence(root: Path) -> str:
    path, text = next(pages(root))
    rewrite(path, text + "\n```python\nprint('trust me')\n```\n")
    return relative(root, path)


@mutant("a claim is turned round")
def flipped_claim(root: Path) -> str:
    return edit_page(root, r"^/// claim \| ([^\n]*?[^\n<>=]) (<|>) ", lambda m: f"/// claim | {m[1]} {'>' if m[2] == '<' else '<'} ")


@mutant("a claim rests on nothing")
def empty_claim(root: Path) -> str:
    return edit_page(root, r"^/// claim \| [^\n]+", "/// claim | 1 < 2")


@mutant("two figures of a page are swapped")
def swapped_figures(root: Path) -> str:
    pattern = r"(/// cell \| [^\n]*\n.*?^/// figure \| )([\w/]+):([\w-]+)$(.*?)^/// figure \| \2:(?!\3)([\w-]+)$"
    return edit_page(root, pattern, lambda m: f"{m[1]}{m[2]}:{m[5]}{m[4]}/// figure | {m[2]}:{m[3]}")


@mutant("the alt text of a figure is removed")
def no_alt(root: Path) -> str:
    return edit_page(root, r"^(/// figure \| [^\n]+\n)    alt: [^\n]+\n(?:     +[^\n]+\n)*", r"\1")


@mutant("a value's name is misspelt")
def misspelt_value(root: Path) -> str:
    return edit_page(root, r"\{\{ ([\w/]+\.\w+)", r"{{ \1x")


@mutant("a directive is misspelt")
def misspelt_directive(root: Path) -> str:
    return edit_page(root, r"^/// output \|", "/// outptu |")


@mutant("a directive is never closed")
def unclosed(root: Path) -> str:
    return edit_page(root, r"^(/// cell \| [^\n]+)\n///\n", r"\1\n")


@mutant("an internal link is broken")
def broken_link(root: Path) -> str:
    path, text = next(pages(root))
    rewrite(path, text + "\nSee [the other chapter](../nowhere/at-all.md).\n")
    return relative(root, path)


@mutant("a link names a heading that is not there")
def broken_anchor(root: Path) -> str:
    path, text = next(pages(root))
    rewrite(path, text + "\nSee [above](#a-heading-nobody-wrote).\n")
    return relative(root, path)


@mutant("a page says that it answers a row that does not exist")
def unknown_row(root: Path) -> str:
    return edit_page(root, r"^(sources:\n  [\w-]+): ", r"\1-of-another-book: ")
