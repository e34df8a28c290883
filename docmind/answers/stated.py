"""The sentences in which a document states the fact that a question asks for.

They go before what ranks by words: "Who are the parties?" has no word that stands beside the names
of the parties, and the date of a signature stands where nobody writes "signed".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from docmind.answers.candidates import UNJUDGED, Candidate
from docmind.answers.fact_questions import ITSELF, FactAsked, Sort, facts_asked
from docmind.answers.question import Question
from docmind.facts.definitions import definitions
from docmind.facts.kinds import AMOUNT_KINDS, DATE_KINDS
from docmind.facts.mentions import Mention, Unit, units_in
from docmind.facts.names import parties
from docmind.facts.values import amounts, dates
from docmind.model import Document, Passage
from docmind.passages.lists import list_openings
from docmind.ports import Retriever
from docmind.retrieval.terms import Terms

MOST_STATED = 4
"""Of one fact; a document that gives more dates of one kind does not say which is meant."""

_PASSAGES_READ = 24
_EDGE_PAGES = 8
"""What a document says of itself stands on its first pages, or on its last ones."""

_WORDS = {
    "cap": "exceed limited maximum 不超过 上限",
    "minimum": "least minimum 不低于",
    "start": "commence effective 生效",
    "end": "expire end 届满",
    "signing": "signed dated 签订",
}
"""How documents put it, which a question need not."""

_KINDS: dict[Sort, tuple[Mapping[str, re.Pattern[str]], Callable[[Unit], Iterator[Mention]]]] = {
    Sort.DATE: (DATE_KINDS.words, dates),
    Sort.AMOUNT: (AMOUNT_KINDS.words, amounts),
}
_PLAIN = frozenset(("", "fee", "payment"))
"""Kinds that a title, the head of a table or the opening of a list says more of."""
_TOTAL = re.compile(r"\btotals?\b|总[价额计]|合计", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """Sentences that state a fact; none where none was asked for, or none is known.

    They are `complete` where nothing else can be meant; of sums there may be more than one.
    """

    found: tuple[Candidate, ...] = ()
    complete: bool = False


def stated(
    question: Question,
    retriever: Retriever,
    documents: Mapping[str, Document],
    pages: range | None = None,
) -> Stated:
    """The sentences that state what is asked for; only from `pages` where given."""
    terms = Terms()
    for asked in facts_asked(question, terms):
        source = _Source(asked, question.text, retriever, documents, pages)
        found = _once(_FINDERS[asked.sort](source, terms))
        # A contract binds two at least; one is a name that is given in passing.
        if asked.sort is not Sort.PARTY or asked.kinds or len(found) > 1:
            units = list(dict.fromkeys(mention.unit for mention in found))[:MOST_STATED]
            if units:
                return Stated(
                    tuple(map(_candidate, units)),
                    complete=asked.sort is not Sort.AMOUNT or not asked.rest,
                )
    return Stated()


def _candidate(unit: Unit) -> Candidate:
    return Candidate(unit.passage, unit.start, unit.end, unit.text, UNJUDGED)


def _once(mentions: Iterable[Mention]) -> list[Mention]:
    """The first mention of every fact."""
    found: dict[object, Mention] = {}
    for mention in mentions:
        found.setdefault((mention.unit.passage.document, mention.key), mention)
    return list(found.values())


class _Source:
    """Where to look for one fact."""

    def __init__(
        self,
        asked: FactAsked,
        text: str,
        retriever: Retriever,
        documents: Mapping[str, Document],
        pages: range | None,
    ) -> None:
        self.asked = asked
        self._text = text
        self._retriever = retriever
        self._documents = documents
        self._pages = pages

    def units(self, passages: Iterable[Passage]) -> Iterator[Unit]:
        """What the passages say, sentence by sentence."""
        for passage in passages:
            yield from units_in(passage, self._documents[passage.document])

    def opening(self, unit: Unit) -> str:
        """The words that open the list that it is an item of."""
        document = self._documents[unit.passage.document]
        page = document.page(unit.passage.page)
        openings = list_openings(document, page, unit.start)
        return "\n".join(document.page(one.page).text[one.start : one.end] for one in openings)

    @property
    def passages(self) -> Iterator[Passage]:
        """All of them that may be read."""
        for passage in self._retriever.passages:
            if self._pages is None or passage.page in self._pages:
                yield passage

    @property
    def at_the_edges(self) -> Iterator[Passage]:
        """Those of the first and the last pages of each document."""
        for passage in self.passages:
            last = len(self._documents[passage.document].pages)
            if passage.page <= _EDGE_PAGES or passage.page > last - _EDGE_PAGES // 2:
                yield passage

    def found_by_words(self) -> Sequence[Passage]:
        """Those that rank best for the question in the words of documents, in reading order."""
        words = " ".join(filter(None, map(_WORDS.get, self.asked.kinds)))
        hits = self._retriever.search(
            f"{self._text} {words}", limit=_PASSAGES_READ, pages=self._pages
        )
        return [hit.passage for hit in hits]


def _parties(source: _Source, _: Terms) -> Iterator[Mention]:
    """The parties, or the one that is called as the question does."""
    role = "".join(source.asked.kinds)
    for unit in source.units(source.at_the_edges):
        for mention in parties(unit):
            if not role or mention.kind.casefold() == role:
                yield mention


def _definitions(source: _Source, terms: Terms) -> Iterator[Mention]:
    """Where a term is defined: with its meaning first, then where it is only introduced."""
    term = "".join(source.asked.kinds)
    wanted = terms.of(term)
    holding = (each for each in source.passages if term.rstrip("s") in each.text.casefold())
    found = [
        mention
        for unit in source.units(holding)
        for mention in definitions(unit)
        if terms.of(str(mention.key)) == wanted
    ]
    yield from sorted(found, key=lambda mention: ":" not in mention.value)


def _of_kind(source: _Source, terms: Terms) -> list[Mention]:
    """Dates or sums of the kind that is asked for, beside what they are to be of.

    Where a question names nothing else ("When was it signed?"), it means the document, and what
    speaks of that goes before. What stands beside "total" counts where nothing is of the kind.
    """
    asked = source.asked
    words, find = _KINDS[asked.sort]
    patterns = [_TOTAL if kind == "total" else words[kind] for kind in asked.kinds]
    everywhere = source.passages if asked.sort is Sort.AMOUNT else source.at_the_edges
    of_kind: list[Mention] = []
    totals: list[Mention] = []
    for passage in source.found_by_words() if asked.rest else everywhere:
        above = "\n".join((*passage.sections[-1:], passage.table_head))
        if not _names(patterns, f"{above}\n{passage.text}"):
            continue
        for unit in source.units([passage]):
            if not _covers(unit, (*asked.rest, *asked.named), terms):
                continue
            titled = _names(patterns, f"{above}\n{source.opening(unit)}")
            for mention in find(unit):
                plain = titled and mention.kind in _PLAIN
                if mention.kind in asked.kinds or plain or _names(patterns, mention.kind):
                    of_kind.append(mention)
                elif "total" in asked.kinds and _TOTAL.search(unit.text):
                    totals.append(mention)
    itself = [
        each for each in of_kind if asked.sort is Sort.DATE and ITSELF.search(each.unit.text)
    ]
    return (itself if itself and not asked.rest else of_kind) or totals


def _names(patterns: Sequence[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


_FINDERS: dict[Sort, Callable[[_Source, Terms], Iterable[Mention]]] = {
    Sort.PARTY: _parties,
    Sort.DEFINITION: _definitions,
    Sort.DATE: _of_kind,
    Sort.AMOUNT: _of_kind,
}


def _covers(unit: Unit, rest: Sequence[str], terms: Terms) -> bool:
    """Whether a unit, with what stands above it, speaks of all that the question names."""
    if not rest:
        return True
    passage = unit.passage
    here = set(terms.of("\n".join((*passage.sections, passage.table_head, unit.text))))
    return here.issuperset(rest)
