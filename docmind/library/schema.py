"""The tables of the manifest, and how its file is opened.

The lexical index is FTS5 in this same file, and not one of bm25s beside it, because a document and
its words have to become visible in one transaction, and because it is searched from the disk: a
library of any size takes no memory. What it indexes are our own terms (`docmind.retrieval.terms`).
"""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path

import msgspec

from docmind.errors import LibraryError
from docmind.model import Document, Kind
from docmind.sqlite_file import open_file, transaction

VERSION = 3
"""Of the tables; raise it with every change that an older docmind could not read."""

BUSY_SECONDS = 30.0

_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE roots (path TEXT PRIMARY KEY, seen TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE left_out (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, document INTEGER, error TEXT NOT NULL, hint TEXT NOT NULL,
    failure TEXT NOT NULL DEFAULT '', tried TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, visible INTEGER NOT NULL, recipe TEXT NOT NULL,
    collection TEXT NOT NULL, passages INTEGER NOT NULL, vectors INTEGER NOT NULL,
    tokens INTEGER NOT NULL, pages INTEGER NOT NULL, sha256 TEXT NOT NULL, head BLOB NOT NULL
);
CREATE TABLE pages (
    document INTEGER, number INTEGER, body BLOB NOT NULL, PRIMARY KEY (document, number)
) WITHOUT ROWID;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL, ordinal INTEGER NOT NULL,
    page INTEGER NOT NULL, unit INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (document, ordinal)
);
CREATE INDEX passages_of_unit ON passages (unit);
CREATE TABLE unfinished (document INTEGER PRIMARY KEY, collection TEXT, passages INTEGER);
CREATE VIRTUAL TABLE words USING fts5 (terms, tokenize = 'ascii');
CREATE VIRTUAL TABLE units USING fts5 (terms, tokenize = 'ascii');
"""
"""`seen` is the fingerprint of a root whose files are all in the library as they are on the disk.
`words` has the passages with what stands above them; `units` their bodies, those of a page (or of
a part of a long one) together, under the number of the first.
`left_out` names files that were removed from the library though their folder is in it.
`unfinished` names documents whose vectors may be in the store although they are not visible:
written before the first vector, removed when the last one is gone or the document is visible."""


def open_manifest(path: Path) -> sqlite3.Connection:
    """Open the manifest, which is made where there is none.

    Raises LibraryError for one that is damaged or of another docmind, HomeError where it cannot
    be written.
    """

    def prepare(file: sqlite3.Connection) -> None:
        (version,) = file.execute("PRAGMA user_version").fetchone()
        if version == 0:
            _create(file)
        elif version == 2:
            _bring_up(file)
        elif version < VERSION:
            raise LibraryError(
                f"The library in {path.parent} was written by an older docmind, and cannot be"
                " read.",
                "Move that folder away and add the files again: docmind add PATH…",
            )
        elif version > VERSION:
            raise LibraryError(
                f"The library in {path.parent} was written by a newer docmind.",
                "Update docmind, or use another library: --home DIR",
            )

    return open_file(path, prepare, damaged, BUSY_SECONDS)


def _create(file: sqlite3.Connection) -> None:
    """Make the tables, unless another process was quicker."""
    with transaction(file):
        if file.execute("PRAGMA user_version").fetchone()[0]:
            return
        for statement in filter(str.strip, _TABLES.split(";\n")):
            file.execute(statement)
        facts = [("id", uuid.uuid4().hex[:12]), ("generation", 0)]
        file.executemany("INSERT INTO facts VALUES (?, ?)", facts)
        file.execute(f"PRAGMA user_version = {VERSION}")


def _bring_up(file: sqlite3.Connection) -> None:
    """Make a library of version 2 one of 3: it did not know with what a file had failed.

    Nor did all of its PDFs say which OCR they were read by; those are to be read again.
    """
    with transaction(file):
        if file.execute("PRAGMA user_version").fetchone()[0] != 2:
            return
        file.execute("ALTER TABLE files ADD COLUMN failure TEXT NOT NULL DEFAULT ''")
        file.execute("ALTER TABLE files ADD COLUMN tried TEXT NOT NULL DEFAULT ''")
        unclear = file.execute("SELECT id, head FROM documents WHERE recipe NOT LIKE '% ocr%'")
        for number, head in unclear.fetchall():
            if msgspec.msgpack.decode(head, type=Document).kind is Kind.PDF:
                file.execute("UPDATE documents SET recipe = '' WHERE id = ?", (number,))
        file.execute("UPDATE roots SET seen = ''")
        file.execute(f"PRAGMA user_version = {VERSION}")


def damaged(path: Path, error: Exception) -> LibraryError:
    """A manifest that SQLite cannot use, or an SQLite that has no full-text search."""
    if "no such module" in str(error):
        return needs_full_text_search()
    return LibraryError(
        f"The library's manifest {path} cannot be used: {error}.",
        f"Move the folder {path.parent} away and add the files again: docmind add PATH…",
    )


def has_full_text_search(file: sqlite3.Connection) -> bool:
    """Whether this Python's SQLite was built with FTS5."""
    try:
        file.execute("CREATE VIRTUAL TABLE temp.trial USING fts5 (terms)")
    except sqlite3.OperationalError:
        return False
    return True


def needs_full_text_search() -> LibraryError:
    """For an SQLite that was built without FTS5."""
    return LibraryError(
        f"The library needs FTS5, which this Python's SQLite {sqlite3.sqlite_version} lacks.",
        "Install docmind for a Python whose SQLite has it; those of python.org and uv have.",
    )
