"""What the features of a sentence are worth, and when a document does not answer.

Two logistic regressions for each state of the dense arm, fitted by `benchmarks/calibrate.py` on the
development halves of expmrc, cmrc2018 and mmlongbench; `benchmarks/RESULTS.md` has what they reach.
Don't turn a number here by hand: fit again, or the next change of a feature undoes it.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

from docmind.answers.candidates import Features


@dataclass(frozen=True, slots=True)
class Weights:
    """One logistic regression over Features, in the order of their fields."""

    bias: float
    features: tuple[float, ...]

    def probability(self, features: Features) -> float:
        """The probability that the sentence is evidence for an answer."""
        products = zip(self.features, astuple(features), strict=True)
        return _logistic(self.bias + sum(weight * value for weight, value in products))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How sentences are chosen, and below which `answerable` probability none is."""

    sentence: Weights
    answer_bias: float
    answer_best: float
    answer_coverage: float
    answer_context: float
    answer_names: float
    answer_cosine: float
    threshold: float

    def answerable(self, best: float, features: Features) -> float:
        """The probability that the documents answer at all.

        `best` is the probability of the best sentence, `features` the largest value of each
        feature over the sentences that compete.
        """
        return _logistic(
            self.answer_bias
            + self.answer_best * math.log((best + 1e-6) / (1 - best + 1e-6))
            + self.answer_coverage * features.coverage
            + self.answer_context * features.context
            + self.answer_names * features.names
            + self.answer_cosine * features.cosine
        )


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


LEXICAL = Calibration(
    sentence=Weights(-5.0, (3.0, 1.0, 1.0, 1.5, 0.7, -0.7, 0.5, 0.8, 1.0, 0.0)),
    answer_bias=0.0,
    answer_best=1.0,
    answer_coverage=0.0,
    answer_context=0.0,
    answer_names=0.0,
    answer_cosine=0.0,
    threshold=0.2,
)
"""While only BM25 ranks."""

HYBRID = Calibration(
    sentence=Weights(-6.0, (2.5, 1.0, 1.0, 1.5, 0.7, -0.7, 0.5, 0.8, 1.0, 3.0)),
    answer_bias=0.0,
    answer_best=1.0,
    answer_coverage=0.0,
    answer_context=0.0,
    answer_names=0.0,
    answer_cosine=0.0,
    threshold=0.2,
)
"""While the dense arm has a vote."""
