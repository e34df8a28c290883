"""What docmind writes as JSON: one Struct a record, and the functions that fill them.

The model's own Citation, Claim, Ledger and EngineName are written as they stand, because their
fields are those of the interface; a test pins the names, so that renaming one in the model cannot
change a record unnoticed. Fields may be added to a record, never renamed or removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from docmind.model import (
    Answer,
    Box,
    Citation,
    Claim,
    Coverage,
    Document,
    EngineName,
    Hit,
    Kind,
    Ledger,
    Mode,
    Page,
)


class Failure(msgspec.Struct, frozen=True):
    """An input that could not be read, and why."""

    document: str
    error: str


class AnswerRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.answer/1"):
    """One question, its answer, and the evidence for it."""

    question: str
    found: bool
    answer: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    ledger: Ledger
    engine: EngineName
    warnings: tuple[str, ...]
    weak: bool
    partial: bool
    failed: tuple[Failure, ...]


class SearchingEvent(msgspec.Struct, frozen=True, tag_field="event", tag="searching"):
    """A question is being looked up by these arms; `vectors_done` is a share, 1 when all are.

    `doing` is what a language model does for the search.
    """

    question: str
    arms: str
    vectors_done: float
    doing: str = ""


class ClaimEvent(msgspec.Struct, frozen=True, tag_field="event", tag="claim"):
    """One more statement of the answer, with its citations."""

    claim: Claim
    citations: tuple[Citation, ...]


class PlannedEvent(msgspec.Struct, frozen=True, tag_field="event", tag="planned"):
    """What the model is going to read, and why."""

    mode: Mode
    reason: str
    prompt_tokens: int
    window_tokens: int


class PrefillingEvent(msgspec.Struct, frozen=True, tag_field="event", tag="prefilling"):
    """The model is reading, since so many seconds."""

    seconds: float


class PartEvent(msgspec.Struct, frozen=True, tag_field="event", tag="part"):
    """So many of the parts are read, where every part is; tokens read and written by now."""

    done: int
    total: int
    tokens: int


class TextEvent(msgspec.Struct, frozen=True, tag_field="event", tag="text"):
    """More of the answer, with the citations whose marks are new in it."""

    text: str
    citations: tuple[Citation, ...]


class AnswerEvent(msgspec.Struct, frozen=True, tag_field="event", tag="answer"):
    """The answer, whole and last."""

    record: AnswerRecord


EventRecord = (
    SearchingEvent
    | ClaimEvent
    | PlannedEvent
    | PrefillingEvent
    | PartEvent
    | TextEvent
    | AnswerEvent
)


class FoundPassage(msgspec.Struct, frozen=True):
    """A passage that was found; `start` and `end` are offsets into its page's text."""

    rank: int
    id: str
    document: str
    page: int | None
    page_label: str | None
    lines: tuple[int, int] | None
    text: str
    start: int
    end: int
    boxes: tuple[Box, ...]
    score: float
    sections: tuple[str, ...]
    ocr: bool
    code: bool = False


class SearchRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.search/1"):
    """One query and the passages that answer it, best first."""

    query: str
    arms: str
    passages: tuple[FoundPassage, ...]
    warnings: tuple[str, ...]
    failed: tuple[Failure, ...]


def answer_record(answer: Answer, failed: Sequence[Failure] = ()) -> AnswerRecord:
    """An answer as the interface promises it."""
    return AnswerRecord(
        question=answer.question,
        found=answer.found,
        answer=answer.text,
        claims=answer.claims,
        citations=answer.citations,
        ledger=answer.ledger,
        engine=answer.engine,
        warnings=answer.warnings,
        weak=answer.weak,
        partial=answer.partial,
        failed=tuple(failed),
    )


def found_passages(
    hits: Iterable[Hit], documents: Mapping[str, Document]
) -> tuple[FoundPassage, ...]:
    """Hits, best first, as ranked passages; `documents` by name."""
    return tuple(
        _found(rank, hit, documents[hit.passage.document])
        for rank, hit in enumerate(hits, start=1)
    )


def _found(rank: int, hit: Hit, document: Document) -> FoundPassage:
    return found_on(rank, hit, document.page(hit.passage.page), document.kind)


def found_on(rank: int, hit: Hit, page: Page, kind: Kind) -> FoundPassage:
    """A hit on a page of a document of this kind, which need not be there as a whole."""
    passage = hit.passage
    in_lines = kind.places_are_lines
    return FoundPassage(
        rank=rank,
        id=passage.id,
        document=passage.document,
        page=None if in_lines else page.number,
        page_label=page.label,
        lines=page.lines(passage.start, passage.end) if in_lines else None,
        text=page.text[passage.start : passage.end],
        start=passage.start,
        end=passage.end,
        boxes=page.words.boxes_of(passage.start, passage.end),
        score=round(hit.score, 4),
        sections=passage.sections,
        ocr=page.coverage is Coverage.OCR,
        code=kind is Kind.CODE,
    )
