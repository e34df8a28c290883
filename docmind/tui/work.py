"""The threads beside the user interface: one reads documents, one owns the desk, one watches.

They iterate what the workspace yields and post it as messages; they never touch a widget. They
are daemon threads rather than Textual's thread workers on purpose: those live in an executor that
Python joins at exit, so that quitting would wait for a parser that is silent or a search that
runs. Whoever owns the workspace closes it, and with it the parser's process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from textual.message import Message

from docmind.disk import is_folder
from docmind.errors import DocmindError
from docmind.model import Page, SessionDocument, Turn
from docmind.ports import DocumentRead, PagesRead, TokensCounted
from docmind.tui.jobs import (
    Counted,
    Expected,
    Job,
    Question,
    ReadingEnded,
    Remembered,
    ServerRestarted,
    Unreadable,
    Withdrawn,
    closed,
)
from docmind.tui.messages import (
    AllRead,
    AnswersArrived,
    DocumentArrived,
    DocumentsFound,
    MoreOpened,
    PagesArrived,
    ReadingFailed,
    RestartFailed,
    Said,
    TokensArrived,
    WorkCrashed,
)
from docmind.tui.outbox import Outbox, TurnEvent

if TYPE_CHECKING:
    from docmind.answers.events import AnswerEvent
    from docmind.tui.library_work import OpenLibrary
    from docmind.tui.request import Request
    from docmind.tui.seams import FileToRead, ReadingDesk, ReadingWorkspace
    from docmind.tui.watch import Watch

PAGES_EVERY_SECONDS = 0.05
"""Pages are passed on in batches, so that a fast parser cannot flood the user interface."""


class Work:
    """Reads documents and answers questions in the background; tells `post` what happens."""

    def __init__(self, workspace: ReadingWorkspace, post: Callable[[Message], object]) -> None:
        self._workspace = workspace
        self._tell = post
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self._outbox = Outbox()
        self._desk: ReadingDesk | None = None
        self._watch: Watch | None = None
        self._cancelled: set[int] = set()
        self._stopped = threading.Event()
        self._reading = threading.Lock()
        """Held by the one thread that reads: what is opened later waits for what was given."""

    def start(self, paths: Sequence[Path]) -> None:
        """Begin to read these files, in this order, and to take questions."""
        self._thread("reading", lambda: self._read_all(paths))
        self._thread("desk", self._own_desk)

    def open(self, path: Path) -> None:
        """Read another file, and put it on the desk beside the others."""
        self._thread("reading", lambda: self._read_more(path))

    def library(self) -> OpenLibrary:
        """The library, for one thread, which closes it. Raises LibraryError or HomeError."""
        return self._workspace.library()

    def ask(self, turn: int, request: Request) -> None:
        """Answer a question once a document is on the desk; `turn` names it in the messages."""
        self._jobs.put(Question(turn, request))

    def remember(self, turns: tuple[Turn, ...]) -> None:
        """What was said in an earlier run, so that a question can follow up on it."""
        self._jobs.put(Remembered(turns))

    def cancel(self, turn: int) -> None:
        """Stop answering at the next event; nothing more is told about this turn."""
        self._cancelled.add(turn)
        self._jobs.put(Withdrawn())

    def take_events(self) -> list[TurnEvent]:
        """What has happened in answers since this was asked last, oldest first."""
        return self._outbox.take()

    @property
    def workspace(self) -> ReadingWorkspace:
        """What finds, reads and keeps."""
        return self._workspace

    def aside(self, name: str, target: Callable[[], None]) -> None:
        """Do this in a thread of its own; a bug in it ends the program."""
        self._thread(name, target)

    @property
    def restartable(self) -> bool:
        """Whether docmind may start the server again, at this moment."""
        return self._workspace.engines.restartable

    def restart_server(self) -> None:
        """Start the model's server again; what comes of it is told by its state."""
        self._thread("restarting", self._restart)

    def stop(self) -> None:
        """Tell nothing more, and let the threads end as soon as they look up."""
        self._stopped.set()
        self._jobs.put(ReadingEnded())
        if self._desk is not None:
            self._desk.close()

    @property
    def stopped(self) -> bool:
        """Whether nobody listens any more."""
        return self._stopped.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until it is stopped; False where the time was over before."""
        return self._stopped.wait(seconds)

    def next_jobs(self) -> list[Job]:
        """What the desk should do next, all that is there; waits for something."""
        jobs = [self._jobs.get()]
        with suppress(Empty):
            while True:
                jobs.append(self._jobs.get_nowait())
        return jobs

    def is_cancelled(self, turn: int) -> bool:
        """Whether the answer to this question is not wanted any more."""
        return self.stopped or turn in self._cancelled

    def tell(self, turn: int, event: AnswerEvent) -> None:
        """Something happened in an answer; said once, however much follows."""
        if self._outbox.put(turn, event):
            self.post(AnswersArrived())

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

    def _own_desk(self) -> None:
        # Imported here because the first paint does not wait for this thread.
        from docmind.tui.desk_work import DeskWork
        from docmind.tui.watch import Watch

        with closing(self._workspace.desk()) as desk:
            self._desk = desk
            self._watch = Watch(desk, self._workspace.engines, self)
            self._thread("watching", self._watch.run)
            DeskWork(desk, self, self._watch).run()

    def _restart(self) -> None:
        try:
            self._workspace.engines.restart()
            self._jobs.put(ServerRestarted())
            if self._watch is not None:
                self._watch.look()  # at once: a start that is given up is soon over
        except DocmindError as error:
            self.post(RestartFailed(str(error), error.hint))

    def _read_all(self, paths: Sequence[Path]) -> None:
        with self._reading:
            read = self._read_each(self._found(paths))
            self.post(AllRead(tuple(_opened(paths, read))))

    def _read_more(self, path: Path) -> None:
        with self._reading:
            found = self._found([path], more=True)
            folder = is_folder(path)
            if found and folder:
                # Told before it is read, which may take long: what is asked meanwhile is of it.
                self.post(MoreOpened(tuple(_opened([path], {}))))
            read = self._read_each(found)
            if read and not folder:
                self.post(MoreOpened(tuple(read.values())))

    def _found(self, paths: Sequence[Path], *, more: bool = False) -> Sequence[FileToRead]:
        """The files to read for these paths; tells of them, and of what leads to none."""
        found, failed = self._workspace.find(paths, more=more)
        names = (*(file.name for file in found), *(each.name for each in failed))
        if more and not names:
            self.post(Said(f"{paths[0].name} is open already"))
            return found
        self.post(DocumentsFound(names, more, {file.name: file.path for file in found}))
        self._jobs.put(Expected(tuple(file.name for file in found)))
        for each in failed:
            self.post(ReadingFailed(each.name, each.error))
        return found

    def _read_each(self, found: Sequence[FileToRead]) -> dict[Path, SessionDocument]:
        """Read these files, telling of each; gives those that could be read."""
        read: dict[Path, SessionDocument] = {}
        for file in found:
            if self.stopped:
                break
            try:
                sha256 = self._read(file.path, file.name)
                read[file.path] = SessionDocument(file.name, sha256, str(file.path.resolve()))
            except DocmindError as error:
                self.post(ReadingFailed(file.name, error))
                self._jobs.put(Unreadable(file.name))
        self._jobs.put(ReadingEnded())
        return read

    def _read(self, path: Path, name: str) -> str:
        """Read a file, telling of it; gives its sha256."""
        sha256 = ""
        pages: list[Page] = []
        told_at = 0.0
        with closed(self._workspace.read(path, name)) as events:
            for event in events:
                if self.stopped:
                    return sha256
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
                        sha256 = event.document.sha256
                    case TokensCounted():
                        self.post(TokensArrived(name, event.tokens))
                        self._jobs.put(Counted(name, event.tokens))
        return sha256


def _opened(
    paths: Sequence[Path], read: Mapping[Path, SessionDocument]
) -> Iterator[SessionDocument]:
    """What was given, as a session knows it: a file by its content too, a folder by its path."""
    for path in dict.fromkeys(paths):
        if path in read:
            yield read[path]
        elif is_folder(path):
            yield SessionDocument(str(path), "", str(path.resolve()))
