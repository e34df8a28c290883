"""Documents of a session that go by other names now: which, and where their names are kept.

A document is often given by another path than the last time. All that a session has of it is
renamed at once, because a citation leads to the document of its name and to no other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from docmind.model import Answer, Scope, SessionDocument
from docmind.sessions.rows import decoded, encoded


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


def rename(file: sqlite3.Connection, number: int, names: Mapping[str, SessionDocument]) -> None:
    """Call these documents of a session by their new names, wherever it names them."""
    for table in ("documents", "added"):
        held = f"SELECT position, name FROM {table} WHERE session = ?"
        for position, name in file.execute(held, (number,)).fetchall():
            if (now := names.get(name)) is not None:
                file.execute(
                    f"UPDATE {table} SET name = ?, path = ? WHERE session = ? AND position = ?",
                    (now.name, now.path, number, position),
                )
    answers = "SELECT number, answer FROM turns WHERE session = ?"
    for turn, written in file.execute(answers, (number,)).fetchall():
        if (answer := decoded(written, Answer)) is not None:
            file.execute(
                "UPDATE turns SET answer = ? WHERE session = ? AND number = ?",
                (encoded(_renamed(answer, names)), number, turn),
            )
    scopes = "SELECT turn, scope FROM scopes WHERE session = ?"
    for turn, written in file.execute(scopes, (number,)).fetchall():
        if (scope := decoded(written, Scope)) is not None:
            documents = tuple(_name(each, names) for each in scope.documents)
            file.execute(
                "UPDATE scopes SET scope = ? WHERE session = ? AND turn = ?",
                (encoded(replace(scope, documents=documents)), number, turn),
            )


def _renamed(answer: Answer, names: Mapping[str, SessionDocument]) -> Answer:
    citations = (replace(each, document=_name(each.document, names)) for each in answer.citations)
    return replace(answer, citations=tuple(citations))


def _name(name: str, names: Mapping[str, SessionDocument]) -> str:
    return names[name].name if name in names else name
