"""What the core asks of the outside world, as Protocols; `docmind.workspace` plugs adapters in.

One file on purpose: after `model.py` it is the second thing to read, all the seams on a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from docmind.errors import EngineError
from docmind.model import Document, EngineName, Hit, Page, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    """Unit vectors, shape [texts, dimensions]."""


@dataclass(frozen=True, slots=True)
class PagesRead:
    """Some more pages, in order, of the `total` that the document has; not yet final.

    What needs the whole document (running heads, the outline) is settled only in DocumentRead.
    """

    pages: tuple[Page, ...]
    total: int


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """The document, whole, as it is cached and cited."""

    document: Document


@dataclass(frozen=True, slots=True)
class TokensCounted:
    """How many tokens of the default tokenizer the document's text has."""

    tokens: int


ReadEvent = PagesRead | DocumentRead | TokensCounted


class Reader(Protocol):
    """Files in, Documents out."""

    def read(self, path: Path, name: str) -> Iterator[ReadEvent]:
        """Read a file: PagesRead any number of times, DocumentRead once, TokensCounted once last.

        Raises an InputError for what cannot be read. Closing the iterator stops the work.
        """
        ...


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

    def close(self) -> None:
        """Stop at once, whatever is under way."""
        ...


class Retriever(Protocol):
    """A query in, ranked passages out, over a fixed set of documents."""

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


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a chat; `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class CitationTags:
    """A grammar: once `begin` is written, only what `pattern` matches may follow, then `end`.

    `pattern` is a regular expression of what exists; the text around the tags is free.
    """

    begin: str
    pattern: str
    end: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a model is asked for. Without `max_output_tokens` the engine's window is the limit.

    `background` has the lowest priority, and gives way to everything else.
    """

    messages: tuple[ChatMessage, ...]
    max_output_tokens: int
    temperature: float
    top_p: float
    citations: CitationTags | None = None
    background: bool = False


@dataclass(frozen=True, slots=True)
class ChatWaiting:
    """Nothing has come for a moment; told several times a second, so that one can cancel."""

    seconds: float


@dataclass(frozen=True, slots=True)
class ChatText:
    """More of what the model writes."""

    text: str


@dataclass(frozen=True, slots=True)
class ChatFinished:
    """The model has ended: "stop", or "length" where it ran into a limit.

    Counts are the server's own; None where it does not tell.
    """

    reason: str
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None


ChatEvent = ChatWaiting | ChatText | ChatFinished


class ChatEngine(Protocol):
    """A language model behind a server."""

    @property
    def name(self) -> EngineName:
        """What the ledger calls it."""
        ...

    @property
    def window_tokens(self) -> int:
        """Prompt and answer together may have this many tokens."""
        ...

    @property
    def constrains(self) -> bool:
        """Whether it honours CitationTags; where not, ids are checked after the fact."""
        ...

    @property
    def tokenizer(self) -> str:
        """What counts its tokens, for the ledger."""
        ...

    @property
    def estimates(self) -> bool:
        """Whether `count` is an estimate, because the server's tokenizer is not known."""
        ...

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Tokens of the prompt that these messages become, template and all."""
        ...

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """Ask; ends with ChatFinished. Closing the iterator aborts generation on the server.

        Raises an EngineError, also in the middle.
        """
        ...


class EnginePhase(StrEnum):
    """How far the language model is."""

    NONE = "none"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EngineState:
    """How far the language model is, and why; `progress` is a share, None where nobody knows."""

    phase: EnginePhase
    note: str
    progress: float | None = None
    error: EngineError | None = None


class EngineSource(Protocol):
    """Where a language model comes from, if there is one: a server that is found or managed."""

    @property
    def state(self) -> EngineState:
        """How far it is at this moment; costs nothing."""
        ...

    def engine(self) -> ChatEngine | None:
        """The engine where it is ready, else None; never waits for one that is loading."""
        ...
