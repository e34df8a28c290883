"""The two threads beside the user interface: one reads documents, one owns the desk.

They iterate what the workspace yields and post it as messages; they never touch a widget. They
are daemon threads rather than Textual's thread workers on purpose: those live in an executor that
Python joins at exit, so that quitting would wait for a parser that is silent or a search that
runs. Whoever owns the workspace closes it, and with it the parser's process.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from textual.message import Message

from docmind.errors import DocmindError
from docmind.model import Document, Page
from docmind.ports import DocumentRead, PagesRead, TokensCounted
from docmind.settings import RetrievalArms
from docmind.tui.messages import (
    AnswerArrived,
    AnswerFailed,
    DeskChanged,
    DocumentArrived,
    DocumentsFound,
    PagesArrived,
    ReadingFailed,
    TokensArrived,
    WorkCrashed,
)

if TYPE_CHECKING:
    from docmind.tui.seams import ReadingDesk, ReadingWorkspace

PAGES_EVERY_SECONDS = 0.05
"""Pages are passed on in batches, so that a fast parser cannot flood the user interface."""

VECTORS_EVERY_SECONDS = 0.5
"""How often the progress of the dense arm is looked at."""

_Event = TypeVar("_Event")


@dataclass(frozen=True, slots=True)
class _Question:
    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class _Tokens:
    name: str
    count: int


class _ReadingEnded:
    """No further document will come."""


_Job = Document | _Tokens | _Question | _ReadingEnded


class Work:
    """Reads documents and answers questions in the background; tells `post` what happens."""

    def __init__(self, workspace: ReadingWorkspace, post: Callable[[Message], object]) -> None:
        self._workspace = workspace
        self._tell = post
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._cancelled: set[int] = set()
        self._stopped = threading.Event()

    def start(self, paths: Sequence[Path]) -> None:
        """Begin to read these files, in this order, and to take questions."""
        self._thread("reading", lambda: self._read_all(paths))
        self._thread("desk", lambda: _DeskWork(self._workspace.desk(), self).run())

    def ask(self, turn: int, question: str) -> None:
        """Answer a question once a document is on the desk; `turn` names it in the messages."""
        self._jobs.put(_Question(turn, question))

    def cancel(self, turn: int) -> None:
        """Stop answering at the next event; nothing more is told about this turn."""
        self._cancelled.add(turn)

    def stop(self) -> None:
        """Tell nothing more, and let the threads end as soon as they look up."""
        self._stopped.set()
        self._jobs.put(_ReadingEnded())

    @property
    def stopped(self) -> bool:
        """Whether nobody listens any more."""
        return self._stopped.is_set()

    @property
    def polls_vectors(self) -> bool:
        """Whether there is a dense arm whose progress can be shown."""
        return self._workspace.settings.retrieval.arms is not RetrievalArms.LEXICAL

    def next_job(self, timeout_seconds: float | None) -> _Job | None:
        """What the desk should do next; None when nothing came in time."""
        try:
            return self._jobs.get(timeout=timeout_seconds)
        except Empty:
            return None

    def is_cancelled(self, turn: int) -> bool:
        """Whether the answer to this question is not wanted any more."""
        return self.stopped or turn in self._cancelled

    def post(self, message: Message) -> None:
        """Tell the screen; once it is gone, there is nobody to tell."""
        if self.stopped:
            return
        try:
            self._tell(message)
        except RuntimeError:
            # The event loop closed between the question and the call: the program is ending.
            self._stopped.set()

    def _thread(self, name: str, target: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                target()
            except Exception as error:  # noqa: BLE001 a bug ends the program, by the screen's hand
                self.post(WorkCrashed(error))

        threading.Thread(target=guarded, name=f"docmind {name}", daemon=True).start()

    def _read_all(self, paths: Sequence[Path]) -> None:
        found, failed = self._workspace.find(paths)
        names = (*(file.name for file in found), *(each.name for each in failed))
        self.post(DocumentsFound(names))
        for each in failed:
            self.post(ReadingFailed(each.name, str(each.error), each.error.hint))
        for file in found:
            if self.stopped:
                return
            try:
                self._read(file.path, file.name)
            except DocmindError as error:
                self.post(ReadingFailed(file.name, str(error), error.hint))
        self._jobs.put(_ReadingEnded())

    def _read(self, path: Path, name: str) -> None:
        pages: list[Page] = []
        told_at = 0.0
        with _closed(self._workspace.read(path, name)) as events:
            for event in events:
                if self.stopped:
                    return
                match event:
                    case PagesRead():
                        pages += event.pages
                        if time.monotonic() - told_at >= PAGES_EVERY_SECONDS:
                            self.post(PagesArrived(name, tuple(pages), event.total))
                            pages.clear()
                            told_at = time.monotonic()
                    case DocumentRead():
                        self.post(DocumentArrived(name, event.document))
                        self._jobs.put(event.document)
                    case TokensCounted():
                        self.post(TokensArrived(name, event.tokens))
                        self._jobs.put(_Tokens(name, event.tokens))


class _DeskWork:
    """What the desk thread does, one job after the other."""

    def __init__(self, desk: ReadingDesk, work: Work) -> None:
        self._desk = desk
        self._work = work
        self._early: deque[_Question] = deque()
        self._reading = True
        self._told: tuple[int, str, float] | None = None

    def run(self) -> None:
        """Until the work is stopped."""
        while not self._work.stopped:
            job = self._work.next_job(self._patience_seconds)
            if job is not None:
                self._do(job)
            self._tell_state()

    @property
    def _patience_seconds(self) -> float | None:
        vectors_missing = self._desk.documents and self._desk.vectors_done < 1
        return VECTORS_EVERY_SECONDS if vectors_missing and self._work.polls_vectors else None

    def _do(self, job: _Job) -> None:
        match job:
            case Document():
                self._desk.add(job)
                self._tell_state()
                while self._early:
                    self._answer(self._early.popleft())
            case _Tokens():
                self._desk.count(job.name, job.count)
            case _Question():
                if self._desk.documents or not self._reading:
                    self._answer(job)
                else:
                    self._early.append(job)
            case _ReadingEnded():
                self._reading = False
                while self._early:
                    self._answer(self._early.popleft())

    def _answer(self, question: _Question) -> None:
        turn = question.turn
        if self._work.is_cancelled(turn):
            return
        if not self._desk.documents:
            self._work.post(AnswerFailed(turn, "no document could be read", ""))
            return
        try:
            with _closed(self._desk.ask(question.text)) as events:
                for event in events:
                    if self._work.is_cancelled(turn):
                        return
                    self._work.post(AnswerArrived(turn, event))
        except DocmindError as error:
            self._work.post(AnswerFailed(turn, str(error), error.hint))

    def _tell_state(self) -> None:
        state = (len(self._desk.documents), self._desk.arms, self._desk.vectors_done)
        if state != self._told:
            self._told = state
            self._work.post(DeskChanged(*state))


@contextmanager
def _closed(events: Iterator[_Event]) -> Iterator[Iterator[_Event]]:
    """Close a generator in the end, which stops what it does."""
    try:
        yield events
    finally:
        if isinstance(events, Generator):
            events.close()
