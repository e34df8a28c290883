"""Values as the tables have them, and as a session has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from docmind.model import Answer, Outcome, Rating, Session, SessionDocument, SessionTurn


def turn_of(row: Sequence[Any]) -> SessionTurn:
    """A row of the table. An answer that another docmind wrote otherwise is left with its text."""
    number, question, asked, outcome, answer, text, error, rating, correction = row
    return SessionTurn(
        number=number,
        question=question,
        asked=datetime.fromisoformat(asked),
        outcome=Outcome(outcome),
        answer=_answer_of(answer),
        text=text,
        error=error,
        rating=Rating(rating) if rating else None,
        correction=correction,
    )


def _answer_of(written: str) -> Answer | None:
    try:
        return msgspec.json.decode(written, type=Answer) if written else None
    except msgspec.ValidationError:
        return None


def written_answer(answer: Answer) -> str:
    """An answer as it is kept."""
    return msgspec.json.encode(answer).decode()


def called_now(
    before: Sequence[SessionDocument], documents: Sequence[SessionDocument]
) -> dict[str, SessionDocument]:
    """What the documents of a session, by name, are called now: those that go by another name.

    Known by its content it may have gone elsewhere, known by its place it may have changed.
    """
    left, now = list(documents), {}
    for same in (_is_same, _has_same_content, _is_same_place):
        for each in before:
            found = next((d for d in left if same(each, d)), None)
            if each.name not in now and found is not None:
                now[each.name] = found
                left.remove(found)
    places = {each.name: each.path for each in before}
    return {name: d for name, d in now.items() if (d.name, d.path) != (name, places[name])}


def _is_same(one: SessionDocument, other: SessionDocument) -> bool:
    return one == other


def _has_same_content(one: SessionDocument, other: SessionDocument) -> bool:
    return bool(one.sha256) and one.sha256 == other.sha256


def _is_same_place(one: SessionDocument, other: SessionDocument) -> bool:
    return one.path == other.path


def renamed(written: str, names: Mapping[str, SessionDocument]) -> str:
    """A kept answer whose citations call these documents as they are called now."""
    answer = _answer_of(written)
    if answer is None:
        return written
    citations = tuple(
        replace(each, document=names[each.document].name) if each.document in names else each
        for each in answer.citations
    )
    return written_answer(replace(answer, citations=citations))


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
