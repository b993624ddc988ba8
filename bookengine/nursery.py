"""Programs that a snippet starts (`subprocess.Popen([sys.executable, FILE, …])`) begin as forks.

A job of five processes would import TensorFlow five times, 10 s of CPU each. So before a snippet
marked ``multiworker`` begins, its process forks a *nursery*: like itself then, it has imported
TensorFlow and touched no device. It forks a child for each program. The snippet's process is the
child's parent and sees its real process id, exit code and death; only the start is quicker. What
cannot be had so (another interpreter, ``-m``, an environment that matters while TensorFlow is
imported) starts the ordinary way.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
# Read while TensorFlow, Keras and NumPy are imported: where these differ, a fork would differ, too.
READ_AT_IMPORT = ("TF_", "TF2_", "KERAS_", "XLA_", "OMP_", "OPENBLAS_", "MKL_", "PYTHON", "LD_", "MALLOC_", "GRPC_", "ABSL_")
READ_LATER = ("TF_CONFIG", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "TF_DETERMINISTIC_OPS")
MOST_BYTES = 1 << 20  # of a request: arguments and environment
FAILED = b"-"
NO_OPTIONS = (None, None, None, -1, False, -1)  # group, groups, user, umask, new session, process group: as they were


def open_nursery() -> None:
    """Fork the nursery and send this process's `subprocess.Popen` there. Call it while there is one thread."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_BYTES)
    snippet = os.getpid()
    if os.fork() == 0:
        ours.close()
        _serve(theirs, snippet)
        os._exit(0)
    theirs.close()
    # The nursery's grandchildren are orphans at once, and so become ours.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    Forked.nursery = ours
    Forked.imported = _read_at_import(os.environ)
    subprocess.Popen = Forked  # type: ignore[misc]  # a class is replaced on purpose


class Forked(subprocess.Popen):  # type: ignore[type-arg]  # of text or of bytes, as the caller says
    """`subprocess.Popen`, but a Python file comes out of the nursery."""

    nursery: socket.socket
    imported: dict[str, str]
    turn = threading.Lock()

    def _execute_child(self, args: Any, executable: Any, preexec_fn: Any, close_fds: bool, pass_fds: Any, cwd: Any,
                       env: Any, startupinfo: Any, creationflags: Any, shell: bool, *rest: Any) -> None:  # fmt: skip
        environment = dict(os.environ if env is None else env)
        plain = not (executable or preexec_fn or shell or pass_fds) and rest[7:] == NO_OPTIONS
        if not plain or not self._is_program(args, cwd) or _read_at_import(environment) != self.imported:
            super()._execute_child(args, executable, preexec_fn, close_fds, pass_fds, cwd, env,  # type: ignore[misc]  # private, not in the stubs
                                   startupinfo, creationflags, shell, *rest)  # fmt: skip
            return
        request = {"arguments": [os.fspath(arg) for arg in args[1:]], "folder": os.fspath(cwd or os.getcwd()), "environment": environment}
        stdin, _, _, stdout, _, stderr = rest[:6]
        streams = [given if given != -1 else own for own, given in enumerate((stdin, stdout, stderr))]
        with self.turn:
            socket.send_fds(self.nursery, [json.dumps(request).encode()], streams)
            answer = self.nursery.recv(100)
        if not answer or answer == FAILED:
            raise OSError("the nursery could not fork")
        self.pid = int(answer)
        self._child_created = True
        self._close_pipe_fds(*rest[:6])  # type: ignore[attr-defined]  # private, not in the stubs

    @staticmethod
    def _is_program(args: Any, cwd: Any) -> bool:
        if isinstance(args, (str, bytes, os.PathLike)) or len(args) < 2 or args[0] != sys.executable:
            return False
        return str(args[1]).endswith(".py") and Path(cwd or ".", args[1]).is_file()


def _read_at_import(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(READ_AT_IMPORT) and name not in READ_LATER}


def _serve(requests: socket.socket, snippet: int) -> None:
    """In the nursery: fork for each request, until the snippet's process has ended."""
    while True:
        data, fds, _, _ = socket.recv_fds(requests, MOST_BYTES, 3)
        if not data or os.getppid() != snippet:
            return
        reading, writing = os.pipe()
        middle = os.fork()
        if middle == 0:
            requests.close()
            os.close(reading)
            middle = os.getpid()
            child = os.fork()
            if child == 0:
                os.close(writing)
                while os.getppid() == middle:  # soon it is the snippet's process
                    time.sleep(0.001)
                _begin(json.loads(data), fds)
            os.write(writing, str(child).encode())
            os._exit(0)
        os.close(writing)
        os.waitpid(middle, 0)
        for fd in fds:
            os.close(fd)
        requests.send(os.read(reading, 100) or FAILED)
        os.close(reading)


def _begin(request: dict[str, Any], fds: list[int]) -> None:
    """In the child: be `python FILE ARGUMENTS`, to the end."""
    _take_over(request, fds)
    code = _run(request["arguments"][0])
    threading._shutdown()  # type: ignore[attr-defined]  # private; joins the program's threads
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)


def _take_over(request: dict[str, Any], fds: list[int]) -> None:
    """Streams, environment, folder and arguments are those of the request."""
    for own, given in enumerate(fds):
        os.dup2(given, own)
        if given > 2:
            os.close(given)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.stdin, sys.stdout = os.fdopen(0, encoding="utf-8"), os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    sys.argv = request["arguments"]
    sys.path.insert(0, str(Path(sys.argv[0]).absolute().parent))


def _run(file: str) -> int:
    """Run `file` as the main program, and give its exit code."""
    try:
        runpy.run_path(file, run_name="__main__")
    except SystemExit as left:
        if left.code is None or isinstance(left.code, int):
            return left.code or 0
        print(left.code, file=sys.stderr)
        return 1
    except BaseException as error:  # as the interpreter does with what nobody caught
        frame = error.__traceback__
        while frame is not None and frame.tb_frame.f_code.co_filename in (__file__, runpy.__file__, "<frozen runpy>"):
            frame = frame.tb_next
        traceback.print_exception(error.with_traceback(frame))
        return 1
    return 0
