"""The history: written as things happen, so that a kill loses no question and no answer.

A session is made by its first question, so that a document which was only read leaves no trace.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any, Self

import msgspec

from docmind.errors import UsageError
from docmind.model import Outcome, Scope, Session, SessionDocument, SessionTurn
from docmind.sessions.renaming import called_now, rename
from docmind.sessions.rows import encoded, mentions, storable, turn_of
from docmind.sessions.schema import damaged, open_history
from docmind.sqlite_file import snapshot, told, transaction

LATEST = "last"
"""What `find` takes for the session that was used last."""

_BEGUN_WITH = "documents"
_OPENED = "(SELECT * FROM documents UNION ALL SELECT * FROM added)"
"""What a session was begun with, or with that what was opened beside it."""

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
        """The newest session about just these documents, by content, else by where they are.

        One that was begun with them comes before one in which some of them were opened later.
        """
        # A folder has no content of its own that could tell it from others.
        by_content = all(each.sha256 for each in documents)
        columns = ("sha256", "path") if by_content else ("path",)
        wanted = storable(documents)
        with self._reading():
            for table, column in product((_BEGUN_WITH, _OPENED), columns):
                found = self._about(
                    sorted(getattr(each, column) for each in wanted), table, column
                )
                if found:
                    return self._newest(found)
        return None

    def reopen(self, documents: Sequence[SessionDocument]) -> Session | None:
        """As `about`; the documents, and what cites them, go by their names of now from then on.

        Else what was cited as "a.pdf" would stand nowhere once it is opened as "papers/a.pdf".
        """
        documents = storable(documents)
        found = self.about(documents)
        names = called_now(found.documents, documents) if found is not None else {}
        if found is None or not names:
            return found
        with self._changing() as file:
            rename(file, self._number(found.id), names)
        return self.find(found.id)

    def _about(self, wanted: list[str], table: str, column: str) -> list[int]:
        held: dict[int, list[str]] = {}
        for session, value in self._rows(
            f"SELECT session, {column} FROM {table} WHERE session IN"
            f" (SELECT session FROM {table} WHERE {column} = ?)",
            (wanted[0] if wanted else "",),
        ):
            held.setdefault(session, []).append(value)
        return [session for session, values in held.items() if sorted(values) == wanted]

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
                    for at, d in enumerate(storable(documents))
                ],
            )
        return name

    def add(self, session: str, documents: Sequence[SessionDocument]) -> None:
        """These were opened beside its documents; what it has already stays as it is."""
        with self._changing() as file:
            number = self._number(session)
            known = {(each.name, each.path) for each in self._documents(number)}
            new = [each for each in storable(documents) if (each.name, each.path) not in known]
            file.executemany(
                "INSERT INTO added VALUES (?, ?, ?, ?, ?)",
                [
                    (number, at, d.name, d.sha256, d.path)
                    for at, d in enumerate(new, start=len(known))
                ],
            )

    def ask(self, session: str, question: str, scope: Scope | None = None) -> int:
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
            if scope is not None:
                row = (number, last + 1, encoded(scope))
                file.execute("INSERT INTO scopes VALUES (?, ?, ?)", row)
            file.execute("UPDATE sessions SET updated = ? WHERE number = ?", (now, number))
        return int(last) + 1

    def keep(self, session: str, turn: SessionTurn) -> None:
        """What has come of a question by now, and what the reader thinks of it."""
        answer, text = "", turn.text
        if turn.answer is not None:
            answer, text = encoded(turn.answer), turn.answer.text
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
        return [each for each in sessions if not wanted or mentions(each, wanted)]

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
        turns = self._rows(
            "SELECT number, question, asked, outcome, answer, text, error, rating, correction,"
            " scope FROM turns LEFT JOIN scopes ON scopes.session = turns.session"
            " AND scopes.turn = turns.number WHERE turns.session = ? ORDER BY number",
            (number,),
        )
        return Session(
            name,
            datetime.fromisoformat(created),
            datetime.fromisoformat(updated),
            self._documents(number),
            tuple(map(turn_of, turns)),
        )

    def _documents(self, number: int) -> tuple[SessionDocument, ...]:
        """What it was begun with, then what was opened later."""
        rows = self._rows(
            f"SELECT name, sha256, path FROM {_OPENED} WHERE session = ? ORDER BY position",
            (number,),
        )
        return tuple(SessionDocument(*each) for each in rows)

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


def _now() -> datetime:
    return datetime.now(UTC)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
