"""Summaries and every part on a real server: with random weights, all valid, nothing invented.

The words of a model with random weights mean nothing, so they are held to the grammar alone: what
is no JSON, or cites what was not shown, could only come from a hole in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from docmind.answers.events import Answered, AnswerEvent, PartRead
from docmind.answers.options import AskOptions
from docmind.answers.writing import Writing
from docmind.context.sheets import copy_of
from docmind.desk import Desk
from docmind.engines.address import Address
from docmind.engines.chat import ServerEngine
from docmind.errors import EngineError
from docmind.model import Mode, Status, Summary
from docmind.passages.split import split_document
from docmind.ports import ChatEvent, ChatRequest, ChatText
from docmind.settings import (
    AnswerSettings,
    ContextSettings,
    GenerationSettings,
    ReadingMode,
    Settings,
)
from docmind.summaries.events import Summarized, SummaryOptions
from docmind.summaries.extractive import Subject
from docmind.summaries.telling import Bounds
from docmind.summaries.written import summarize_written
from tests.contracts.test_chat_engine import engine_at
from tests.vllm.real_server import RealServer
from tests.vllm.test_answers import COUNTER, ReadyEngine, document, unique

FEW = Bounds(points=2, key_points=1, overview=1, facts=1, characters=60)
CONTEXT = ContextSettings(part_tokens=1_500)
GENERATION = GenerationSettings(max_output_tokens=60, temperature=1.0, top_p=1.0, concurrency=4)


@dataclass
class Recorder:
    """A ServerEngine that remembers what it was asked and what it wrote."""

    engine: ServerEngine
    said: list[tuple[ChatRequest, str]] = field(default_factory=list)

    def __getattr__(self, name: str) -> object:
        return getattr(self.engine, name)

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """As the server does."""
        text = ""
        for event in self.engine.stream(request):
            if isinstance(event, ChatText):
                text += event.text
            yield event
        self.said.append((request, text))


@pytest.fixture
def engine(server: RealServer) -> Recorder:
    return Recorder(engine_at(Address("http://localhost/v1", server.uds)))


def summary_of(engine: Recorder, pages: int, options: SummaryOptions) -> Summary:
    made = document(unique("summarized"), pages)
    held = split_document(made, COUNTER)
    tokens = sum(COUNTER.count(page.text) for page in made.pages)
    copy = copy_of(made, held, "A", COUNTER)
    writing = Writing(engine, (copy,), COUNTER, AnswerSettings(), CONTEXT, GENERATION)  # type: ignore[arg-type]
    subject = Subject(made, held, tokens, COUNTER.name)
    *_, last = summarize_written(subject, writing, options, FEW)
    assert isinstance(last, Summarized)
    return last.summary


def assert_shaped(request: ChatRequest, text: str) -> None:
    """What was written is JSON of the schema, and cites only ids that it was shown."""
    assert request.json_schema is not None
    schema = json.loads(request.json_schema)
    pattern = schema["$defs"]["ids"]["items"]["pattern"]
    written = json.loads(text, strict=False)
    assert list(written) == list(schema["properties"])
    for items in written.values():
        for item in items:
            assert item["ids"]
            assert all(re.fullmatch(pattern, name) for name in item["ids"])


def test_every_part_and_the_overview_are_valid_and_cite_what_was_shown(engine: Recorder) -> None:
    summary = summary_of(engine, 8, SummaryOptions(mode=ReadingMode.EVERY_PART))
    *parts, last = [(request, text) for request, text in engine.said if text.endswith("}")]

    assert summary.ledger.mode is Mode.EVERY_PART
    assert len(parts) >= summary.ledger.parts_total > 3
    for request, text in (*parts, last):
        assert_shaped(request, text)
    assert all(citation.status is Status.EXACT for citation in summary.citations)
    points = [point for section in summary.sections for point in section.points]
    assert all(point.citations for point in (*points, *summary.key_points, *summary.overview))
    assert summary.coverage.complete


def test_a_document_that_is_told_at_once_is_valid_too(engine: Recorder) -> None:
    summary = summary_of(engine, 3, SummaryOptions())

    assert summary.ledger.mode is Mode.WHOLE
    assert_shaped(*engine.said[-1])
    assert summary.ledger.prompt_tokens > summary.ledger.document_tokens


def test_every_part_for_a_question_finds_what_exists_or_says_what_was_not_read(
    engine: Recorder,
) -> None:
    settings = Settings(context=CONTEXT, generation=GENERATION)
    desk = Desk(settings, COUNTER, engines=ReadyEngine(engine))  # type: ignore[arg-type]
    desk.add(document(unique("listed"), 6))
    events: list[AnswerEvent] = []
    with suppress(EngineError):  # a model that never ends has not read its part
        events.extend(desk.ask("List all fees.", AskOptions(mode=ReadingMode.EVERY_PART)))
    answers = [event.answer for event in events if isinstance(event, Answered)]
    for answer in answers:
        assert answer.ledger.mode is Mode.EVERY_PART
        assert all(citation.status is Status.EXACT for citation in answer.citations)
    assert any(isinstance(event, PartRead) and event.done for event in events)
    assert len(engine.said) >= 3


def test_closing_a_summary_ends_all_of_its_requests(engine: Recorder, server: RealServer) -> None:
    made = document(unique("closed"), 20)
    held = split_document(made, COUNTER)
    copy = copy_of(made, held, "A", COUNTER)
    writing = Writing(engine, (copy,), COUNTER, AnswerSettings(), CONTEXT, GENERATION)  # type: ignore[arg-type]
    options = SummaryOptions(mode=ReadingMode.EVERY_PART)
    events = summarize_written(Subject(made, held, 1, ""), writing, options, FEW)
    next(events)
    next(events)
    events.close()

    assert server.stops_soon()
