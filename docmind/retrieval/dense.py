"""Cosine between a question and the passages, where the model knows the script of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from docmind.errors import EngineError
from docmind.retrieval.fusion import NO_VOTE

if TYPE_CHECKING:
    from docmind.ports import Embedder, Vectors
    from docmind.retrieval.fusion import Scores


class Dense:
    """The dense arm: the vectors of all passages, and the embedder that made them.

    Once the embedder has failed the arm is dead and says None to every question: a search must
    not become an error because a helper died.
    """

    def __init__(self, texts: Sequence[str], vectors: Vectors, embedder: Embedder) -> None:
        self._vectors = vectors
        self._embedder = embedder
        self._read = np.array([embedder.reads(text) for text in texts], dtype=bool)
        self._asked: tuple[str, Vectors] | None = None
        self.alive = bool(self._read.any())

    def scores(self, query: str) -> Scores | None:
        """Cosine of each passage with the query; None where the arm has no say in the matter."""
        vector = self._vector(query)
        if vector is None:
            return None
        return np.where(self._read, (self._vectors @ vector).astype(np.float64), NO_VOTE)

    def similarities(self, query: str, texts: Sequence[str]) -> list[float] | None:
        """Cosine of each of these texts with the query, 0 for those that the model cannot read."""
        vector = self._vector(query)
        if vector is None:
            return None
        known = [position for position, text in enumerate(texts) if self._embedder.reads(text)]
        vectors = self._embed([texts[position] for position in known])
        if vectors is None:
            return None
        cosines = [0.0] * len(texts)
        for position, row in zip(known, vectors, strict=True):
            cosines[position] = float(row @ vector)
        return cosines

    def _vector(self, query: str) -> Vectors | None:
        """The query's vector, kept for the next call, which is often about the same query."""
        if self._asked is not None and self._asked[0] == query:
            return self._asked[1]
        if not self.alive or not query.strip() or not self._embedder.reads(query):
            return None
        try:
            self._asked = (query, self._embedder.embed_query(query))
        except EngineError:
            self.alive = False
            return None
        return self._asked[1]

    def _embed(self, texts: Sequence[str]) -> Vectors | None:
        try:
            return self._embedder.embed(texts)
        except EngineError:
            self.alive = False
            return None
