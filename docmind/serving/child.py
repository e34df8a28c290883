"""The vLLM process itself: begun so that it cannot outlive us unseen, its log read as it grows.

Its output goes to a file and not through a pipe: a full pipe would stop the server, and a broken
one would take its last words.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

KEPT_LOGS = 5
"""The present log and those of the starts before."""

_LAST_LINES = 500
_LINE_END = re.compile(rb"[\r\n]+")
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


class ServerProcess:
    """A vLLM that this process has begun. Raises OSError where it cannot even be begun."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        rotate(log)
        self._log = LogTail(log)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._popen = subprocess.Popen(
                list(argv),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent(),
            )
        finally:
            os.close(descriptor)

    @property
    def pid(self) -> int:
        """Its process id, which is its group's too."""
        return self._popen.pid

    @property
    def returncode(self) -> int | None:
        """How it ended, None while it runs."""
        return self._popen.poll()

    @property
    def last_lines(self) -> list[str]:
        """The last lines that `new_lines` gave."""
        return list(self._log.last)

    def new_lines(self) -> list[str]:
        """What it has printed since the last call."""
        return self._log.read()

    def terminate(self, grace_seconds: float) -> None:
        """Ask it to end, and wait; if it does not, `kill_group` ends it."""
        if self.returncode is None:
            self._popen.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(grace_seconds)

    def kill_group(self) -> None:
        """End at once its process group with it, where it has not ended by itself.

        What it leaves behind when it has is for `docmind.serving.processes.descendants`.
        """
        # Its number cannot be another group's: we have not waited for it.
        if self._popen.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            self._popen.wait()


class LogTail:
    """Reads what is added to a file, as whole lines; a progress bar's \\r ends one too."""

    def __init__(self, path: Path) -> None:
        self.last: deque[str] = deque(maxlen=_LAST_LINES)
        self._path = path
        self._offset = 0
        self._rest = b""

    def read(self) -> list[str]:
        """The lines that were added since the last call."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except OSError:
            return []
        self._offset += len(data)
        *lines, self._rest = _LINE_END.split(self._rest + data)
        found = [line.decode("utf-8", "replace") for line in lines if line.strip()]
        self.last.extend(found)
        return found


def rotate(log: Path) -> None:
    """Keep what is there as server.1.log, that as server.2.log, and drop the oldest."""
    for number in range(KEPT_LOGS - 1, 0, -1):
        older = log.with_suffix(f".{number}{log.suffix}")
        newer = log if number == 1 else log.with_suffix(f".{number - 1}{log.suffix}")
        with suppress(FileNotFoundError):
            newer.replace(older)


def adopt_orphans() -> None:
    """Let what a dead child leaves behind become our child, so that we can see and end it."""
    if sys.platform == "linux":
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def bury() -> None:
    """Take leave of the dead that `adopt_orphans` has left to us, so that no zombies stay."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _die_with_parent() -> Callable[[], None]:
    """For the child, before it becomes vLLM: SIGTERM when its parent is gone, however it went."""
    parent = os.getpid()

    def prepare() -> None:
        if sys.platform == "linux":
            _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it went before we asked
                os._exit(1)

    return prepare


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
