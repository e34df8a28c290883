"""What the commands about the library share: following its work, and asking it.

Files that fail are named as soon as they fail: a large folder takes hours, and who watches wants
to know of it before the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docmind.cli.progress import progress
from docmind.errors import DocmindError, ExitCode, MissingInput
from docmind.export.library_records import LibraryChangeRecord
from docmind.export.plain import neutralized
from docmind.export.records import Failure, SearchRecord, found_on
from docmind.library.entries import (
    Added,
    Embedded,
    Failed,
    LibraryEvent,
    LibraryHit,
    Noted,
    Preparing,
    Removed,
    Step,
    Unchanged,
    Waiting,
)
from docmind.numbers import counted
from docmind.settings import RetrievalArms
from docmind.workspace import Workspace

if TYPE_CHECKING:
    from docmind.cli.diagnostics import Talk
    from docmind.cli.invocation import Invocation
    from docmind.cli.progress import Step as Draw
    from docmind.library.library import Library

_ENOUGH_SECONDS = 2.0
"""After so long a rate means something."""
_ENOUGH_SHARE = 0.02
"""Before so much is done, what a program loads once would be taken for the pace."""

_LINE_SECONDS = 5.0
"""Between lines in a log: an hour of work is not told in thousands of them."""


@contextmanager
def open_library(invocation: Invocation) -> Iterator[tuple[Workspace, Library]]:
    """The library of this home, with the workspace that it works in."""
    folders = invocation.configuration.folders
    with (
        Workspace(invocation.settings, folders) as workspace,
        closing(workspace.library()) as library,
    ):
        yield workspace, library


@dataclass(slots=True)
class _Followed:
    """What has happened so far."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unchanged: int = 0
    passages: int = 0
    vectors: int = 0


def follow(events: Iterator[LibraryEvent], invocation: Invocation) -> ExitCode:
    """Let the library work, show how far it is, and write what it did."""
    begun = time.monotonic()
    followed = _Followed()
    talk = invocation.talk
    speaking = progress(talk, speaks=True, every_seconds=_LINE_SECONDS)
    with speaking as draw, closing(events):  # type: ignore[type-var]
        for event in events:
            _tell(event, draw, talk, time.monotonic() - begun)
            _note(event, followed)
    record = _record(followed, time.monotonic() - begun)
    if invocation.flags.json:
        invocation.output.record(record)
    elif not invocation.flags.quiet:
        invocation.output.text(_sentence(record))
    return ExitCode.SOME_FAILED if followed.failed else ExitCode.OK


def _tell(event: LibraryEvent, draw: Draw, talk: Talk, seconds: float) -> None:
    """Show what is being done, and what the person should know at once."""
    match event:
        case Step():
            draw(*_line(event, seconds))
        case Added(name):
            draw(f"{name} is in the library", 0, 0)
        case Preparing():
            draw("Loading the embedding model", 0, 0)
        case Failed(_, error):
            talk.error(str(error), error.hint)
        case Waiting():
            talk.warning("Another docmind is writing to the library; waiting for it.")
        case Noted(warning):
            talk.warning(warning)
        case _:
            pass


def _line(step: Step, seconds: float) -> tuple[str, int, int]:
    """What is being done, at which rate, and how long the rest is going to take."""
    place = f"{step.name} ({step.number}/{step.files})"
    what = f"{step.what.capitalize()} {place}"
    if step.what == "embedding":
        what += f", {step.done:,} of {counted(step.total, 'passage')}"
    if seconds > _ENOUGH_SECONDS and step.passed > step.amount * _ENOUGH_SHARE:
        left = seconds * (step.amount - step.passed) / step.passed
        what += f", {_rate(step, seconds)}, {_duration(left)} left"
    return (what, 0, 0) if step.what == "embedding" else (what, step.done, step.total)


def _rate(step: Step, seconds: float) -> str:
    if step.in_passages:
        return f"{step.passed / seconds:,.0f} passages/s"
    return f"{step.passed / seconds / 1000:,.0f} kB/s"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _note(event: LibraryEvent, followed: _Followed) -> None:
    match event:
        case Added(name, entry, before):
            (followed.updated if before else followed.added).append(name)
            followed.passages += entry.passages
        case Embedded(_, vectors):
            followed.vectors += vectors
        case Removed(name):
            followed.removed.append(name)
        case Failed():
            followed.failed.append(event)
        case Noted(warning):
            followed.warnings.append(warning)
        case Unchanged(files):
            followed.unchanged += files
        case _:
            pass


def failure(name: str, error: str) -> Failure:
    """For a record, which cannot hold every name that a file can have."""
    return Failure(neutralized(name), neutralized(error))


def _record(followed: _Followed, seconds: float) -> LibraryChangeRecord:
    return LibraryChangeRecord(
        added=tuple(followed.added),
        updated=tuple(followed.updated),
        removed=tuple(followed.removed),
        unchanged=followed.unchanged,
        passages=followed.passages,
        vectors=followed.vectors,
        failed=tuple(failure(each.name, str(each.error)) for each in followed.failed),
        warnings=tuple(followed.warnings),
        seconds=round(seconds, 2),
    )


def _sentence(record: LibraryChangeRecord) -> str:
    """What was done, in one line."""
    parts = [
        f"{len(names)} {done}"
        for names, done in (
            (record.added, "added"),
            (record.updated, "updated"),
            (record.removed, "removed"),
            (record.failed, "failed"),
        )
        if names
    ]
    if record.unchanged or not parts:
        parts.append(f"{record.unchanged} unchanged")
    work = [counted(record.passages, "passage")] if record.added or record.updated else []
    if record.vectors:
        work.append(f"vectors made of {counted(record.vectors, 'passage')}")
    done = f": {', '.join(work)}" if work else ""
    return f"{', '.join(parts)}{done} in {record.seconds:.1f} s"


def search_library(
    library: Library, query: str, invocation: Invocation, *, limit: int, pages: range | None
) -> tuple[list[LibraryHit], str, tuple[str, ...]]:
    """Hits, what ranked them, and what the reader should know.

    Where the vectors cannot be asked words rank alone, unless --retrieval hybrid wants both.
    Raises MissingInput where nothing has been added.
    """
    if library.empty:  # before anything is loaded, which takes seconds
        raise MissingInput("The library is empty.", "Try: docmind add PATH…")
    arms = invocation.settings.retrieval.arms
    if arms is not RetrievalArms.LEXICAL:
        try:
            hits = library.search(query, limit=limit, pages=pages, meaning=True)
        except DocmindError as error:
            if arms is RetrievalArms.HYBRID:
                raise
            warnings: tuple[str, ...] = (f"BM25 ranked alone. {error} {error.hint}",)
        else:
            return hits, "lexical+dense", ()
    else:
        warnings = ()
    return library.search(query, limit=limit, pages=pages, meaning=False), "lexical", warnings


def library_record(
    library: Library, query: str, invocation: Invocation, pages: range | None
) -> SearchRecord:
    """One query to the whole library, and the passages that answer it."""
    limit = invocation.settings.retrieval.passages
    hits, arms, warnings = search_library(library, query, invocation, limit=limit, pages=pages)
    return SearchRecord(
        query=query,
        arms=arms,
        passages=tuple(
            found_on(rank, each.hit, each.page, each.kind)
            for rank, each in enumerate(hits, start=1)
        ),
        warnings=warnings,
        failed=(),
    )
