"""Keeps what is asked and answered, as it happens, in a thread of its own.

A write waits for the disk, and a key must never wait for a write. What is asked before all
documents are known waits here: only then is it clear which session it belongs to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from docmind.errors import DocmindError
from docmind.model import Scope, Session, SessionDocument, SessionTurn
from docmind.tui.conversation import Turn
from docmind.tui.kept import as_kept, scope_of
from docmind.tui.messages import KeepingFailed, SessionFound, WorkCrashed

if TYPE_CHECKING:
    from textual.message import Message

    from docmind.sessions import Sessions

LAST_WRITE_SECONDS = 2.0
"""How long leaving waits for what is still to be written."""


class _Asked(NamedTuple):
    turn: int
    question: str
    scope: Scope | None


class _Changed(NamedTuple):
    """A turn has ended, or was rated; what is written is what it is now."""

    turn: int
    kept: SessionTurn


class _Finished:
    """Nothing more will come."""


class _Opened(NamedTuple):
    """These documents were opened beside those that were given."""

    documents: tuple[SessionDocument, ...]


_Job = _Asked | _Changed | _Opened | _Finished


class Keeping:
    """Takes what happened from the screen; writes it, and tells what was kept before."""

    def __init__(
        self, sessions: Callable[[], Sessions | None], post: Callable[[Message], object]
    ) -> None:
        """`sessions` opens the history, in the thread; it gives None where nothing is kept."""
        self._open = sessions
        self._post = post
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._kept: _Kept | None = None

    def begin(self, documents: Sequence[SessionDocument]) -> None:
        """These are open; what was asked about them before is told by SessionFound."""
        if self._thread is None and documents:
            self._thread = threading.Thread(
                target=self._run, args=(tuple(documents),), name="docmind keeping", daemon=True
            )
            self._thread.start()

    def opened(self, documents: Sequence[SessionDocument]) -> None:
        """These are open now, too; what is asked from here on may be about them."""
        self._jobs.put(_Opened(tuple(documents)))

    def asked(self, turn: Turn) -> None:
        """A question was asked."""
        self._jobs.put(_Asked(turn.id, turn.question, scope_of(turn.request)))

    def changed(self, turn: Turn) -> None:
        """A question was answered, stopped, given up or rated."""
        self._jobs.put(_Changed(turn.id, as_kept(turn)))

    @property
    def session_id(self) -> str:
        """The session that is written to; empty while there is none."""
        return "" if self._kept is None else self._kept.id

    def close(self) -> None:
        """Write what is still to be written, but don't wait long for a disk that is silent."""
        self._jobs.put(_Finished())
        if self._thread is not None:
            self._thread.join(LAST_WRITE_SECONDS)

    def _run(self, documents: tuple[SessionDocument, ...]) -> None:
        try:
            sessions = self._open()
            if sessions is not None:
                with sessions:
                    self._kept = _Kept(sessions, documents)
                    self._write(self._kept)
        except DocmindError as error:
            self._post(KeepingFailed(str(error), error.hint))
        except Exception as error:  # noqa: BLE001 a bug ends the program, by the screen's hand
            self._post(WorkCrashed(error))

    def _write(self, kept: _Kept) -> None:
        if kept.found is not None:
            self._post(SessionFound(kept.found, kept.changed_since))
        while not isinstance(job := self._jobs.get(), _Finished):
            match job:
                case _Asked():
                    kept.ask(job)
                case _Changed():
                    kept.change(job)
                case _Opened():
                    kept.add(job)


class _Kept:
    """The session that is written to, made by its first question."""

    def __init__(self, sessions: Sessions, documents: tuple[SessionDocument, ...]) -> None:
        self._sessions = sessions
        self._documents = documents
        self.found: Session | None = sessions.reopen(documents)
        self.id = "" if self.found is None else self.found.id
        self._numbers: dict[int, int] = {}
        self._added: list[SessionDocument] = []
        """What was opened later, and is not in the session yet."""

    @property
    def changed_since(self) -> tuple[str, ...]:
        """Names of the documents that are not what they were when the session was begun."""
        known = {} if self.found is None else {d.path: d.sha256 for d in self.found.documents}
        return tuple(d.name for d in self._documents if known.get(d.path, d.sha256) != d.sha256)

    def ask(self, job: _Asked) -> None:
        """The next turn of the session."""
        if not self.id:
            self.id = self._sessions.begin(self._documents)
        self._numbers[job.turn] = self._sessions.ask(self.id, job.question, job.scope)
        self._keep_added()

    def add(self, job: _Opened) -> None:
        """Documents beside those it was begun with; only reading them leaves no trace."""
        self._added += job.documents
        if self._numbers:
            self._keep_added()

    def _keep_added(self) -> None:
        if self._added:
            self._sessions.add(self.id, self._added)
            self._added.clear()

    def change(self, job: _Changed) -> None:
        """A turn of this run, or of one before."""
        number = job.kept.number or self._numbers[job.turn]
        self._sessions.keep(self.id, replace(job.kept, number=number))
