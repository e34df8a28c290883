"""The user's JSON Schema filled from one document: with a language model, or without one.

Both ways give the same thing, values with the spans that state them, so that everything after it
(what is missing, what is unsupported, whether the record is valid) is decided once. A generator
like `docmind.answers.ask`: closing it cancels, and a model stops writing.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from docmind.answers.ask import EXTRACTIVE, words_in
from docmind.answers.asking import Tally
from docmind.answers.reading import Reading, language_of
from docmind.answers.writing import Writing
from docmind.model import Document, Extraction, Ledger, Mode, Passage, ReadCoverage
from docmind.settings import Language, ReadingMode
from docmind.summaries.cited import Cited
from docmind.summaries.events import Extracted, ExtractionEvent, PartRead
from docmind.summaries.evidence import Evidence
from docmind.summaries.fields import Fields
from docmind.summaries.filled import Filled
from docmind.summaries.grammar import Caps
from docmind.summaries.model_record import Asked, ModelRecord
from docmind.summaries.record import record_of
from docmind.summaries.record_plan import Wanted, plan_record
from docmind.summaries.shape import Schema

EXTRACTION_VERSION = 2
"""Raise it with every change to prompts or rules: a batch makes its records again."""


@dataclass(frozen=True, slots=True)
class ExtractOptions:
    """How a document is to be extracted from; None and empty mean what is set."""

    pages: range | None = None
    mode: ReadingMode | None = None
    require_whole: bool = False
    role: str = ""
    language: Language | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_output_tokens: int | None = None
    """The longest record in one request; where nothing is said, as long as a model can write."""
    caps: Caps = field(default_factory=Caps)


@dataclass(frozen=True, slots=True)
class Source:
    """The one document that is extracted from, what is known of it, and its passages."""

    reading: Reading
    passages: Sequence[Passage]

    @property
    def document(self) -> Document:
        """The document."""
        (document,) = self.reading.documents.values()
        return document


def extract(
    schema: Schema, source: Source, options: ExtractOptions, writing: Writing | None = None
) -> Generator[ExtractionEvent, None, None]:
    """Fill a schema; without `writing`, from the text alone.

    Raises ValueNotFound where the document does not say what the schema requires, DoesNotFit where
    all of it must be read at once and cannot be, UsageError, and EngineError (RecordCut where the
    model finds no end).
    """
    yield from _Extracting(schema, source, options).events(writing)


class _Extracting:
    """One document on its way to a record."""

    def __init__(self, schema: Schema, source: Source, options: ExtractOptions) -> None:
        self._begun = time.monotonic()
        self._schema = schema
        self._source = source
        self._options = options
        self._document = source.document
        self._language = words_in(options.language or Language.AUTO, language_of(self._document))
        self._evidence = Evidence(self._document, source.reading.retriever, options.pages)

    def events(self, writing: Writing | None) -> Generator[ExtractionEvent, None, None]:
        """See `extract`."""
        made = yield from (self._found() if writing is None else self._written(writing))
        record = record_of(self._schema, made.filled, self._document.name)
        cited = Cited(self._document, self._source.passages)
        evidence = {where: cited.numbers(parts) for where, parts in record.evidence.items()}
        reading, options = self._source.reading, self._options
        warnings = (
            *record.notes,
            *dict.fromkeys(made.notes),
            *reading.warnings(options.pages, self._language, searched=writing is None),
        )
        yield Extracted(
            Extraction(
                document=self._document.name,
                data=record.data,
                evidence=evidence,
                unsupported=record.unsupported,
                citations=cited.citations,
                coverage=self._coverage(),
                ledger=self._ledger(made, writing),
                engine=EXTRACTIVE if writing is None else writing.engine.name,
                warnings=warnings,
            )
        )

    def _found(self) -> Generator[PartRead, None, _Made]:
        """What the text alone gives."""
        reading, pages = self._source.reading, self._options.pages
        passages = [each for each in self._source.passages if pages is None or each.page in pages]
        fields = Fields(self._document, passages, reading.retriever, pages)
        filled = yield from fields.filled(self._schema.root)
        filled = self._evidence.held(filled)
        return _Made(filled, Mode.EXTRACTIVE, reading.reason[self._language])

    def _written(self, writing: Writing) -> Generator[PartRead, None, _Made]:
        """What a model gives."""
        options = self._options
        wanted = Wanted(
            mode=options.mode or writing.context.mode,
            require_whole=options.require_whole,
            output_tokens=options.max_output_tokens,
            role=options.role or writing.role,
            language=self._language,
        )
        plan = plan_record(self._schema, writing.copies, wanted, writing.engine, writing.context)
        asked = Asked(writing.sampling(options), options.caps, wanted.role)
        asking = ModelRecord(plan, writing, self._evidence, asked)
        filled = yield from asking.filled(self._schema.root)
        notes = tuple(asking.notes)
        line = asking.line
        return _Made(filled, plan.mode, plan.reason, line.tally, line.first_seconds, notes)

    def _coverage(self) -> ReadCoverage:
        pages, document = self._options.pages, self._document
        read = [page for page in document.pages if pages is None or page.number in pages]
        return ReadCoverage(
            pages_total=len(document.pages),
            pages_read=sum(page.coverage.readable for page in read),
            pages_without_text=document.unreadable_pages,
            complete=len(read) == len(document.pages) and not document.unreadable_pages,
        )

    def _ledger(self, made: _Made, writing: Writing | None) -> Ledger:
        reading, used = self._source.reading, made.used
        coverage, seconds = self._coverage(), time.monotonic() - self._begun
        return Ledger(
            mode=made.mode,
            reason=made.reason,
            window_tokens=None if writing is None else writing.engine.window_tokens,
            document_tokens=reading.document_tokens,
            prompt_tokens=used.prompt_tokens,
            cached_tokens=used.cached_tokens,
            output_tokens=used.output_tokens,
            tokenizer=reading.tokenizer if writing is None else writing.engine.tokenizer,
            pages_total=coverage.pages_total,
            pages_read=coverage.pages_read,
            pages_without_text=coverage.pages_without_text,
            first_token_seconds=round(made.first_seconds or seconds, 4),
            seconds=round(seconds, 4),
            retrieval=reading.retriever.arms,
            tokens_estimated=used.estimated,
        )


@dataclass(frozen=True, slots=True)
class _Made:
    """What was found, how it was read for, and what that took."""

    filled: Filled
    mode: Mode
    reason: str
    used: Tally = field(default_factory=Tally)
    first_seconds: float = 0.0
    notes: tuple[str, ...] = ()
