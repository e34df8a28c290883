"""A question to a model: what it is sent, what is shown of its words, and what they are worth."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from docmind.answers.events import Answered, AnswerEvent, Planned, Prefilling, Searching, TextAdded
from docmind.answers.options import AskOptions
from docmind.desk import Desk
from docmind.errors import (
    DoesNotFit,
    EngineError,
    ServerDied,
    ServerUnreachable,
    UsageError,
)
from docmind.model import Answer, Block, BlockKind, Document, Kind, Mode, Page, Turn
from docmind.ports import WITHHELD, EnginePhase, EngineState
from docmind.settings import (
    AnswerSettings,
    EngineSettings,
    GenerationSettings,
    Language,
    Settings,
)
from docmind.tokens.qwen import QwenTokenCounter
from docmind.tokens.remembered import RememberedCounts
from tests.fakes import FakeChatEngine, FakeEngines

COUNTER = RememberedCounts(QwenTokenCounter())
RENT = "The tenant pays the rent on the first day of each month."
ROOF = "The landlord repairs the roof and the outer walls at its own cost."
PETS = "Pets are allowed where the landlord has agreed in writing."


def document(name: str, *texts: str) -> Document:
    pages = tuple(
        Page(number, text, blocks=(Block(BlockKind.PARAGRAPH, 0, len(text)),))
        for number, text in enumerate(texts, start=1)
    )
    return Document("0" * 64, name, Kind.PDF, name, pages)


LEASE = document("lease.pdf", RENT, ROOF, PETS)


def desk_with(
    engine: FakeChatEngine, *documents: Document, settings: Settings | None = None
) -> Desk:
    desk = Desk(settings or Settings(), COUNTER, engines=FakeEngines(engine))
    desk.add(*(documents or (LEASE,)))
    return desk


def writes(text: str, **rest: object) -> FakeChatEngine:
    return replace(FakeChatEngine(), script=lambda _: text, **rest)  # type: ignore[arg-type]


def events_of(
    engine: FakeChatEngine, question: str = "Who repairs the roof?", **options: object
) -> list[AnswerEvent]:
    return list(desk_with(engine).ask(question, AskOptions(**options)))  # type: ignore[arg-type]


def answer_of(events: list[AnswerEvent]) -> Answer:
    (answer,) = [event.answer for event in events if isinstance(event, Answered)]
    return answer


def test_an_answer_streams_with_numbered_citations_and_is_verified() -> None:
    engine = writes("The landlord repairs the roof [cite:A2a]. Rent is due monthly [cite:A1a].")
    events = events_of(engine)
    shown = "".join(event.text for event in events if isinstance(event, TextAdded))
    answer = answer_of(events)

    assert [type(event) for event in events[:3]] == [Searching, Planned, Prefilling]
    assert shown == "The landlord repairs the roof [1]. Rent is due monthly [2]."
    assert answer.text == shown
    assert [citation.quote for citation in answer.citations] == [ROOF, RENT]
    assert answer.found
    assert not answer.partial
    assert answer.engine.model == "words"


def test_the_ledger_is_complete() -> None:
    engine = writes("The landlord repairs the roof [cite:A2a].")
    ledger = answer_of(events_of(engine)).ledger

    assert ledger.mode is Mode.WHOLE
    assert "fit the window of 32,768" in ledger.reason
    assert ledger.prompt_tokens == engine.count(engine.requests[0].messages)
    assert (ledger.pages_total, ledger.pages_read) == (3, 3)
    assert ledger.output_tokens > 0
    assert ledger.evidence_passages == 0  # a quarter of three sentences has no room for one
    assert ledger.window_tokens == 32_768
    assert ledger.tokenizer == "words"
    assert not ledger.tokens_estimated


def test_the_grammar_admits_the_ids_of_the_prompt_and_no_others() -> None:
    engine = writes("Yes [cite:A2a].")
    events_of(engine)
    tags = engine.requests[0].citations

    assert tags is not None
    pattern = re.compile(tags.pattern)
    assert all(pattern.fullmatch(name) for name in ("A1a", "A2a", "A3a", "none"))
    assert not any(pattern.fullmatch(name) for name in ("A1b", "A4a", "B1a", "1a", ""))


def test_without_a_grammar_ids_are_checked_after_the_fact() -> None:
    engine = writes("The landlord repairs the roof [cite:A2a][cite:A9z].", constrains=False)
    answer = answer_of(events_of(engine))

    assert engine.requests[0].citations is None
    assert answer.text == "The landlord repairs the roof [1]."
    assert (
        "The model cited 1 passage that does not exist; the marks were left out."
        in answer.warnings
    )


def test_a_model_that_finds_nothing_is_not_found_and_has_no_citations() -> None:
    answer = answer_of(events_of(writes("The lease does not say who insures it [cite:none].")))
    bare = answer_of(events_of(writes("[cite:none]")))

    assert (answer.found, answer.citations) == (False, ())
    assert bare.text == "The document does not say."


def test_what_is_not_in_the_documents_is_marked_and_counted() -> None:
    answer = answer_of(events_of(writes("The landlord paints the fence blue [cite:A2a].")))

    assert [claim.supported for claim in answer.claims] == [False]
    assert answer.weak
    assert "1 statement of 1 was not found in the documents." in answer.warnings


def test_options_go_with_the_request() -> None:
    engine = writes("Yes [cite:A2a].")
    history = (Turn("Who pays?", "The tenant [1]."),)
    options = AskOptions(
        role="You are a lawyer.",
        temperature=0.0,
        top_p=0.5,
        max_output_tokens=64,
        history=history,
        language=Language.CHINESE,
    )
    answer = answer_of(list(desk_with(engine).ask("Who repairs the roof?", options)))
    (request,) = engine.requests

    assert (request.temperature, request.top_p, request.max_output_tokens) == (0.0, 0.5, 64)
    assert "You are a lawyer." in request.messages[-1].content
    assert "Answer in Chinese" in request.messages[-1].content
    assert [message.content for message in request.messages[3:5]] == ["Who pays?", "The tenant."]
    assert (answer.ledger.history_turns, answer.ledger.history_turns_dropped) == (1, 0)


def test_the_role_that_is_set_goes_with_every_question_unless_it_brings_its_own() -> None:
    settings = Settings(generation=GenerationSettings(role="lawyer"))
    engine = writes("Yes [cite:A2a].")
    desk = desk_with(engine, settings=settings)
    list(desk.ask("Who repairs the roof?"))
    list(desk.ask("Who repairs the roof?", AskOptions(role="Be brief.")))
    first, second = (request.messages for request in engine.requests)

    assert settings.roles["lawyer"].instructions in first[-1].content
    assert settings.roles["lawyer"].instructions not in second[-1].content
    assert first[:3] == second[:3]


def test_the_plan_tells_the_ledger_of_an_answer_that_may_be_interrupted() -> None:
    events = events_of(writes("The landlord repairs the roof [cite:A2a]."), pages=range(2, 4))
    (planned,) = [event for event in events if isinstance(event, Planned)]
    known, told = planned.ledger, answer_of(events).ledger

    assert known is not None
    assert (known.pages_read, known.prompt_tokens) == (2, told.prompt_tokens)
    assert known.document_tokens == told.document_tokens
    assert (known.tokenizer, known.retrieval) == (told.tokenizer, told.retrieval)


def test_changing_the_role_or_the_question_leaves_the_prefix_as_it_is() -> None:
    engine = writes("Yes [cite:A2a].")
    desk = desk_with(engine)
    list(desk.ask("Who repairs the roof?"))
    last = answer_of(list(desk.ask("Who pays?", AskOptions(role="Be brief."))))

    first, second = (request.messages[:3] for request in engine.requests)
    assert first == second
    assert last.ledger.cached_tokens >= len(first[1].content.split())


def test_a_server_that_dies_in_the_middle_leaves_a_partial_answer_and_then_the_error() -> None:
    text = "The landlord repairs the roof [cite:A2a]. The tenant pays the r"
    engine = writes(text, error=ServerDied("gone"), fails_after=len(text))
    events: list[AnswerEvent] = []
    with pytest.raises(ServerDied):
        events.extend(desk_with(engine).ask("Who repairs the roof?"))  # extend keeps what came
    answer = answer_of(events)

    assert answer.partial
    assert answer.text.startswith("The landlord repairs the roof [1].")
    assert answer.citations[0].quote == ROOF


def test_an_answer_that_is_too_long_is_partial_and_says_so() -> None:
    answer = answer_of(events_of(writes("The landlord repairs the [cite:A", reason="length")))

    assert answer.partial
    assert answer.text == "The landlord repairs the [1]"
    assert (
        "The answer reached the longest length of 2,048 tokens and is cut off;"
        " --max-output allows more."
    ) in answer.warnings


def test_who_cannot_have_a_longer_answer_is_not_told_to_ask_for_one() -> None:
    engine = writes("The landlord repairs the", reason="length", window_tokens=4_000)
    warnings = answer_of(events_of(engine)).warnings

    assert any(
        each.endswith("1,000 tokens and is cut off. Ask for less at a time.") for each in warnings
    )


def test_a_model_that_repeats_itself_is_stopped_and_what_it_repeats_is_left_out() -> None:
    engine = writes("The landlord repairs the roof [cite:A2a]. " * 200)
    answer = answer_of(events_of(engine))

    assert engine.closed == 1
    assert answer.partial
    assert answer.text == "The landlord repairs the roof [1]."
    assert [claim.text for claim in answer.claims] == ["The landlord repairs the roof."]
    assert any("began to repeat itself" in warning for warning in answer.warnings)


def test_an_answer_of_which_the_server_kept_something_back_says_so() -> None:
    engine = writes("The landlord repairs the roof [cite:A2a].")
    engine.reason = WITHHELD
    answer = answer_of(events_of(engine))

    assert answer.partial
    assert answer.found
    assert any("The server withheld" in warning for warning in answer.warnings)


def test_what_is_said_twice_is_one_claim() -> None:
    twice = "The landlord repairs the roof [cite:A2a].\n\n" * 2
    answer = answer_of(events_of(writes(twice)))

    assert answer.text.count("[1]") == 2
    assert len(answer.claims) == 1


def test_closing_the_events_closes_the_stream() -> None:
    engine = writes("The landlord repairs the roof [cite:A2a].")
    events = desk_with(engine).ask("Who repairs the roof?")
    for event in events:
        if isinstance(event, TextAdded):
            break
    events.close()  # type: ignore[attr-defined]

    assert engine.closed == 1


def test_a_server_that_is_gone_before_it_begins_is_made_good_by_extraction() -> None:
    engine = writes("never", error=ServerUnreachable("Nothing answers.", "docmind doctor"))
    answer = answer_of(events_of(engine))

    assert answer.ledger.mode is Mode.EXTRACTIVE
    assert "cannot be asked" in answer.ledger.reason
    assert "Nothing answers. docmind doctor" in answer.warnings


def test_who_wants_everything_read_gets_no_extract_instead() -> None:
    engine = writes("never", error=ServerUnreachable("Nothing answers."))
    with pytest.raises(ServerUnreachable):
        events_of(engine, require_whole=True)


@pytest.mark.parametrize("error", [ServerDied("gone"), EngineError("bad")])
def test_other_failures_are_errors(error: EngineError) -> None:
    with pytest.raises(type(error)):
        events_of(writes("never", error=error))


def test_who_names_an_engine_gets_its_error_and_no_extract() -> None:
    settings = Settings(engine=EngineSettings(name="openai"))
    engine = writes("never", error=ServerUnreachable("Nothing answers."))
    with pytest.raises(ServerUnreachable):
        list(desk_with(engine, settings=settings).ask("Who?"))


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (EngineState(EnginePhase.LOADING, "weights, 40%"), "still loading (weights, 40%)"),
        (EngineState(EnginePhase.NONE, ""), "no language model engine is running;"),
        (EngineState(EnginePhase.FAILED, "", error=EngineError("No memory.")), "cannot be asked"),
    ],
)
def test_while_there_is_no_model_the_extract_says_why(state: EngineState, reason: str) -> None:
    desk = Desk(Settings(), COUNTER, engines=FakeEngines(writes("x"), state))
    desk.add(LEASE)
    answer = answer_of(list(desk.ask("Who repairs the roof?")))

    assert answer.found
    assert reason in answer.ledger.reason
    assert ("No memory." in answer.warnings) == (state.phase is EnginePhase.FAILED)


@pytest.mark.parametrize(
    ("question", "reason"),
    [("Who repairs the roof?", "the extractive engine is what is set"), ("谁修屋顶？", "按设置")],
)
def test_who_wants_extracts_is_told_so_in_the_language_of_the_question(
    question: str, reason: str
) -> None:
    engines = FakeEngines(None, EngineState(EnginePhase.NONE, "set so"))
    desk = Desk(Settings(engine=EngineSettings(name="extractive")), COUNTER, engines=engines)
    desk.add(LEASE)

    assert reason in answer_of(list(desk.ask(question))).ledger.reason


def test_an_engine_that_was_named_and_has_failed_is_an_error() -> None:
    state = EngineState(EnginePhase.FAILED, "", error=EngineError("No memory."))
    settings = Settings(engine=EngineSettings(name="vllm"))
    desk = Desk(settings, COUNTER, engines=FakeEngines(None, state))
    desk.add(LEASE)
    with pytest.raises(EngineError, match="No memory"):
        list(desk.ask("Who?"))


def test_what_does_not_fit_is_refused_where_all_of_it_is_wanted_and_retrieved_where_not() -> None:
    pages = [f"Clause {number}. " + " ".join([PETS] * 30) for number in range(60)]
    engine = writes("Pets are allowed where the landlord agreed [cite:A1b].", window_tokens=6_000)
    desk = desk_with(engine, document("long.pdf", *pages, ROOF))

    with pytest.raises(DoesNotFit):
        list(desk.ask("Who repairs the roof?", AskOptions(require_whole=True)))
    ledger = answer_of(list(desk.ask("Who repairs the roof?"))).ledger
    assert ledger.mode is Mode.RETRIEVE
    assert ledger.pages_partly_read == ("long.pdf: page 61",)


def test_only_the_pages_that_were_asked_for_are_read() -> None:
    engine = writes("Pets are allowed [cite:A3a].")
    answer = answer_of(events_of(engine, "Are pets allowed?", pages=range(2, 4)))

    assert RENT not in engine.requests[0].messages[1].content
    assert "¶A3" in engine.requests[0].messages[1].content
    assert answer.ledger.pages_read == 2
    assert "Only pages 2-3 were read." in answer.warnings


@pytest.mark.parametrize("question", ["", "  ", "x" * 9_000])
def test_a_question_that_cannot_be_asked_is_refused_before_the_model_is(question: str) -> None:
    engine = writes("x")
    with pytest.raises(UsageError):
        list(desk_with(engine).ask(question))
    assert engine.requests == []


def test_docmind_speaks_the_language_that_is_set() -> None:
    settings = Settings(
        answers=AnswerSettings(language=Language.CHINESE),
        generation=GenerationSettings(max_output_tokens=100),
    )
    desk = desk_with(writes("The fence is blue [cite:A2a]."), settings=settings)

    answer = answer_of(list(desk.ask("Is it blue?")))
    assert answer.language == "zh"
    assert "没有找到依据" in " ".join(answer.warnings)


def test_nothing_that_docmind_says_beside_a_chinese_answer_is_english() -> None:
    lease = replace(LEASE, warnings=("Page 2 has no text.",), warnings_zh=("第 2 页没有文字。",))
    engine = writes("房东负责维修屋顶 [cite:A2a]。")
    options = AskOptions(pages=range(2, 4))
    written = answer_of(list(desk_with(engine, lease).ask("谁负责维修屋顶？", options)))
    desk = Desk(Settings(), COUNTER)
    desk.add(lease)
    quoted = answer_of(list(desk.ask("谁负责维修屋顶？", options)))

    for answer, only in ((written, "只读了第 2-3 页。"), (quoted, "只检索了第 2-3 页。")):
        told = " ".join((answer.ledger.reason, *answer.warnings))
        told = re.sub(r"config\.toml|\[retrieval\]|embedding_model", "", told)  # names to type
        assert not re.search(r"[A-Za-z]", told), told
        assert "第 2 页没有文字。" in answer.warnings
        assert only in answer.warnings
