"""Several rankings of the same passages into one: weighted reciprocal rank fusion.

Ranks, not scores, because BM25 and cosine have no common scale: of the fusions tried (sums of
min-max or z-scores, other constants) none was better beyond noise, and this one needs no fitting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]

RANK_CONSTANT = 40
"""How fast a vote fades with the rank; measured, flat from 20 to 60."""

NO_VOTE = -np.inf
"""The score of a passage that an arm has nothing to say about."""


def ranks(scores: Scores) -> Scores:
    """How many passages are better, for each one; equal scores have equal ranks."""
    order = np.sort(-scores)
    return np.searchsorted(order, -scores, side="left").astype(np.float64)


def fuse(arms: Sequence[tuple[Scores, float]]) -> Scores:
    """One score a passage, from arms of (scores, weight): 1.0 for the first place on every arm."""
    total = sum(weight for _, weight in arms)
    fused = np.zeros(len(arms[0][0]))
    for scores, weight in arms:
        votes = weight / total * (RANK_CONSTANT + 1) / (RANK_CONSTANT + 1 + ranks(scores))
        fused += np.where(scores == NO_VOTE, 0.0, votes)
    return fused
