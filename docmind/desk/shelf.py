"""The documents of a desk: cut into passages, indexed, their tokens counted.

The index is replaced as a whole and never changed in place, so that a question which is being
answered keeps the one that it began with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmind.model import Document, Passage
from docmind.passages.split import split_document
from docmind.retrieval.index import Index

if TYPE_CHECKING:
    from docmind.ports import TokenCounter
    from docmind.retrieval.lexical import Vocabulary


class Shelf:
    """Documents by their names. One thread at a time may put some there while others read."""

    def __init__(self, counter: TokenCounter, vocabulary: Vocabulary) -> None:
        self._counter = counter
        self._vocabulary = vocabulary
        self._documents: dict[str, Document] = {}
        self._passages: dict[str, tuple[Passage, ...]] = {}
        self._tokens: dict[str, int] = {}
        self.index = Index((), (), vocabulary)

    @property
    def documents(self) -> tuple[Document, ...]:
        """In the order in which they were put here."""
        return tuple(self._documents.values())

    def document(self, name: str) -> Document:
        """The document of this name; KeyError where there is none."""
        return self._documents[name]

    def passages(self, name: str) -> tuple[Passage, ...]:
        """The passages of one document, in reading order."""
        return self._passages[name]

    def put(self, documents: Sequence[Document]) -> None:
        """Put documents here; one of the same name takes the older one's place."""
        for document in documents:
            self._documents[document.name] = document
            self._passages[document.name] = split_document(document, self._counter)
            self._tokens.pop(document.name, None)
        passages = [each for held in self._passages.values() for each in held]
        self.index = Index(self.documents, passages, self._vocabulary)

    def count(self, name: str, tokens: int) -> None:
        """How many tokens a document has, where somebody knows."""
        self._tokens[name] = tokens

    def tokens(self, documents: Sequence[Document]) -> int:
        """Tokens of these documents, counting now those that nobody has counted yet."""
        total = 0
        for document in documents:
            tokens = self._tokens.get(document.name)
            if tokens is None:
                tokens = sum(self._counter.count(page.text) for page in document.pages)
                self._tokens[document.name] = tokens
            total += tokens
        return total
