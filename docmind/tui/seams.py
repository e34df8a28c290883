"""What the application asks of a workspace: the real one, or that of the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from docmind.answers.events import AnswerEvent
from docmind.answers.options import AskOptions, Stretch
from docmind.errors import DocmindError
from docmind.model import Box, Document, EngineName, Link
from docmind.ports import EngineState, ReadEvent
from docmind.settings import Settings

if TYPE_CHECKING:
    from docmind.config import Folders
    from docmind.sessions import Sessions
    from docmind.tui.library_work import OpenLibrary


class FileToRead(Protocol):
    """A file, and the name it goes by."""

    @property
    def path(self) -> Path:
        """Where it is."""
        ...

    @property
    def name(self) -> str:
        """What citations call it."""
        ...


class PathThatFailed(Protocol):
    """A path that leads to no file, and why."""

    @property
    def name(self) -> str:
        """As it was given."""
        ...

    @property
    def error(self) -> DocmindError:
        """What is wrong with it."""
        ...


class PrefillState(Protocol):
    """How far the model is with the documents."""

    @property
    def running(self) -> bool:
        """Whether it is reading them now."""
        ...

    @property
    def done(self) -> bool:
        """Whether it has read all of them."""
        ...

    @property
    def seconds(self) -> float:
        """How long that has taken."""
        ...


class ServedModel(Protocol):
    """A language model that is ready."""

    @property
    def name(self) -> EngineName:
        """What the ledger calls it."""
        ...

    @property
    def window_tokens(self) -> int:
        """Prompt and answer together may have this many tokens."""
        ...


class ServerRoom(Protocol):
    """Where the language model comes from, and how its server is started again."""

    @property
    def state(self) -> EngineState:
        """How far the model is at this moment; costs nothing."""
        ...

    def engine(self) -> ServedModel | None:
        """The model where it is ready, else None; never waits for one that is loading."""
        ...

    @property
    def restartable(self) -> bool:
        """Whether the server is one that docmind may start and stop."""
        ...

    @property
    def offer(self) -> str:
        """What a restart would change for the documents that are open; empty: nothing."""
        ...

    def restart(self) -> None:
        """Start the server anew, as the documents need it; `state` tells how far it is.

        Does not wait for the model. Raises EngineError.
        """
        ...


class ReadingDesk(Protocol):
    """Documents that can be asked; used by one thread."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """What lies on it."""
        ...

    @property
    def arms(self) -> str:
        """What ranks at this moment."""
        ...

    @property
    def vectors_done(self) -> float:
        """Share of the passages that have vectors."""
        ...

    def add(self, *documents: Document) -> None:
        """Put documents on it."""
        ...

    def count(self, name: str, tokens: int) -> None:
        """How many tokens a document has."""
        ...

    @property
    def prefill_state(self) -> PrefillState:
        """How far the model is with reading the documents before any question."""
        ...

    def prefill(self) -> None:
        """Have the model read them, now that all are there."""
        ...

    def ask(self, question: str, options: AskOptions) -> Iterator[AnswerEvent]:
        """Answer a question; closing the iterator cancels."""
        ...

    def summarize(
        self, question: str, stretch: Stretch, options: AskOptions
    ) -> Iterator[AnswerEvent]:
        """Summarize a part of a document; closing the iterator cancels."""
        ...

    def close(self) -> None:
        """Stop what it does by itself; from any thread, and at once."""
        ...


class ReadingWorkspace(Protocol):
    """Finds and reads files, and lays desks."""

    @property
    def settings(self) -> Settings:
        """Everything that is set."""
        ...

    @property
    def folders(self) -> Folders:
        """Where docmind keeps its own files."""
        ...

    @property
    def engines(self) -> ServerRoom:
        """The language model's server, if there is one."""
        ...

    def find(
        self, paths: Sequence[Path], *, more: bool = False
    ) -> tuple[Sequence[FileToRead], Sequence[PathThatFailed]]:
        """The files to read, and those of the paths that lead to none.

        With `more`, beside what was found before, which is not found again and keeps its name.
        """
        ...

    def read(self, path: Path, name: str) -> Iterator[ReadEvent]:
        """Read one file. Raises InputError."""
        ...

    def desk(self) -> ReadingDesk:
        """An empty desk."""
        ...

    def marked_copy(
        self, path: Path, name: str, words: Sequence[tuple[int, tuple[Box, ...], str]]
    ) -> bytes:
        """The PDF with these words highlighted. Raises InputError."""
        ...

    def picture(
        self, path: Path, name: str, page: int, boxes: Sequence[Box], pixels: tuple[int, int]
    ) -> bytes:
        """A page of a PDF as a PNG of at most this size, the boxes framed. Raises InputError."""
        ...

    def links(self, path: Path, name: str, page: int) -> tuple[Link, ...]:
        """What on a page of a PDF leads to other places of it. Raises InputError."""
        ...

    def library(self) -> OpenLibrary:
        """What was added, to be closed by the caller. Raises LibraryError or HomeError."""
        ...

    def sessions(self) -> Sessions | None:
        """What was asked before, to be closed by the caller; None where nothing is kept.

        Raises HistoryError or HomeError.
        """
        ...
