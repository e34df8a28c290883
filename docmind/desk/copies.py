"""The documents of an index as a model reads them, made once and used for every question."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from typing import TYPE_CHECKING

from docmind.context.sheets import Copy, copy_of, letter_of
from docmind.context.symbols import Symbols

if TYPE_CHECKING:
    from docmind.model import Document, Passage
    from docmind.ports import TokenCounter
    from docmind.retrieval.index import Index


class Copies:
    """Copies of the index that was asked for last; a document that stays is not copied again."""

    def __init__(self, counter: TokenCounter) -> None:
        self._counter = counter
        self._held: dict[tuple[str, str], tuple[Document, Copy]] = {}
        self._symbols = Symbols()

    def of(
        self, index: Index, pages: range | None = None, documents: Collection[str] = ()
    ) -> tuple[Copy, ...]:
        """Every document of the index or those of these names, whole or only these pages."""
        by_document = groupby(index.passages, key=lambda passage: passage.document)
        passages = {name: tuple(held) for name, held in by_document}
        pairs = [
            (document, letter_of(position))
            for position, document in enumerate(index.documents)
            if not documents or document.name in documents
        ]
        if pages is not None:
            return tuple(
                copy_of(document, passages.get(document.name, ()), letter, self._counter, pages)
                for document, letter in pairs
            )
        held = {
            (document.name, letter): self._copy(document, passages.get(document.name, ()), letter)
            for document, letter in pairs
        }
        # What one question leaves out is wanted again by the next.
        self._held = {**self._held, **held} if documents else held
        return tuple(copy for _, copy in held.values())

    def symbols(self, copies: tuple[Copy, ...]) -> Symbols:
        """What these documents define; found out once, as long as they stay the same."""
        if not self._symbols.are_of(copies):
            self._symbols = Symbols(copies)
        return self._symbols

    def _copy(
        self, document: Document, passages: tuple[Passage, ...], letter: str
    ) -> tuple[Document, Copy]:
        known = self._held.get((document.name, letter))
        if known is not None and known[0] is document:
            return known
        return document, copy_of(document, passages, letter, self._counter)
