"""A stretch of a document in its own sentences: "summarize this section" where no model writes.

It is the extractive summary of just that stretch, told as an answer, so that it is shown, checked,
kept and exported as every other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from docmind.answers.ask import EXTRACTIVE
from docmind.answers.events import Answered, AnswerEvent, ClaimMade, Searching
from docmind.answers.options import Stretch
from docmind.model import Answer, Citation, Claim, Document, Page, Passage, Point, Summary
from docmind.ports import TokenCounter
from docmind.settings import Language
from docmind.summaries.events import Length, PartRead, SummaryOptions
from docmind.summaries.extractive import Subject, summarize_extractive

_DOING = "choosing its sentences"
_REASON = {
    "en": "{}: these are sentences of the section itself",
    "zh": "{}：以下是本节自己的句子",
}
_NOTHING = {
    "en": "No sentences were found there that could stand in a summary.",
    "zh": "那里没有找到适合放进摘要的句子。",
}


@dataclass(frozen=True, slots=True)
class Digest:
    """What is needed to tell a stretch: its document, whole, and why no model tells it."""

    document: Document
    passages: Sequence[Passage]
    stretch: Stretch
    tokens: int
    counter: TokenCounter
    reason: Mapping[str, str]
    notes: tuple[str, ...] = ()

    def events(self, question: str, language: Language) -> Iterator[AnswerEvent]:
        """The stretch as an answer to this question; close the iterator to cancel."""
        inside = [passage for passage in self.passages if self.stretch.holds(passage)]
        part = self._part()
        subject = Subject(part, inside, self.tokens, self.counter.name, self.reason, self.notes)
        options = SummaryOptions(length=Length.SHORT, language=language)
        for event in summarize_extractive(subject, options):
            if isinstance(event, PartRead):
                yield Searching("lexical", doing=_DOING)
                continue
            answer = self._answer(question, event.summary)
            known = {citation.number: citation for citation in answer.citations}
            for claim in answer.claims:
                yield ClaimMade(claim, tuple(known[number] for number in claim.citations))
            yield Answered(answer)

    def _part(self) -> Document:
        """The document with text on its pages of the stretch alone: places stay the same."""
        pages = self.stretch.pages
        kept = tuple(
            page if page.number in pages else Page(page.number, "", page.label)
            for page in self.document.pages
        )
        return replace(self.document, pages=kept, outline=())

    def _answer(self, question: str, summary: Summary) -> Answer:
        told = {point.text: point for point in (*summary.overview, *summary.key_points)}
        points = _in_order(told.values(), summary)
        citations, claims = _renumbered(points, summary)
        language, read = summary.language, self.stretch.pages
        pages = [page for page in self.document.pages if page.number in read]
        ledger = replace(
            summary.ledger,
            reason=_REASON[language].format(self.reason[language]),
            pages_read=sum(page.coverage.readable for page in pages),
            pages_without_text=tuple(
                number for number in self.document.unreadable_pages if number in read
            ),
        )
        marked = (f"{c.text} {''.join(f'[{number}]' for number in c.citations)}" for c in claims)
        return Answer(
            question=question,
            found=bool(claims),
            text="\n\n".join(marked) or _NOTHING[language],
            claims=claims,
            citations=citations,
            ledger=ledger,
            engine=EXTRACTIVE,
            warnings=summary.warnings,
            language=language,
        )


def _in_order(points: Iterable[Point], summary: Summary) -> list[Point]:
    """Points in the order of the text, which is how a section is read."""
    place = {each.number: (each.page or 0, each.start) for each in summary.citations}
    return sorted(points, key=lambda point: min(place[number] for number in point.citations))


def _renumbered(
    points: Sequence[Point], summary: Summary
) -> tuple[tuple[Citation, ...], tuple[Claim, ...]]:
    """Only what the points cite, counted from 1: a summary cites its facts too."""
    known = {citation.number: citation for citation in summary.citations}
    used = dict.fromkeys(number for point in points for number in point.citations)
    numbers = {old: new for new, old in enumerate(used, start=1)}
    citations = tuple(replace(known[old], number=new) for old, new in numbers.items())
    claims = tuple(Claim(p.text, tuple(numbers[old] for old in p.citations)) for p in points)
    return citations, claims
