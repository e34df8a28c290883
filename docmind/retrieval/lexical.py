"""BM25, through bm25s, over texts that are already numbers.

bm25s scores; the index that it scores from is built here, by sorting, because its own loops over
every text in Python, which for 300 pages takes longer than everything else together. A test holds
the two equal. Only its numpy backend is used (the others would load numba or jax).
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import bm25s
import numpy as np

from docmind.retrieval.terms import Terms, has_cjk, raw_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Scores = NDArray[np.float32]

# Measured on the development half of mmlongbench (see benchmarks/RESULTS.md); flat around here.
K1 = 1.2
B = 0.6


class Vocabulary:
    """Terms as numbers, given out as they are first seen. Threads may share one.

    Several indexes may too: each knows the terms that were there when it was built.
    """

    def __init__(self) -> None:
        self.terms = Terms()
        self._lock = threading.Lock()
        self._numbers = _NextNumber()
        self._words = _WordNumbers(self.terms, self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, text: str) -> Numbers:
        """The numbers of a text's terms, in order, repeated as often as they stand in it."""
        found = chain.from_iterable(map(self._words.__getitem__, raw_words(text)))
        with self._lock:  # two new terms must not get the same number
            return np.fromiter(found, dtype=np.int64)

    def number(self, term: str) -> int | None:
        """The number of a term; None for one that no text had."""
        return self._numbers.get(term)


class _NextNumber(dict[str, int]):
    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class _WordNumbers(dict[str, tuple[int, ...]]):
    """Raw words to the numbers of their terms, so that a word costs one look-up in C."""

    def __init__(self, terms: Terms, numbers: _NextNumber) -> None:
        super().__init__()
        self._terms = terms
        self._numbers = numbers

    def __missing__(self, word: str) -> tuple[int, ...]:
        found = tuple(map(self._numbers.__getitem__, self._terms.of_word(word)))
        if not has_cjk(word):  # a run of Chinese is rarely seen twice
            self[word] = found
        return found


class Lexical:
    """BM25 scores of a fixed list of texts.

    A text is made of any number of pieces: `owners[i]` says which text `pieces[i]` belongs to.
    """

    def __init__(
        self, vocabulary: Vocabulary, pieces: Sequence[Numbers], owners: Sequence[int], count: int
    ) -> None:
        self._vocabulary = vocabulary
        self._count = count
        self._terms = len(vocabulary)
        self._bm25 = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numpy")
        self._bm25.nonoccurrence_array = None
        self._bm25.scores = self._matrix(pieces, owners)

    def _matrix(self, pieces: Sequence[Numbers], owners: Sequence[int]) -> dict[str, object]:
        """The score of every term in every text, by term, as bm25s keeps it (CSC)."""
        sizes = np.array([len(piece) for piece in pieces], dtype=np.int64)
        owner = np.asarray(owners, dtype=np.int64)
        flat = np.concatenate(pieces) if len(pieces) else np.zeros(0, dtype=np.int64)
        pairs, frequencies = np.unique(
            flat * max(1, self._count) + np.repeat(owner, sizes), return_counts=True
        )
        term, text = np.divmod(pairs, max(1, self._count))
        lengths = np.bincount(owner, weights=sizes, minlength=self._count)
        relative = lengths / (lengths.mean() or 1.0) if self._count else lengths
        found = np.bincount(term, minlength=self._terms)
        idf = np.log(1 + (self._count - found + 0.5) / (found + 0.5))
        damped = frequencies / (frequencies + K1 * (1 - B + B * relative[text]))
        return {
            "data": (idf[term] * damped).astype(np.float32),
            "indices": text.astype(np.int32),
            "indptr": np.concatenate(([0], np.cumsum(found))).astype(np.int64),
            "num_docs": self._count,
        }

    def scores(self, terms: Iterable[str]) -> Scores:
        """One score a text, 0 where it has none of the terms."""
        numbers = map(self._vocabulary.number, terms)
        known = [number for number in numbers if number is not None and number < self._terms]
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        scores: Scores = self._bm25.get_scores_from_ids(known)
        return scores

    def texts_with(self, term: str) -> int:
        """In how many texts a term stands."""
        number = self._vocabulary.number(term)
        if number is None or number >= self._terms:
            return 0
        starts = self._bm25.scores["indptr"]
        return int(starts[number + 1] - starts[number])

    def idf(self, term: str) -> float:
        """Inverse document frequency as BM25 (Lucene) has it; highest for a term never seen."""
        found = self.texts_with(term)
        return math.log(1 + (self._count - found + 0.5) / (found + 0.5))
