"""The library: what has been added, kept as it is on the disk, and searched.

One process writes at a time, under a lock; readers never wait for it. Whatever ends a writer, the
next one begins by removing the vectors that belong to nothing visible.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docmind.errors import UsageError
from docmind.library.changes import Changes, is_utf8
from docmind.library.entries import (
    DocumentEntry,
    FileEntry,
    LibraryEvent,
    LibraryHit,
    Recipe,
    Removed,
    Waiting,
)
from docmind.library.ingest import Parts
from docmind.library.manifest import Manifest
from docmind.library.search import LibrarySearch
from docmind.library.update import Update
from docmind.locks import Lock, lock_of
from docmind.passages.split import PASSAGES_VERSION

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from docmind.model import Document


class Library:
    """A library in a folder. Belongs to one thread; a context of its own for each."""

    def __init__(self, folder: Path, parts: Parts) -> None:
        """Open it; raises LibraryError for one that is damaged or newer, or HomeError."""
        self._folder = folder
        self._parts = parts
        self._manifest = Manifest(folder / "manifest.sqlite")
        self._prefix = f"docmind-{self._manifest.fact('id')}"
        made_by = f"{parts.parser}; passages {PASSAGES_VERSION}"
        self._recipe = Recipe(made_by, self._collection(), parts.ocr, parts.limits)
        self._update = Update(self._manifest, parts, self._recipe)
        self._search = LibrarySearch(
            self._manifest, parts.store, parts.embedder, self._recipe.collection
        )

    def _collection(self) -> str:
        """The collection of this model's vectors of these passages; empty without a model."""
        if self._parts.embedder is None:
            return ""
        made_of = f"{self._parts.embedder.model}; passages {PASSAGES_VERSION}"
        return f"{self._prefix}-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"

    def close(self) -> None:
        """Let go of the files."""
        self._manifest.close()
        self._parts.store.close()

    @property
    def empty(self) -> bool:
        """Whether there is no document to search."""
        return not self._manifest.rows("SELECT 1 FROM documents WHERE visible LIMIT 1")

    def entries(self) -> list[tuple[FileEntry, DocumentEntry | None]]:
        """Every file that was added, with its document where it could be read."""
        documents = self._manifest.documents()
        files = self._manifest.files().values()
        return [(file, documents.get(file.document or 0)) for file in files]

    def passages_without_vectors(self) -> int:
        """Of documents whose vectors are still to be made; 0 without an embedding model."""
        collection = self._recipe.collection
        stale = self._manifest.without_vectors(collection) if collection else []
        return sum(entry.passages for entry in stale)

    def vectors_lost(self) -> int:
        """How many vectors the store ought to have, and has not.

        Raises LibraryError or ServerUnreachable for a store that cannot be asked.
        """
        documents = self._manifest.documents().values()
        expected = sum(
            max(0, entry.vectors)
            for entry in documents
            if entry.recipe.collection == self._recipe.collection
        )
        if not expected:
            return 0
        return max(0, expected - self._parts.store.count(self._recipe.collection))

    def roots(self) -> list[str]:
        """The files and folders that `sync` looks at."""
        return self._manifest.roots()

    def search(
        self, query: str, *, limit: int, pages: range | None = None, meaning: bool = True
    ) -> list[LibraryHit]:
        """The best passages of all documents, best first; with `meaning`, vectors rank too.

        Raises EngineError, LibraryError or ServerUnreachable where meaning cannot be asked.
        """
        return self._search.search(query, limit=limit, pages=pages, meaning=meaning)

    def document(self, path: str) -> tuple[Document, int] | None:
        """A document with its pages, as it was added, and its tokens; None where it is gone."""
        entry = self._manifest.document_of(path)
        return None if entry is None else (self._manifest.document(entry), entry.tokens)

    def add(self, paths: Sequence[Path]) -> Iterator[LibraryEvent]:
        """Add files and folders, and read what is new or has changed in them."""
        with self._writer() as lock:
            yield from _waited_for(lock)
            self._parts.store.reopen()
            self._update.settle()
            roots = [str(path.absolute()) for path in paths]
            for root in filter(is_utf8, roots):
                self._manifest.take_in(root)
            yield from self._apply(roots, known=False)

    def sync(self, *, rebuild: bool = False) -> Iterator[LibraryEvent]:
        """Read what is new or has changed in all that was added, and drop what is gone.

        `rebuild` makes all vectors again, from the manifest, in a new store.
        """
        with self._writer() as lock:
            yield from _waited_for(lock)
            if rebuild:
                self._parts.store.clear(self._prefix)
                self._manifest.unembed()
            self._parts.store.reopen()
            self._update.settle()
            yield from self._apply(self._manifest.roots(), known=True)

    def remove(self, names: Sequence[str]) -> Iterator[LibraryEvent]:
        """Remove documents by name or path, or all below a folder; the files stay on the disk.

        Raises UsageError, and removes nothing, where one of the names is unknown.
        """
        with self._writer() as lock:
            yield from _waited_for(lock)
            chosen = [file for name in names for file in self._named(name)]
            for name in names:
                self._manifest.remove_root(str(Path(name).absolute()))
            for file in dict.fromkeys(chosen):
                self._manifest.remove_root(file.path)
                self._manifest.forget(file.path, left_out=self._is_below_a_root(file.path))
                yield Removed(file.name)
            self._parts.store.reopen()
            self._update.settle()

    def _writer(self) -> AbstractContextManager[Lock]:
        return lock_of(self._folder / "writer.lock")

    def _apply(self, roots: Sequence[str], *, known: bool) -> Iterator[LibraryEvent]:
        changes = Changes(self._manifest, self._parts.find, self._recipe)
        for root in roots:
            changes.look(root, known=known)
        yield from self._update.apply(changes)

    def _named(self, name: str) -> list[FileEntry]:
        """The files that a name, a path or a folder stands for."""
        path = str(Path(name).absolute())
        below = path.rstrip("/") + "/"
        found = [
            each
            for each in self._manifest.files().values()
            if name == each.name or each.path == path or each.path.startswith(below)
        ]
        if not found and path not in self._manifest.roots():
            raise UsageError(f"There is no {name} in the library.", "Try: docmind list")
        return found

    def _is_below_a_root(self, path: str) -> bool:
        return any(path.startswith(root.rstrip("/") + "/") for root in self._manifest.roots())


def _waited_for(lock: Lock) -> Iterator[LibraryEvent]:
    """Wait for the lock, and say so where it takes time."""
    if lock.is_taken:
        yield Waiting()
        lock.wait()
