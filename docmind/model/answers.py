"""Answers as they are given: claims, the citations that support them, and what was read for them.

Records write these as they stand, so a field that is renamed here is renamed for every user; a
test pins the names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from docmind.model.documents import Box, Passage


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a query. `score` is 1.0 for the first place on all arms."""

    passage: Passage
    score: float


class Status(StrEnum):
    """How well a citation's quote is found in its source."""

    EXACT = "exact"
    NORMALIZED = "normalized"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of the source that support a claim. `document` is the Document's name.

    Where `status` is exact, `quote` equals the page's text at [start:end].
    """

    number: int
    id: str
    document: str
    page: int | None
    page_label: str | None
    lines: tuple[int, int] | None
    quote: str
    start: int
    end: int
    boxes: tuple[Box, ...]
    status: Status
    ocr: bool = False
    code: bool = False
    """Whether these are lines of a source file, whose white space means something."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer, with the numbers of the citations that support it.

    `supported` is false where a model's statement was found in none of the evidence. `code` says
    that the text is lines of a source file.
    """

    text: str
    citations: tuple[int, ...]
    supported: bool = True
    code: bool = False


class Mode(StrEnum):
    """How the documents were read for an answer."""

    WHOLE = "whole"
    RETRIEVE = "retrieve"
    EVERY_PART = "every-part"
    EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was read for an answer, in numbers; tokens are the named tokenizer's."""

    mode: Mode
    reason: str
    window_tokens: int | None
    document_tokens: int
    prompt_tokens: int
    cached_tokens: int
    output_tokens: int
    tokenizer: str
    pages_total: int
    pages_read: int
    pages_without_text: tuple[int, ...]
    first_token_seconds: float
    seconds: float
    retrieval: str = "lexical"
    tokens_estimated: bool = False
    """Whether the server does not count as our tokenizer does, so that numbers are estimates."""
    evidence_passages: int = 0
    """How many passages were recited before the question."""
    history_turns: int = 0
    history_turns_dropped: int = 0
    """Earlier questions that the model saw, and those that no longer had room."""
    pages_partly_read: tuple[str, ...] = ()
    """What was read of each document where not all of it was: "report.pdf: pages 3-9, 14"."""
    parts_total: int = 0
    parts_read: int = 0
    """How many parts there are, and how many were read, where every part should be; else 0."""


@dataclass(frozen=True, slots=True)
class EngineName:
    """Which engine wrote an answer, and with which model (none for the extractive one)."""

    name: str
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back for a question. `found` is false where the documents do not say.

    `weak` marks evidence that is close to the question but may not answer it; `partial` an answer
    that was cut off (cancelled, too long, or its server died).
    """

    question: str
    found: bool
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    ledger: Ledger
    engine: EngineName
    warnings: tuple[str, ...] = ()
    weak: bool = False
    partial: bool = False
    language: str = "en"
    """The language of docmind's own words in it: "en", "zh"."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation, and the text of its answer."""

    question: str
    answer: str
