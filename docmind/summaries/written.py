"""The summary that a language model writes: of the whole document, or of its parts put together.

At once where the document fits and is short enough to be read well; else each part is told by
itself, several at the same time, and the overview is made of what was told. The ids go with every
statement, so nothing is cited that no part has cited. What is cut off is told again in smaller
parts, never mended.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from docmind.answers.ask import words_in
from docmind.answers.asking import Line, Progress, T
from docmind.answers.reading import language_of
from docmind.answers.support import Support
from docmind.answers.writing import Writing
from docmind.context.parts import Portion
from docmind.context.places import part_read
from docmind.errors import EngineError, RecordCut, ServerBusy, ServerDied
from docmind.model import Ledger, Mode, Point, ReadCoverage, Summary
from docmind.retrieval.index import Index
from docmind.summaries.asked import PART, WHOLE
from docmind.summaries.cited import Cited
from docmind.summaries.events import PartRead, Summarized, SummaryEvent, SummaryOptions
from docmind.summaries.extractive import Subject, coverage_of
from docmind.summaries.judged import Judge
from docmind.summaries.sections import sections_of
from docmind.summaries.summary_plan import SummaryPlan, SummaryPlanner
from docmind.summaries.telling import BOUNDS, Bounds, Told, together

SUMMARIES_VERSION = 2
"""Raise it with every change to what a model is told to do for a summary."""

_NOT_READ = {
    "en": "{} of {} parts could not be read ({}), so something is missing: {}",
    "zh": "共 {1} 部分，其中 {0} 部分未能读取（{2}），因此有遗漏：{3}",
}
_UNSUPPORTED = {
    "en": "Statements that were not found in the passages that they cite: {} of {}.",
    "zh": "{1} 条陈述中有 {0} 条在其引用的段落中没有找到依据。",
}
_DROPPED = {
    "en": "Facts that were left out, as the passages that they cite do not state them: {}.",
    "zh": "有 {} 项事实在其引用的段落中没有依据，已略去。",
}
_NOTHING_TOLD = {
    "en": "The model told nothing of this document. Try again, or use another model.",
    "zh": "模型没有写出任何内容。请重试，或换用其他模型。",
}
_NO_TEXT = {"en": "There is no text to summarize.", "zh": "没有可以概括的文字。"}
_AND = {"en": "; ", "zh": "；"}


def summarize_written(
    subject: Subject, writing: Writing, options: SummaryOptions, bounds: Bounds | None = None
) -> Generator[SummaryEvent, None, None]:
    """Summarize with a language model; closing the iterator ends every request.

    `writing` has one copy, that of the document. `bounds` are the most that is written, where it
    is not what `options.length` says. Raises EngineError, UsageError where the window is too
    small, and DoesNotFit where all of it must be read at once and cannot be.
    """
    return _Summarizing(subject, writing, options, bounds or BOUNDS[options.length]).events()


@dataclass(frozen=True, slots=True)
class _Read:
    """What was told of the portions, and which of them could not be read."""

    told: Told
    failed: tuple[tuple[Portion, EngineError], ...] = ()


class _Summarizing:
    """One document on its way to a summary."""

    def __init__(
        self, subject: Subject, writing: Writing, options: SummaryOptions, bounds: Bounds
    ) -> None:
        self._begun = time.monotonic()
        self._subject = subject
        self._document = subject.document
        self._writing = writing
        self._bounds = bounds
        (self._copy,) = writing.copies
        self._line = Line(writing.engine, writing.counter, writing.patience)
        self._language = words_in(options.language, language_of(subject.document))
        self._planner = SummaryPlanner(writing, options, bounds, self._language)

    def events(self) -> Generator[SummaryEvent, None, None]:
        """See `summarize_written`."""
        plan = self._planner.plan()
        if not plan.portions:
            yield Summarized(self._summary(plan, _Read(Told())))
            return
        plan, read = yield from self._read(plan)
        yield Summarized(self._summary(plan, read))

    def _read(self, plan: SummaryPlan) -> Generator[PartRead, None, tuple[SummaryPlan, _Read]]:
        """What is told of the document, and how it was read in the end."""
        if plan.mode is Mode.WHOLE:
            try:
                return plan, (yield from self._parts(plan, WHOLE))
            except RecordCut:
                halved = self._planner.in_halves(plan)
                if halved is None:
                    raise
                plan = halved
        read = yield from self._parts(plan, PART)
        telling = plan.telling.overall(read.told.points, self._line)
        overall = yield from self._shown(telling, len(plan.portions))
        return plan, replace(read, told=together([read.told, overall]))

    def _parts(self, plan: SummaryPlan, names: Sequence[str]) -> Generator[PartRead, None, _Read]:
        """What is told of the portions, several at a time.

        What passes (a server that died, or is busy for longer than it is waited for) is raised: a
        batch makes again what failed, while a summary that lacks parts would stand as made.
        """
        jobs = [partial(plan.telling.part, portion, names) for portion in plan.portions]
        work = self._line.work(jobs, self._writing.generation.concurrency)
        results = yield from self._shown(work)
        failed = [
            (portion, result)
            for portion, result in zip(plan.portions, results, strict=True)
            if isinstance(result, EngineError)
        ]
        for _, error in failed:
            if len(failed) == len(results) or isinstance(error, ServerBusy | ServerDied):
                raise error
        made = together(result for result in results if isinstance(result, Told))
        return _Read(made, tuple(failed))

    def _shown(
        self, work: Generator[Progress, None, T], done: int | None = None
    ) -> Generator[PartRead, None, T]:
        """The work, with its progress as events; `done` where all parts are told already."""
        try:
            while True:
                try:
                    progress = next(work)
                except StopIteration as stopped:
                    made: T = stopped.value
                    return made
                at = progress.done if done is None else done
                yield PartRead(at, progress.total if done is None else done, progress.tokens)
        finally:
            work.close()

    def _summary(self, plan: SummaryPlan, read: _Read) -> Summary:
        """The summary, checked."""
        document, language = self._document, self._language
        index = Index((document,), self._subject.passages)
        known = {name: each for portion in plan.portions for name, each in portion.known.items()}
        cited = Cited(document, self._subject.passages)
        judge = Judge(document, known, Support({document.name: document}, index), cited)
        overview = judge.points(read.told.overview)
        key_points = judge.points(read.told.key_points)
        told_of = sections_of(document, language, runs=self._bounds.runs)
        sections = judge.sections(read.told.points, told_of)
        facts = judge.facts(read.told.facts)
        points = [*overview, *key_points, *(each for some in sections for each in some.points)]
        return Summary(
            document=document.name,
            overview=overview,
            key_points=key_points,
            sections=sections,
            facts=facts,
            citations=cited.citations,
            coverage=self._coverage(read),
            ledger=self._ledger(plan, read),
            engine=self._writing.engine.name,
            warnings=tuple(self._warnings(plan, read, points, judge.dropped)),
            language=language,
        )

    def _coverage(self, read: _Read) -> ReadCoverage:
        whole = coverage_of(self._document)
        if not read.failed:
            return whole
        unread = {sheet.page for portion, _ in read.failed for sheet in portion.sheets}
        return replace(whole, pages_read=whole.pages_read - len(unread), complete=False)

    def _ledger(self, plan: SummaryPlan, read: _Read) -> Ledger:
        engine, tally = self._writing.engine, self._line.tally
        coverage = self._coverage(read)
        parts = len(plan.portions) if plan.mode is Mode.EVERY_PART else 0
        unread = {sheet.tag for portion, _ in read.failed for sheet in portion.sheets}
        held = tuple(sheet for sheet in self._copy.sheets if sheet.tag not in unread)
        partly = (part_read(self._copy, held, self._language),) if read.failed else ()
        return Ledger(
            mode=plan.mode,
            reason=plan.reason,
            window_tokens=engine.window_tokens,
            document_tokens=self._subject.tokens,
            prompt_tokens=tally.prompt_tokens,
            cached_tokens=tally.cached_tokens,
            output_tokens=tally.output_tokens,
            tokenizer=engine.tokenizer,
            pages_total=coverage.pages_total,
            pages_read=coverage.pages_read,
            pages_without_text=coverage.pages_without_text,
            first_token_seconds=round(self._line.first_seconds, 4),
            seconds=round(time.monotonic() - self._begun, 4),
            tokens_estimated=tally.estimated,
            pages_partly_read=partly,
            parts_total=parts,
            parts_read=parts and parts - len(read.failed),
        )

    def _warnings(
        self, plan: SummaryPlan, read: _Read, points: Sequence[Point], dropped: int
    ) -> Iterator[str]:
        """What a reader of the summary must know."""
        language = self._language
        yield from self._subject.notes
        if not plan.portions:
            yield _NO_TEXT[language]
        elif not points:
            yield _NOTHING_TOLD[language]
        if read.failed:
            where = _AND[language].join(
                part_read(copy, sheets, language)
                for portion, _ in read.failed
                for copy, sheets in portion.parts
            )
            counts = len(read.failed), len(plan.portions)
            yield _NOT_READ[language].format(*counts, where, read.failed[0][1])
        if unsupported := sum(not point.supported for point in points):
            yield _UNSUPPORTED[language].format(unsupported, len(points))
        if dropped:
            yield _DROPPED[language].format(dropped)
        yield from self._document.warnings_in(language)
