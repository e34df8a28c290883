"""Implements `docmind.ports.VectorStore` with Chroma, in a folder or at a server.

Chroma damages a folder that two processes write to while every call reports success, and an open
client never sees the rows of others. So every call holds a lock on the folder, shared to read and
alone to write; the library lets only one process write for longer than a call; and a reader opens
the folder anew when the library has changed. A damaged folder may end the process that opens it
(`health`). A server needs none of this.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docmind.errors import DocmindError, LibraryError
from docmind.locks import lock_of
from docmind.store.clients import close, connected, opened, unreachable
from docmind.store.health import Health

if TYPE_CHECKING:
    from docmind.ports import Vectors
    from docmind.store.lean import LeanChromaVectorStore

HNSW = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 400,
    "max_neighbors": 32,
}
"""Chroma's defaults (100, 100, 16) find half of the true neighbours of 100,000 random vectors;
these find 0.99, in under 2 ms (measured)."""

ROWS_A_CALL = 1_000
"""Chroma takes 5,461 rows at most."""

_OURS = (KeyboardInterrupt, SystemExit, GeneratorExit, DocmindError)
"""What passes through unchanged."""


class ChromaVectors:
    """Vectors in Chroma collections. Used by one thread at a time."""

    def __init__(self, folder: Path, url: str = "") -> None:
        """With `url`, a server has the vectors, and the folder is not used."""
        self._folder = folder
        self._url = url
        self._health = Health(folder)
        self._client: Any = None
        self._stores: dict[str, LeanChromaVectorStore] = {}

    def put(self, collection: str, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep these unit vectors; one of the same key takes the older one's place."""
        with self._open(write=True):
            from docmind.store.lean import (
                bare_nodes,
            )  # which imports chromadb, as _open does first

            store = self._store(collection)
            for first in range(0, len(keys), ROWS_A_CALL):
                rows = slice(first, first + ROWS_A_CALL)
                store.add(bare_nodes(keys[rows], vectors[rows]))

    def remove(self, collection: str, keys: Sequence[str]) -> None:
        """Forget the vectors of these keys; one that is not there is no error."""
        with self._open(write=True):
            if self._has(collection):
                for first in range(0, len(keys), ROWS_A_CALL):
                    self._store(collection).delete_nodes(list(keys[first : first + ROWS_A_CALL]))

    def nearest(self, collection: str, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Keys and cosines of the nearest vectors, best first; none for an unknown collection."""
        with self._open():
            if not self._has(collection):
                return []
            return self._store(collection).nearest(vector.tolist(), limit)

    def count(self, collection: str) -> int:
        """How many vectors the collection has; 0 for one that is not there."""
        with self._open():
            return self._store(collection).client.count() if self._has(collection) else 0

    def reopen(self) -> None:
        """See what other processes have written since."""
        client, self._client = self._client, None
        self._stores.clear()
        if client is not None:
            close(client)

    def drop(self, collection: str) -> None:
        """Forget a collection; one that is not there is no error."""
        with self._open(write=True):
            if self._has(collection):
                self._stores.pop(collection, None)
                self._client.delete_collection(collection)

    def clear(self, prefix: str) -> None:
        """Forget every collection whose name begins so, also where the store is damaged."""
        if self._url:
            with self._open(write=True):
                for each in self._client.list_collections():
                    if each.name.startswith(prefix):
                        self._client.delete_collection(each.name)
            self.reopen()
            return
        self.reopen()
        with self._locked(write=True), self._told():
            if self._folder.exists():
                shutil.rmtree(self._folder)

    def close(self) -> None:
        """Let go of what is open; safe to call twice."""
        self.reopen()

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[None]:
        """Hold the folder's lock, with a client that is open; errors are told in our words."""
        with self._locked(write=write), self._told():
            is_new = self._client is None
            if is_new:
                self._client = connected(self._url) if self._url else self._opened()
            yield
            if (is_new or write) and not self._url:
                self._health.mark()

    def _opened(self) -> Any:
        """A client of the folder, tried in another process first where that seems wise."""
        self._health.check()
        return opened(self._folder)

    @contextmanager
    def _locked(self, *, write: bool) -> Iterator[None]:
        if self._url:
            yield
            return
        with lock_of(self._folder.with_name("chroma.lock"), shared=not write) as lock:
            lock.wait()
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever Chroma raises (also panics of its Rust, which are no Exceptions), in words."""
        try:
            yield
        except _OURS:
            raise
        except BaseException as error:
            self.reopen()
            raise self._in_words(error) from error

    def _in_words(self, error: BaseException) -> DocmindError:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        if self._url:
            return unreachable(self._url, reason)
        return LibraryError(
            f"The library's vectors in {self._folder} cannot be used: {reason}",
            "Make them again: docmind sync --rebuild",
        )

    def _has(self, collection: str) -> bool:
        """Whether there is such a collection."""
        if collection in self._stores:
            return True
        return any(each.name == collection for each in self._client.list_collections())

    def _store(self, collection: str) -> LeanChromaVectorStore:
        """LlamaIndex's store of a collection, which is made where there is none."""
        from docmind.store.lean import LeanChromaVectorStore

        if collection not in self._stores:
            self._stores[collection] = LeanChromaVectorStore(
                self._client.get_or_create_collection(
                    collection, embedding_function=None, configuration={"hnsw": HNSW}
                )
            )
        return self._stores[collection]
