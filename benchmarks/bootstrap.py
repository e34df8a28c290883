"""Intervals of a difference between two systems on the same questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def paired_interval(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], groups: Sequence[str]
) -> tuple[float, float, float]:
    """Mean difference and its 95% interval, by 10,000 resamples of whole documents.

    Questions about one document are not independent, so documents are drawn, not questions.
    """
    names = sorted(set(groups))
    number = np.array([names.index(group) for group in groups])
    sums = np.bincount(number, weights=ours - theirs, minlength=len(names))
    counts = np.bincount(number, minlength=len(names))
    draws = np.random.default_rng(20).integers(0, len(names), size=(10_000, len(names)))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float((ours - theirs).mean()), float(low), float(high)
