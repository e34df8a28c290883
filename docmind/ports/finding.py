"""What finding passages needs: tokens, vectors, and where both are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from docmind.model import Hit, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    """Unit vectors, shape [texts, dimensions]."""


class TokenCounter(Protocol):
    """Counts tokens as the model that reads them does."""

    @property
    def name(self) -> str:
        """What the ledger says counted."""
        ...

    def count(self, text: str) -> int:
        """Tokens in the text; special tokens written out in it count as plain text."""
        ...


class Embedder(Protocol):
    """Texts in, unit vectors out; may take long to get ready, and never blocks while it does."""

    @property
    def model(self) -> str:
        """Names the weights, so that vectors of different models are never mixed."""
        ...

    @property
    def ready(self) -> bool:
        """Whether `embed` would answer without loading anything first."""
        ...

    def reads(self, text: str) -> bool:
        """Whether the model knows the script of this text; if not, it gets no vote."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text. Waits until ready; raises EngineError if that fails."""
        ...

    def embed_query(self, query: str) -> Vectors:
        """The unit vector of a question, shape [dimensions]; otherwise as `embed`."""
        ...

    def close(self) -> None:
        """Stop at once, whatever is under way."""
        ...


class Retriever(Protocol):
    """A query in, ranked passages out, over a fixed set of documents."""

    @property
    def passages(self) -> Sequence[Passage]:
        """All passages, in reading order."""
        ...

    @property
    def arms(self) -> str:
        """What ranks at this moment: "lexical" or "lexical+dense"."""
        ...

    def search(self, query: str, *, limit: int, pages: range | None = None) -> list[Hit]:
        """The best `limit` passages, best first; only from `pages` (physical) where given."""
        ...

    def passage_at(self, document: str, page: int, offset: int) -> Passage | None:
        """The passage that has this character of a page; None where no passage has."""
        ...

    def idf(self, term: str) -> float:
        """How much a term (as `docmind.retrieval.terms` cuts it) tells here; never negative."""
        ...

    def similarities(self, query: str, texts: Sequence[str]) -> list[float] | None:
        """Cosine of each text with the query; None while there is no dense arm to ask."""
        ...


class PassageStore(Protocol):
    """Keeps the vectors of passages between runs, keyed by content (a library will fill this)."""

    def get(self, model: str, texts: Sequence[str]) -> tuple[Vectors, list[int]]:
        """Vectors of those texts that are known, and the positions of those that are not."""
        ...

    def put(self, model: str, texts: Sequence[str], vectors: Vectors) -> None:
        """Remember the vectors of these texts."""
        ...

    def turn(
        self, texts: Sequence[str], waits: Callable[[], None]
    ) -> AbstractContextManager[None]:
        """While this is open, nobody else makes the vectors of these texts; `get` them again.

        `waits` is told where another process is at it, which is then waited for.
        """
        ...


class VectorStore(Protocol):
    """Finds the nearest of many vectors, on disk or at a server; knows keys, and no text.

    A collection has the vectors of one embedding model. One process writes at a time; what others
    have written is seen after `reopen`. Raises LibraryError or ServerUnreachable.
    """

    def put(self, collection: str, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep these unit vectors; one of the same key takes the older one's place."""
        ...

    def remove(self, collection: str, keys: Sequence[str]) -> None:
        """Forget the vectors of these keys; one that is not there is no error."""
        ...

    def nearest(self, collection: str, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Keys and cosines of the nearest vectors, best first; none for an unknown collection."""
        ...

    def count(self, collection: str) -> int:
        """How many vectors the collection has; 0 for one that is not there."""
        ...

    def reopen(self) -> None:
        """See what other processes have written since."""
        ...

    def drop(self, collection: str) -> None:
        """Forget a collection; one that is not there is no error."""
        ...

    def clear(self, prefix: str) -> None:
        """Forget every collection whose name begins so, also where the store is damaged."""
        ...

    def close(self) -> None:
        """Let go of what is open; safe to call twice."""
        ...
