"""The summary that needs no model: the document's own sentences, chosen and ordered.

Like the extractive engine it never writes a word of its own: a point is a sentence, and the
sentence is its citation. It is given all that it needs and keeps nothing, so the same document and
options give the same summary, whoever asks and however often.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from docmind.answers.ask import EXTRACTIVE, words_in
from docmind.answers.reading import NO_ENGINE, language_of
from docmind.answers.told import in_few_quotations
from docmind.model import (
    Document,
    Ledger,
    Mode,
    Passage,
    Point,
    ReadCoverage,
    SectionPoints,
    Summary,
)
from docmind.passages.wholes import whole_sentence
from docmind.summaries.choosing import AMOUNTS, choose
from docmind.summaries.cited import Cited
from docmind.summaries.events import PartRead, Summarized, SummaryEvent, SummaryOptions
from docmind.summaries.facts import facts_of
from docmind.summaries.scoring import Candidates, SentenceVectors, candidates_of
from docmind.summaries.sections import Section, sections_of
from docmind.summaries.sentences import Sentence, sentences_of, without_repeated

RULES_VERSION = 3
"""Raise it with every change to what the extractive summary of the same document would be."""

_PAGES_A_TELLING = 10

_OTHER_LANGUAGE = {
    "en": "Without a model sentences are quoted as they stand: the document is in Chinese.",
    "zh": "没有语言模型时只能原文引用：文档不是中文。",
}
_NO_SENTENCES = {
    "en": "No sentences were found that could stand in a summary.",
    "zh": "没有找到适合放进摘要的句子。",
}
_NO_FOCUS = {
    "en": "Nothing in the text is near to what the summary was to be about: {}",
    "zh": "文中没有与所指定的重点相近的内容：{}",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The document to summarize, and what is known about it.

    `passages` are all of its passages; `tokens` how many the named tokenizer counts. `reason` says
    by language why no model writes, and `notes` are warnings that stand before the document's.
    """

    document: Document
    passages: Sequence[Passage]
    tokens: int
    tokenizer: str
    reason: Mapping[str, str] = field(default_factory=lambda: NO_ENGINE)
    notes: tuple[str, ...] = ()


def summarize_extractive(
    subject: Subject, options: SummaryOptions, vectors: SentenceVectors | None = None
) -> Iterator[SummaryEvent]:
    """Summarize with the document's own sentences; close the iterator to cancel.

    `vectors` gives sentences a meaning, as `Meaning.vectors` does; without it, or where it answers
    None, their words decide. Parts are pages here.
    """
    begun = time.monotonic()
    document = subject.document
    language = words_in(options.language, language_of(document))
    sections = sections_of(document, language, runs=AMOUNTS[options.length].runs)
    sentences: list[Sentence] = []
    total, told = len(document.pages), 0
    yield PartRead(0, total, 0)
    found = sentences_of(document, subject.passages, sections)
    for passage, some in zip(subject.passages, found, strict=True):
        sentences += some
        if passage.page - 1 >= told + _PAGES_A_TELLING:
            told = passage.page - 1
            yield PartRead(told, total, subject.tokens * told // total)
    sentences = without_repeated(sentences)
    candidates = candidates_of(sentences, sections, options.focus, vectors)
    yield PartRead(total, total, subject.tokens)
    made = _Made(subject, options, sections, sentences, candidates)
    yield Summarized(made.summary(language, begun))


@dataclass(frozen=True, slots=True)
class _Made:
    """What was found in a document, about to become its summary."""

    subject: Subject
    options: SummaryOptions
    sections: tuple[Section, ...]
    sentences: Sequence[Sentence]
    candidates: Candidates

    def summary(self, language: str, begun: float) -> Summary:
        document = self.subject.document
        sizes = [0] * len(self.sections)
        for sentence in self.sentences:
            sizes[sentence.section] += 1
        choice = choose(self.candidates, sizes, self.options.length)
        cited = Cited(document, self.subject.passages)
        overview = self._points(choice.overview, cited)
        key_points = self._points(choice.key_points, cited)
        sections = tuple(
            SectionPoints(section.title, section.first_page, section.last_page, points)
            for number, section in enumerate(self.sections)
            if (points := self._points(choice.sections.get(number, ()), cited))
        )
        found = facts_of(document, self.subject.passages, cited)
        return Summary(
            document=document.name,
            overview=overview,
            key_points=key_points,
            sections=sections,
            facts=found.facts,
            citations=cited.citations,
            coverage=coverage_of(document),
            ledger=self._ledger(language, time.monotonic() - begun),
            engine=EXTRACTIVE,
            warnings=(*self._warnings(language), *found.notes(language)),
            language=language,
        )

    def _points(self, rows: Sequence[int], cited: Cited) -> tuple[Point, ...]:
        points = (self._point(self.candidates.sentences[row], cited) for row in rows)
        return tuple(point for point in points if point.citations)

    def _point(self, sentence: Sentence, cited: Cited) -> Point:
        """A sentence as it is told: with what belongs to it elsewhere, on one line."""
        document = self.subject.document
        page = document.page(sentence.passage.page)
        parts = whole_sentence(document, page, sentence.start, sentence.end)
        text = "".join(
            part.joint + document.page(part.page).text[part.start : part.end] for part in parts
        )
        numbers = cited.numbers(in_few_quotations(parts))
        return Point(" ".join(text.split()), numbers)

    def _ledger(self, language: str, seconds: float) -> Ledger:
        document = self.subject.document
        return Ledger(
            mode=Mode.EXTRACTIVE,
            reason=self.subject.reason[language],
            window_tokens=None,
            document_tokens=self.subject.tokens,
            prompt_tokens=0,
            cached_tokens=0,
            output_tokens=0,
            tokenizer=self.subject.tokenizer,
            pages_total=len(document.pages),
            pages_read=coverage_of(document).pages_read,
            pages_without_text=document.unreadable_pages,
            first_token_seconds=round(seconds, 4),
            seconds=round(seconds, 4),
            retrieval="lexical+dense" if self.candidates.meaning else "lexical",
        )

    def _warnings(self, language: str) -> tuple[str, ...]:
        document, focus = self.subject.document, self.options.focus
        other = language != language_of(document)
        empty = not self.candidates.sentences
        return (
            *self.subject.notes,
            *((_OTHER_LANGUAGE[language],) if other else ()),
            *((_NO_SENTENCES[language],) if empty else ()),
            *((_NO_FOCUS[language].format(focus),) if focus and not self.candidates.near else ()),
            *document.warnings_in(language),
        )


def coverage_of(document: Document) -> ReadCoverage:
    """How much of a document is read where every page that has text is."""
    return ReadCoverage(
        pages_total=len(document.pages),
        pages_read=sum(page.coverage.readable for page in document.pages),
        pages_without_text=document.unreadable_pages,
        complete=not document.unreadable_pages,
    )
