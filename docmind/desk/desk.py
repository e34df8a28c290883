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

from docmind.answers.ask import ask
from docmind.answers.events import AnswerEvent, Searching
from docmind.answers.options import AskOptions
from docmind.answers.reading import Reading
from docmind.model import Document, Hit, Passage
from docmind.passages.split import split_document
from docmind.retrieval.index import Index
from docmind.retrieval.lexical import Vocabulary

if TYPE_CHECKING:
    from docmind.desk.meaning import Meaning
    from docmind.ports import EngineSource, Retriever, TokenCounter
    from docmind.settings import Settings

_PATIENCE_SECONDS = 0.2
_AS_SET = AskOptions()


class Desk:
    """Documents open together. Safe to use from one thread while another adds to it."""

    def __init__(
        self,
        settings: Settings,
        counter: TokenCounter,
        meaning: Meaning | None = None,
        *,
        vocabulary: Vocabulary | None = None,
        engines: EngineSource | None = None,
    ) -> None:
        """`vocabulary` may know the documents' words already; without `engines`, it extracts."""
        self._settings = settings
        self._counter = counter
        self._meaning = meaning
        self._engines = engines
        self._documents: dict[str, Document] = {}
        self._passages: dict[str, tuple[Passage, ...]] = {}
        self._tokens: dict[str, int] = {}
        self._vocabulary = Vocabulary() if vocabulary is None else vocabulary
        self._index = Index((), (), self._vocabulary)
        self._lock = threading.Lock()

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
        return 1.0 if self._meaning is None else self._meaning.done

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
            if self._meaning is not None:
                self._meaning.turn_to(self._index)

    def count(self, name: str, tokens: int) -> None:
        """How many tokens a document has, where that was not known when it was added."""
        self._tokens[name] = tokens

    def passages(self, name: str) -> tuple[Passage, ...]:
        """The passages of one document, in reading order."""
        return self._passages[name]

    def search(self, query: str, *, limit: int, pages: range | None = None) -> list[Hit]:
        """The best passages of all documents, best first."""
        return self._index.search(query, limit=limit, pages=pages)

    def ask(self, question: str, options: AskOptions = _AS_SET) -> Iterator[AnswerEvent]:
        """Answer a question; see `docmind.answers.ask`. Close the iterator to cancel.

        Where words alone find no answer that is sure, it waits for the vectors and asks again:
        before docmind says that a document does not say, it has searched by meaning too.
        """
        begun = time.monotonic()
        first = replace(self._reading(), settled=not self._may_mean(question))
        answered = yield from ask(question, first, self._settings.answers, pages=options.pages)
        if not answered:
            yield from self._meaning_made()
            reading = self._reading()
            yield from ask(
                question, reading, self._settings.answers, pages=options.pages, begun=begun
            )

    def _may_mean(self, question: str) -> bool:
        """Whether a dense arm that has no say yet may know better."""
        meaning = self._meaning
        return meaning is not None and not meaning.complete and meaning.reads(question)

    def _meaning_made(self) -> Iterator[Searching]:
        """Wait for the vectors, saying how far they are, often enough to be cancelled.

        Asked again and again, because a document that is added meanwhile begins them anew.
        """
        while self._meaning is not None and not self._meaning.wait(_PATIENCE_SECONDS):
            yield Searching("lexical+dense", self.vectors_done)

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
        if self._meaning is None:
            return False
        return self._meaning.wait(timeout_seconds) and self.arms != "lexical"

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
