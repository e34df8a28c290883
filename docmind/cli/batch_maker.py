"""What makes the result of one file of a batch: read in a process, then told as a record.

No more files are parsed at once than there are cores, and no more documents are under way than
the engine takes; those that are read while others wait for it are what keeps it busy.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from docmind.answers.patience import OF_A_BATCH, Patience
from docmind.batch.inputs import Input
from docmind.batch.making import Made, MakeEvent
from docmind.batch.recipe import Recipe
from docmind.batch.slots import Slots
from docmind.batch.transient import Working
from docmind.export.encoding import encode
from docmind.ports import DocumentRead, TokensCounted
from docmind.summaries.events import PartRead

if TYPE_CHECKING:
    from docmind.cli.invocation import Invocation
    from docmind.model import Document
    from docmind.workspace import Workspace

Done = TypeVar("Done")
TellEvent = Working | msgspec.Struct
Tell = Callable[["Document", int], Generator[TellEvent, None, None]]
"""Makes the record of a document of so many tokens, and says how far it is."""


def as_told(
    events: Iterator[PartRead | Done], record: Callable[[Done], msgspec.Struct]
) -> Generator[TellEvent, None, None]:
    """How far the engine is, and the record of what it has made; close it to cancel."""
    with closing(events):  # type: ignore[type-var]
        for event in events:
            if isinstance(event, PartRead):
                yield Working(event.done, event.total, event.tokens)
            else:
                yield record(event)


def cores() -> int:
    """How many processors this process may use."""
    return (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )


class Maker:
    """Makes records of files; called from the threads of a batch.

    `jobs` documents are with the engine at once; `warnings` are about the run as a whole;
    `indented` records are for people.
    """

    def __init__(
        self,
        workspace: Workspace,
        recipe: Recipe,
        tell: Tell,
        jobs: int,
        *,
        indented: bool,
        warnings: tuple[str, ...] = (),
    ) -> None:
        self.recipe = recipe
        self.indented = indented
        self.jobs = jobs
        self.warnings = warnings
        self._workspace = workspace
        self._tell = tell
        self._reading = Slots(cores())
        self._writing = Slots(jobs)

    @property
    def threads(self) -> int:
        """Those that write, and those that read ahead for them."""
        return self.jobs + cores()

    def make(self, found: Input) -> Generator[MakeEvent, None, None]:
        """Read the file and make its record; see `docmind.batch.making.Make`."""
        document, tokens = yield from self._read(found)
        yield Working(0, 0, 0)
        yield from self._writing.wait()
        try:
            with closing(self._tell(document, tokens)) as events:
                for event in events:
                    if isinstance(event, Working):
                        yield event
                    else:
                        record = encode(event, indented=self.indented)
                        yield Made(record + "\n", document.sha256, tokens)
        finally:
            self._writing.leave()

    def count(self, found: Input) -> Generator[MakeEvent, None, None]:
        """Read the file, and tell no more than how many tokens it has."""
        document, tokens = yield from self._read(found)
        yield Made("", document.sha256, tokens)

    def _read(self, found: Input) -> Generator[MakeEvent, None, tuple[Document, int]]:
        documents: list[Document] = []
        tokens = 0
        yield from self._reading.wait()
        try:
            with closing(self._workspace.read_apart(found.path, found.name)) as events:  # type: ignore[type-var]
                for event in events:
                    if isinstance(event, DocumentRead):
                        documents.append(event.document)
                    elif isinstance(event, TokensCounted):
                        tokens = event.tokens
                    yield Working()
        finally:
            self._reading.leave()
        return documents[-1], tokens


class Asked(Protocol):
    """What was typed of what to make of each document; a process elsewhere can be sent it."""

    @property
    def jobs(self) -> int | None:
        """How many documents at once, where that was said."""
        ...

    def maker(
        self,
        workspace: Workspace,
        invocation: Invocation,
        *,
        indented: bool,
        patience: Patience = OF_A_BATCH,
    ) -> Maker:
        """What makes it, with the engine that is there, and waits so long for that.

        Raises EngineError where a model was asked for and there is none.
        """
        ...
