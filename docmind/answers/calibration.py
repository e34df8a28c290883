"""What the features of a sentence are worth, and when a document does not answer.

Two logistic regressions for each state of the dense arm, fitted by `benchmarks/calibrate.py` on
the development halves of expmrc, cmrc2018 and mmlongbench; `benchmarks/RESULTS.md` has what they
reach. Don't turn a number by hand: fit again, or the next change of a feature undoes it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from docmind.answers.candidates import Candidate, Features

_COMPETING = 5
"""How many of the best sentences have a say in whether there is an answer at all."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One logistic regression: a bias, and a weight for each of its inputs."""

    bias: float
    weights: tuple[float, ...]

    def probability(self, inputs: Sequence[float]) -> float:
        """The probability of yes."""
        products = zip(self.weights, inputs, strict=True)
        value = self.bias + sum(weight * each for weight, each in products)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How sentences are ranked, and when the best of them is taken for an answer."""

    sentence: Weights
    """Over Features, in the order of its fields: is this sentence evidence?"""

    answer: Weights
    """Over what `signals` gives: do the documents answer at all?"""

    threshold: float
    """Below this probability of an answer, none is given."""

    sure: float
    """Below this one, an answer is given as weak: close to the question, but perhaps beside it."""

    def ranked(self, pool: Sequence[Candidate]) -> list[tuple[float, Candidate]]:
        """The candidates with their probabilities, best first; earlier ones first where equal."""
        scored = [(self.sentence.probability(astuple(each.features)), each) for each in pool]
        return sorted(scored, key=lambda pair: -pair[0])

    def confidence(self, ranked: Sequence[tuple[float, Candidate]]) -> float:
        """The probability that the documents answer, from the candidates as `ranked` has them."""
        return self.answer.probability(signals(ranked)) if ranked else 0.0


def signals(ranked: Sequence[tuple[float, Candidate]]) -> tuple[float, ...]:
    """What tells whether there is an answer: the best sentence's log-odds, and strongest features.

    Features of the best sentence where they compete with one another (rank, pairs, the expected
    sort of thing), the largest value among the best few where they add up.
    """
    best = ranked[0][1].features
    few: list[Features] = [candidate.features for _, candidate in ranked[:_COMPETING]]
    probability = ranked[0][0]
    return (
        math.log((probability + 1e-6) / (1 - probability + 1e-6)),
        best.rank,
        best.pairs,
        best.holds_expected,
        best.lacks_expected,
        max(each.coverage for each in few),
        max(each.context for each in few),
        max(each.names for each in few),
        max(each.rarest for each in few),
        max(each.cosine for each in few),
    )


LEXICAL = Calibration(
    sentence=Weights(-11.01, (4.33, 1.91, 5.50, -0.03, 0.61, -0.41, 0.74, -1.29, 0.89, 0.00)),
    answer=Weights(-3.80, (-0.06, 1.80, 1.81, 0.36, 0.08, 0.65, 2.56, 0.03, 0.57, 0.00)),
    threshold=0.375,
    sure=0.550,
)
"""While only BM25 ranks."""

HYBRID = Calibration(
    sentence=Weights(-9.85, (3.73, 1.30, 3.72, 0.42, 0.37, -0.35, 0.69, 0.13, -0.45, 3.05)),
    answer=Weights(0.31, (0.52, -0.44, 1.12, -0.09, 0.47, -3.11, 1.11, 0.44, -0.41, 3.54)),
    threshold=0.415,
    sure=0.655,
)
"""While the dense arm has a vote."""
