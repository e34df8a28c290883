"""Whether passages say what a statement says, and where in them.

Not a model's judgement but rules that can be explained: every number, date and name of the
statement must stand in the passages, it must be negated where they are, and most of what its
words weigh must be found there. So a paraphrase may be called unsupported; a changed figure, a
changed name and a lost "not" are not let through. Don't turn this into one similarity: those
three are what a similarity does not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from docmind.answers.quantities import Quantity, quantities, without_quantities
from docmind.model import Document, Passage
from docmind.passages.sentences import Span
from docmind.passages.units import units_of
from docmind.ports import Retriever
from docmind.retrieval.terms import Terms, has_cjk

ENOUGH = 0.5
"""Share of a statement's idf mass that the passages which it cites must hold."""

ENOUGH_UNSEEN = 0.65
"""The same for passages that it does not cite, which nobody but their words speaks for."""

_SEARCHED = 8
_ADDS = 0.15
_TOUCHES = 0.2
_MOST_UNITS = 3
_NAME = re.compile(r"(?<![\w’'])[A-Z][\w&-]*[\w]")
_INSIDE = re.compile(r"[a-z]-?[A-Z]|^[A-Z]{2,}|\d")
_QUOTED = re.compile(r"[“「『《]([^“”「」『』《》]{2,40})[”」』》]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z&.-]+")
_SPOKEN_OF_PAGES = re.compile(r"\b(?:on\s+)?pages?\s+\d+(?:-\d+)?|第\s*\d+\s*页", re.IGNORECASE)
_ONLY_SEEMS_NEGATED = re.compile(
    r"\b(?:no|not) (?:later|earlier|more|less|fewer|longer|greater|exceed\w*|only|limited)\b"
    r"|\bnot (?:to )?exceed\w*|\bwhether or not\b|\bno\. ?\d"
    r"|不(?:得)?(?:超过|少于|低于|多于|大于|小于|迟于|晚于|早于|高于)|不[仅同断过久]|除非|非常|未来|无锡|无论",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|nor|neither|cannot|none)\b|n['’]t\b|[不未无没勿禁]|并非|而非",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether passages support a statement; for each, the span of its page that says it best.

    A passage without a span says nothing of it.
    """

    supported: bool
    spans: tuple[Span | None, ...]


class Support:
    """Judges statements against the passages of some documents."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        retriever: Retriever,
        within: Iterable[Passage] | None = None,
    ) -> None:
        """Nothing but the passages `within` is found by `search`, where there are such."""
        self._documents = documents
        self._within = None if within is None else set(within)
        self._retriever = retriever
        self._terms = Terms()

    def judge(
        self, statement: str, passages: Sequence[Passage], enough: float = ENOUGH
    ) -> Verdict:
        """Whether these passages, taken together, say what the statement says."""
        return self._judged(self._said(statement), passages, enough)

    def _judged(self, said: _Said, passages: Sequence[Passage], enough: float) -> Verdict:
        parts = [self._parts(said, passage) for passage in passages]
        spans = tuple(_narrowed(said, each) for each in parts)
        evidence = "\n".join(passage.text for passage in passages)
        around = "\n".join(self._around(passage) for passage in passages)
        pairs = zip(passages, spans, strict=True)
        narrow = "\n".join(_part_of(passage, span) for passage, span in pairs if span)
        supported = (
            bool(passages)
            and _names_stand(said.names, f"{around}\n{evidence}")
            and _numbers_stand(said.numbers, f"{around}\n{narrow}")
            and self._words_stand(said, evidence, around, enough)
            and _polarity_stands(said, [part for each in parts for part in each])
        )
        return Verdict(supported, spans)

    def search(self, statement: str, pages: range | None = None) -> tuple[Passage, Span] | None:
        """A passage that says what the statement says, though it does not cite it."""
        said = self._said(statement)
        for hit in self._retriever.search(statement, limit=_SEARCHED, pages=pages):
            if self._within is not None and hit.passage not in self._within:
                continue
            if has_cjk(statement) != has_cjk(hit.passage.text):
                continue  # numbers alone would have to speak for it
            around = self._around(hit.passage)
            if not self._words_stand(said, hit.passage.text, around, ENOUGH_UNSEEN):
                continue  # as it would be judged, too, but after a look at every sentence
            verdict = self._judged(said, [hit.passage], ENOUGH_UNSEEN)
            span = verdict.spans[0]
            if verdict.supported and span is not None:
                return hit.passage, span
        return None

    def _said(self, statement: str) -> _Said:
        text = _SPOKEN_OF_PAGES.sub(" ", statement)
        terms = self._terms.of_question(without_quantities(text))
        return _Said(
            text,
            {term: self._retriever.idf(term) for term in terms},
            quantities(text),
            _names(text),
            negated=_negated(text),
        )

    def _around(self, passage: Passage) -> str:
        """What a reader of the passage knows from above it."""
        title = self._documents[passage.document].title
        return "\n".join((title, *passage.sections, passage.table_head))

    def _parts(self, said: _Said, passage: Passage) -> list[_Part]:
        """The sentences of a passage, and what each has in common with the statement."""
        document = self._documents[passage.document]
        parts: list[_Part] = []
        for start, end in units_of(passage, document):
            text = passage.text[start - passage.start : end - passage.start]
            shared = said.weights.keys() & set(self._terms.of(text))
            values = quantities(text)
            numbers = {at for at, each in enumerate(said.numbers) if each.stands_in(values)}
            parts.append(
                _Part((start, end), frozenset(shared), frozenset(numbers), _negated(text))
            )
        return parts

    def _words_stand(self, said: _Said, evidence: str, around: str, enough: float) -> bool:
        """Whether enough of the statement's weight stands there; not asked across languages."""
        if has_cjk(said.text) != has_cjk(evidence):
            return bool(said.numbers or said.names)
        here = set(self._terms.of(evidence))
        above = set(self._terms.of(around)) - here
        mass = sum(said.weights.values())
        found = sum(weight for term, weight in said.weights.items() if term in here)
        found += sum(weight for term, weight in said.weights.items() if term in above) / 2
        return found >= enough * mass


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement, taken apart."""

    text: str
    weights: Mapping[str, float]
    numbers: Sequence[Quantity]
    names: Sequence[str]
    negated: bool

    def weight(self, terms: frozenset[str]) -> float:
        """Share of the statement's idf mass that these terms are."""
        mass = sum(self.weights.values()) or 1.0
        return sum(self.weights[term] for term in terms) / mass


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence of a passage: which terms and which numbers of the statement stand in it."""

    span: Span
    terms: frozenset[str]
    numbers: frozenset[int]
    negated: bool


def _narrowed(said: _Said, parts: Sequence[_Part]) -> Span | None:
    """The shortest run of sentences that says what there is of the statement in a passage."""
    if not parts:
        return None
    best = max(parts, key=lambda part: said.weight(part.terms) + len(part.numbers))
    if not best.terms and not best.numbers:
        return None
    chosen, terms, numbers = [best], best.terms, best.numbers
    for part in sorted(parts, key=lambda part: -said.weight(part.terms)):
        # A figure of a sentence about something else is another figure, though it is the same.
        touches = said.weight(part.terms) >= _TOUCHES or not terms
        adds = said.weight(part.terms - terms) >= _ADDS or (touches and part.numbers - numbers)
        if len(chosen) < _MOST_UNITS and adds:
            chosen.append(part)
            terms, numbers = terms | part.terms, numbers | part.numbers
    return min(part.span[0] for part in chosen), max(part.span[1] for part in chosen)


def _part_of(passage: Passage, span: Span) -> str:
    return passage.text[span[0] - passage.start : span[1] - passage.start]


def _numbers_stand(numbers: Sequence[Quantity], evidence: str) -> bool:
    """Whether every number stands there; what one may have counted needs none that disagrees."""
    values = quantities(evidence)
    return all(each.stands_in(values) or (each.is_count and not values) for each in numbers)


def _names(text: str) -> list[str]:
    """Words that are written as names: capitals inside a sentence, acronyms, what is quoted."""
    if has_cjk(text):
        return [*_QUOTED.findall(text), *_LATIN.findall(text)]
    names: list[str] = []
    for match in _NAME.finditer(text):
        before = text[: match.start()].rstrip(" \"'“‘(")
        opens = not before or before[-1] in ".!?:;"
        if not opens or _INSIDE.search(match.group()):
            names.append(match.group())
    return names


def _names_stand(names: Sequence[str], evidence: str) -> bool:
    """Whether every name stands there; "Chinese" does where "China" does."""
    folded = evidence.casefold()
    return all(name.casefold()[: max(4, len(name) - 3)] in folded for name in names)


def _negated(text: str) -> bool:
    return _NEGATION.search(_ONLY_SEEMS_NEGATED.sub(" ", text)) is not None


def _polarity_stands(said: _Said, parts: Sequence[_Part]) -> bool:
    """Whether one of the sentences that say most of it is negated just as the statement is."""
    if not parts:
        return False
    most = max(said.weight(part.terms) for part in parts)
    near = [part for part in parts if said.weight(part.terms) >= most * 0.75]
    return any(part.negated == said.negated for part in near)
