"""Summaries and extractions as docmind writes them.

What was read of a document is part of its record, because a summary outlives the run that made it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

import docmind
from docmind.export.page_records import document_record
from docmind.model import (
    Citation,
    Document,
    EngineName,
    Extraction,
    Facts,
    Ledger,
    Point,
    ReadCoverage,
    SectionPoints,
    Summary,
)


class SummarizedDocument(msgspec.Struct, frozen=True):
    """Which document a summary is of."""

    path: str
    sha256: str
    title: str
    kind: str
    pages: int
    tokens: int | None
    language: str


class SummaryRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.summary/1"):
    """A structured summary of one document, every line with the numbers of its citations."""

    document: SummarizedDocument
    overview: tuple[Point, ...]
    key_points: tuple[Point, ...]
    sections: tuple[SectionPoints, ...]
    facts: Facts
    citations: tuple[Citation, ...]
    coverage: ReadCoverage
    ledger: Ledger
    engine: EngineName
    warnings: tuple[str, ...]
    created: datetime
    docmind: str
    language: str = "en"
    """The language of the summary's own words: "en", "zh"."""


class ExtractRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.extract/1"):
    """The user's schema, filled from one document.

    `evidence` has citation numbers by JSON pointer into `data`; `unsupported` are the pointers of
    values that their evidence does not contain.
    """

    document: SummarizedDocument
    data: Any
    evidence: dict[str, tuple[int, ...]]
    unsupported: tuple[str, ...]
    citations: tuple[Citation, ...]
    coverage: ReadCoverage
    ledger: Ledger
    engine: EngineName
    warnings: tuple[str, ...]
    created: datetime
    docmind: str


def summary_record(summary: Summary, document: Document, language: str) -> SummaryRecord:
    """A summary, made now; `language` is the document's."""
    return SummaryRecord(
        overview=summary.overview,
        key_points=summary.key_points,
        sections=summary.sections,
        facts=summary.facts,
        language=summary.language,
        **_made_now(summary, document, language),
    )


def extract_record(extraction: Extraction, document: Document, language: str) -> ExtractRecord:
    """An extraction, made now; `language` is the document's."""
    return ExtractRecord(
        data=extraction.data,
        evidence=extraction.evidence,
        unsupported=extraction.unsupported,
        **_made_now(extraction, document, language),
    )


def read_summary(text: str | bytes) -> SummaryRecord:
    """A summary that docmind wrote. Raises msgspec.DecodeError for anything else."""
    return msgspec.json.decode(text, type=SummaryRecord)


def read_extract(text: str | bytes) -> ExtractRecord:
    """An extraction that docmind wrote. Raises msgspec.DecodeError for anything else."""
    return msgspec.json.decode(text, type=ExtractRecord)


def _made_now(made: Summary | Extraction, document: Document, language: str) -> dict[str, Any]:
    """What every record says of how it was made, and of what."""
    known = document_record(document, made.ledger.document_tokens)
    return {
        "document": SummarizedDocument(**msgspec.structs.asdict(known), language=language),
        "citations": made.citations,
        "coverage": made.coverage,
        "ledger": made.ledger,
        "engine": made.engine,
        "warnings": made.warnings,
        "created": datetime.now(UTC).replace(microsecond=0),
        "docmind": docmind.__version__,
    }
