"""The history: written as things happen, so that a kill loses no question and no answer.

A session is made by its first question, so that a document which was only read leaves no trace.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec

from docmind.errors import UsageError
from docmind.model import (
    Answer,
    Outcome,
    Rating,
    Session,
    SessionDocument,
    SessionTurn,
)
from docmind.sessions.schema import damaged, open_history
from docmind.sqlite_file import snapshot, told, transaction

LATEST = "last"
"""What `find` takes for the session that was used last."""

_NEWEST_FIRST = "SELECT number FROM sessions ORDER BY updated DESC, number DESC"


class Sessions:
    """Every session of one home; may be used by several threads, and by several processes."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises HistoryError or HomeError."""
        self._path = path
        self._file = open_history(path)
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._file.close()

    def about(self, documents: Sequence[SessionDocument]) -> Session | None:
        """The newest session about just these documents, by content, else by where they are."""
        # A folder has no content of its own that could tell it from others.
        by_content = all(each.sha256 for each in documents)
        with self._reading():
            return self._about(
                _storable(documents), ("sha256", "path") if by_content else ("path",)
            )

    def _about(
        self, documents: Sequence[SessionDocument], columns: Sequence[str]
    ) -> Session | None:
        for column in columns:
            wanted = sorted(getattr(each, column) for each in documents)
            found = self._rows(
                f"SELECT session, {column} FROM documents WHERE session IN"
                f" (SELECT session FROM documents WHERE {column} = ?)",
                (wanted[0],) if wanted else ("",),
            )
            held: dict[int, list[str]] = {}
            for session, value in found:
                held.setdefault(session, []).append(value)
            same = [session for session, values in held.items() if sorted(values) == wanted]
            if same:
                return self._newest(same)
        return None

    def _newest(self, numbers: Sequence[int]) -> Session:
        marks = ", ".join("?" * len(numbers))
        ((number,),) = self._rows(
            f"SELECT number FROM sessions WHERE number IN ({marks})"
            " ORDER BY updated DESC, number DESC LIMIT 1",
            tuple(numbers),
        )
        return self._session(number)

    def begin(self, documents: Sequence[SessionDocument]) -> str:
        """A new session about these documents; gives its id."""
        now = _now()
        name = f"{now:%Y%m%d}-{secrets.token_hex(3)}"
        with self._changing() as file:
            number = file.execute(
                "INSERT INTO sessions (id, created, updated) VALUES (?, ?, ?)",
                (name, _written(now), _written(now)),
            ).lastrowid
            file.executemany(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
                [
                    (number, at, d.name, d.sha256, d.path)
                    for at, d in enumerate(_storable(documents))
                ],
            )
        return name

    def ask(self, session: str, question: str) -> int:
        """A question is asked; gives the number of its turn."""
        now = _written(_now())
        with self._changing() as file:
            number = self._number(session)
            (last,) = file.execute(
                "SELECT coalesce(max(number), 0) FROM turns WHERE session = ?", (number,)
            ).fetchone()
            file.execute(
                "INSERT INTO turns VALUES (?, ?, ?, ?, ?, '', '', '', '', '')",
                (number, last + 1, now, question, Outcome.OPEN.value),
            )
            file.execute("UPDATE sessions SET updated = ? WHERE number = ?", (now, number))
        return int(last) + 1

    def keep(self, session: str, turn: SessionTurn) -> None:
        """What has come of a question by now, and what the reader thinks of it."""
        answer, text = "", turn.text
        if turn.answer is not None:
            answer, text = msgspec.json.encode(turn.answer).decode(), turn.answer.text
        with self._changing() as file:
            number = self._number(session)
            file.execute(
                "UPDATE turns SET outcome = ?, answer = ?, text = ?, error = ?, rating = ?,"
                " correction = ? WHERE session = ? AND number = ?",
                (
                    turn.outcome.value,
                    answer,
                    text,
                    turn.error,
                    turn.rating.value if turn.rating else "",
                    turn.correction,
                    number,
                    turn.number,
                ),
            )
            file.execute(
                "UPDATE sessions SET updated = ? WHERE number = ?", (_written(_now()), number)
            )

    def forget(self, session: str) -> None:
        """Remove a session with all that was asked in it. Raises UsageError for an unknown id."""
        with self._changing() as file:
            file.execute("DELETE FROM sessions WHERE number = ?", (self._number(session),))

    def find(self, name: str) -> Session:
        """The session of this id, or whose id begins so, or the `LATEST`. Raises UsageError."""
        with self._reading():
            if name == LATEST:
                found = self._rows(f"{_NEWEST_FIRST} LIMIT 1")
            else:
                found = self._rows(
                    "SELECT number FROM sessions WHERE substr(id, 1, ?) = ?", (len(name), name)
                )
            if len(found) == 1:
                return self._session(found[0][0])
        if found:
            raise UsageError(
                f"{len(found)} sessions begin with {name!r}.", "Try: more of the id, as listed"
            )
        if name == LATEST:
            raise UsageError("No question has been kept yet.", "Try: docmind open FILE")
        raise UsageError(f"There is no session {name!r}.", "Try: docmind sessions")

    def search(self, words: str = "") -> list[Session]:
        """Sessions, the one that was used last first: all, or those that mention these words.

        Every word must occur, in whatever case, in a question, an answer or a document's name.
        """
        with self._reading():
            sessions = [self._session(number) for (number,) in self._rows(_NEWEST_FIRST)]
        wanted = words.casefold().split()
        return [each for each in sessions if not wanted or _mentions(each, wanted)]

    def _number(self, session: str) -> int:
        found = self._file.execute(
            "SELECT number FROM sessions WHERE id = ?", (session,)
        ).fetchone()
        if found is None:
            raise UsageError(f"There is no session {session!r}.", "Try: docmind sessions")
        return int(found[0])

    def _session(self, number: int) -> Session:
        ((name, created, updated),) = self._rows(
            "SELECT id, created, updated FROM sessions WHERE number = ?", (number,)
        )
        documents = self._rows(
            "SELECT name, sha256, path FROM documents WHERE session = ? ORDER BY position",
            (number,),
        )
        turns = self._rows(
            "SELECT number, question, asked, outcome, answer, text, error, rating, correction"
            " FROM turns WHERE session = ? ORDER BY number",
            (number,),
        )
        return Session(
            name,
            datetime.fromisoformat(created),
            datetime.fromisoformat(updated),
            tuple(SessionDocument(*each) for each in documents),
            tuple(map(_turn, turns)),
        )

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock, self._told():
            return self._file.execute(statement, values).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """What is found within is still there when it is read."""
        with self._lock, self._told(), snapshot(self._file):
            yield

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, which is undone where something goes wrong in it."""
        with self._lock, self._told(), transaction(self._file):
            yield self._file

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            with told(self._path, damaged):
                yield
        except (msgspec.MsgspecError, ValueError) as error:
            raise damaged(self._path, error) from error


def _turn(row: Sequence[Any]) -> SessionTurn:
    """A row of the table. An answer that another docmind wrote otherwise is left with its text."""
    number, question, asked, outcome, answer, text, error, rating, correction = row
    try:
        decoded = msgspec.json.decode(answer, type=Answer) if answer else None
    except msgspec.ValidationError:
        decoded = None
    return SessionTurn(
        number=number,
        question=question,
        asked=datetime.fromisoformat(asked),
        outcome=Outcome(outcome),
        answer=decoded,
        text=text,
        error=error,
        rating=Rating(rating) if rating else None,
        correction=correction,
    )


def _storable(documents: Sequence[SessionDocument]) -> list[SessionDocument]:
    """The same with paths that are UTF-8, which a file's own need not be."""
    return [
        replace(each, path=each.path.encode("utf-8", "backslashreplace").decode())
        for each in documents
    ]


def _mentions(session: Session, words: Sequence[str]) -> bool:
    said = [each.name for each in session.documents]
    for turn in session.turns:
        said += [turn.question, turn.text]
    everything = "\n".join(said).casefold()
    return all(word in everything for word in words)


def _now() -> datetime:
    return datetime.now(UTC)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
