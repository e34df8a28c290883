"""Locks between processes, which the system lets go of when their holder dies.

flock, and not a file that exists: after `kill -9` nothing has to be cleaned up, and nobody has to
guess whether the process that is named in a file is still the same one.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docmind.disk import home_error


class Lock:
    """A lock that may have to be waited for."""

    def __init__(self, descriptor: int, kind: int) -> None:
        self._descriptor = descriptor
        self._kind = kind
        self.is_taken = not self._taken_at_once()
        """Whether another process has it, so that `wait` is going to take time."""

    def wait(self) -> None:
        """Come back with the lock."""
        if self.is_taken:
            fcntl.flock(self._descriptor, self._kind)
            self.is_taken = False

    def _taken_at_once(self) -> bool:
        try:
            fcntl.flock(self._descriptor, self._kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def lock_of(path: Path, *, shared: bool = False) -> Iterator[Lock]:
    """The lock of this file, tried once; it is let go of at the end. Raises HomeError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise home_error(path.parent, error) from error
    try:
        yield Lock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    finally:
        os.close(descriptor)
