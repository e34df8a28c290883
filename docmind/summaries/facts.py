"""The facts that a document states, found by rules: who, when, how much, and what words mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from docmind.facts.definitions import definitions
from docmind.facts.mentions import Mention, Unit, units
from docmind.facts.names import organizations, parties, people
from docmind.facts.values import amounts, dates
from docmind.model import Document, Facts, Kind, Passage
from docmind.summaries.cited import Cited
from docmind.summaries.gathering import gathered

MOST_FACTS = 60
"""Of one sort; a list that is longer is not read."""

_FINDERS: dict[str, Callable[[Unit], Iterator[Mention]]] = {
    "parties": parties,
    "people": people,
    "organizations": organizations,
    "dates": dates,
    "amounts": amounts,
    "definitions": definitions,
}
_MORE = {
    "en": "Of {total:,} {sort} {most} are listed.",
    "zh": "共有 {total:,} 个{sort}，只列出 {most} 个。",
}
_SORTS_ZH = {
    "parties": "当事方",
    "people": "人名",
    "organizations": "机构",
    "dates": "日期",
    "amounts": "金额",
    "definitions": "定义",
}


@dataclass(frozen=True, slots=True)
class FoundFacts:
    """The facts, and in words ("en", "zh") of which sorts there are more than are listed."""

    facts: Facts
    totals: dict[str, int]

    def notes(self, language: str) -> tuple[str, ...]:
        """A warning for each sort of which not all is listed."""
        return tuple(
            _MORE[language].format(
                total=total, sort=_SORTS_ZH[sort] if language == "zh" else sort, most=MOST_FACTS
            )
            for sort, total in self.totals.items()
            if total > MOST_FACTS
        )


def facts_of(document: Document, passages: Sequence[Passage], cited: Cited) -> FoundFacts:
    """The facts of a document, each value once, cited through `cited`."""
    if document.kind is Kind.CODE:
        return FoundFacts(Facts(), {})
    mentions: dict[str, list[Mention]] = {sort: [] for sort in _FINDERS}
    for unit in units(document, passages):
        for sort, find in _FINDERS.items():
            mentions[sort] += find(unit)
    if len({mention.key for mention in mentions["parties"]}) == 1:
        mentions["parties"] = []  # a contract binds two at least; one is a name given in passing
    mentions["people"] = _in_full(mentions["people"])
    found = {sort: gathered(some, cited, MOST_FACTS) for sort, some in mentions.items()}
    facts = Facts(**{sort: listed for sort, (listed, _) in found.items()})
    return FoundFacts(facts, {sort: total for sort, (_, total) in found.items()})


def _in_full(people: Sequence[Mention]) -> list[Mention]:
    """A surname that stands alone is the one person of that surname who is named in full."""
    full: dict[str, set[Mention]] = {}
    for mention in people:
        first, _, surname = mention.value.rpartition(" ")
        if first:
            full.setdefault(surname, set()).add(mention)
    known = {
        surname: next(iter(some)).key
        for surname, some in full.items()
        if len({mention.key for mention in some}) == 1
    }
    return [replace(mention, key=known.get(mention.value, mention.key)) for mention in people]
