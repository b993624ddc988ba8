"""The IPython shell that runs a snippet's cells and keeps what they show, as a notebook would."""

from __future__ import annotations

import base64
import io
import os
import sys
from pathlib import Path
from typing import Any

STYLE = Path(__file__).with_name("book.mplstyle")


class Tape(io.TextIOBase):
    """A stream that appends what is written to the notebook outputs of the current cell.

    `copy` is a file descriptor that gets it too: what was printed before a crash is kept.
    """

    encoding = "utf-8"

    def __init__(self, name: str, outputs: list[dict[str, Any]], copy: int) -> None:
        self.stream, self.outputs, self.copy = name, outputs, copy

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        last = self.outputs[-1] if self.outputs else None
        if last and last["output_type"] == "stream" and last["name"] == self.stream:
            last["text"] += text
        elif text:
            self.outputs.append({"output_type": "stream", "name": self.stream, "text": text})
        os.write(self.copy, text.encode("utf-8", "replace"))
        return len(text)


def make_shell(path: str, outputs: list[dict[str, Any]]) -> Any:
    """An IPython shell that prints nothing and appends what it would show to `outputs`."""
    from IPython.core.compilerop import CachingCompiler
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Compiler(CachingCompiler):
        def cache(self, transformed_code: Any, number: int = 0, raw_code: Any = None) -> str:
            return path  # linecache reads the real file, so tracebacks and AutoGraph see the real source

    class Publisher(DisplayPublisher):
        def publish(self, data: Any, metadata: Any = None, *args: Any, **kwargs: Any) -> None:
            outputs.append({"output_type": "display_data", "data": as_text(data), "metadata": metadata or {}})

    class Hook(DisplayHook):
        def write_output_prompt(self) -> None: ...

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            shown = {"data": as_text(format_dict), "metadata": md_dict or {}}
            outputs.append({"output_type": "execute_result", "execution_count": None, **shown})

        def finish_displayhook(self) -> None: ...

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell_class: Any = InteractiveShell
    shell_class.compiler_class, shell_class.display_pub_class, shell_class.displayhook_class = Compiler, Publisher, Hook
    shell: Any = InteractiveShell.instance(config=config)
    shell.input_transformer_manager.cleanup_transforms.clear()  # keep the leading line breaks; no magics
    shell.input_transformer_manager.line_transforms.clear()
    shell.input_transformer_manager.token_transformers.clear()
    shell.showtraceback = lambda *args, **kwargs: None  # the caller reports the error
    shell.showsyntaxerror = lambda *args, **kwargs: None
    shell.user_ns["exit"] = shell.user_ns["quit"] = sys.exit  # IPython's need a terminal
    style_figures(shell)
    return shell


def as_text(data: dict[str, Any]) -> dict[str, Any]:
    """A display's forms as a notebook keeps them: bytes (PNG) in base 64."""
    return {kind: base64.b64encode(form).decode() if isinstance(form, bytes) else form for kind, form in data.items()}


def style_figures(shell: Any) -> None:
    """Figures are shown at `plt.show()` or the end of the cell, as SVG, in the book's style."""
    import matplotlib
    import matplotlib.pyplot as plt
    from matplotlib_inline.backend_inline import configure_inline_support, set_matplotlib_formats

    matplotlib.use("module://matplotlib_inline.backend_inline")
    configure_inline_support(shell, "module://matplotlib_inline.backend_inline")
    set_matplotlib_formats("svg", metadata={"Date": None, "Creator": None})
    plt.style.use(str(STYLE))
