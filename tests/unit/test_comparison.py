"""A comparison hears every document on its own, and is sure of a silence only where it may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docmind.answers.events import AnswerEvent, Planned
from docmind.answers.options import AskOptions
from docmind.desk import Desk
from docmind.desk.comparison import (
    CompareEvent,
    SideAnswered,
    SideBegun,
    SideFailed,
    compare,
    require_sides,
)
from docmind.errors import DoesNotFit, ServerDied, UsageError
from docmind.model import Answer, Document, Mode
from docmind.model.comparison import Finding, Side, side_of
from docmind.settings import Settings
from docmind.tokens.qwen import QwenTokenCounter
from tests.fakes import FakeChatEngine, FakeEngines
from tests.unit.export import made
from tests.unit.test_desk import document

COUNTER = QwenTokenCounter()
ROOF = document("roof.pdf", "The landlord repairs the roof and the outer walls.")
POOL = document("pool.pdf", "The pool is open from May to September.")
PHOTO = replace(POOL, name="photo.pdf", pages=(*POOL.pages, *made.document().pages[1:]))
QUESTION = "Who repairs the roof?"
AS_SET = AskOptions()


def compared(
    *documents: Document,
    engine: FakeChatEngine | None = None,
    options: AskOptions = AS_SET,
    question: str = QUESTION,
) -> list[CompareEvent]:
    """All events of a comparison."""
    by_name = {each.name: each for each in documents}

    def lay(name: str) -> Desk:
        desk = Desk(Settings(), COUNTER, engines=FakeEngines(engine) if engine else None)
        desk.add(by_name[name])
        return desk

    return list(compare(question, tuple(by_name), lay, options))


def sides(events: list[CompareEvent]) -> dict[str, Side]:
    return {each.side.document: each.side for each in events if isinstance(each, SideAnswered)}


def denies_the_pool(prompt: str) -> str:
    if "The pool is open" in prompt:
        return "The document does not say who repairs the roof [cite:none]."
    return "The landlord repairs the roof [cite:A1a]."


def test_every_document_answers_with_citations_of_its_own() -> None:
    other = document("new.pdf", "The tenant repairs the roof and the gutters.")

    found = sides(compared(ROOF, other))

    assert [side.finding for side in found.values()] == [Finding.FOUND, Finding.FOUND]
    assert {side.answer.citations[0].quote for side in found.values()} == {
        ROOF.pages[0].text,
        other.pages[0].text,
    }
    for name, side in found.items():
        assert {citation.document for citation in side.answer.citations} == {name}


def test_without_a_model_nobody_is_sure_that_a_document_does_not_say() -> None:
    found = sides(compared(ROOF, POOL))

    assert found["pool.pdf"].finding is Finding.NOT_FOUND
    assert "does not seem to say" in found["pool.pdf"].answer.text


def test_a_model_that_has_read_all_of_it_is_sure() -> None:
    found = sides(compared(ROOF, POOL, engine=FakeChatEngine(script=denies_the_pool)))

    assert found["roof.pdf"].finding is Finding.FOUND
    assert found["pool.pdf"].finding is Finding.ABSENT
    assert found["pool.pdf"].answer.ledger.mode is Mode.WHOLE


def test_a_page_without_text_may_say_it_all_the_same() -> None:
    found = sides(compared(ROOF, PHOTO, engine=FakeChatEngine(script=denies_the_pool)))

    assert found["photo.pdf"].answer.ledger.pages_without_text == (2,)
    assert found["photo.pdf"].finding is Finding.NOT_FOUND


def test_documents_are_asked_one_after_the_other_and_alone_as_if_each_were_the_only_one() -> None:
    engine = FakeChatEngine(script=denies_the_pool)
    events = compared(ROOF, POOL, engine=engine)
    alone = Desk(Settings(), COUNTER, engines=FakeEngines(engine))
    alone.add(POOL)
    list(alone.ask(QUESTION))

    begun = [each for each in events if isinstance(each, SideBegun)]
    assert begun == [SideBegun("roof.pdf", 1, 2), SideBegun("pool.pdf", 2, 2)]
    assert [type(each) for each in events if isinstance(each, SideBegun | Planned)] == [
        SideBegun,
        Planned,
    ] * 2
    _, second, again = engine.requests
    assert second.messages == again.messages
    assert ROOF.pages[0].text not in second.messages[1].content


@pytest.mark.parametrize(
    ("change", "pages"),
    [
        pytest.param({"partial": True}, None, id="it broke off"),
        pytest.param({"text": ""}, None, id="it wrote nothing"),
        pytest.param({"claims": made.answer(made.document()).claims}, None, id="it claims more"),
        pytest.param({}, range(1, 3), id="only some pages were asked"),
        pytest.param({"ledger": {"mode": Mode.RETRIEVE}}, None, id="it was searched"),
        pytest.param({"ledger": {"pages_partly_read": ("a: page 1",)}}, None, id="a part"),
    ],
)
def test_less_than_a_whole_reading_is_no_certainty(
    change: dict[str, object], pages: range | None
) -> None:
    answer = whole_refusal()
    assert side_of("a", answer).finding is Finding.ABSENT
    ledger = change.pop("ledger", {})
    assert isinstance(ledger, dict)

    unsure = replace(answer, ledger=replace(answer.ledger, **ledger), **change)  # type: ignore[arg-type]

    assert side_of("a", unsure, pages).finding is Finding.NOT_FOUND


def whole_refusal() -> Answer:
    answer = made.refusal(made.document())
    ledger = replace(answer.ledger, mode=Mode.WHOLE, pages_without_text=())
    return replace(answer, ledger=ledger)


def test_a_document_that_cannot_be_asked_does_not_stop_the_others() -> None:
    long = document("long.pdf", *["The landlord repairs the roof of a house. " * 40] * 6)
    engine = FakeChatEngine(script=denies_the_pool, window_tokens=1_500)
    options = AskOptions(require_whole=True)

    events = compared(ROOF, long, POOL, engine=engine, options=options)

    (failed,) = [each for each in events if isinstance(each, SideFailed)]
    assert failed.document == "long.pdf"
    assert isinstance(failed.error, DoesNotFit)
    assert list(sides(events)) == ["roof.pdf", "pool.pdf"]


def test_what_was_written_before_a_server_died_is_a_side_and_a_failure() -> None:
    engine = FakeChatEngine(
        script=lambda prompt: "The landlord repairs the roof [cite:A1a]. " * 3,
        error=ServerDied("The server went away."),
        fails_after=60,
    )

    events = compared(ROOF, engine=engine)

    assert [type(each) for each in events[-2:]] == [SideAnswered, SideFailed]
    assert sides(events)["roof.pdf"].answer.partial


def test_where_every_side_fails_each_is_told() -> None:
    engine = FakeChatEngine(error=ServerDied("The server went away."))

    events = compared(ROOF, POOL, engine=engine)

    assert sides(events) == {}
    failed = [each.document for each in events if isinstance(each, SideFailed)]
    assert failed == ["roof.pdf", "pool.pdf"]


def test_a_comparison_that_is_closed_aborts_the_answer_on_the_server() -> None:
    engine = FakeChatEngine(script=denies_the_pool)
    desk = Desk(Settings(), COUNTER, engines=FakeEngines(engine))
    desk.add(ROOF)
    events = compare(QUESTION, ("roof.pdf", "roof.pdf"), lambda _name: desk, AS_SET)
    next(each for each in events if isinstance(each, Planned))
    next(each for each in events if not isinstance(each, Planned))
    events.close()

    assert engine.closed == 1
    assert len(engine.requests) == 1


def test_a_question_that_cannot_be_asked_is_asked_of_nobody() -> None:
    engine = FakeChatEngine()

    with pytest.raises(UsageError):
        compared(ROOF, POOL, engine=engine, question=" ")
    assert engine.requests == []


def test_one_document_is_nothing_to_compare() -> None:
    require_sides(2)
    with pytest.raises(UsageError, match="needs two documents"):
        require_sides(1)


def test_events_of_an_answer_pass_through() -> None:
    events: list[CompareEvent] = compared(ROOF, POOL)

    assert any(isinstance(each, AnswerEvent) for each in events)
