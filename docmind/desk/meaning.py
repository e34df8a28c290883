"""Makes the vectors of an index in a thread, so that the dense arm joins when they are ready.

Whatever goes wrong in that thread ends here, as a sentence: BM25 goes on alone. A traceback would
be printed over the terminal application.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from docmind.errors import EngineError

if TYPE_CHECKING:
    from docmind.ports import Embedder, PassageStore, Vectors
    from docmind.retrieval.index import Index

_BATCH_PASSAGES = 64


class Meaning:
    """What a desk embeds with. `eager` makes vectors as soon as there is an index to embed.

    With `insists` the reader has set the model: that it cannot be used is a fault to be told.
    Belongs to one desk; safe to use from several threads.
    """

    def __init__(
        self,
        embedder: Embedder,
        store: PassageStore | None = None,
        *,
        eager: bool = True,
        insists: bool = False,
    ) -> None:
        self._embedder = embedder
        self._store = store
        self._eager = eager
        self._insists = insists
        self._lock = threading.Lock()
        self._complete = threading.Event()
        self._index: Index | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._another = False
        self._done = 0
        self._fault = ""

    @property
    def model(self) -> str:
        """Names the weights that vectors are made with."""
        return self._embedder.model

    @property
    def complete(self) -> bool:
        """Whether the vectors of the index are made, or never will be."""
        return self._complete.is_set()

    @property
    def made_by_another(self) -> bool:
        """Whether another docmind makes these vectors at this moment, and is waited for."""
        return self._another

    @property
    def fault(self) -> str:
        """What went wrong while the vectors were made; empty where nothing did."""
        return self._fault

    @property
    def done(self) -> float:
        """Share of the passages that have vectors, 0 to 1; 1 where none are wanted."""
        index = self._index
        if index is None or not index.passages or self._complete.is_set():
            return 1.0
        return min(1.0, self._done / len(index.passages))

    def require(self) -> None:
        """Wait until vectors can be made; raises EngineError where they cannot."""
        try:
            self._embedder.embed(["ready"])
        except EngineError as error:
            raise EngineError(
                f"The vectors that --retrieval hybrid needs cannot be made. {error}",
                f"{error.hint} Or: --retrieval lexical".strip(),
            ) from error

    def reads(self, text: str) -> bool:
        """Whether the embedding model knows the script of this text."""
        return self._embedder.reads(text)

    def vectors(self, texts: Sequence[str]) -> Vectors | None:
        """A vector for each text, zeros for one that the model cannot read; waits until it can.

        None where it can read none of them, or has failed.
        """
        read = [position for position, text in enumerate(texts) if self._embedder.reads(text)]
        try:
            parts = [
                self._batch(
                    [texts[position] for position in read[first : first + _BATCH_PASSAGES]]
                )
                for first in range(0, len(read), _BATCH_PASSAGES)
            ]
        except EngineError:
            return None
        if not parts:
            return None
        made = np.concatenate(parts)
        vectors = np.zeros((len(texts), made.shape[1]), dtype=np.float32)
        vectors[read] = made
        return vectors

    def turn_to(self, index: Index) -> None:
        """From now on this is the index whose vectors are made."""
        with self._lock:
            if self._closed:
                return
            self._index = index
            self._done = 0
            self._fault = ""
            self._complete.clear()
            self._thread = None
        if self._eager:
            self.make()

    def make(self) -> None:
        """Start the thread that makes the vectors of this index, unless it was started."""
        with self._lock:
            if self._index is None or self._thread is not None:
                return
            self._thread = threading.Thread(
                target=self._embed, args=(self._index,), name="vectors", daemon=True
            )
            self._thread.start()

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until `complete`; False where the time is over."""
        self.make()
        return self._complete.wait(timeout_seconds)

    def close(self) -> None:
        """Make no more vectors, and keep nobody waiting for them; the embedder is left open."""
        with self._lock:
            self._closed = True
            self._index = None
            self._complete.set()

    def _embed(self, index: Index) -> None:
        """Make the vectors of an index and let them join; gives up when the index is replaced."""
        fault = ""
        try:
            vectors = self._vectors(index)
            if vectors is not None:
                if not self._embedder.ready:
                    self._embedder.embed(["ready"])  # or the first question would wait for it
                index.add_vectors(vectors, self._embedder)
        except EngineError as error:
            # BM25 goes on alone, as `arms` says; `docmind doctor` tells why
            fault = f"Words alone rank. {error} {error.hint}" if self._insists else ""
        except Exception as error:  # noqa: BLE001  # a bug here must not end the session
            fault = f"Search by meaning failed ({type(error).__name__}: {error})."
        finally:
            with self._lock:  # or the vectors of an index that has just come would seem to be made
                if index is self._index:
                    self._fault = fault
                    self._complete.set()

    def _vectors(self, index: Index) -> Vectors | None:
        """A vector for each passage of the index, from the store where it has it.

        None where the index was replaced, or the model can read none of it.
        """
        if not any(map(self._embedder.reads, index.texts)):
            return None
        parts: list[Vectors] = []
        for first in range(0, len(index.texts), _BATCH_PASSAGES):
            if index is not self._index:
                return None
            parts.append(self._batch(index.texts[first : first + _BATCH_PASSAGES]))
            self._done = first + len(parts[-1])
        return np.concatenate(parts) if parts else None

    def _batch(self, texts: Sequence[str]) -> Vectors:
        """The vectors of some texts; those that had to be made are remembered."""
        if self._store is None:
            return self._embedder.embed(texts)
        known, missing = self._store.get(self._embedder.model, texts)
        if not missing:
            return known
        with self._store.turn(texts, self._wait_for_another):
            self._another = False
            return self._made(self._store, texts)

    def _wait_for_another(self) -> None:
        self._another = True

    def _made(self, store: PassageStore, texts: Sequence[str]) -> Vectors:
        """Make the vectors that are lacking, now that it is our turn: another may have done it."""
        known, missing = store.get(self._embedder.model, texts)
        if not missing:
            return known
        made = self._embedder.embed([texts[position] for position in missing])
        store.put(self._embedder.model, [texts[position] for position in missing], made)
        vectors = np.empty((len(texts), made.shape[1]), dtype=np.float32)
        vectors[missing] = made
        if len(known):
            vectors[np.setdiff1d(np.arange(len(texts)), missing)] = known
        return vectors
