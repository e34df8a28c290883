"""The SQLite file of a library: statements and transactions, with errors in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docmind.library.schema import damaged, open_manifest
from docmind.sqlite_file import told, transaction


class Database:
    """A connection to the file; one for each thread that works with the library."""

    def __init__(self, path: Path) -> None:
        """Open it; raises LibraryError or HomeError."""
        self._path = path
        self._file = open_manifest(path)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What a statement finds. Raises LibraryError for a file that is damaged."""
        with told(self._path, damaged):
            return self._file.execute(statement, values).fetchall()

    def fact(self, name: str) -> Any:
        """One of the library's facts: its id, and its generation."""
        return self.rows("SELECT value FROM facts WHERE name = ?", (name,))[0][0]

    def execute(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """One statement of a transaction."""
        return self._file.execute(statement, values)

    def executemany(self, statement: str, values: Iterable[Sequence[object]]) -> None:
        """One statement of a transaction, for each of these."""
        self._file.executemany(statement, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written within, or nothing."""
        with told(self._path, damaged), transaction(self._file):
            yield
