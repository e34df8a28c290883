"""A comparison as JSON: the answer of each document, with its evidence."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from docmind.export.records import AnswerRecord, Failure, answer_record
from docmind.model import EngineName
from docmind.model.comparison import Finding, Side


class ComparedRecord(msgspec.Struct, frozen=True):
    """What one document says. `finding` is absent only where a model has read all of it."""

    path: str
    finding: Finding
    answer: AnswerRecord


class CompareRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.compare/1"):
    """One question, and the answer of every document that could be asked, in the order given."""

    question: str
    answers: tuple[ComparedRecord, ...]
    engine: EngineName
    warnings: tuple[str, ...]
    failed: tuple[Failure, ...]


def compare_record(
    question: str,
    sides: Sequence[Side],
    engine: EngineName,
    warnings: Sequence[str] = (),
    failed: Sequence[Failure] = (),
) -> CompareRecord:
    """A comparison as the interface promises it.

    `engine` was to answer; the record has that of the first answer, and each answer says its own.
    """
    return CompareRecord(
        question=question,
        answers=tuple(
            ComparedRecord(side.document, side.finding, answer_record(side.answer))
            for side in sides
        ),
        engine=sides[0].answer.engine if sides else engine,
        warnings=tuple(warnings),
        failed=tuple(failed),
    )
