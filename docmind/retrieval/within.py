"""An index that looks at some of its documents only, for a question that names them.

A view, not an index of its own: what words tell is counted over everything, and the vectors that
are there already rank here too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docmind.model import Hit, Passage

if TYPE_CHECKING:
    from docmind.retrieval.index import Index


@dataclass(frozen=True, slots=True)
class Within:
    """Implements `docmind.ports.Retriever` over the documents of these names."""

    index: Index
    names: Collection[str]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Those of these documents, in reading order."""
        return tuple(each for each in self.index.passages if each.document in self.names)

    @property
    def arms(self) -> str:
        """What ranks at this moment."""
        return self.index.arms

    def search(self, query: str, *, limit: int, pages: range | None = None) -> list[Hit]:
        """As `Index.search`, of these documents."""
        return self.index.search(query, limit=limit, pages=pages, documents=self.names)

    def passage_at(self, document: str, page: int, offset: int) -> Passage | None:
        """As `Index.passage_at`."""
        return self.index.passage_at(document, page, offset)

    def idf(self, term: str) -> float:
        """As `Index.idf`, over all documents."""
        return self.index.idf(term)

    def similarities(self, query: str, texts: Sequence[str]) -> list[float] | None:
        """As `Index.similarities`."""
        return self.index.similarities(query, texts)
