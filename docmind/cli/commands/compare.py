"""`docmind compare`: the same question to several documents, evidence on every side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby

import click

from docmind.answers.events import PartRead, Prefilling, Searching
from docmind.answers.options import AskOptions
from docmind.cli.engine import EXTRACTIVE, await_engine, engine_warnings
from docmind.cli.flags import ANSWERING, READING, RETRIEVING, Flags, with_flags
from docmind.cli.invocation import Invocation, page_range, start
from docmind.cli.progress import progress
from docmind.cli.questions import questions_and_paths
from docmind.cli.reading import desk_of, read_documents, require_pages
from docmind.desk import Desk
from docmind.desk.comparison import (
    CompareEvent,
    SideAnswered,
    SideBegun,
    SideFailed,
    compare,
    require_sides,
)
from docmind.errors import DocmindError, ExitCode
from docmind.export.compare_markdown import (
    interrupted_note,
    side_markdown,
    table_markdown,
    title_markdown,
    warnings_markdown,
)
from docmind.export.compare_records import compare_record
from docmind.export.plain import neutralized
from docmind.export.records import Failure
from docmind.model import EngineName
from docmind.model.comparison import Side
from docmind.workspace import Loaded, Workspace


@click.command("compare")
@click.argument("words", nargs=-1, metavar="QUESTION PATH…")
@with_flags(*READING, *RETRIEVING, *ANSWERING)
def command(flags: Flags, words: tuple[str, ...]) -> int:
    """Ask the same question of several documents, side by side.

    PATH is a file or a folder, each file of which is a side; QUESTION may be - to read it from
    stdin. Every document is asked on its own, one after the other, and answers with its own
    citations; a table at the end shows all of them. That a document does not say is told for
    certain only where a language model has read all of it.

    \b
    docmind compare "Who may terminate?" old.pdf new.pdf
    docmind compare --json "What is the notice period?" contracts/ | jq .answers[].finding
    """
    invocation = start(flags)
    pages = page_range(flags.pages)
    (question,), paths = questions_and_paths(words, None, "compare")
    options = AskOptions(pages=pages, require_whole=flags.require_whole)
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        workspace.engines.begin()  # looks for the model while the documents are read
        loaded, failed = read_documents(workspace, paths, invocation)
        require_sides(len(loaded) + len(failed))
        for each in loaded:
            require_pages([each.document], pages)
        await_engine(workspace.engines, invocation)
        writing = _Writing(invocation, workspace, question, list(failed))
        writing.compare({each.document.name: each for each in loaded}, options)
    return writing.exit_code


@dataclass(slots=True)
class _Writing:
    """Writes each side when it is there, or all of them at the end as one record."""

    invocation: Invocation
    workspace: Workspace
    question: str
    failed: list[Failure]
    sides: list[Side] = field(default_factory=list)
    warnings: dict[str, None] = field(default_factory=dict)
    error: DocmindError | None = None
    """Why the last side that failed was not asked to the end."""

    @property
    def exit_code(self) -> ExitCode:
        """How the comparison ends: where no side has answered, as its error says."""
        if self.error is not None and not self.sides:
            return self.error.exit_code
        return ExitCode.SOME_FAILED if self.failed else ExitCode.OK

    def compare(self, loaded: dict[str, Loaded], options: AskOptions) -> None:
        """Ask, and write; what is interrupted is written as far as it came."""

        def lay(name: str) -> Desk:
            desk, warnings = desk_of(self.workspace, [loaded[name]], self.invocation)
            self.warnings.update(dict.fromkeys(warnings))
            return desk

        engine = self.workspace.engines.engine()
        name = engine.name if engine is not None else EngineName(EXTRACTIVE)
        self._print(title_markdown(self.question))
        with closing(compare(self.question, tuple(loaded), lay, options)) as events:
            try:
                for event in _told(events, self.invocation):
                    self._take(event)
            except SystemExit:
                if self.sides:
                    self.warnings[interrupted_note(len(self.sides), len(loaded))] = None
                    self._finish(name)
                raise
        self._finish(name)

    def _take(self, event: CompareEvent) -> None:
        match event:
            case SideAnswered(side):
                engines, flags = self.workspace.engines, self.invocation.flags
                own = engine_warnings(side.answer, engines, flags)
                self.warnings.update(dict.fromkeys(own))
                self.sides.append(side)
                self._print(side_markdown(side))
            case SideFailed(name, error):
                self.invocation.talk.error(f"{name}: {error}", error.hint)
                self.failed.append(Failure(neutralized(name), neutralized(str(error))))
                self.error = error
            case _:
                pass

    def _finish(self, engine: EngineName) -> None:
        warnings = tuple(self.warnings)
        if self.invocation.flags.json:
            record = compare_record(self.question, self.sides, engine, warnings, self.failed)
            self.invocation.output.record(record)
        if self.sides:
            self._print(table_markdown(self.sides))
        self._print(warnings_markdown(warnings))

    def _print(self, text: str) -> None:
        """A part of the page; none where a record is wanted."""
        if text and not self.invocation.flags.json:
            self.invocation.output.markdown(text)


def _told(events: Iterator[CompareEvent], invocation: Invocation) -> Iterator[CompareEvent]:
    """The events, while a person at the terminal sees which document is asked."""
    asked = ""
    for waiting, group in groupby(
        events, lambda event: isinstance(event, SideBegun | Searching | PartRead | Prefilling)
    ):
        if not waiting:
            yield from group
            continue
        with progress(invocation.talk) as step:
            for event in group:
                if isinstance(event, SideBegun):
                    asked = f"Asking {event.document} ({event.number}/{event.total})"
                reading = isinstance(event, PartRead | Prefilling)
                step(f"{asked}: the model is reading" if reading else asked, 0, 0)
                yield event
