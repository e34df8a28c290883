"""Sessions: the questions and answers about a set of documents, kept between runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from docmind.model.answers import Answer


class Rating(StrEnum):
    """What a reader thinks of an answer."""

    UP = "up"
    DOWN = "down"


class Outcome(StrEnum):
    """How a question of a session ended; open where docmind was killed before it did."""

    OPEN = "open"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SessionDocument:
    """A document that a session is about: its name in citations, its content, and where it was."""

    name: str
    sha256: str
    path: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question asked for, where its words alone do not say it: they came of a key.

    `text` is what was answered, from these documents and pages (first and last). Where it was a
    summary, `stretch` is what was to be told: begin and end as (page, offset).
    """

    text: str
    documents: tuple[str, ...]
    pages: tuple[int, int] | None = None
    title: str = ""
    stretch: tuple[tuple[int, int], tuple[int, int]] | None = None


@dataclass(frozen=True, slots=True)
class SessionTurn:
    """A question of a session and what came of it. `number` counts from 1.

    Where there is no `answer`, `text` is what had been written of one, and `error` why it ended.
    """

    number: int
    question: str
    asked: datetime
    outcome: Outcome
    answer: Answer | None = None
    text: str = ""
    error: str = ""
    rating: Rating | None = None
    correction: str = ""
    """What the answer should have been, as the reader would write it."""
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Questions and answers about a set of documents; `id` is what `docmind export` takes."""

    id: str
    created: datetime
    updated: datetime
    documents: tuple[SessionDocument, ...]
    turns: tuple[SessionTurn, ...]
