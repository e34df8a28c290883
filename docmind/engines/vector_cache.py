"""Vectors kept between runs in one SQLite file, by content, so that nothing is embedded twice.

It is a cache and no more: whatever goes wrong with the file, the worst outcome is that vectors
are computed again. A damaged file is replaced; one that cannot be read or written is done without.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from docmind.ports import Vectors

_Result = TypeVar("_Result")

_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, half BLOB) WITHOUT ROWID"
_KEYS_A_QUERY = 500
_BUSY_SECONDS = 5.0

_TURNS = 16
"""How many locks there are: two processes with different texts seldom wait for each other."""

_TURN_SECONDS = 60.0
"""So long another process may take for its turn; then both do the work, which harms nobody."""

_LOOK_SECONDS = 0.05


class VectorCache:
    """Implements `docmind.ports.PassageStore`. Float16 loses less than 0.001 of a cosine.

    Several processes and threads may use one file: every call opens a connection of its own.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, model: str, texts: Sequence[str]) -> tuple[Vectors, list[int]]:
        """Vectors of those texts that are known, in order, and the positions of all others.

        The array has a row for each known text, and shape (0, 0) where none is known.
        """
        keys = [_key(model, text) for text in texts]
        found = self._attempt(lambda file: dict(_select(file, sorted(set(keys))))) or {}
        sizes = {len(half) for half in found.values()}
        if len(sizes) > 1 or any(size % 2 for size in sizes):
            found = {}
        known = [found[key] for key in keys if key in found]
        missing = [position for position, key in enumerate(keys) if key not in found]
        if not known:
            return np.zeros((0, 0), dtype=np.float32), missing
        rows = np.frombuffer(b"".join(known), dtype="<f2").reshape(len(known), -1)
        return rows.astype(np.float32), missing

    def put(self, model: str, texts: Sequence[str], vectors: Vectors) -> None:
        """Remember the vectors of these texts; silently does nothing where it cannot."""
        halves = np.asarray(vectors).astype("<f2")
        rows = [
            (_key(model, text), half.tobytes()) for text, half in zip(texts, halves, strict=True)
        ]

        def insert(file: sqlite3.Connection) -> None:
            with file:
                file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

        self._attempt(insert)

    @contextmanager
    def turn(self, texts: Sequence[str], waits: Callable[[], None]) -> Iterator[None]:
        """While this is open, no other process makes the vectors of these texts."""
        number = _key("", "\0".join(texts))[0] % _TURNS
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(
                self._path.with_suffix(f".{number:02}.lock"),
                os.O_RDWR | os.O_CREAT | os.O_CLOEXEC,
                0o600,
            )
        except OSError:
            yield  # the cache cannot be written either, so there is nothing to share
            return
        try:
            _wait_for(lock, waits)
            yield
        finally:
            os.close(lock)

    def _attempt(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result | None:
        """Do it on the file; once more on a new file if this one is damaged; else None."""
        for _ in range(2):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with closing(_connect(self._path)) as file:
                    return work(file)
            except (OSError, sqlite3.OperationalError):
                return None
            except sqlite3.DatabaseError:
                if not self._remove():
                    return None
        return None

    def _remove(self) -> bool:
        """Take a damaged file away, with what SQLite keeps beside it."""
        try:
            for suffix in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        except OSError:
            return False
        return True


def _wait_for(lock: int, waits: Callable[[], None]) -> None:
    """Take the lock, which the system lets go of when its holder dies; gives up in the end."""
    deadline = time.monotonic() + _TURN_SECONDS
    told = False
    while time.monotonic() < deadline:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if not told:
            waits()
            told = True
        time.sleep(_LOOK_SECONDS)


def _connect(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    try:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        file.execute(_SCHEMA)
    except sqlite3.Error:
        file.close()
        raise
    return file


def _select(file: sqlite3.Connection, keys: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for first in range(0, len(keys), _KEYS_A_QUERY):
        some = keys[first : first + _KEYS_A_QUERY]
        marks = ",".join("?" * len(some))
        # Only question marks are put into the statement, never a value.
        yield from file.execute(f"SELECT key, half FROM vectors WHERE key IN ({marks})", some)


def _key(model: str, text: str) -> bytes:
    content = f"{model}\0{text}".encode(errors="surrogatepass")
    return hashlib.blake2b(content, digest_size=16).digest()
