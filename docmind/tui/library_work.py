"""The thread that looks into the library and changes it, beside the user interface.

Each piece of work opens the library for itself, because one belongs to one thread; a piece that is
stopped costs nothing but time: what was added is visible, and the next sync goes on from there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from docmind.disk import expanded
from docmind.errors import DocmindError
from docmind.library.entries import (
    Added,
    DocumentEntry,
    Embedded,
    Failed,
    FileEntry,
    LibraryEvent,
    Noted,
    Preparing,
    Removed,
    Step,
    Unchanged,
    Waiting,
)
from docmind.numbers import counted
from docmind.tui.jobs import closed
from docmind.tui.library_messages import (
    LibraryEnded,
    LibraryFault,
    LibraryListed,
    LibraryWorks,
)
from docmind.tui.messages import WorkCrashed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.message import Message

TELL_EVERY_SECONDS = 0.1


class OpenLibrary(Protocol):
    """What the screen asks of a library."""

    def entries(self) -> list[tuple[FileEntry, DocumentEntry | None]]:
        """Every file that was added, with its document where it could be read."""
        ...

    def add(self, paths: Sequence[Path]) -> Iterator[LibraryEvent]:
        """Add files and folders."""
        ...

    def sync(self) -> Iterator[LibraryEvent]:
        """Bring it up to date with the disk."""
        ...

    def remove(self, names: Sequence[str]) -> Iterator[LibraryEvent]:
        """Remove documents."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...


class LibraryWork:
    """One piece of work at a time; tells `post` what happens. Nothing is told after `stop`."""

    def __init__(
        self, open_library: Callable[[], OpenLibrary], post: Callable[[Message], object]
    ) -> None:
        self._open = open_library
        self._tell = post
        self._cancelled = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._thread is not None and self._thread.is_alive()

    def look(self) -> None:
        """Tell what is in the library."""
        self._begin("", lambda _library: iter(()))

    def add(self, path: Path) -> None:
        """Add a file or a folder."""
        self._begin("adding", lambda library: library.add([expanded(path)]))

    def sync(self) -> None:
        """Bring it up to date with the disk."""
        self._begin("synchronising", lambda library: library.sync())

    def remove(self, path: str) -> None:
        """Remove a document; the file stays where it is."""
        self._begin("removing", lambda library: library.remove([path]))

    def cancel(self) -> None:
        """Stop what is under way, as soon as it looks up."""
        self._cancelled.set()

    def stop(self) -> None:
        """Stop, and tell nothing more."""
        self._stopped = True
        self._cancelled.set()

    def _begin(self, doing: str, work: Callable[[OpenLibrary], Iterator[LibraryEvent]]) -> None:
        self._cancelled.clear()
        self._thread = threading.Thread(
            target=self._run, args=(doing, work), name="docmind library", daemon=True
        )
        self._thread.start()

    def _run(self, doing: str, work: Callable[[OpenLibrary], Iterator[LibraryEvent]]) -> None:
        summary = ""
        try:
            with closing(self._open()) as library:
                self._post(LibraryListed(tuple(library.entries())))
                if doing:
                    summary = self._followed(doing, work(library))
                    self._post(LibraryListed(tuple(library.entries())))
        except DocmindError as error:
            self._post(LibraryFault(" ".join(filter(None, (str(error), error.hint)))))
        except Exception as error:  # noqa: BLE001 a bug ends the program, by the screen's hand
            self._post(WorkCrashed(error))
        finally:
            self._post(LibraryEnded(summary))

    def _followed(self, doing: str, events: Iterator[LibraryEvent]) -> str:
        """Let the library work, tell how far it is, and say in the end what it has done."""
        self._post(LibraryWorks(doing))
        done = _Done()
        told_at = 0.0
        with closed(events):
            for event in events:
                done.note(event)
                if isinstance(event, Failed):
                    self._post(LibraryFault(f"{event.name}: {event.error}"))
                elif isinstance(event, Noted):
                    self._post(LibraryFault(event.warning))
                elif (line := _line(event)) and time.monotonic() - told_at > TELL_EVERY_SECONDS:
                    self._post(LibraryWorks(line))
                    told_at = time.monotonic()
                if self._cancelled.is_set():
                    return f"Stopped: {done.summary()}; s goes on from there"
        return done.summary().capitalize()

    def _post(self, message: Message) -> None:
        if self._stopped:
            return
        try:
            self._tell(message)
        except RuntimeError:  # the event loop closed meanwhile: the program is ending
            self._stopped = True


class _Done:
    """What a piece of work has changed so far."""

    def __init__(self) -> None:
        self._added = self._updated = self._removed = self._unchanged = self._failed = 0
        self._vectors = 0

    def note(self, event: LibraryEvent) -> None:
        match event:
            case Added(_, _, before):
                self._updated += before
                self._added += not before
            case Removed():
                self._removed += 1
            case Unchanged(files):
                self._unchanged += files
            case Failed():
                self._failed += 1
            case Embedded(_, vectors):
                self._vectors += vectors
            case _:
                pass

    def summary(self) -> str:
        parts = (
            (self._added, "added"),
            (self._updated, "updated"),
            (self._removed, "removed"),
            (self._unchanged, "unchanged"),
            (self._failed, "failed"),
        )
        told = [f"{count:,} {word}" for count, word in parts if count]
        if self._vectors:
            told.append(f"{counted(self._vectors, 'vector')} made")
        return ", ".join(told) or "nothing has changed"


def _line(event: LibraryEvent) -> str:
    """What is being done, for the reader; empty where the event says nothing of it."""
    match event:
        case Waiting():
            return "waiting for another docmind that writes to the library"
        case Preparing():
            return "loading the embedding model"
        case Step():
            unit = "passage" if event.what == "embedding" else "page"
            share = f", {event.done:,} of {counted(event.total, unit)}" if event.total else ""
            return f"{event.what} {event.name} ({event.number:,}/{event.files:,}){share}"
        case _:
            return ""
