"""Start a chapter: a snippet that runs and a page that shows it."""

from __future__ import annotations

from pathlib import Path

from .errors import BookError
from .project import Project
from .snippet import NAME

SNIPPET = """\
# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~={tensorflow}", "matplotlib"]
#
# [tool.book]
# title = "{title}"
# sources = []                      # ledger rows that this code answers
# marks = []                        # gpu, multiworker, agents, network, slow, fresh, timing
#
# [tool.book.smoke]                 # smaller constants for the test run
# EPOCHS = 1
#
# [tool.book.values]                # name = expression, evaluated after the last cell
# loss = "float(loss)"
# ///

# %% parameters
EPOCHS = 5
SEED = 0

# %% data
import keras
import numpy as np

keras.utils.set_random_seed(SEED)
inputs = np.linspace(-1.0, 1.0, 64, dtype="float32")[:, None]  # (batch, 1)
targets = 3.0 * inputs + 1.0

# %% train
model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(units=1)])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mse")
history = model.fit(x=inputs, y=targets, epochs=EPOCHS, verbose=0)
loss = history.history["loss"][-1]
print(f"loss {{loss:.3f}}")
"""

PAGE = """\
---
title: {title}
description: One sentence on what the reader will have at the end.
sources: {{}}
---

# {title}

What the reader will have at the end, as a picture. See CONTRIBUTING.md for the parts of a chapter.

/// cell | {name}:parameters
///

/// cell | {name}:data
///

/// cell | {name}:train
///

/// output | {name}:train
///

After training the loss is {{{{ {name}.loss:.3f }}}}.

## Where this comes from

/// report | sources
///
"""


def new(project: Project, name: str) -> list[Path]:
    """Write the skeleton of snippet `name` and its page; nothing that exists is touched."""
    if not NAME.fullmatch(name):
        raise BookError("snippets", 0, f"{name!r} is no snippet name", "use part/name, lower case, with underscores")
    part, stem = name.split("/")
    snippet = project.snippets / part / f"{stem}.py"
    page = project.docs / part / f"{stem.replace('_', '-')}.md"
    for path in (snippet, page):
        if path.exists():
            raise BookError(project.relative(path), 1, "it exists already", "choose another name")
    title = stem.replace("_", " ").capitalize()
    tensorflow = max(project.locked.get("tensorflow", {"2.21.0"}))
    for path, text in ((snippet, SNIPPET), (page, PAGE)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(name=name, title=title, tensorflow=tensorflow), "utf-8")
    return [snippet, page]
