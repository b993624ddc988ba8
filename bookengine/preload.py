"""What the forkserver imports once, so that no snippet waits for it.

Importing TensorFlow costs about 8 s of CPU; a forked child gets it for nothing. Nothing here may
touch a device or start a thread: a fork copies one thread only. `THREADS` says whether that held.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import tempfile
from collections.abc import Iterator

MODULES = (
    "IPython.core.interactiveshell",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "matplotlib.backends.backend_svg",
    "pandas",
    "sklearn.metrics",
    "tensorflow",
    "keras",
    "bookengine.child",
    "bookengine.data",
)


def thread_count() -> int:
    """Threads of this process; 0 where the system does not tell (no /proc)."""
    try:
        return len(os.listdir("/proc/self/task"))
    except FileNotFoundError:
        return 0


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep TensorFlow's start-up chatter off the terminal; show it if the import fails."""
    with tempfile.TemporaryFile() as log:
        saved = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            yield
        except BaseException:
            log.seek(0)
            os.write(saved, log.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


with quiet():
    for _module in MODULES:
        if importlib.util.find_spec(_module.partition(".")[0]) is not None:
            importlib.import_module(_module)

THREADS = thread_count()
