"""Ranks the passages of a fixed set of documents for a question.

BM25 is built at once, so that the first question never waits; vectors join when they are ready.
Three views of the same text are ranked: the passage with what stands above it, its neighbourhood,
and its page. A passage alone is too small to match on ("The decrease was due to…"), a page alone
too large to cite.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np

from docmind.model import Document, Hit, Passage
from docmind.retrieval.dense import Dense
from docmind.retrieval.fusion import NO_VOTE, fuse
from docmind.retrieval.headers import Header, Headers
from docmind.retrieval.lexical import Lexical, Vocabulary
from docmind.retrieval.page_references import names_pages, pages_named
from docmind.retrieval.trials import TEST_WEIGHT, asks_for_tests, is_test

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from docmind.ports import Embedder, Vectors
    from docmind.retrieval.fusion import Scores

NEIGHBOUR_WEIGHT = 0.1
"""Share of the score of the passage before and after, on the same page, that is added. More of it
finds pages as well, but the wrong passage on them (measured on expmrc and cmrc2018)."""

UNIT_PASSAGES = 12
"""A page of more passages than this (a text file is one page) is ranked in parts of its size."""

LEXICAL_WEIGHT = 1.0
DENSE_WEIGHT = 0.5
"""More finds no more pages, and less often puts the right passage first (expmrc)."""

NAMED_PAGE_WEIGHT = LEXICAL_WEIGHT + DENSE_WEIGHT
"""Who names a page wants to read that page: nothing on another one may go before it."""


class Index:
    """Implements `docmind.ports.Retriever` over documents and the passages cut from them.

    `texts` is what to embed, one a passage, for `add_vectors`. May be searched from one thread
    while another adds the vectors.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        passages: Sequence[Passage],
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """`vocabulary` may know the documents' words already, which saves most of the work."""
        self.passages = tuple(passages)
        self.documents = tuple(documents)
        headers = {document.name: Headers(document) for document in documents}
        above = [headers[passage.document].of(passage) for passage in self.passages]
        self.texts = tuple(
            "\n".join((*header, passage.text))
            for header, passage in zip(above, self.passages, strict=True)
        )
        tests = {document.name for document in documents if is_test(document)}
        self._in_tests = np.array([each.document in tests for each in self.passages], dtype=bool)
        self._page_numbers = np.array([each.page for each in self.passages], dtype=np.int64)
        self._of_document = _by_document(self.passages)
        self._joined = _joined(self.passages)
        self._units = units_of(self.passages)
        self._vocabulary = Vocabulary() if vocabulary is None else vocabulary
        self._lexical, self._by_unit = self._lexical_views(above)
        self._dense: Dense | None = None

    def _lexical_views(self, above: Sequence[Header]) -> tuple[Lexical, Lexical]:
        """BM25 over passages with their headers, and over units."""
        numbers = self._vocabulary.numbers
        bodies = [numbers(passage.text) for passage in self.passages]
        lines = {line: numbers(line) for line in dict.fromkeys(chain.from_iterable(above))}
        owners = list(range(len(bodies)))
        pieces = bodies.copy()
        for owner, header in enumerate(above):
            pieces += [lines[line] for line in header]
            owners += [owner] * len(header)
        units = self._units.tolist()
        return (
            Lexical(self._vocabulary, pieces, owners, len(bodies)),
            Lexical(self._vocabulary, bodies, units, units[-1] + 1 if units else 0),
        )

    @property
    def arms(self) -> str:
        """What ranks at this moment: "lexical" or "lexical+dense"."""
        return "lexical+dense" if self._dense is not None and self._dense.alive else "lexical"

    def add_vectors(self, vectors: Vectors, embedder: Embedder) -> None:
        """Let the dense arm rank too: a unit vector for each of `texts`, made by this embedder."""
        self._dense = Dense(self.texts, vectors, embedder)

    def search(
        self,
        query: str,
        *,
        limit: int,
        pages: range | None = None,
        documents: Collection[str] = (),
    ) -> list[Hit]:
        """The best `limit` passages, best first; only from `pages` (physical) where given.

        Passages that no arm has a vote for are not returned. Equal scores: document order. With
        `documents`, only those of these names are searched.
        """
        allowed = np.flatnonzero(self._on(pages) & self._of(documents))
        if not len(allowed):
            return []
        fused = self._scores(query, allowed)
        best = np.argsort(-fused, kind="stable")[:limit]
        return [
            Hit(self.passages[allowed[position]], float(fused[position]))
            for position in best.tolist()
            if fused[position] > 0
        ]

    def passage_at(self, document: str, page: int, offset: int) -> Passage | None:
        """The passage that has this character of a page; None where no passage has."""
        on_page = (self.passages[at] for at in np.flatnonzero(self._page_numbers == page))
        return next(
            (
                each
                for each in on_page
                if each.document == document and each.start <= offset < each.end
            ),
            None,
        )

    def idf(self, term: str) -> float:
        """How much a term (one of `Terms.of_question`) tells here; highest for one never seen."""
        return self._lexical.idf(term)

    def similarities(self, query: str, texts: Sequence[str]) -> list[float] | None:
        """Cosine of each text with the query; None while there is no dense arm to ask."""
        return self._dense.similarities(query, texts) if self._dense is not None else None

    def _scores(self, query: str, allowed: NDArray[np.int64]) -> Scores:
        """The fused score of each allowed passage; BM25 relative to its best where it is alone."""
        lexical = self._lexical_scores(query)[allowed]
        arms = [(np.where(lexical > 0, lexical, NO_VOTE), LEXICAL_WEIGHT)]
        dense = self._dense.scores(query) if self._dense is not None else None
        if dense is not None:
            arms.append((dense[allowed], DENSE_WEIGHT))
        named = self._named(query)[allowed]
        if named.any():
            arms.append((np.where(named, 1.0, NO_VOTE), NAMED_PAGE_WEIGHT))
        scores = fuse(arms) if len(arms) > 1 else lexical / (lexical.max() or 1.0)
        if asks_for_tests(query):
            return scores
        return np.where(self._in_tests[allowed], TEST_WEIGHT * scores, scores)

    def _named(self, query: str) -> NDArray[np.bool_]:
        """Which passages stand on a page that the query names."""
        named = np.zeros(len(self.passages), dtype=bool)
        if not names_pages(query):
            return named
        for document in self.documents:
            own = self._of_document.get(document.name)
            if own is not None and (pages := pages_named(query, document)):
                named[own] = np.isin(self._page_numbers[own], sorted(pages))
        return named

    def _lexical_scores(self, query: str) -> Scores:
        """BM25 of each passage with a part of its neighbours', and of its unit."""
        terms = self._vocabulary.terms.of_question(query)
        own = self._lexical.scores(terms).astype(np.float64)
        around = own.copy()
        around[:-1] += NEIGHBOUR_WEIGHT * self._joined * own[1:]
        around[1:] += NEIGHBOUR_WEIGHT * self._joined * own[:-1]
        return around + self._by_unit.scores(terms)[self._units]

    def _on(self, pages: range | None) -> NDArray[np.bool_]:
        if pages is None:
            return np.ones(len(self.passages), dtype=bool)
        return (self._page_numbers >= pages.start) & (self._page_numbers < pages.stop)

    def _of(self, documents: Collection[str]) -> NDArray[np.bool_]:
        if not documents:
            return np.ones(len(self.passages), dtype=bool)
        allowed = np.zeros(len(self.passages), dtype=bool)
        for name in documents:
            allowed[self._of_document.get(name, [])] = True
        return allowed


def _by_document(passages: Sequence[Passage]) -> dict[str, NDArray[np.int64]]:
    """Where in the order of passages those of each document stand."""
    places: dict[str, list[int]] = {}
    for place, passage in enumerate(passages):
        places.setdefault(passage.document, []).append(place)
    return {name: np.array(own, dtype=np.int64) for name, own in places.items()}


def _joined(passages: Sequence[Passage]) -> NDArray[np.float64]:
    """1 for each passage but the last whose next one stands on the same page, else 0."""
    return np.array(
        [
            (this.document, this.page) == (following.document, following.page)
            for this, following in pairwise(passages)
        ],
        dtype=np.float64,
    )


def units_of(passages: Sequence[Passage]) -> NDArray[np.int64]:
    """The number of the unit that each passage is in: its page, or a part of a long one."""
    numbers: list[int] = []
    unit, held, last = -1, 0, ("", 0)
    for passage in passages:
        place = (passage.document, passage.page)
        if place != last or held == UNIT_PASSAGES:
            unit, held, last = unit + 1, 0, place
        held += 1
        numbers.append(unit)
    return np.array(numbers, dtype=np.int64)
