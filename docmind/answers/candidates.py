"""The sentences that may answer a question, each with what speaks for it, in numbers.

Features only; what they are worth is `docmind.answers.calibration`, fitted on development data.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from docmind.answers.question import Expected, Question, holds
from docmind.model import BlockKind, Document, Hit, Passage
from docmind.passages.captions import is_caption
from docmind.passages.sentences import Span
from docmind.passages.units import units_of
from docmind.passages.wholes import Part
from docmind.ports import Retriever
from docmind.retrieval.terms import Terms

_CONTENTS = re.compile(r"^[^|]*\.\.\.\s*(?:\d{1,4}|[ivxlc]{1,6})$|^[^|.。]{1,60}\.\.\.$")
"""A line of a table of contents, whose leader the parser shortens to three dots; its number may
stand apart."""


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for a sentence; every value is between 0 and 1 unless it says otherwise."""

    coverage: float
    """Share of the question's idf mass whose terms stand in the sentence."""
    context: float
    """The same for the sentence's passage with the titles above it and its table's head."""
    rank: float
    """The passage's retrieval score, relative to the best passage's."""
    pairs: float
    """Share of the question's neighbouring term pairs that are neighbours in the sentence."""
    holds_expected: float
    """1 where the question asks for a sort of thing and the sentence contains one."""
    lacks_expected: float
    """1 where the question asks for a sort of thing and the sentence contains none."""
    names: float
    """Share of the question's names and numbers that stand in the passage or its titles."""
    rarest: float
    """Of the three terms of the question that tell most, the share that stand there too."""
    brevity: float
    """1 for a sentence of 3 to 40 terms, less for scraps and for walls of text."""
    cosine: float
    """Similarity of meaning by the dense arm, -1 to 1; 0 while there is none."""


UNJUDGED = Features(*[0.0] * 10)
"""Of a sentence that was not found by the words of the question."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence (or a table row) of a passage: the span [start, end) of its page's text.

    Once it is chosen, `parts` has it with what belongs to it elsewhere, the opening of its list
    or the unit of its table, and `text` is all of that but the unit.
    """

    passage: Passage
    start: int
    end: int
    text: str
    features: Features
    parts: tuple[Part, ...] = ()
    unit: str = ""
    """Of the amounts of a row, where its table has one: "in millions"."""


class _Asked:
    """The question as terms with their weights."""

    def __init__(self, question: Question, retriever: Retriever, terms: Terms) -> None:
        self.question = question
        self.terms = terms.of_question(question.text)
        self.weights = {term: retriever.idf(term) for term in self.terms}
        self.mass = sum(self.weights.values()) or 1.0
        self.pairs = set(pairwise(self.terms))
        self.rarest = sorted(self.terms, key=lambda term: -self.weights[term])[:3]
        self.literals = tuple(word.casefold() for word in (*question.names, *question.numbers))

    def coverage(self, terms: frozenset[str] | set[str]) -> float:
        """Share of the idf mass that these terms cover."""
        return sum(weight for term, weight in self.weights.items() if term in terms) / self.mass


def candidates(
    question: Question,
    hits: Sequence[Hit],
    documents: Mapping[str, Document],
    retriever: Retriever,
) -> list[Candidate]:
    """Every sentence of the hits, in the order of the hits, with its features."""
    terms = Terms()
    asked = _Asked(question, retriever, terms)
    best = max((hit.score for hit in hits), default=1.0)
    hits = [Hit(hit.passage, hit.score / best) for hit in hits]
    units = [
        (hit, span)
        for hit in hits
        for span in units_of(hit.passage, documents[hit.passage.document])
        if states_something(hit.passage, _text(hit.passage, span))
    ]
    texts = [_text(hit.passage, span) for hit, span in units]
    cosines = retriever.similarities(question.text, texts) or [0.0] * len(texts)
    contexts = {id(hit): _context(hit.passage, terms, asked) for hit in hits}
    return [
        Candidate(
            hit.passage,
            *span,
            text,
            _features(asked, terms.of(text), text, hit, contexts[id(hit)], cosine),
        )
        for (hit, span), text, cosine in zip(units, texts, cosines, strict=True)
    ]


def states_something(passage: Passage, text: str) -> bool:
    """False for headings, captions, lines of contents, heads of tables and questions."""
    if passage.kind is BlockKind.HEADING or text.endswith(("?", "？")):
        return False
    if is_caption(text) or _CONTENTS.search(text):
        return False
    return text not in passage.sections and text != passage.table_head


def _text(passage: Passage, span: Span) -> str:
    return passage.text[span[0] - passage.start : span[1] - passage.start]


@dataclass(frozen=True, slots=True)
class _Context:
    """The features that all sentences of a passage share."""

    coverage: float
    names: float
    rarest: float


def _context(passage: Passage, terms: Terms, asked: _Asked) -> _Context:
    """How well a passage, with the titles above it, covers the question."""
    text = "\n".join((*passage.sections, passage.table_head, passage.text))
    present = set(terms.of(text))
    folded = text.casefold()
    names = [literal in folded for literal in asked.literals] or [True]
    rarest = [term in present for term in asked.rarest] or [True]
    return _Context(asked.coverage(present), sum(names) / len(names), sum(rarest) / len(rarest))


def _features(
    asked: _Asked, terms: Sequence[str], text: str, hit: Hit, context: _Context, cosine: float
) -> Features:
    """The features of one sentence."""
    present = set(terms)
    neighbours = set(pairwise(terms))
    open_question = asked.question.expected is Expected.ANYTHING
    holding = holds(asked.question.expected, text)
    return Features(
        coverage=asked.coverage(present),
        context=context.coverage,
        rank=hit.score,
        pairs=len(asked.pairs & neighbours) / len(asked.pairs) if asked.pairs else 0.0,
        holds_expected=float(holding and not open_question),
        lacks_expected=float(not holding),
        names=context.names,
        rarest=context.rarest,
        brevity=_brevity(len(terms)),
        cosine=cosine,
    )


def _brevity(terms: int) -> float:
    """1 from 3 to 40 terms; falls to 0 below, and with the logarithm of the length above."""
    if terms < 3:
        return terms / 3
    return 1.0 if terms <= 40 else max(0.0, 1 - math.log2(terms / 40) / 3)
