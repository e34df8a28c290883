"""The tables of the history, and how its file is opened.

A file that is damaged is never replaced: it has a reader's own words in it, and a half of them may
still be saved. It is named, and until it is moved away nothing is kept.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from docmind.errors import HistoryError
from docmind.sqlite_file import open_file, transaction

VERSION = 1
"""Of the tables; raise it with every change that an older docmind could not read."""

_BUSY_SECONDS = 10.0

_YOUNGER = (
    """CREATE TABLE IF NOT EXISTS added (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE, position INTEGER NOT NULL,
        name TEXT NOT NULL, sha256 TEXT NOT NULL, path TEXT NOT NULL,
        PRIMARY KEY (session, position)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS scopes (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE, turn INTEGER NOT NULL,
        scope TEXT NOT NULL,
        PRIMARY KEY (session, turn)
    ) WITHOUT ROWID""",
)
"""What was opened beside a session's documents, and what its questions were limited to. They are
tables of their own because there are histories without them, which an older docmind goes on with.
"""

_TABLES = (
    """CREATE TABLE sessions (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        created TEXT NOT NULL, updated TEXT NOT NULL
    )""",
    """CREATE TABLE documents (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE, position INTEGER NOT NULL,
        name TEXT NOT NULL, sha256 TEXT NOT NULL, path TEXT NOT NULL,
        PRIMARY KEY (session, position)
    ) WITHOUT ROWID""",
    """CREATE TABLE turns (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE, number INTEGER NOT NULL,
        asked TEXT NOT NULL, question TEXT NOT NULL, outcome TEXT NOT NULL,
        answer TEXT NOT NULL, text TEXT NOT NULL, error TEXT NOT NULL,
        rating TEXT NOT NULL, correction TEXT NOT NULL,
        PRIMARY KEY (session, number)
    ) WITHOUT ROWID""",
)


def open_history(path: Path) -> sqlite3.Connection:
    """Open the history, which is made where there is none; only its owner can read it.

    Raises HistoryError for a file that is damaged or newer than this docmind, HomeError where it
    cannot be written.
    """

    def prepare(file: sqlite3.Connection) -> None:
        file.execute("PRAGMA foreign_keys = ON")
        with transaction(file):
            (version,) = file.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise HistoryError(
                    f"The history {path} was written by a newer docmind.",
                    "Update docmind, or use another home: --home DIR",
                )
            if version == 0:
                for statement in _TABLES:
                    file.execute(statement)
                file.execute(f"PRAGMA user_version = {VERSION}")
            for statement in _YOUNGER:
                file.execute(statement)

    return open_file(path, prepare, damaged, _BUSY_SECONDS)


def damaged(path: Path, error: Exception) -> HistoryError:
    """A history that SQLite cannot use."""
    return HistoryError(
        f"The history {path} cannot be used: {error}.",
        f"Nothing is kept until it is moved away: mv {path} {path}.damaged",
    )
