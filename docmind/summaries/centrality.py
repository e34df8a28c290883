"""How much of a text a sentence stands for, by the words that they share; pure numpy.

The sum of a sentence's cosines with all others is LexRank's degree centrality (Erkan and Radev,
2004) without its threshold. As all vectors have length 1 it is the product with their sum, so 300
pages take milliseconds and no matrix of pairs is ever made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from docmind.retrieval.lexical import Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Scores = NDArray[np.float64]


class TermVectors:
    """TF-IDF vectors of sentences, each of length 1, kept as (row, column, value)."""

    def __init__(self, texts: Sequence[str], vocabulary: Vocabulary | None = None) -> None:
        vocabulary = Vocabulary() if vocabulary is None else vocabulary
        pieces = [vocabulary.numbers(text) for text in texts]
        self.count = len(texts)
        self._vocabulary = vocabulary
        flat = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64)
        rows = np.repeat(np.arange(self.count), [len(piece) for piece in pieces])
        self._size = max(1, len(vocabulary))
        pairs, frequencies = np.unique(rows * self._size + flat, return_counts=True)
        self._rows, self._columns = np.divmod(pairs, self._size)
        found = np.bincount(self._columns, minlength=self._size)
        self._idf = np.log((1 + self.count) / (1 + found)) + 0.1
        values = (1 + np.log(frequencies)) * self._idf[self._columns]
        lengths = np.sqrt(np.bincount(self._rows, values**2, minlength=self.count))
        self._values = values / np.maximum(lengths[self._rows], 1e-9)

    def centrality(self, groups: Numbers) -> Scores:
        """The mean cosine of each sentence with the others of its group."""
        keys = groups[self._rows] * self._size + self._columns
        distinct, position = np.unique(keys, return_inverse=True)
        sums = np.bincount(position, self._values, minlength=len(distinct))
        total = np.bincount(self._rows, self._values * sums[position], minlength=self.count)
        sizes = np.bincount(groups, minlength=1)[groups]
        return np.asarray((total - 1) / np.maximum(sizes - 1, 1))

    def likeness(self, text: str) -> Scores:
        """The cosine of each sentence with a text."""
        numbers = self._vocabulary.numbers(text)
        weights = np.zeros(max(self._size, len(self._vocabulary)))
        for number in set(numbers[numbers < self._size].tolist()):
            weights[number] = self._idf[number]
        length = float(np.linalg.norm(weights)) or 1.0
        shared = self._values * weights[self._columns] / length
        return np.asarray(np.bincount(self._rows, shared, minlength=self.count), dtype=np.float64)

    def similarities(self, chosen: Numbers) -> Scores:
        """The cosines of some of the sentences with each other, as a square."""
        place = np.full(self.count, -1)
        place[chosen] = np.arange(len(chosen))
        kept = place[self._rows] >= 0
        distinct, position = np.unique(self._columns[kept], return_inverse=True)
        dense = np.zeros((len(chosen), len(distinct)))
        dense[place[self._rows[kept]], position] = self._values[kept]
        return np.asarray(dense @ dense.T)
