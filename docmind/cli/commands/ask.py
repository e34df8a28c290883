"""`docmind ask`: questions in, answers with citations out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import click

from docmind.answers.events import (
    Answered,
    AnswerEvent,
    ClaimMade,
    PartRead,
    Planned,
    Prefilling,
    Searching,
    TextAdded,
)
from docmind.answers.options import AskOptions
from docmind.cli.engine import await_engine, engine_warnings
from docmind.cli.flags import ANSWERING, LIBRARY, READING, RETRIEVING, Flags, with_flags
from docmind.cli.invocation import Invocation, page_range, start
from docmind.cli.library import open_library
from docmind.cli.library_desk import lay_library_desk
from docmind.cli.progress import part_line, progress
from docmind.cli.questions import questions_and_paths
from docmind.cli.reading import DeskLaid, lay_desk
from docmind.cli.so_far import SoFar
from docmind.errors import ExitCode
from docmind.export import records
from docmind.export.markdown import answer_markdown
from docmind.model import Answer, EngineName
from docmind.workspace import Workspace


@click.command("ask")
@click.argument("words", nargs=-1, metavar="QUESTION PATH…")
@click.option(
    "--questions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Ask every line of this file instead of QUESTION; one JSON record a line.",
)
@click.option("--jsonl", is_flag=True, help="Stream what happens as JSON, one event a line.")
@with_flags(LIBRARY, *READING, *RETRIEVING, *ANSWERING)
def command(flags: Flags, words: tuple[str, ...], questions: Path | None, *, jsonl: bool) -> int:
    """Answer a question from documents, with citations.

    PATH is a file or a folder; QUESTION may be - to read it from stdin. A question has at most
    8,000 characters. A language model answers where there is one (docmind doctor says which);
    else the best sentences are quoted: by BM25 at once, and only where words alone find no answer
    are vectors made and asked too. --questions waits for them from the start. --retrieval says
    otherwise. With --library there is no PATH: the documents of the library that rank best for
    the question are read.

    \b
    docmind ask "Who may terminate?" contract.pdf
    docmind ask --json --pages 10-20 "What is the price?" contract.pdf | jq .citations
    docmind ask --questions questions.txt reports/ > answers.jsonl
    """
    invocation = start(flags)
    pages = page_range(flags.pages)
    asked, paths = questions_and_paths(words, questions, "ask", library=flags.library)
    options = AskOptions(pages=pages, require_whole=flags.require_whole)
    many = questions is not None
    if flags.library:
        with open_library(invocation) as (workspace, library):
            workspace.engines.begin()
            await_engine(workspace.engines, invocation)
            for question in asked:
                laid = lay_library_desk(workspace, library, question, invocation, pages)
                with closing(laid.desk):
                    _Writing(invocation, workspace, laid, jsonl, many).answer(question, options)
        return ExitCode.OK
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        workspace.engines.begin()  # looks for the model while the documents are read
        laid = lay_desk(workspace, paths, invocation, pages=pages, patient=many)
        with closing(laid.desk):
            await_engine(workspace.engines, invocation)
            writing = _Writing(invocation, workspace, laid, jsonl, many)
            for question in asked:
                writing.answer(question, options)
    return laid.exit_code


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes what happens with each question, in the form that the flags ask for."""

    invocation: Invocation
    workspace: Workspace
    laid: DeskLaid
    jsonl: bool
    one_of_many: bool

    def answer(self, question: str, options: AskOptions) -> None:
        """Ask, and write; an answer that is interrupted is written as far as it came."""
        desk = self.laid.desk
        engine = self.workspace.engines.engine()
        name = engine.name if engine is not None else EngineName("extractive")
        language = self.invocation.settings.answers.language
        so_far = SoFar(question, desk.documents, name, language)
        with closing(desk.ask(question, options)) as events:  # type: ignore[type-var]
            try:
                for event in _told(events, self.invocation):
                    so_far.take(event)
                    self._write(event, question)
            except SystemExit:
                partial = so_far.answer()
                if partial is not None:
                    self._write(Answered(partial), question)
                raise

    def _write(self, event: AnswerEvent, question: str) -> None:
        output = self.invocation.output
        if self.jsonl:
            output.record_line(self._event(event, question))
        elif isinstance(event, Answered):
            answer = self._noted(event.answer)
            record = records.answer_record(answer, self.laid.failed)
            if self.one_of_many:
                output.record_line(record)
            elif self.invocation.flags.json:
                output.record(record)
            else:
                output.markdown(answer_markdown(answer))

    def _noted(self, answer: Answer) -> Answer:
        """The answer with the run's own warnings."""
        flags, engines = self.invocation.flags, self.workspace.engines
        own = (*self.laid.warnings, *engine_warnings(answer, engines, flags))
        return replace(answer, warnings=(*answer.warnings, *own))

    def _event(self, event: AnswerEvent, question: str) -> records.EventRecord:
        match event:
            case ClaimMade(claim, citations):
                return records.ClaimEvent(claim, citations)
            case TextAdded(text, citations):
                return records.TextEvent(text, citations)
            case Answered(answer):
                noted = self._noted(answer)
                return records.AnswerEvent(records.answer_record(noted, self.laid.failed))
            case _:
                return _waiting_record(event, question)


def _waiting_record(
    event: Searching | Planned | PartRead | Prefilling, question: str
) -> records.EventRecord:
    """What happens before there is anything to read."""
    match event:
        case Searching(arms, vectors_done, doing):
            return records.SearchingEvent(question, arms, vectors_done, doing)
        case Planned(mode, reason, prompt_tokens, window_tokens):
            return records.PlannedEvent(mode, reason, prompt_tokens, window_tokens)
        case PartRead(done, total, tokens):
            return records.PartEvent(done, total, tokens)
        case Prefilling(seconds):
            return records.PrefillingEvent(seconds)


def _told(events: Iterator[AnswerEvent], invocation: Invocation) -> Iterator[AnswerEvent]:
    """The events, while a person at the terminal sees what is waited for, and what is written."""
    for kind, group in groupby(events, type):
        if kind in (Searching, PartRead, Prefilling):
            yield from _waited(group, invocation)
        elif kind is TextAdded and not (invocation.flags.json or invocation.flags.quiet):
            yield from _drafted(group, invocation)
        else:
            yield from group


def _waited(events: Iterator[AnswerEvent], invocation: Invocation) -> Iterator[AnswerEvent]:
    """A moving line says what takes so long."""
    with progress(invocation.talk, speaks=True) as step:
        for event in events:
            if isinstance(event, Searching) and event.vectors_done < 1:
                done = f"{event.vectors_done:.0%} of the vectors are made"
                done += f" ({event.doing})" if event.doing else ""
                step(f"Words alone find no answer; {done}", 0, 0)
            elif isinstance(event, Searching) and event.doing:
                step(f"Searching: {event.doing}", 0, 0)
            elif isinstance(event, PartRead):
                step(part_line(event), 0, 0)
            elif isinstance(event, Prefilling):
                step(f"The model is reading ({event.seconds:.0f} s)", 0, 0)
            yield event


def _drafted(events: Iterator[AnswerEvent], invocation: Invocation) -> Iterator[AnswerEvent]:
    """The text stands on the terminal while it is written, until the answer takes its place."""
    with invocation.output.draft() as show:
        text = ""
        for event in events:
            if isinstance(event, TextAdded):
                text += event.text
                show(text)
            yield event
