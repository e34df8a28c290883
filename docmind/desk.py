"""The desk: documents that are open together, and what answers questions about them.

A document that is added can be asked at once, by BM25; its vectors are made by a thread of the
desk's own and join when they are complete. The index is replaced as a whole and never changed in
place, so a question that is being answered keeps the one that it began with.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from docmind.answers.ask import Reading, ask
from docmind.answers.events import AnswerEvent, Searching
from docmind.errors import EngineError
from docmind.model import Document, Hit, Passage
from docmind.passages.split import split_document
from docmind.retrieval.index import Index
from docmind.retrieval.lexical import Vocabulary

if TYPE_CHECKING:
    from docmind.ports import Embedder, PassageStore, Retriever, TokenCounter, Vectors
    from docmind.settings import AnswerSettings

_BATCH_PASSAGES = 64
_PATIENCE_SECONDS = 0.2


class Desk:
    """Documents open together. Safe to use from one thread while another adds to it."""

    def __init__(
        self,
        settings: AnswerSettings,
        counter: TokenCounter,
        embedder: Embedder | None = None,
        store: PassageStore | None = None,
        *,
        vocabulary: Vocabulary | None = None,
        eager: bool = True,
    ) -> None:
        """`vocabulary` may know the documents' words already.

        `eager` makes vectors as soon as a document is added; if not, when they are needed.
        """
        self._settings = settings
        self._counter = counter
        self._embedder = embedder
        self._store = store
        self._eager = eager
        self._documents: dict[str, Document] = {}
        self._passages: dict[str, tuple[Passage, ...]] = {}
        self._tokens: dict[str, int] = {}
        self._vocabulary = Vocabulary() if vocabulary is None else vocabulary
        self._index = Index((), (), self._vocabulary)
        self._lock = threading.Lock()
        self._complete = threading.Event()
        self._done = 0
        self._embedding: threading.Thread | None = None

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents on the desk, in the order in which they were added."""
        return tuple(self._documents.values())

    @property
    def arms(self) -> str:
        """What ranks at this moment: "lexical" or "lexical+dense"."""
        return self._index.arms

    @property
    def retriever(self) -> Retriever:
        """What ranks the passages now; it stays as it is when a document is added."""
        return self._index

    @property
    def vectors_done(self) -> float:
        """Share of the passages that have vectors, 0 to 1; 1 where none are wanted."""
        wanted = len(self._index.passages)
        if self._embedder is None or not wanted or self._complete.is_set():
            return 1.0
        return min(1.0, self._done / wanted)

    def add(self, *documents: Document, tokens: int | None = None) -> None:
        """Put documents on the desk; when this returns they can be asked.

        One of the same name takes the older one's place. `tokens` is the number of tokens of one
        document, where it is known already; `count` tells it later.
        """
        with self._lock:
            for document in documents:
                self._documents[document.name] = document
                self._passages[document.name] = split_document(document, self._counter)
                self._tokens.pop(document.name, None)
                if tokens is not None:
                    self._tokens[document.name] = tokens
            passages = [each for held in self._passages.values() for each in held]
            self._index = Index(self.documents, passages, self._vocabulary)
            self._done = 0
            self._complete.clear()
            self._embedding = None
        if self._eager:
            self._make_vectors()

    def count(self, name: str, tokens: int) -> None:
        """How many tokens a document has, where that was not known when it was added."""
        self._tokens[name] = tokens

    def passages(self, name: str) -> tuple[Passage, ...]:
        """The passages of one document, in reading order."""
        return self._passages[name]

    def search(self, query: str, *, limit: int, pages: range | None = None) -> list[Hit]:
        """The best passages of all documents, best first."""
        return self._index.search(query, limit=limit, pages=pages)

    def ask(self, question: str, *, pages: range | None = None) -> Iterator[AnswerEvent]:
        """Answer a question; see `docmind.answers.ask`. Close the iterator to cancel.

        Where words alone find no answer that is sure, it waits for the vectors and asks again:
        before docmind says that a document does not say, it has searched by meaning too.
        """
        begun = time.monotonic()
        first = replace(self._reading(), settled=not self._may_mean(question))
        answered = yield from ask(question, first, self._settings, pages=pages)
        if not answered:
            yield from self._meaning_made()
            yield from ask(question, self._reading(), self._settings, pages=pages, begun=begun)

    def _may_mean(self, question: str) -> bool:
        """Whether a dense arm that has no say yet may know better."""
        return (
            self._embedder is not None
            and not self._complete.is_set()
            and self._embedder.reads(question)
        )

    def _meaning_made(self) -> Iterator[Searching]:
        """Wait for the vectors, saying how far they are, often enough to be cancelled."""
        self._make_vectors()
        while not self._complete.wait(_PATIENCE_SECONDS):
            yield Searching("lexical+dense", self.vectors_done)
            self._make_vectors()  # of the new index, where a document was added meanwhile

    def _reading(self) -> Reading:
        """What is on the desk at this moment, for one question.

        The documents are those of the index, which another thread may replace meanwhile: a hit
        cited from another version of its document would be words of some other place.
        """
        index = self._index
        return Reading(
            documents={document.name: document for document in index.documents},
            retriever=index,
            document_tokens=self._counted_tokens(index.documents),
            tokenizer=self._counter.name,
        )

    def wait_for_vectors(self, timeout_seconds: float | None = None) -> bool:
        """Wait until the dense arm ranks too; False where it never will, or the time is over."""
        if self._embedder is None:
            return False
        self._make_vectors()
        return self._complete.wait(timeout_seconds) and self.arms != "lexical"

    def _counted_tokens(self, documents: Sequence[Document]) -> int:
        """Tokens of these documents, counting now those that nobody has counted yet."""
        total = 0
        for document in documents:
            tokens = self._tokens.get(document.name)
            if tokens is None:
                tokens = sum(self._counter.count(page.text) for page in document.pages)
                self._tokens[document.name] = tokens
            total += tokens
        return total

    def _make_vectors(self) -> None:
        """Start the thread that makes the vectors of this index, unless it was started."""
        with self._lock:
            if self._embedder is None or self._embedding is not None:
                return
            self._embedding = threading.Thread(
                target=self._embed, args=(self._index, self._embedder), name="vectors", daemon=True
            )
            self._embedding.start()

    def _embed(self, index: Index, embedder: Embedder) -> None:
        """Make the vectors of an index and let them join; gives up when the index is replaced."""
        try:
            vectors = self._vectors(index, embedder)
            if vectors is not None:
                if not embedder.ready:
                    embedder.embed(["ready"])  # or the first question would wait for it to load
                index.add_vectors(vectors, embedder)
        except EngineError:
            pass  # BM25 goes on alone, as `arms` says; `docmind doctor` tells why
        finally:
            with self._lock:  # or the vectors of an index that has just come would seem to be made
                if index is self._index:
                    self._complete.set()

    def _vectors(self, index: Index, embedder: Embedder) -> Vectors | None:
        """A vector for each passage of the index, from the store where it has it.

        None where the index was replaced, or the model can read none of it.
        """
        if not any(map(embedder.reads, index.texts)):
            return None
        parts: list[Vectors] = []
        for first in range(0, len(index.texts), _BATCH_PASSAGES):
            if index is not self._index:
                return None
            parts.append(self._batch(index.texts[first : first + _BATCH_PASSAGES], embedder))
            self._done = first + len(parts[-1])
        return np.concatenate(parts) if parts else None

    def _batch(self, texts: Sequence[str], embedder: Embedder) -> Vectors:
        """The vectors of some texts; those that had to be made are remembered."""
        if self._store is None:
            return embedder.embed(texts)
        known, missing = self._store.get(embedder.model, texts)
        if not missing:
            return known
        made = embedder.embed([texts[position] for position in missing])
        self._store.put(embedder.model, [texts[position] for position in missing], made)
        vectors = np.empty((len(texts), made.shape[1]), dtype=np.float32)
        vectors[missing] = made
        if len(known):
            vectors[np.setdiff1d(np.arange(len(texts)), missing)] = known
        return vectors
