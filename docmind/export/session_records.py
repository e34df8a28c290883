"""Sessions as docmind writes them: the list of all, and one with its questions and answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from docmind.export.records import AnswerRecord, answer_record
from docmind.model import Outcome, Rating, Session, SessionDocument, SessionTurn


class TurnRecord(msgspec.Struct, frozen=True):
    """A question of a session, and what came of it; see `docmind.model.SessionTurn`."""

    number: int
    question: str
    asked: datetime
    outcome: Outcome
    answer: AnswerRecord | None
    text: str
    error: str
    rating: Rating | None
    correction: str


class SessionRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.session/1"):
    """One session, whole."""

    id: str
    created: datetime
    updated: datetime
    documents: tuple[SessionDocument, ...]
    turns: tuple[TurnRecord, ...]


class ListedSession(msgspec.Struct, frozen=True):
    """A session in a list: how many questions it has, and the last of them."""

    id: str
    created: datetime
    updated: datetime
    documents: tuple[SessionDocument, ...]
    questions: int
    last_question: str


class SessionsRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.sessions/1"):
    """Sessions, the one that was used last first."""

    sessions: tuple[ListedSession, ...]


def session_record(session: Session) -> SessionRecord:
    """One session with its answers as `docmind ask --json` writes them."""
    return SessionRecord(
        session.id,
        session.created,
        session.updated,
        session.documents,
        tuple(_turn(each) for each in session.turns),
    )


def _turn(turn: SessionTurn) -> TurnRecord:
    return TurnRecord(
        number=turn.number,
        question=turn.question,
        asked=turn.asked,
        outcome=turn.outcome,
        answer=None if turn.answer is None else answer_record(turn.answer),
        text=turn.text,
        error=turn.error,
        rating=turn.rating,
        correction=turn.correction,
    )


def sessions_record(sessions: Iterable[Session]) -> SessionsRecord:
    """Sessions without their answers."""
    return SessionsRecord(
        tuple(
            ListedSession(
                each.id,
                each.created,
                each.updated,
                each.documents,
                len(each.turns),
                each.turns[-1].question if each.turns else "",
            )
            for each in sessions
        )
    )
