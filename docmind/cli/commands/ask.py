"""`docmind ask`: questions in, answers with citations out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import click

from docmind.answers.events import (
    Answered,
    AnswerEvent,
    ClaimMade,
    Planned,
    Prefilling,
    Searching,
    TextAdded,
)
from docmind.cli.flags import ANSWERING, READING, RETRIEVING, Flags, with_flags
from docmind.cli.invocation import (
    Invocation,
    model_flag_warnings,
    page_range,
    require_engine,
    start,
)
from docmind.cli.progress import progress
from docmind.cli.questions import questions_and_paths
from docmind.cli.reading import DeskLaid, lay_desk
from docmind.export import records
from docmind.export.markdown import answer_markdown
from docmind.model import Answer
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
@with_flags(*READING, *RETRIEVING, *ANSWERING)
def command(flags: Flags, words: tuple[str, ...], questions: Path | None, *, jsonl: bool) -> int:
    """Answer a question from documents, with citations.

    PATH is a file or a folder; QUESTION may be - to read it from stdin. A question has at most
    8,000 characters. One question is answered by BM25 at once; only where words alone find no
    answer are vectors made and asked too. --questions waits for them from the start. --retrieval
    says otherwise.

    \b
    docmind ask "Who may terminate?" contract.pdf
    docmind ask --json --pages 10-20 "What is the price?" contract.pdf | jq .citations
    docmind ask --questions questions.txt reports/ > answers.jsonl
    """
    invocation = start(flags)
    require_engine(invocation)
    pages = page_range(flags.pages)
    asked, paths = questions_and_paths(words, questions, "ask")
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        laid = lay_desk(workspace, paths, invocation, pages=pages, patient=questions is not None)
        for question in asked:
            for event in _told(laid.desk.ask(question, pages=pages), invocation):
                if jsonl:
                    invocation.output.record_line(_event(event, question, laid, flags))
                elif isinstance(event, Answered):
                    answer = _noted(event.answer, laid, flags)
                    _write(answer, laid, invocation, one_of_many=questions is not None)
    return laid.exit_code


def _told(events: Iterator[AnswerEvent], invocation: Invocation) -> Iterator[AnswerEvent]:
    """The events; while the search waits for vectors, a moving line says so."""
    for searching, group in groupby(events, lambda event: isinstance(event, Searching)):
        if not searching:
            yield from group
            continue
        with progress(invocation.talk) as step:
            for event in group:
                if isinstance(event, Searching) and event.vectors_done < 1:
                    done = f"{event.vectors_done:.0%} of the vectors are made"
                    step(f"Words alone find no answer; {done}", 0, 0)
                yield event


def _noted(answer: Answer, laid: DeskLaid, flags: Flags) -> Answer:
    """The answer with the run's own warnings."""
    return replace(
        answer, warnings=(*answer.warnings, *laid.warnings, *model_flag_warnings(flags))
    )


def _write(answer: Answer, laid: DeskLaid, invocation: Invocation, *, one_of_many: bool) -> None:
    record = records.answer_record(answer, laid.failed)
    if one_of_many:
        invocation.output.record_line(record)
    elif invocation.flags.json:
        invocation.output.record(record)
    else:
        invocation.output.markdown(answer_markdown(answer))


def _event(event: AnswerEvent, question: str, laid: DeskLaid, flags: Flags) -> records.EventRecord:
    match event:
        case Searching(arms, vectors_done):
            return records.SearchingEvent(question, arms, vectors_done)
        case ClaimMade(claim, citations):
            return records.ClaimEvent(claim, citations)
        case Planned(mode, reason, prompt_tokens, window_tokens):
            return records.PlannedEvent(mode, reason, prompt_tokens, window_tokens)
        case Prefilling(seconds):
            return records.PrefillingEvent(seconds)
        case TextAdded(text, citations):
            return records.TextEvent(text, citations)
        case Answered(answer):
            noted = _noted(answer, laid, flags)
            return records.AnswerEvent(records.answer_record(noted, laid.failed))
