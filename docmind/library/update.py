"""Brings the library in line with the disk. Its caller holds the writer's lock."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

from docmind.errors import ChangingInput, EngineError, InputError, MissingInput
from docmind.library.changes import Changes
from docmind.library.entries import (
    Added,
    DocumentEntry,
    Embedded,
    Failed,
    FileEntry,
    LibraryEvent,
    Noted,
    Preparing,
    Recipe,
    Removed,
    Unchanged,
)
from docmind.library.ingest import Ingest, Parts, Wanted, key_of
from docmind.library.manifest import Manifest

_KEYS_AT_A_TIME = 1_000


class Update:
    """One pass over the library by one writer."""

    def __init__(self, manifest: Manifest, parts: Parts, recipe: Recipe) -> None:
        """`recipe` is what documents are to be made by, if the embedder is able to."""
        self._manifest = manifest
        self._parts = parts
        self._recipe = recipe
        self._all_read = True

    def settle(self) -> None:
        """Remove the vectors of documents that are not visible, whoever left them behind."""
        for document, collection, passages in self._manifest.unfinished():
            for first in range(0, passages if collection else 0, _KEYS_AT_A_TIME):
                last = min(first + _KEYS_AT_A_TIME, passages)
                keys = [key_of(document, ordinal) for ordinal in range(first, last)]
                self._parts.store.remove(collection, keys)
            self._manifest.finish(document)

    def apply(self, changes: Changes) -> Iterator[LibraryEvent]:
        """Do what the changes ask for."""
        for root in changes.roots:
            self._manifest.add_root(root)
        for file in changes.gone:
            self._manifest.forget(file.path)
            self._manifest.remove_root(file.path)
            yield Removed(file.name)
        yield from (Failed(name, error) for name, error in changes.failed)
        self._all_read = not changes.failed
        wanted = changes.wanted()
        if wanted or self._without_vectors():
            yield from self._try_embedder()
        ingest = Ingest(self._manifest, self._parts, self._recipe)
        unchanged = changes.unchanged
        for each in wanted:
            changed = yield from self._add(ingest, each)
            unchanged += not changed
        yield Unchanged(unchanged)
        yield from self._embed_others(ingest)
        self.settle()
        for root, seen in changes.seen():
            self._manifest.saw(root, seen if self._all_read else "")

    def _try_embedder(self) -> Iterator[LibraryEvent]:
        """Where no vectors can be made, words alone have to do; a later sync makes them."""
        if self._parts.embedder is None or not self._recipe.collection:
            return
        if not self._parts.embedder.ready:
            yield Preparing()
        try:
            self._parts.embedder.embed(["ready"])
        except EngineError as error:
            self._recipe = replace(self._recipe, collection="")
            yield Noted(f"No vectors can be made ({error}); words alone will find what is added.")

    def _add(self, ingest: Ingest, wanted: Wanted) -> Generator[LibraryEvent, None, bool]:
        """Add one file; returns whether anything changed."""
        current = self._manifest.document_of(str(wanted.path))
        try:
            entry = yield from ingest.add(wanted, current)
        except InputError as error:
            self._manifest.fail(self._failed(wanted, error))
            self._all_read = False
            yield Failed(wanted.name, error)
            return True
        if entry is None:
            return False
        yield Added(wanted.name, entry, before=current is not None)
        return True

    def _failed(self, wanted: Wanted, error: InputError) -> FileEntry:
        """A file that cannot be read; what may pass by itself is tried again each time."""
        passes = isinstance(error, MissingInput | ChangingInput)
        return FileEntry(
            path=str(wanted.path),
            name=wanted.name,
            size=wanted.size,
            mtime_ns=wanted.mtime_ns,
            error=str(error),
            hint=error.hint,
            failure=type(error).__name__,
            tried="" if passes else self._recipe.trial,
        )

    def _without_vectors(self) -> list[DocumentEntry]:
        """Visible documents that have no vectors of the recipe, or not all of them."""
        wanted = self._recipe.collection
        return self._manifest.without_vectors(wanted) if wanted else []

    def _embed_others(self, ingest: Ingest) -> Iterator[LibraryEvent]:
        """Make the vectors of documents that have none of this recipe; drop those of others."""
        stale = self._without_vectors()
        before = {each.recipe.collection for each in stale} - {"", self._recipe.collection}
        total = sum(each.passages for each in stale)
        done = 0
        for number, each in enumerate(stale, start=1):
            wanted = replace(_as_wanted(each, done, total), number=number, files=len(stale))
            yield Embedded(wanted.name, (yield from ingest.embed_again(each, wanted)))
            done += each.passages
        for collection in before:
            self._parts.store.drop(collection)


def _as_wanted(entry: DocumentEntry, done: int, total: int) -> Wanted:
    """A document whose vectors are made, and that is not read."""
    return Wanted(
        path=Path(),
        name=entry.head.name,
        size=entry.passages,
        mtime_ns=0,
        before=done,
        amount=total,
        only_vectors=True,
    )
