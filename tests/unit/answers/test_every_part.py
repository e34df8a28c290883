"""Every part is read: what each says is listed, put together, and told with what was read."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from docmind.answers.events import (
    Answered,
    AnswerEvent,
    PartRead,
    Planned,
    Prefilling,
    TextAdded,
)
from docmind.answers.options import AskOptions
from docmind.desk import Desk
from docmind.engines.counting import EstimatingCounter
from docmind.errors import EngineError, ServerBusy, ServerDied, ServerUnreachable
from docmind.model import Answer, Block, BlockKind, Document, Kind, Mode, Page, Status, Turn
from docmind.ports import ChatMessage
from docmind.settings import ContextSettings, GenerationSettings, ReadingMode, Settings
from docmind.tokens.qwen import QwenTokenCounter
from docmind.tokens.remembered import RememberedCounts
from tests.fakes import FakeChatEngine, FakeEngines
from tests.parts_engine import PartsEngine, passages
from tests.waiting import until

COUNTER = RememberedCounts(QwenTokenCounter())
FILLER = "The parties meet each spring to talk about the weather and the harvest of the year."
DUTY = "The supplier delivers {} crates of pears to the customer in week {}."
DUTIES = {3: (40, 3), 9: (55, 9), 17: (70, 17)}
QUESTION = "List all duties of the supplier."
SETTINGS = Settings(
    context=ContextSettings(part_tokens=1_200),
    generation=GenerationSettings(max_output_tokens=200, concurrency=4),
)
LISTS = "Do not answer the question: write the notes again"
ANSWERS = "Every part of the documents was read"


def contract(pages: int = 20) -> Document:
    made: list[Page] = []
    for number in range(1, pages + 1):
        lines = [f"{at}. {FILLER} {FILLER}" for at in range(8)]
        if number in DUTIES:
            lines[4] = DUTY.format(*DUTIES[number])
        made.append(page_of(number, lines))
    return Document("0" * 64, "contract.pdf", Kind.PDF, "contract.pdf", tuple(made))


def document_of(lines: Sequence[str]) -> Document:
    """A long page of these paragraphs."""
    return Document("1" * 64, "long.pdf", Kind.PDF, "long.pdf", (page_of(1, lines),))


def page_of(number: int, lines: Sequence[str]) -> Page:
    text, blocks = "", []
    for line in lines:
        blocks.append(Block(BlockKind.PARAGRAPH, len(text), len(text) + len(line)))
        text += line + "\n"
    return Page(number, text, blocks=tuple(blocks))


def reader(prompt: str) -> str:
    """A model that does what it is told: finds duties, then repeats the notes."""
    if "¶notes" in prompt:
        notes = prompt.split("¶notes\n")[1].split("¶end of notes")[0]
        return notes.strip()
    found = re.findall(
        r"The supplier delivers \d+ crates of pears to the customer in week \d+\.", prompt
    )
    lines = []
    for name, text in passages(prompt):
        lines += [f"- {duty} [cite:{name}]" for duty in found if duty in text]
    return "\n".join(lines) or "[cite:none]"


def engine(**rest: object) -> PartsEngine:
    return PartsEngine(**({"script": reader, "window_tokens": 4_000} | rest))  # type: ignore[arg-type]


@dataclass
class Estimating(PartsEngine):
    """Counts as it is done for a server whose tokenizer nobody knows: more than we do."""

    estimates: bool = True

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Our own tokens, and some more."""
        return EstimatingCounter(COUNTER).count(messages)


def estimating(**rest: object) -> Estimating:
    return Estimating(**({"script": reader, "window_tokens": 4_096} | rest))  # type: ignore[arg-type]


def desk_with(chat: FakeChatEngine, *documents: Document, settings: Settings = SETTINGS) -> Desk:
    desk = Desk(settings, COUNTER, engines=FakeEngines(chat))
    desk.add(*(documents or (contract(),)))
    return desk


def events_of(
    chat: FakeChatEngine,
    question: str = QUESTION,
    settings: Settings = SETTINGS,
    **options: object,
) -> list[AnswerEvent]:
    desk = desk_with(chat, settings=settings)
    return list(desk.ask(question, AskOptions(**options)))  # type: ignore[arg-type]


def answer_of(events: list[AnswerEvent]) -> Answer:
    (answer,) = [event.answer for event in events if isinstance(event, Answered)]
    return answer


def test_every_part_is_read_and_what_was_found_is_one_answer_with_verified_citations() -> None:
    chat = engine()
    events = events_of(chat)
    answer = answer_of(events)

    assert [citation.page for citation in answer.citations] == [3, 9, 17]
    assert all(citation.status is Status.EXACT for citation in answer.citations)
    assert all(claim.supported and claim.citations for claim in answer.claims)
    assert "".join(event.text for event in events if isinstance(event, TextAdded)) == answer.text
    ledger = answer.ledger
    assert ledger.mode is Mode.EVERY_PART
    assert ledger.parts_read == ledger.parts_total == len(chat.requests) - 1
    assert (ledger.pages_read, ledger.pages_total, ledger.pages_partly_read) == (20, 20, ())
    assert "the question is about all of it, so every part is read" in ledger.reason


def test_the_parts_hold_the_document_once_and_the_answer_may_cite_only_what_they_did() -> None:
    chat = engine()
    events_of(chat)
    *parts, last = chat.requests
    ids = [name for request in parts for name, _ in passages(request.messages[1].content)]

    assert len(ids) == len(set(ids))
    assert {name[1:-1] for name in ids} == {str(page) for page in range(1, 21)}
    assert last.citations is not None
    allowed = [name for name in ids if re.fullmatch(last.citations.pattern, name)]
    assert [name[:-1] for name in allowed] == ["A3", "A9", "A17"]
    assert "¶document" not in last.messages[1].content


def test_progress_is_told_and_the_ledger_adds_up_all_requests() -> None:
    chat = engine()
    events = events_of(chat)
    told = [event for event in events if isinstance(event, PartRead)]
    ledger = answer_of(events).ledger

    assert told[0].done == 0
    assert told[-1].done == told[-1].total == ledger.parts_total
    counted = sum(chat.count(request.messages) for request in chat.requests)
    assert ledger.prompt_tokens == counted
    (plan,) = [event for event in events if isinstance(event, Planned)]
    assert plan.mode is Mode.EVERY_PART
    assert plan.prompt_tokens > 2_000


def test_parts_are_read_at_the_same_time_but_no_more_than_is_set() -> None:
    gate = threading.Event()
    chat = engine(gate=gate)
    events = desk_with(chat).ask(QUESTION)
    for event in events:
        if isinstance(event, PartRead) and chat.running == 4:
            gate.set()
    assert chat.most == 4


def test_nothing_in_any_part_is_not_found_and_says_so_after_all_of_it_was_read() -> None:
    chat = engine(script=lambda _: "[cite:none]")
    answer = answer_of(events_of(chat))

    assert not answer.found
    assert answer.text == "The document does not say."
    assert answer.citations == ()
    assert answer.ledger.parts_read == answer.ledger.parts_total == len(chat.requests)


def test_a_part_that_fails_is_told_and_lowers_what_was_read() -> None:
    died = ServerDied("The server went away.", "Ask again.")
    chat = engine(fails=lambda prompt: died if "¶A9\n" in prompt else None)
    answer = answer_of(events_of(chat))

    assert [citation.page for citation in answer.citations] == [3, 17]
    assert answer.ledger.parts_read == answer.ledger.parts_total - 1
    assert answer.ledger.pages_read < 20
    (partly,) = answer.ledger.pages_partly_read
    assert partly.startswith("contract.pdf: pages 1-")
    assert re.match(
        r"1 of \d+ parts could not be read \(contract\.pdf: pages ", answer.warnings[0]
    )
    assert "The server went away." in answer.warnings[0]


def test_what_was_not_found_in_some_parts_is_no_absence_but_an_error() -> None:
    died = ServerDied("The server went away.", "Ask again.")
    chat = engine(
        script=lambda _: "[cite:none]", fails=lambda prompt: died if "¶A9\n" in prompt else None
    )
    seen: list[AnswerEvent] = []
    with pytest.raises(EngineError, match="could not be read") as raised:
        seen.extend(desk_with(chat).ask(QUESTION))
    assert raised.value.hint == "Ask again."
    assert not any(isinstance(event, Answered) for event in seen)


def test_parts_fit_a_window_that_is_counted_in_more_tokens_than_ours() -> None:
    chat = estimating()
    context = replace(SETTINGS.context, part_tokens=16_000)
    answer = answer_of(events_of(chat, settings=replace(SETTINGS, context=context)))

    assert [citation.page for citation in answer.citations] == [3, 9, 17]
    assert answer.ledger.parts_read == answer.ledger.parts_total == len(chat.requests) - 1
    assert all(chat.count(each.messages) + 200 <= 4_096 for each in chat.requests)
    assert answer.ledger.parts_total == 3


def test_a_page_that_is_larger_than_the_window_is_told_and_the_others_are_read() -> None:
    chat = estimating(window_tokens=2_600)
    long = document_of([f"{at}. {FILLER} {FILLER} {FILLER} {FILLER}" for at in range(26)])
    answer = answer_of(list(desk_with(chat, contract(4), long).ask(QUESTION)))

    assert [citation.page for citation in answer.citations] == [3]
    assert answer.ledger.parts_read == answer.ledger.parts_total - 1
    assert "long.pdf: page 1" in answer.warnings[0]
    assert "window" in answer.warnings[0]
    assert all(chat.count(each.messages) + 200 <= 2_600 for each in chat.requests)


def test_where_no_page_fits_the_window_that_is_the_error() -> None:
    chat = estimating(window_tokens=2_600)
    long = document_of([f"{at}. {FILLER} {FILLER} {FILLER} {FILLER}" for at in range(26)])

    with pytest.raises(EngineError, match=r"window of 2,600") as raised:
        list(desk_with(chat, long).ask(QUESTION, AskOptions(mode=ReadingMode.EVERY_PART)))
    assert "larger window" in raised.value.hint
    assert chat.requests == []


def test_where_no_part_can_be_read_the_error_is_the_servers_own() -> None:
    died = ServerDied("The server went away.")
    with pytest.raises(ServerDied):
        events_of(engine(fails=lambda _: died))


def test_a_server_that_is_gone_is_not_asked_for_all_other_parts() -> None:
    gone = ServerUnreachable("Nothing answers.")
    chat = engine(fails=lambda _: gone)
    answer = answer_of(events_of(chat))

    assert answer.ledger.mode is Mode.EXTRACTIVE


def test_a_part_with_more_to_tell_than_may_be_written_is_read_in_halves() -> None:
    chat = engine(lengths=lambda prompt: "¶A9\n" in prompt and "¶A8\n" in prompt)
    answer = answer_of(events_of(chat))

    assert [citation.page for citation in answer.citations] == [3, 9, 17]
    assert len(chat.requests) > answer.ledger.parts_total + 1
    assert not any("more to tell" in warning for warning in answer.warnings)


def test_a_list_that_never_ends_is_told_and_its_whole_lines_are_kept() -> None:
    chat = engine(
        script=lambda prompt: reader(prompt) + "\n- The supplier deli",
        lengths=lambda prompt: "¶A9\n" in prompt,
    )
    answer = answer_of(events_of(chat))

    assert 9 in [citation.page for citation in answer.citations]
    assert any("had more to tell" in warning for warning in answer.warnings)


def test_notes_that_are_too_many_are_put_together_before_the_answer() -> None:
    def talkative(prompt: str) -> str:
        if "¶notes" in prompt:
            lines = reader(prompt).splitlines()
            return "\n".join(lines[::4]) if LISTS in prompt else "\n".join(lines)
        return "\n".join(f"- {text} [cite:{name}]" for name, text in passages(prompt))

    chat = engine(script=talkative, window_tokens=2_600)
    answer = answer_of(events_of(chat))
    merges = [each for each in chat.requests if LISTS in each.messages[-1].content]

    assert merges
    for request in merges:
        assert request.citations is not None
        held = set(re.findall(r"cite:(\w+)", request.messages[1].content))
        assert all(re.fullmatch(request.citations.pattern, name) for name in held)
        assert not re.fullmatch(request.citations.pattern, "A999a")
    assert answer.found
    assert all(chat.count(each.messages) + 200 <= 2_600 for each in chat.requests)


def test_notes_that_no_model_makes_shorter_are_the_answer_themselves() -> None:
    def stubborn(prompt: str) -> str:
        if "¶notes" in prompt:
            return reader(prompt)
        return "\n".join(f"- {text} [cite:{name}]" for name, text in passages(prompt))

    chat = engine(script=stubborn, window_tokens=1_900)
    answer = answer_of(events_of(chat))

    assert not any(ANSWERS in each.messages[-1].content for each in chat.requests)
    assert any("stands as it was found" in warning for warning in answer.warnings)
    assert {citation.page for citation in answer.citations} == set(range(1, 21))
    assert all(citation.status is Status.EXACT for citation in answer.citations)


def test_a_part_that_repeats_itself_is_told_as_that_and_not_as_too_much() -> None:
    def looping(prompt: str) -> str:
        text = reader(prompt)
        return text + "\n- The weather is discussed." * 40 if "¶A9\n" in prompt else text

    chat = engine(script=looping)
    answer = answer_of(events_of(chat))

    assert 9 in [citation.page for citation in answer.citations]
    (warning,) = answer.warnings
    assert re.match(r"The model began to repeat itself in 1 of \d+ parts", warning)
    assert "--max-output" not in warning


def test_a_part_of_nothing_but_repetition_is_not_read_and_more_output_is_no_remedy() -> None:
    def looping(prompt: str) -> str:
        return "so " * 400 if "¶A9\n" in prompt and "¶notes" not in prompt else reader(prompt)

    answer = answer_of(events_of(engine(script=looping)))

    assert [citation.page for citation in answer.citations] == [3, 17]
    assert answer.ledger.parts_read == answer.ledger.parts_total - 1
    assert "began to repeat itself" in answer.warnings[0]
    assert not any("without an end" in warning for warning in answer.warnings)
    with pytest.raises(EngineError, match="repeat itself") as raised:
        events_of(engine(script=lambda _: "so " * 400))
    assert "--max-output" not in raised.value.hint


def test_a_busy_server_is_asked_again_for_the_answer_itself() -> None:
    refused: list[str] = []

    def busy(prompt: str) -> EngineError | None:
        if ANSWERS in prompt and not refused:
            refused.append(prompt)
            return ServerBusy("The server is busy.")
        return None

    events = events_of(engine(fails=busy))

    assert refused
    assert [citation.page for citation in answer_of(events).citations] == [3, 9, 17]
    assert any(isinstance(event, Prefilling) for event in events)


def test_an_answer_that_waits_for_a_busy_server_can_be_cancelled() -> None:
    busy = ServerBusy("The server is busy.")
    busy.retry_after_seconds = 50.0
    chat = engine(fails=lambda prompt: busy if ANSWERS in prompt else None)
    events = desk_with(chat).ask(QUESTION)
    for event in events:
        if isinstance(event, Prefilling) and event.seconds > 0:
            break
    else:
        pytest.fail("nothing was told while it waits")
    events.close()  # type: ignore[attr-defined]


def test_a_line_without_an_id_gets_the_passage_that_says_it() -> None:
    def forgetful(prompt: str) -> str:
        text = reader(prompt)
        return text if "¶notes" in prompt else re.sub(r" \[cite:A\w+\]", "", text)

    answer = answer_of(events_of(engine(script=forgetful)))

    assert [citation.page for citation in answer.citations] == [3, 9, 17]


def test_a_remark_that_a_part_says_nothing_is_no_note_though_words_of_it_stand_elsewhere() -> None:
    remark = "The supplier delivers no crates of pears here. [cite:none]"
    answer = answer_of(events_of(engine(script=lambda _: remark)))

    assert not answer.found
    assert answer.citations == ()


def test_closing_the_answer_ends_every_request() -> None:
    gate = threading.Event()
    chat = engine(gate=gate)
    events = desk_with(chat).ask(QUESTION)
    for event in events:
        if isinstance(event, PartRead) and chat.running == 4:
            break
    events.close()  # type: ignore[attr-defined]

    until(lambda: chat.running == 0, 5)
    assert len(chat.requests) == 4


def test_a_question_about_one_thing_is_answered_from_pages_unless_every_part_is_wanted() -> None:
    question = "How many crates come in week 9?"

    assert answer_of(events_of(engine(), question)).ledger.mode is Mode.RETRIEVE
    forced = answer_of(events_of(engine(), question, mode=ReadingMode.EVERY_PART)).ledger
    assert forced.mode is Mode.EVERY_PART
    assert forced.reason.startswith("every part was asked for: ")
    retrieved = answer_of(events_of(engine(), mode=ReadingMode.RETRIEVE))
    assert retrieved.ledger.mode is Mode.RETRIEVE
    assert any("not everything was read" in warning for warning in retrieved.warnings)


def test_what_fits_is_read_whole_though_the_question_is_about_all_of_it() -> None:
    chat = engine(window_tokens=40_000)

    assert answer_of(events_of(chat)).ledger.mode is Mode.WHOLE


def test_larger_documents_than_is_set_are_not_read_in_parts_unasked() -> None:
    context = replace(SETTINGS.context, every_part_up_to_tokens=1_000)
    answer = answer_of(events_of(engine(), settings=replace(SETTINGS, context=context)))

    assert answer.ledger.mode is Mode.RETRIEVE


def test_earlier_questions_and_the_role_reach_every_part() -> None:
    chat = engine()
    turn = Turn("Who delivers?", "The supplier does [1].")
    events_of(chat, history=(turn,), role="You are a careful lawyer.")

    for request in chat.requests[:-1]:
        assert any(message.content == turn.question for message in request.messages)
        assert "You are a careful lawyer." in request.messages[-1].content
