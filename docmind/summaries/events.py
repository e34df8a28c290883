"""What happens while a document is summarized or extracted from, and what can be asked of it.

Every front end, and the batch, reads one of these streams: PartRead any number of times, so that
one can show progress and cancel by closing the iterator; then once what was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from docmind.model import Extraction, Summary
from docmind.settings import Language, ReadingMode


class Length(StrEnum):
    """How much a summary tells."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class SummaryOptions:
    """How a document is to be summarized. `focus` is what matters to the reader, if anything.

    `role` are the instructions of a role; `mode` whole or every-part, where one is insisted on.
    """

    length: Length = Length.MEDIUM
    language: Language = Language.AUTO
    role: str = ""
    focus: str = ""
    mode: ReadingMode = ReadingMode.AUTO


@dataclass(frozen=True, slots=True)
class PartRead:
    """So many of the parts are done; `tokens` were read and written in all by now.

    Told several times a second also while nothing is done, so that one can cancel.
    """

    done: int
    total: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Summarized:
    """The summary, whole."""

    summary: Summary


@dataclass(frozen=True, slots=True)
class Extracted:
    """The schema, filled."""

    extraction: Extraction


SummaryEvent = PartRead | Summarized
ExtractionEvent = PartRead | Extracted
