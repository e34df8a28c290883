"""One question asked of several documents: what each of them says, and how sure its silence is.

That a document does not say is told for certain only where a model has read all of it. Whoever
reads a part, or compares words, can only say that nothing was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from docmind.model.answers import Answer, Mode


class Finding(StrEnum):
    """Whether a document answers; ABSENT is certain, NOT_FOUND is not."""

    FOUND = "found"
    ABSENT = "absent"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Side:
    """One document of a comparison, by its name, with its own answer."""

    document: str
    answer: Answer
    finding: Finding


def side_of(document: str, answer: Answer, pages: range | None = None) -> Side:
    """A document's side; `pages` (physical) are those that were read where not all should be."""
    return Side(document, answer, _finding(answer, pages))


def _finding(answer: Answer, pages: range | None) -> Finding:
    if answer.found:
        return Finding.FOUND
    ledger = answer.ledger
    read_it_all = (
        pages is None
        and ledger.mode in (Mode.WHOLE, Mode.EVERY_PART)
        and not ledger.pages_partly_read
        and not ledger.pages_without_text
    )
    # A model that wrote nothing, broke off, or stated what it cites nothing for, denied nothing.
    denied = bool(answer.text.strip()) and not answer.claims and not answer.partial
    return Finding.ABSENT if read_it_all and denied else Finding.NOT_FOUND
