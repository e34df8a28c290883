"""A file of SQLite that is docmind's own: opened, written, and its errors in our words.

A file that is damaged is never replaced here, because its owner may have something in it that
stands nowhere else. And only what damaged it is told so: a disk that is full, or another process
that writes, must not make anyone move their own words away.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from docmind.disk import home_error
from docmind.errors import DocmindError, HomeError

Damaged = Callable[[Path, Exception], DocmindError]
"""What is raised for a file that SQLite cannot use."""

_UNWRITABLE = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


def open_file(
    path: Path,
    prepare: Callable[[sqlite3.Connection], None],
    damaged: Damaged,
    busy_seconds: float,
) -> sqlite3.Connection:
    """Open the file, which is made where there is none; only its owner can read it then.

    `prepare` makes the tables, or refuses those of another docmind. So long as `busy_seconds`
    another process is waited for. Raises what `prepare` and `told` do.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise home_error(path.parent, error) from error
    with told(path, damaged):
        file = sqlite3.connect(path, timeout=busy_seconds, check_same_thread=False)
        try:
            file.isolation_level = None  # transactions begin and end where we say
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA synchronous = FULL")
            prepare(file)
        except BaseException:
            file.close()
            raise
    return file


@contextmanager
def transaction(file: sqlite3.Connection) -> Iterator[None]:
    """All of what is written within, or nothing."""
    file.execute("BEGIN IMMEDIATE")
    try:
        yield
        file.execute("COMMIT")
    except BaseException:
        if file.in_transaction:  # SQLite itself has undone it where the disk is full
            file.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(file: sqlite3.Connection) -> Iterator[None]:
    """All that is read within is of one moment, whatever other processes write."""
    file.execute("BEGIN")
    try:
        yield
    finally:
        if file.in_transaction:
            file.execute("ROLLBACK")


@contextmanager
def told(path: Path, damaged: Damaged) -> Iterator[None]:
    """Errors of SQLite as HomeError where the file cannot be written now, else as `damaged`."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")  # absent where SQLite was not asked at all
        if name.startswith(_UNWRITABLE):
            raise home_error(path.parent, OSError(0, str(error))) from error
        if name.startswith(_BUSY):
            raise HomeError(
                f"{path} is being written by another process.", "Try: again in a moment"
            ) from error
        raise damaged(path, error) from error
