"""Ranks the passages of a fixed set of documents for a question.

BM25 is built at once, so that the first question never waits; vectors join when they are ready.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from docmind.model import Document, Hit, Passage
from docmind.retrieval.lexical import Lexical
from docmind.retrieval.terms import Terms


class Index:
    """Implements `docmind.ports.Retriever` over documents and the passages cut from them."""

    def __init__(self, documents: Sequence[Document], passages: Sequence[Passage]) -> None:
        self.passages = tuple(passages)
        self.terms = Terms()
        self._titles = {document.name: document.title for document in documents}
        self._lexical = Lexical([self._terms_of(passage) for passage in self.passages])
        self._pages = np.array([passage.page for passage in self.passages], dtype=np.int64)

    @property
    def arms(self) -> str:
        """What ranks at this moment: "lexical" or "lexical+dense"."""
        return "lexical"

    def search(self, query: str, *, limit: int, pages: range | None = None) -> list[Hit]:
        """The best `limit` passages, best first; only from `pages` (physical) where given."""
        terms = self.terms.of_question(query)
        scores = self._lexical.scores(terms)
        if pages is not None:
            scores = np.where(
                (self._pages >= pages.start) & (self._pages < pages.stop), scores, 0.0
            )
        best = np.argsort(-scores, kind="stable")[:limit]
        top = float(scores[best[0]]) if len(best) else 0.0
        return [
            Hit(self.passages[position], float(scores[position]) / top)
            for position in best.tolist()
            if scores[position] > 0
        ]

    def idf(self, term: str) -> float:
        """How much a term (one of `terms.of_question`) tells here; highest for one never seen."""
        return self._lexical.idf(term)

    def _terms_of(self, passage: Passage) -> Iterable[str]:
        header = (self._titles.get(passage.document, ""), *passage.sections, passage.table_head)
        return chain(self.terms.stream(passage.text), self.terms.stream("\n".join(header)))
