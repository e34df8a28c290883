"""What speaks for a sentence in a summary: how central it is, where it stands, how it reads.

Out come a few hundred sentences with two scores each, for the whole document and for the section.
Vectors of meaning are made for those alone: to embed all sentences of 300 pages takes minutes, and
what no word speaks for is not chosen in the end either.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from docmind.retrieval.lexical import Vocabulary
from docmind.summaries.centrality import TermVectors
from docmind.summaries.sections import Section
from docmind.summaries.sentences import Sentence

if TYPE_CHECKING:
    from docmind.ports import Vectors
    from docmind.summaries.centrality import Numbers, Scores

SentenceVectors = Callable[[Sequence[str]], "Vectors | None"]
"""Texts to unit vectors, a row of zeros for what the model cannot read; None where it can say
nothing at all."""

MOST_CANDIDATES = 480
"""Sentences that are compared with each other, and embedded where there is something to do it."""

_CENTRAL, _PLACE, _TELLING = 0.55, 0.25, 0.5
_FOCUS = 1.5
"""Nearness to what the reader asked for outweighs all else."""

_FRONT_PAGES, _FRONT_SENTENCES = 6, 15
"""What stands before the first title tells what a document is, as an abstract or recitals do."""

_TOLD_IN_SHORT = re.compile(
    r"\W*(?:[\divxlc]+[.\s]+)?(?:abstract|(?:executive |management )?summary|overview|highlights"
    r"|introduction|conclusions?(?: and .*)?|concluding remarks|key (?:findings|points|takeaways)"
    r"|about this (?:report|study|document)|parties|recitals|background"
    r"|(?:item 1\.\s*)?business|purpose|scope|摘\s*要|概\s*[要述览]|内容提要"
    r"|引言|前言|结论|结语|总结|致股东.{0,4}|.{0,4}致辞|重要提示)\W*$",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"^(?:however|but|and|or|also|thus|therefore|hence|moreover|furthermore|in addition|instead"
    r"|additionally|similarly|likewise|otherwise|then|so|yet|still|meanwhile|consequently|again"
    r"|accordingly|nevertheless|nonetheless|for (?:example|instance)|as a result"
    r"|in (?:contrast|fact"
    r"|particular|this case)|by contrast|on the other hand|conversely|specifically|finally"
    r"|if (?:it|they|he|she|so|this|that|these|those|not)|in (?:that|such an?|which) case"
    r"|where (?:it|they|this|that)"
    r"|first(?:ly)?(?=,)|second(?:ly)?"
    r"|third(?:ly)?|it|he|she|they|its|his|her|their|here|there|such|both|another|others?|some"
    r"|(?:this|these|that|those)(?! (?:paper|report|study|article|agreement|survey|handbook|manual"
    r"|guide|work|review|document|contract|book|policy)))\b"
    r"|^[但而并且其它他她这该此]|^(?:然而|因此|所以|另外|同时|例如|比如|于是|不过|与此|否则|对此|上述|前述)",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"\bincorporated (?:herein )?by reference|\btrademarks?\b|without notice"
    r"|forward-looking statements"
    r"|check mark|all rights|\bliability limited by\b|may vary by|terms and conditions apply"
    r"|free of charge at|aggregate market value|商标|版权",
    re.IGNORECASE,
)
_NOTE = re.compile(r"^(?:\d{2,3}\.|\d{1,2})\s")
"""A footnote's number, or that of a step of some instructions."""
_NUMBERED = re.compile(r"^[^\w]*(?:(?:\d+(?:\.\d+)*|[a-z])[.)]?\s+)?")
_FIGURES = re.compile(r"\d[\d.,]*")
_MANY_FIGURES = 3
_FEW_WORDS, _MANY_WORDS = 12, 32
_HAN = re.compile(r"[\u3400-\u9fff]")
_POINTS_ELSEWHERE = re.compile(
    r"\b(?:see|refer to|shown in|listed in|as described in|set forth in|incorporated by reference"
    r"|(?:the )?following|above|below)\b|\b(?:fig(?:ure|\.)|table|appendix|exhibit|equation"
    r"|eq\.) ?"
    r"\(?[\dA-Z]|[见如][上下]?[图表附]|下列|如下",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"\b(?:I|I['’]m|um|uh|yeah|okay|you know|thank you|thanks)\b|welcome to")
_SHARES = (
    (_LEANS, 0.6),
    (_POINTS_ELSEWHERE, 0.5),
    (_BOILERPLATE, 0.3),
    (_SPOKEN, 0.85),
)
"""What a sentence loses for each of these."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sentences to choose from; scores and `alike` (cosines, square) are in their order."""

    sentences: tuple[Sentence, ...]
    overall: Scores
    within: Scores
    alike: Scores
    order: Numbers
    """The place of each among all sentences of the document."""
    meaning: bool
    """Whether vectors of meaning had a say."""
    near: bool
    """Whether anything is near to the focus."""


def candidates_of(
    sentences: Sequence[Sentence],
    sections: Sequence[Section],
    focus: str,
    vectors: SentenceVectors | None,
    vocabulary: Vocabulary | None = None,
) -> Candidates:
    """The sentences that speak most for themselves, scored."""
    if not sentences:
        return _nothing()
    texts = [sentence.text for sentence in sentences]
    groups = np.array([sentence.section for sentence in sentences])
    terms = TermVectors(texts, vocabulary)
    overall = _in_proportion(terms.centrality(np.zeros(len(texts), dtype=np.int64)))
    within = _in_proportion(terms.centrality(groups), groups)
    near = _in_proportion(terms.likeness(focus)) if focus else np.zeros(len(texts))
    standing = _standing(sentences)
    kept = _best(_CENTRAL * (within + overall) + _FOCUS * near + standing, groups)
    standing = standing[kept]
    words = _Scored(overall[kept], within[kept], near[kept], terms.similarities(kept))
    meant = _with_meaning(words, [texts[at] for at in kept], groups[kept], focus, vectors)
    scored = meant or words
    reads = np.array([_readability(texts[at]) for at in kept])
    telling = np.array([_in_short(sentences[at], sections) for at in kept])
    return Candidates(
        tuple(sentences[at] for at in kept),
        (_CENTRAL * scored.overall + standing + _TELLING * telling + _FOCUS * scored.near) * reads,
        (_CENTRAL * scored.within + standing + _FOCUS * scored.near) * reads,
        scored.alike,
        kept,
        meaning=meant is not None,
        near=bool(scored.near.max() > 0),
    )


def _nothing() -> Candidates:
    """What there is to choose from where there are no sentences."""
    none = np.zeros(0)
    return Candidates(
        (), none, none, np.zeros((0, 0)), np.zeros(0, np.int64), meaning=False, near=False
    )


@dataclass(frozen=True, slots=True)
class _Scored:
    """How central each of some sentences is, how near to the focus, and to each other."""

    overall: Scores
    within: Scores
    near: Scores
    alike: Scores


def _with_meaning(
    words: _Scored,
    texts: Sequence[str],
    groups: Numbers,
    focus: str,
    vectors: SentenceVectors | None,
) -> _Scored | None:
    """Halfway from the scores by words to those by vectors; None where there are no vectors."""
    made = vectors(texts) if vectors is not None else None
    if vectors is None or made is None:
        return None
    cosines = np.asarray(made, dtype=np.float64) @ made.T
    near = words.near
    asked = vectors([focus]) if focus else None
    if asked is not None:
        near = (near + _in_proportion(np.asarray(made @ asked[0], dtype=np.float64))) / 2
    return _Scored(
        (words.overall + _in_proportion(cosines.mean(axis=1))) / 2,
        (words.within + _in_proportion(_mean_within(cosines, groups), groups)) / 2,
        near,
        (words.alike + cosines) / 2,
    )


def _in_proportion(scores: Scores, groups: Numbers | None = None) -> Scores:
    """Scores as shares of the best one, of each group where there are groups."""
    if groups is None:
        return np.asarray(np.maximum(scores, 0) / (scores.max() or 1.0))
    best = np.zeros(groups.max() + 1)
    np.maximum.at(best, groups, scores)
    return np.asarray(np.maximum(scores, 0) / np.where(best > 0, best, 1.0)[groups])


def _mean_within(cosines: Scores, groups: Numbers) -> Scores:
    same = groups[:, None] == groups[None, :]
    return np.asarray((cosines * same).sum(axis=1) / same.sum(axis=1))


def _standing(sentences: Sequence[Sentence]) -> Scores:
    """For standing first in a section, or first in a paragraph."""
    ranks = np.array([sentence.rank for sentence in sentences])
    paragraphs = np.array([sentence.paragraph for sentence in sentences])
    return np.asarray(_PLACE * (0.7 * np.exp(-ranks / 4) + 0.3 * (paragraphs == 0)))


def _best(scores: Scores, groups: Numbers) -> Numbers:
    """The rows to look at closely: an equal share of each section first, then the best, in order.

    So that a long chapter does not crowd a short one out before anything was compared.
    """
    order = np.argsort(-scores, kind="stable")
    share = max(3, MOST_CANDIDATES // (2 * len(np.unique(groups))))
    seen = np.zeros(groups.max() + 1, dtype=np.int64)
    first: list[int] = []
    later: list[int] = []
    for row in order:
        seen[groups[row]] += 1
        (first if seen[groups[row]] <= share else later).append(int(row))
    return np.sort(np.array([*first, *later][:MOST_CANDIDATES], dtype=np.int64))


def _in_short(sentence: Sentence, sections: Sequence[Section]) -> float:
    """1 where a section tells its document in short, as an abstract does."""
    if sentence.section == 0 and sentence.passage.page <= _FRONT_PAGES:
        return 1.0 - 0.5 * (sentence.rank > _FRONT_SENTENCES)
    titles = (*sentence.passage.sections[-2:], sections[sentence.section].title)
    return float(any(_TOLD_IN_SHORT.match(title) for title in titles))


def _readability(text: str) -> float:
    """How well a sentence stands alone, from 0 to 1: not leaning on another, nor on a figure."""
    bare = _NUMBERED.sub("", text)
    worth = 0.5 if _NOTE.match(text) else 1.0
    for pattern, share in _SHARES:
        if pattern.search(bare):
            worth *= share
    if bare != text and not text[:4].count("."):  # clauses are numbered, and so are notes
        worth *= 0.9
    if len(_FIGURES.findall(bare)) > _MANY_FIGURES:
        worth *= 0.8
    words = len(text) / (2.0 if _HAN.search(text) else 6.0)
    if words < _FEW_WORDS:
        return worth * (0.5 + words / (2 * _FEW_WORDS))
    return worth * min(1.0, math.pow(_MANY_WORDS / words, 0.7))
