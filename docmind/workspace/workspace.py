"""The only module that plugs real adapters in: it reads documents and lays desks.

Both front ends work through this facade, so neither knows a library or a file of ours. Everything
here is synchronous; what takes long is an iterator, and closing it stops the work. Heavy imports
are deferred to the methods that need them, because the TUI paints before it reads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Self

from docmind.errors import EngineError
from docmind.model import Box, Document, Kind, Link
from docmind.ports import PagesRead, ReadEvent, TokenCounter
from docmind.tokens.qwen import QwenTokenCounter
from docmind.tokens.remembered import RememberedCounts
from docmind.workspace.intake import Intake, survey
from docmind.workspace.loading import FileToRead, LoadEvent, LoadFailed, Loading, told

if TYPE_CHECKING:
    from docmind.config import Folders
    from docmind.desk import Desk, Meaning
    from docmind.documents.discovery import Found
    from docmind.documents.process import Workers
    from docmind.documents.reader import IsolatedReader
    from docmind.engine_room import EngineRoom
    from docmind.engines.embedder import ProcessEmbedder
    from docmind.engines.embedding_models import AbsentEmbedder
    from docmind.library.library import Library
    from docmind.retrieval.lexical import Vocabulary
    from docmind.sessions import Sessions
    from docmind.settings import Settings


MarkedWords = tuple[int, tuple[Box, ...], str]
"""A page (physical, 1-based), boxes on it, and a note."""


class Workspace:
    """Reads documents and lays desks; owns the processes that this takes. A context manager."""

    def __init__(self, settings: Settings, folders: Folders) -> None:
        self.settings = settings
        self.folders = folders
        self._embedder: ProcessEmbedder | AbsentEmbedder | None = None
        self._counter = RememberedCounts(QwenTokenCounter())
        self._vocabulary: Vocabulary | None = None
        self._engines: EngineRoom | None = None
        self._lock = threading.Lock()
        self._workers: Workers | None = None
        self._intake = Intake(self._reader, self._tell_needs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that this workspace started; safe to call twice."""
        if self._embedder is not None:
            self._embedder.close()
        if self._engines is not None:
            self._engines.close()
        if self._workers is not None:
            self._workers.close()

    @property
    def counter(self) -> TokenCounter:
        """What counts tokens where no server does."""
        return self._counter

    @property
    def engines(self) -> EngineRoom:
        """Where the language model comes from; it looks for one when it is asked how far it is."""
        from docmind.engine_room import EngineRoom
        from docmind.serving.launching import prepare
        from docmind.serving.server import ManagedServer

        home, server = self.folders.home, self.settings.server
        with self._lock:
            if self._engines is None:
                self._engines = EngineRoom(
                    self.settings,
                    self._counter,
                    ManagedServer(home, server),
                    lambda tokens: prepare(home, server, os.environ, need_tokens=tokens),
                )
                self._tell_needs()
            return self._engines

    def _tell_needs(self) -> None:
        """Tell how many tokens have been read, and whether that is all; a start waits for it."""
        if self._engines is not None and self._intake.tokens:
            self._engines.need(self._intake.tokens, all_read=self._intake.all_read)

    def find(
        self, paths: Sequence[Path], *, more: bool = False
    ) -> tuple[list[Found], list[LoadFailed]]:
        """The files to read, and what cannot be read; `more`: beside what was found before."""
        return self._intake.find(paths, more=more)

    def survey(
        self, paths: Sequence[Path]
    ) -> tuple[list[FileToRead], list[tuple[str, str]], list[LoadFailed]]:
        """What would be read, what is passed over (its name and why), and what cannot be read."""
        return survey(paths)

    def read(self, path: Path, name: str) -> Iterator[ReadEvent]:
        """Read one file; see `docmind.ports.Reader`. Raises InputError."""
        with closing(self._intake.read(path, name)) as events:
            for event in events:
                yield event
                if isinstance(event, PagesRead):
                    self._anticipate(event, name)

    def discover(self, paths: Sequence[Path]) -> tuple[list[Found], list[LoadFailed], int]:
        """As `find`, and how many files of the folders are passed over; nothing is remembered."""
        from docmind.documents.discovery import discover

        found, unreadable, skipped = discover(paths)
        return found, [LoadFailed(each.name, each.error) for each in unreadable], len(skipped)

    def read_apart(self, path: Path, name: str) -> Iterator[ReadEvent]:
        """As `read`, for one of thousands: nothing of it is kept. Safe from several threads."""
        return self._reader().read(path, name)

    @property
    def parser(self) -> str:
        """What decides which text a file has: the parser's version."""
        from docmind.documents.cache import PARSER_VERSION

        return f"parser {PARSER_VERSION}"

    @property
    def ocr(self) -> str:
        """What else decides which text a PDF has: how pages without text are read here."""
        from docmind.documents.ocr_plan import ocr_key

        return ocr_key(self.settings.reading)

    def marked_copy(self, path: Path, name: str, words: Sequence[MarkedWords]) -> bytes:
        """The PDF with these words highlighted. Raises InputError."""
        from docmind.documents.page_tasks import Highlight, MarkedCopy

        task = MarkedCopy(tuple(Highlight(*each) for each in words))
        return self._reader().make(path, name, task)

    def picture(
        self, path: Path, name: str, page: int, boxes: Sequence[Box], pixels: tuple[int, int]
    ) -> bytes:
        """A page of a PDF as a PNG of at most this size, the boxes framed. Raises InputError."""
        from docmind.documents.page_tasks import Picture

        return self._reader().make(path, name, Picture(page, tuple(boxes), *pixels))

    def links(self, path: Path, name: str, page: int) -> tuple[Link, ...]:
        """What on a page of a PDF leads to other places of it. Raises InputError."""
        import msgspec

        from docmind.documents.page_tasks import Links

        made = self._reader().make(path, name, Links(page))
        return msgspec.msgpack.decode(made, type=tuple[Link, ...])

    def _reader(self) -> IsolatedReader:
        """What parses files in processes of their own, and remembers what it has parsed."""
        from docmind.documents.cache import DocumentCache
        from docmind.documents.reader import IsolatedReader

        cache = DocumentCache(self.folders.cache)
        return IsolatedReader(self.settings.reading, cache, self._shared_workers())

    def _shared_workers(self) -> Workers:
        """The processes that parse, which wait a while for the next file."""
        from docmind.documents.process import Workers

        with self._lock:
            if self._workers is None:
                self._workers = Workers()
            return self._workers

    def _anticipate(self, event: PagesRead, name: str) -> None:
        """Split pages while the parser, which is another process, makes the next ones.

        Only token counts and words are kept: they are most of what the whole will cost.
        """
        from docmind.passages.split import split_document

        split_document(Document("", name, Kind.PDF, "", event.pages), self._counter)
        vocabulary = self._words()
        for page in event.pages:
            vocabulary.numbers(page.text)

    def _words(self) -> Vocabulary:
        """The words of all documents so far, which every desk shares."""
        from docmind.retrieval.lexical import Vocabulary

        if self._vocabulary is None:
            self._vocabulary = Vocabulary()
        return self._vocabulary

    def load(self, paths: Sequence[Path]) -> Iterator[LoadEvent]:
        """Read all files of these files and folders, one after the other.

        A file that cannot be read is a LoadFailed among the events, never an exception.
        """
        found, failed = self.find(paths)
        yield from failed
        for number, file in enumerate(found, start=1):
            loading = Loading(file.name, number, len(found))
            yield from told(self.read(file.path, file.name), loading)

    def desk(self, *, dense: bool = True, eager: bool = True, model: bool = True) -> Desk:
        """An empty desk; with `dense`, meaning joins words when the vectors are ready.

        They are made as soon as a document is added, or if not `eager`, when they are needed.
        With `model`, a language model answers as soon as there is one.
        """
        from docmind.desk import Desk
        from docmind.settings import RetrievalArms

        engines = self.engines if model else None
        words = self._words()
        if not dense or self.settings.retrieval.arms is RetrievalArms.LEXICAL:
            return Desk(self.settings, self._counter, vocabulary=words, engines=engines)
        meaning = self.meaning(eager=eager)
        return Desk(self.settings, self._counter, meaning, vocabulary=words, engines=engines)

    def meaning(self, *, eager: bool = False) -> Meaning:
        """What embeds texts in a process that all share; with `eager` it is started now."""
        from docmind.desk import Meaning
        from docmind.engines.vector_cache import VectorCache

        embedder = self._shared_embedder()
        insists = bool(self.settings.retrieval.embedding_model)
        if eager:
            embedder.start()  # loads in the background; one serves every desk
        cache = VectorCache(self.folders.cache / "vectors.sqlite")
        return Meaning(embedder, cache, eager=eager, insists=insists)

    def library(self) -> Library:
        """The library of this home, to be closed by the caller; vectors have a say if set so.

        Raises LibraryError for one that is damaged or newer, or HomeError.
        """
        from docmind.documents.allowance import allowance_key
        from docmind.engines.vector_cache import VectorCache
        from docmind.library.ingest import Parts
        from docmind.library.library import Library
        from docmind.settings import RetrievalArms
        from docmind.store.chroma import ChromaVectors

        folder = self.folders.home / "library"
        lexical = self.settings.retrieval.arms is RetrievalArms.LEXICAL
        intake = Intake(self._reader)
        parts = Parts(
            store=ChromaVectors(folder / "chroma", self.settings.store.url),
            embedder=None if lexical else self._shared_embedder(),
            cache=VectorCache(self.folders.cache / "vectors.sqlite"),
            counter=self._counter.plain,
            find=intake.found,
            read=intake.read,
            parser=self.parser,
            ocr=self.ocr,
            limits=allowance_key(self.settings.reading),
        )
        return Library(folder, parts)

    def sessions(self) -> Sessions | None:
        """What was asked before, to be closed by the caller; None where nothing is kept.

        Raises HistoryError or HomeError.
        """
        from docmind.sessions import Sessions

        return Sessions(self.folders.history) if self.settings.interface.history else None

    def _shared_embedder(self) -> ProcessEmbedder | AbsentEmbedder:
        """One process embeds for every desk and the library; it starts when it is asked."""
        from docmind.engines.embedder import ProcessEmbedder
        from docmind.engines.embedding_models import AbsentEmbedder, embedding_model

        with self._lock:  # the desk's thread asks for it, and the library's
            if self._embedder is None:
                wanted = self.settings.retrieval.embedding_model
                try:
                    model = embedding_model(wanted, os.environ)
                    self._embedder = ProcessEmbedder(model=model)
                except EngineError as error:
                    self._embedder = AbsentEmbedder(wanted, error)
            return self._embedder
