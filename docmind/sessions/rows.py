"""Values as the tables have them, and as a session has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from docmind.model import (
    Answer,
    Outcome,
    Rating,
    Scope,
    Session,
    SessionDocument,
    SessionTurn,
)

_Value = TypeVar("_Value", Answer, Scope)


def turn_of(row: Sequence[Any]) -> SessionTurn:
    """A row of the table. An answer that another docmind wrote otherwise is left with its text."""
    number, question, asked, outcome, answer, text, error, rating, correction, scope = row
    return SessionTurn(
        number=number,
        question=question,
        asked=datetime.fromisoformat(asked),
        outcome=Outcome(outcome),
        answer=decoded(answer, Answer),
        text=text,
        error=error,
        rating=Rating(rating) if rating else None,
        correction=correction,
        scope=decoded(scope, Scope),
    )


def decoded(written: str | None, kind: type[_Value]) -> _Value | None:
    """A value as it was kept; None for nothing, and for what another docmind wrote otherwise."""
    try:
        return msgspec.json.decode(written, type=kind) if written else None
    except msgspec.ValidationError:
        return None


def encoded(value: Answer | Scope) -> str:
    """A value as it is kept."""
    return msgspec.json.encode(value).decode()


def storable(documents: Sequence[SessionDocument]) -> list[SessionDocument]:
    """The same with paths that are UTF-8, which a file's own need not be."""
    return [
        replace(each, path=each.path.encode("utf-8", "backslashreplace").decode())
        for each in documents
    ]


def mentions(session: Session, words: Sequence[str]) -> bool:
    """Whether every word, in whatever case, is in a question, an answer or a document's name."""
    said = [each.name for each in session.documents]
    for turn in session.turns:
        said += [turn.question, turn.text]
    everything = "\n".join(said).casefold()
    return all(word in everything for word in words)
