"""What a model told, checked: statements by what they cite, facts by whether they stand there.

A statement that its passages do not say is marked and kept; a fact whose value none of them
contains is dropped, because a value without a place is worth nothing. Nothing is searched for:
what is cited is what the model had before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from docmind.answers.support import Support
from docmind.facts.mentions import Mention, Unit
from docmind.model import Document, Facts, Passage, Point, SectionPoints
from docmind.passages.units import units_of
from docmind.passages.wholes import Part
from docmind.retrieval.terms import Terms
from docmind.summaries.cited import Cited
from docmind.summaries.facts import MOST_FACTS
from docmind.summaries.gathering import gathered
from docmind.summaries.sections import Section
from docmind.summaries.stating import states
from docmind.summaries.telling import SORTS, ToldFact, ToldPoint, plain


@dataclass(slots=True)
class Judge:
    """Judges what is told of one document. `known` are its passages by the ids that are cited."""

    document: Document
    known: Mapping[str, Passage]
    support: Support
    cited: Cited
    dropped: int = 0
    """How many facts were left out."""

    _terms: Terms = field(default_factory=Terms)

    def points(self, told: Iterable[ToldPoint]) -> tuple[Point, ...]:
        """Statements with their citations, in their order, none twice."""
        points = (self._point(each) for each in told)
        return tuple(dict.fromkeys(point for point in points if point.text and point.citations))

    def _point(self, told: ToldPoint) -> Point:
        text = plain(told.text)
        passages = [self.known[name] for name in told.ids]
        verdict = self.support.judge(text, passages)
        pairs = list(zip(passages, verdict.spans, strict=True))
        says = [(passage, span) for passage, span in pairs if span] or pairs
        parts = [Part(each.page, *(span or (each.start, each.end))) for each, span in says]
        return Point(text, self.cited.numbers(parts), verdict.supported)

    def sections(
        self, told: Sequence[ToldPoint], sections: Sequence[Section]
    ) -> tuple[SectionPoints, ...]:
        """The statements under the section that each one's first passage stands in."""
        by_section: dict[int, list[ToldPoint]] = {}
        for each in told:
            passage = self.known[each.ids[0]]
            place = (passage.page, passage.start)
            at = sum(section.begin <= place for section in sections) - 1
            by_section.setdefault(max(0, at), []).append(each)
        return tuple(
            SectionPoints(section.title, section.first_page, section.last_page, points)
            for number, section in enumerate(sections)
            if (points := self.points(by_section.get(number, ())))
        )

    def facts(self, told: Iterable[ToldFact]) -> Facts:
        """The facts that stand in what they cite, each value once, in the document's order."""
        mentions: dict[str, list[Mention]] = {sort: [] for sort in SORTS.values()}
        for each in told:
            found = list(self._mentions(each)) if each.sort in SORTS else []
            self.dropped += not found
            mentions[SORTS.get(each.sort, "parties")] += found
        for some in mentions.values():
            some.sort(key=lambda each: (each.unit.passage.page, each.unit.start))
        return Facts(
            **{sort: gathered(some, self.cited, MOST_FACTS)[0] for sort, some in mentions.items()}
        )

    def _mentions(self, told: ToldFact) -> Iterator[Mention]:
        """Where the passages that a fact cites state it."""
        passages, value = [self.known[name] for name in told.ids], plain(told.value)
        if told.sort != "definition" or ": " not in value:
            yield from self._stated(told, value, value, passages)
            return
        stated, _, meaning = value.partition(": ")
        saying = [each for each in passages if self.support.judge(meaning, [each]).supported]
        defined = list(self._stated(told, stated, value, saying))
        # A term that is defined nowhere is still one of the document's terms.
        yield from defined or self._stated(told, stated, stated, passages)

    def _stated(
        self, told: ToldFact, stated: str, value: str, passages: Iterable[Passage]
    ) -> Iterator[Mention]:
        """Where these passages have the words `stated`, to be told as `value`."""
        for passage in passages:
            for unit in self._units(passage):
                if states(unit.text, stated, self._terms):
                    start = max(0, unit.text.find(stated))
                    end = min(len(unit.text), start + len(stated))
                    yield Mention(unit, start, end, stated.casefold(), value, plain(told.kind))

    def _units(self, passage: Passage) -> Iterator[Unit]:
        for start, end in units_of(passage, self.document):
            text = passage.text[start - passage.start : end - passage.start]
            yield Unit(passage, start, end, text)
