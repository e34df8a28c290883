"""Becoming a process that nobody waits for, and the only one of its home.

Standard library only, and no thread may run yet: it forks.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def hold(lock: Path) -> bool:
    """Take a lock for as long as this process lives; False where another one has it."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    return True


@contextmanager
def detached(log: Path) -> Iterator[None]:
    """Leave the program that began us, which goes on when all within is done.

    What goes wrong from now on is written into `log`.
    """
    reader, writer = os.pipe()
    if os.fork():
        # Forked, so that it is nobody's child: docmind need not wait for it, and no zombie stays.
        os.close(writer)
        os._exit(0 if os.read(reader, 1) else 1)
    os.close(reader)
    os.setsid()
    _leave_streams(log)
    yield
    os.write(writer, b"1")  # fails where docmind was interrupted meanwhile: nothing has begun
    os.close(writer)


def _leave_streams(path: Path) -> None:
    """Hold nothing open of the program that began us."""
    nowhere = os.open(os.devnull, os.O_RDONLY)
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for source, stream in ((nowhere, 0), (log, 1), (log, 2)):
        os.dup2(source, stream)
    os.chdir("/")
