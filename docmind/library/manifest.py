"""What is in the library: files, documents, pages, passages and their words, in one SQLite file.

A document becomes visible in the transaction that takes the older one away, and only after its
vectors are in the store. Vectors are never written without a line in `unfinished`, so that those
which a crash leaves behind are found. Text stands in pages only; passages are spans of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, replace
from itertools import groupby
from typing import Any

import msgspec

from docmind.library.database import Database
from docmind.library.entries import DocumentEntry, FileEntry, Indexed, Recipe
from docmind.model import Document, Page, Passage

_FILE = "path, name, size, mtime_ns, document, error, hint, failure, tried"
_DOCUMENT = (
    "documents.id, recipe, collection, passages, vectors, tokens, pages, sha256, documents.head"
)


class Manifest(Database):
    """The library's own SQLite file; one for each thread that works with the library."""

    @property
    def generation(self) -> int:
        """How often what is visible has changed."""
        return int(self.fact("generation"))

    def roots(self) -> list[str]:
        """The files and folders that were added, as `sync` looks at them."""
        return [path for (path,) in self.rows("SELECT path FROM roots ORDER BY path")]

    def add_root(self, path: str) -> None:
        """From now on, `sync` looks at this file or folder."""
        self.rows("INSERT OR IGNORE INTO roots VALUES (?, '')", (path,))

    def seen(self, path: str) -> str:
        """How a root looked (see `fingerprint`) when all of it was in the library; else empty."""
        found = self.rows("SELECT seen FROM roots WHERE path = ?", (path,))
        return str(found[0][0]) if found else ""

    def saw(self, path: str, seen: str) -> None:
        """All of a root is in the library, as it looked then."""
        self.rows("UPDATE roots SET seen = ? WHERE path = ?", (seen, path))

    def remove_root(self, path: str) -> None:
        """From now on, `sync` does not look at this file or folder."""
        self.rows("DELETE FROM roots WHERE path = ?", (path,))

    def left_out(self) -> set[str]:
        """Files that were removed though their folder is in the library."""
        return {path for (path,) in self.rows("SELECT path FROM left_out")}

    def take_in(self, path: str) -> None:
        """A file or folder is wanted after all, with all that is below it."""
        below = path.rstrip("/") + "/"
        self.rows(
            "DELETE FROM left_out WHERE path = ? OR substr(path, 1, ?) = ?",
            (path, len(below), below),
        )

    def files(self) -> dict[str, FileEntry]:
        """Every file by its path."""
        found = self.rows(f"SELECT {_FILE} FROM files ORDER BY path")
        return {row[0]: FileEntry(*row) for row in found}

    def documents(self) -> dict[int, DocumentEntry]:
        """Every document that is visible, by its number."""
        found = self.rows(f"SELECT {_DOCUMENT} FROM documents WHERE visible")
        return {row[0]: _entry(row) for row in found}

    def file(self, path: str) -> FileEntry | None:
        """One file; None where it is not in the library."""
        found = self.rows(f"SELECT {_FILE} FROM files WHERE path = ?", (path,))
        return FileEntry(*found[0]) if found else None

    def signatures(self, root: str) -> dict[str, str]:
        """Size and time of change of each file below a root that was read: what `fingerprint`
        writes of it."""
        below = root.rstrip("/") + "/"
        return dict(
            self.rows(
                "SELECT path, size || ' ' || mtime_ns FROM files"
                " WHERE document IS NOT NULL AND substr(path, 1, ?) = ?",
                (len(below), below),
            )
        )

    def made_by(self, recipes: Collection[str]) -> set[int]:
        """The numbers of the visible documents that were made by one of these recipes."""
        found = self.rows("SELECT id, recipe FROM documents WHERE visible")
        return {number for number, recipe in found if recipe in recipes}

    def document_of(self, path: str) -> DocumentEntry | None:
        """The document of a file; None where there is none."""
        found = self.rows(
            f"SELECT {_DOCUMENT} FROM documents JOIN files ON files.document = documents.id"
            " WHERE files.path = ?",
            (path,),
        )
        return _entry(found[0]) if found else None

    def passages(self, entry: DocumentEntry) -> list[Passage]:
        """The passages of a document, in order, without their text."""
        found = self.rows(
            "SELECT body FROM passages WHERE document = ? ORDER BY ordinal", (entry.id,)
        )
        return [msgspec.msgpack.decode(body, type=Passage) for (body,) in found]

    def files_below(self, root: str) -> int:
        """How many files of a root are in the library."""
        below = root.rstrip("/") + "/"
        ((count,),) = self.rows(
            "SELECT count(*) FROM files WHERE path = ? OR substr(path, 1, ?) = ?",
            (root, len(below), below),
        )
        return int(count)

    def without_vectors(self, collection: str) -> list[DocumentEntry]:
        """Documents whose vectors are not in this collection, or not all of them."""
        found = self.rows(
            f"SELECT {_DOCUMENT} FROM documents"
            " WHERE visible AND (collection != ? OR vectors < 0)",
            (collection,),
        )
        return [_entry(row) for row in found]

    def unfinished(self) -> list[tuple[int, str, int]]:
        """Documents that are not visible, and whose vectors may be in the store.

        Each with the collection of its vectors and the number of its passages.
        """
        return self.rows("SELECT document, collection, passages FROM unfinished")

    def begin(
        self, document: Document, recipe: Recipe, passages: int, tokens: int
    ) -> DocumentEntry:
        """A number for a document whose vectors are about to be written; it is not visible yet."""
        head = replace(document, pages=())
        values = (recipe.name, recipe.collection, passages, tokens, len(document.pages))
        with self.transaction():
            cursor = self.execute(
                "INSERT INTO documents (visible, recipe, collection, passages, vectors, tokens,"
                " pages, sha256, head) VALUES (0, ?, ?, ?, 0, ?, ?, ?, ?)",
                (*values, document.sha256, msgspec.msgpack.encode(head)),
            )
            number = int(cursor.lastrowid or 0)
            self.execute(
                "INSERT INTO unfinished VALUES (?, ?, ?)", (number, recipe.collection, passages)
            )
        return DocumentEntry(
            number, recipe, passages, 0, tokens, len(document.pages), document.sha256, head
        )

    def publish(
        self,
        file: FileEntry,
        entry: DocumentEntry,
        pages: Iterable[Page],
        passages: Iterable[Indexed],
    ) -> None:
        """Make a document visible in place of the file's older one, in one transaction."""
        number = entry.id
        with self.transaction():
            self.executemany(
                "INSERT INTO pages VALUES (?, ?, ?)",
                ((number, page.number, pack_page(page)) for page in pages),
            )
            for _, unit in groupby(enumerate(passages), key=lambda each: each[1].unit):
                self._write_unit(number, list(unit))
            self._hide_document_of(file.path)
            self._write(replace(file, document=number))
            self.execute(
                "UPDATE documents SET visible = 1, vectors = ? WHERE id = ?",
                (entry.vectors, number),
            )
            self.execute("DELETE FROM unfinished WHERE document = ?", (number,))
            self._next_generation()

    def fail(self, file: FileEntry) -> None:
        """Remember that a file cannot be read; what was read of an older version is hidden."""
        with self.transaction():
            self._hide_document_of(file.path)
            self._write(replace(file, document=None))
            self._next_generation()

    def keep(self, file: FileEntry) -> None:
        """Remember how a file looks now, whose document has not changed."""
        with self.transaction():
            self._write(file)

    def forget(self, path: str, *, left_out: bool = False) -> None:
        """Hide the document of a file, and the file itself; with `left_out` for good."""
        with self.transaction():
            self._hide_document_of(path)
            if left_out:
                self.execute("INSERT OR IGNORE INTO left_out VALUES (?)", (path,))
            self.execute("DELETE FROM files WHERE path = ?", (path,))
            self._next_generation()

    def finish(self, document: int) -> None:
        """The vectors of a document that is not visible are gone; forget that it was there."""
        with self.transaction():
            self.execute("DELETE FROM documents WHERE id = ? AND NOT visible", (document,))
            self.execute("DELETE FROM unfinished WHERE document = ?", (document,))

    def embedded(self, document: int, recipe: Recipe, vectors: int) -> None:
        """The vectors of a visible document were made again."""
        with self.transaction():
            self.execute(
                "UPDATE documents SET recipe = ?, collection = ?, vectors = ? WHERE id = ?",
                (recipe.name, recipe.collection, vectors, document),
            )
            self._next_generation()

    def unembed(self) -> None:
        """There are no vectors any more, of any document."""
        with self.transaction():
            self.execute("UPDATE documents SET collection = '', vectors = 0")
            self.execute("UPDATE unfinished SET collection = ''")

    def document(self, entry: DocumentEntry) -> Document:
        """A document with all of its pages."""
        found = self.rows("SELECT body FROM pages WHERE document = ? ORDER BY number", (entry.id,))
        return replace(entry.head, pages=tuple(unpack_page(body) for (body,) in found))

    def _write(self, file: FileEntry) -> None:
        self.execute(
            f"INSERT OR REPLACE INTO files ({_FILE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            astuple(file),
        )

    def _write_unit(self, document: int, unit: Sequence[tuple[int, Indexed]]) -> None:
        """The passages of a unit, with their places in the document."""
        ((first,),) = self.execute("SELECT coalesce(max(id), 0) + 1 FROM passages")
        for passage, (ordinal, each) in enumerate(unit, start=first):
            body = msgspec.msgpack.encode(replace(each.passage, document="", text=""))
            self.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                (passage, document, ordinal, each.passage.page, first, body),
            )
            self.execute("INSERT INTO words (rowid, terms) VALUES (?, ?)", (passage, each.words))
        bodies = " ".join(each.body for _, each in unit)
        self.execute("INSERT INTO units (rowid, terms) VALUES (?, ?)", (first, bodies))

    def _hide_document_of(self, path: str) -> None:
        """Take the visible document of a file away; its vectors are removed later."""
        owned = "(SELECT document FROM files WHERE path = ?)"
        ours = f"document IN {owned}"
        for statement in (
            f"DELETE FROM words WHERE rowid IN (SELECT id FROM passages WHERE {ours})",
            f"DELETE FROM units WHERE rowid IN (SELECT unit FROM passages WHERE {ours})",
            f"DELETE FROM passages WHERE {ours}",
            f"DELETE FROM pages WHERE {ours}",
            "INSERT INTO unfinished SELECT id, collection, passages FROM documents"
            f" WHERE id IN {owned}",
            f"UPDATE documents SET visible = 0 WHERE id IN {owned}",
        ):
            self.execute(statement, (path,))

    def _next_generation(self) -> None:
        self.execute("UPDATE facts SET value = value + 1 WHERE name = 'generation'")


def pack_page(page: Page) -> bytes:
    """A page as it is stored: a third of its size, for the time of reading it from the disk."""
    return zlib.compress(msgspec.msgpack.encode(page), 1)


def unpack_page(body: bytes) -> Page:
    """A page from the manifest."""
    return msgspec.msgpack.decode(zlib.decompress(body), type=Page)


def _entry(row: tuple[Any, ...]) -> DocumentEntry:
    number, recipe, collection, *numbers, sha256, head = row
    passages, vectors, tokens, pages = numbers
    return DocumentEntry(
        number,
        Recipe(recipe, collection),
        passages,
        vectors,
        tokens,
        pages,
        sha256,
        msgspec.msgpack.decode(head, type=Document),
    )
