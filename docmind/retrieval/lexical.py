"""BM25 over texts that are already cut into terms, through bm25s.

Only bm25s's numpy backend is used: its others would load numba or jax. Its progress bars and its
talkative logger are off, because stdout and stderr belong to the user.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import bm25s
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

# Measured on the development half of mmlongbench (see benchmarks/RESULTS.md); flat around here.
K1 = 1.2
B = 0.6


class _Vocabulary(dict[str, int]):
    """Terms to numbers; a term gets the next number when it is first looked up."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class Lexical:
    """BM25 scores of a fixed list of texts."""

    def __init__(self, texts: Sequence[Iterable[str]]) -> None:
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        vocabulary = _Vocabulary()
        numbers = [list(map(vocabulary.__getitem__, terms)) for terms in texts]
        self._count = len(numbers)
        self._numbers: dict[str, int] = dict(vocabulary)
        self._bm25 = bm25s.BM25(k1=K1, b=B, method="lucene", csc_backend="numpy")
        if vocabulary:
            self._bm25.index((numbers, self._numbers), show_progress=False)

    def scores(self, terms: Iterable[str]) -> Scores:
        """One score a text, 0 where it has none of the terms."""
        known = [self._numbers[term] for term in terms if term in self._numbers]
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        scores: Scores = self._bm25.get_scores_from_ids(known)
        return scores

    def texts_with(self, term: str) -> int:
        """In how many texts a term stands."""
        number = self._numbers.get(term)
        if number is None:
            return 0
        starts = self._bm25.scores["indptr"]
        return int(starts[number + 1] - starts[number])

    def idf(self, term: str) -> float:
        """Inverse document frequency as BM25 (Lucene) has it; highest for a term never seen."""
        found = self.texts_with(term)
        return math.log(1 + (self._count - found + 0.5) / (found + 0.5))
