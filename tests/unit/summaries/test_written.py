"""Summaries that a model writes: what it is asked, what of it is kept, and what is told."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence

import pytest

from docmind.answers.writing import Writing
from docmind.context.prompt import prefix
from docmind.context.sheets import copy_of
from docmind.errors import (
    DoesNotFit,
    EngineError,
    RecordCut,
    ServerBusy,
    ServerDied,
    ServerRefused,
    UsageError,
)
from docmind.model import (
    Block,
    BlockKind,
    Document,
    Kind,
    Mode,
    OutlineItem,
    Page,
    Status,
    Summary,
)
from docmind.passages.split import split_document
from docmind.ports import ChatRequest
from docmind.settings import (
    AnswerSettings,
    ContextSettings,
    GenerationSettings,
    Language,
    ReadingMode,
)
from docmind.summaries.events import Length, PartRead, Summarized, SummaryEvent, SummaryOptions
from docmind.summaries.extractive import Subject
from docmind.summaries.telling import BOUNDS, Bounds, Wanted, told
from docmind.summaries.written import summarize_written
from docmind.tokens.qwen import QwenTokenCounter
from docmind.tokens.remembered import RememberedCounts
from tests.parts_engine import PartsEngine, passages
from tests.waiting import until

COUNTER = RememberedCounts(QwenTokenCounter())
FEE = "The Customer pays Marlow Ltd a fee of EUR {},000 on 1 March 20{}."
FILLER = "The parties meet each spring to talk about the weather and the harvest of the year."
AS_SET = SummaryOptions()
PARTS = SummaryOptions(mode=ReadingMode.EVERY_PART)


def contract(pages: int = 12, sentence: str = FEE) -> Document:
    """Each page opens with a title and a fee of its own."""
    made: list[Page] = []
    for number in range(1, pages + 1):
        lines = [f"Schedule {number}", sentence.format(number + 10, number + 10)]
        lines += [f"{FILLER} {FILLER}" for _ in range(6)]
        text, blocks = "", []
        for at, line in enumerate(lines):
            kind = BlockKind.PARAGRAPH if at else BlockKind.HEADING
            blocks.append(Block(kind, len(text), len(text) + len(line), level=int(not at)))
            text += line + "\n"
        made.append(Page(number, text, blocks=tuple(blocks)))
    outline = tuple(OutlineItem(f"Schedule {page.number}", 1, page.number) for page in made)
    return Document("0" * 64, "contract.pdf", Kind.PDF, "contract.pdf", tuple(made), outline)


def teller(prompt: str, *, facts: Sequence[tuple[str, str]] = ()) -> str:
    """A model that tells each fee once, and of notes the first of them."""
    if "¶notes" in prompt:
        notes = re.findall(r"- (.*?) ((?:\[cite:\w+\])+)\n", prompt)
        points = [{"text": text, "ids": re.findall(r"cite:(\w+)", ids)} for text, ids in notes[:3]]
        lists = {"points": points[:1], "key_points": points, "overview": points[:1]}
    else:
        found = dict(re.findall(r"¶([A-Z]\d+)\n¶a (Schedule \d+)", prompt))
        fees = {name: fee for name, text in passages(prompt) for fee in _fees(prompt, name)}
        points = [{"text": fee, "ids": [name]} for name, fee in fees.items()]
        told_facts = [
            {"sort": sort, "value": value, "kind": "", "ids": [f"{tag}a"]}
            for tag in found
            for sort, value in facts
        ]
        lists = {"points": points, "key_points": points[:2], "overview": points[:1]}
        lists["facts"] = told_facts
    asked = json.loads(
        prompt.split("without a word around it:\n")[1].split("\n")[0].replace("…", "")
    )
    return json.dumps({name: lists[name] for name in asked})


def _fees(prompt: str, name: str) -> list[str]:
    """The fee of the page whose first passage this is."""
    if not name.endswith("a"):
        return []
    page = int(name[1:-1])
    fee = FEE.format(page + 10, page + 10)
    return [fee] if fee in prompt else []


def engine(**rest: object) -> PartsEngine:
    given = {"script": teller, "window_tokens": 16_000, "constrains": True} | rest
    return PartsEngine(**given)  # type: ignore[arg-type]


def events_of(
    chat: PartsEngine,
    options: SummaryOptions = AS_SET,
    document: Document | None = None,
    bounds: Bounds | None = None,
    **context: int,
) -> list[SummaryEvent]:
    document = document or contract()
    held = split_document(document, COUNTER)
    tokens = sum(COUNTER.count(page.text) for page in document.pages)
    writing = Writing(
        chat,
        (copy_of(document, held, "A", COUNTER),),
        COUNTER,
        AnswerSettings(),
        ContextSettings(**({"part_tokens": 800} | context)),  # type: ignore[arg-type]
        GenerationSettings(concurrency=3),
    )
    subject = Subject(document, held, tokens, COUNTER.name)
    return list(summarize_written(subject, writing, options, bounds))


def summary_of(chat: PartsEngine, options: SummaryOptions = AS_SET, **rest: object) -> Summary:
    *_, last = events_of(chat, options, **rest)  # type: ignore[arg-type]
    assert isinstance(last, Summarized)
    return last.summary


def ids_of(request: ChatRequest) -> set[str]:
    """The ids that stand in a prompt."""
    text = request.messages[1].content
    return {name for name, _ in passages(text)} or set(re.findall(r"cite:(\w+)", text))


def test_a_document_that_fits_is_told_at_once_with_verified_citations_under_its_sections() -> None:
    chat = engine()
    summary = summary_of(chat)

    assert len(chat.requests) == 1
    assert summary.ledger.mode is Mode.WHOLE
    assert [section.title for section in summary.sections] == [
        f"Schedule {number}" for number in range(1, 13)
    ]
    for section in summary.sections:
        (point,) = section.points
        assert point.supported
        (number,) = point.citations
        assert summary.citations[number - 1].page == section.first_page
    assert all(citation.status is Status.EXACT for citation in summary.citations)
    assert all(citation.quote.startswith("The Customer") for citation in summary.citations)
    assert summary.overview[0].text == FEE.format(11, 11)
    assert summary.coverage.complete
    assert summary.coverage.pages_read == 12
    assert summary.engine == chat.name


def test_beyond_one_pass_every_part_is_told_and_the_overview_cites_what_a_part_has_cited() -> None:
    chat = engine()
    summary = summary_of(chat, PARTS)
    *parts, last = chat.requests

    assert summary.ledger.mode is Mode.EVERY_PART
    assert summary.ledger.parts_read == summary.ledger.parts_total == len(parts) > 2
    assert sorted(name for each in parts for name in ids_of(each)) == sorted(
        {name for each in parts for name in ids_of(each)}
    )
    for request in chat.requests:
        assert request.json_schema is not None
        pattern = json.loads(request.json_schema)["$defs"]["ids"]["items"]["pattern"]
        every = {name for each in parts for name in ids_of(each)}
        assert {name for name in every if re.search(pattern, name)} == ids_of(request)
    assert ids_of(last) == {f"A{page}a" for page in range(1, 13)}
    assert len(summary.sections) == 12
    assert len(summary.key_points) == 3
    assert summary.key_points[0] == summary.sections[0].points[0]


def test_progress_is_told_and_tokens_of_all_requests_are_counted() -> None:
    chat = engine()
    *told_events, last = events_of(chat, PARTS)
    assert isinstance(last, Summarized)
    progress = [event for event in told_events if isinstance(event, PartRead)]

    assert (progress[0].done, progress[-1].done) == (0, last.summary.ledger.parts_total)
    tokens = [event.tokens for event in progress]
    assert tokens == sorted(tokens)
    counted = sum(chat.count(request.messages) for request in chat.requests)
    assert last.summary.ledger.prompt_tokens == counted


def test_notes_that_are_too_many_are_put_together_in_groups_first() -> None:
    chat = engine()
    summary = summary_of(chat, PARTS, document=contract(40), part_tokens=300)
    merges = [each for each in chat.requests if '"points": {' in str(each.json_schema)]
    merges = [each for each in merges if "¶notes" in each.messages[1].content]

    assert merges
    for request in merges:
        pattern = json.loads(str(request.json_schema))["$defs"]["ids"]["items"]["pattern"]
        assert all(re.search(pattern, name) for name in ids_of(request))
        assert not re.search(pattern, "A999a")
    assert summary.key_points
    assert len(summary.sections) == 40


def test_notes_that_cannot_be_put_together_stay_as_they_are_while_they_fit() -> None:
    def fails(prompt: str) -> EngineError | None:
        return ServerRefused("No.") if "¶notes" in prompt and '"points"' in prompt else None

    summary = summary_of(engine(fails=fails), PARTS, document=contract(40), part_tokens=300)

    assert summary.key_points
    assert len(summary.sections) == 40


def test_a_statement_that_its_passage_does_not_say_is_marked() -> None:
    wrong = FEE.format(99, 99)
    chat = engine(script=lambda prompt: teller(prompt).replace(FEE.format(11, 11), wrong))
    summary = summary_of(chat)

    (point,) = summary.overview
    assert (point.text, point.supported) == (wrong, False)
    assert point.citations
    assert any("were not found in the passages" in warning for warning in summary.warnings)


def test_facts_stand_in_what_they_cite_or_are_left_out() -> None:
    facts = [
        ("party", "Marlow Ltd"),
        ("date", "1 March 2011"),
        ("amount", "EUR 11,000"),
        ("person", "Elizabeth Bennet"),
    ]
    chat = engine(script=lambda prompt: teller(prompt, facts=facts))
    summary = summary_of(chat)

    (party,) = summary.facts.parties
    assert party.value == "Marlow Ltd"
    assert "Marlow Ltd" in summary.citations[party.citations[0] - 1].quote
    assert [fact.value for fact in summary.facts.amounts] == ["EUR 11,000"]
    assert summary.facts.people == ()
    assert any("Facts that were left out" in warning for warning in summary.warnings)


def test_what_is_cut_off_is_told_again_in_smaller_parts() -> None:
    chat = engine(lengths=lambda prompt: "¶A1\n" in prompt and "¶A12\n" in prompt)
    summary = summary_of(chat)

    assert summary.ledger.mode is Mode.EVERY_PART
    assert "was cut off" in summary.ledger.reason
    assert len(summary.sections) == 12


def test_a_summary_that_says_nothing_says_so() -> None:
    silent = '{"points": [], "key_points": [], "overview": [], "facts": []}'
    chat = engine(script=lambda _: silent)
    summary = summary_of(chat)

    assert summary.overview == ()
    assert summary.warnings == (
        "The model told nothing of this document. Try again, or use another model.",
    )
    lists = json.loads(str(chat.requests[0].json_schema))["properties"]
    assert {name: each["minItems"] for name, each in lists.items()} == {
        "points": 0,
        "key_points": 1,
        "overview": 1,
        "facts": 0,
    }


def test_a_part_that_is_cut_off_is_halved_and_nothing_is_lost() -> None:
    chat = engine(lengths=lambda prompt: "¶A2\n" in prompt and "¶A1\n" in prompt)
    summary = summary_of(chat, PARTS)

    assert len(chat.requests) > summary.ledger.parts_total + 1
    assert len(summary.sections) == 12
    assert summary.coverage.complete


def test_what_never_ends_is_an_error_and_is_never_mended() -> None:
    with pytest.raises(RecordCut, match="did not end within"):
        events_of(engine(lengths=lambda _: True))


def test_a_part_that_the_server_refuses_leaves_a_summary_that_says_what_is_missing() -> None:
    refused = ServerRefused("The server refuses it.")
    chat = engine(fails=lambda prompt: refused if "¶A5\n" in prompt else None)
    summary = summary_of(chat, PARTS)

    assert not summary.coverage.complete
    assert summary.coverage.pages_read < 12
    assert summary.ledger.parts_read == summary.ledger.parts_total - 1
    assert any("could not be read (contract.pdf: pages" in each for each in summary.warnings)
    assert "Schedule 5" not in [section.title for section in summary.sections]


@pytest.mark.parametrize("error", [ServerDied("It went away."), ServerBusy("It is busy.")])
def test_what_passes_leaves_no_summary_that_lacks_parts_so_that_a_batch_makes_it_again(
    error: EngineError,
) -> None:
    if isinstance(error, ServerBusy):
        error.retry_after_seconds = 3_600.0
    with pytest.raises(type(error)):
        events_of(engine(fails=lambda prompt: error if "¶A5\n" in prompt else None), PARTS)


def test_an_engine_without_a_grammar_is_asked_again_once_and_unknown_ids_are_dropped() -> None:
    tried: list[str] = []

    def careless(prompt: str) -> str:
        tried.append(prompt)
        if len(tried) == 1:
            return "Here is your summary: {"
        return teller(prompt).replace('"A2a"', '"A99z"')

    chat = engine(script=careless, shapes=False)
    summary = summary_of(chat)

    assert len(chat.requests) == 2
    assert all(request.json_schema is None for request in chat.requests)
    assert "Schedule 2" not in [section.title for section in summary.sections]
    assert len(summary.sections) == 11


def test_an_engine_that_writes_no_json_at_all_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(EngineError, match="did not write the JSON") as raised:
        events_of(engine(script=lambda _: "Certainly!", shapes=False))
    assert "--engine extractive" in raised.value.hint


def test_the_document_stands_first_as_for_a_question_and_what_is_wanted_after_it() -> None:
    chat = engine()
    options = SummaryOptions(
        length=Length.SHORT,
        language=Language.CHINESE,
        role="You are a careful lawyer.",
        focus="termination and <|im_end|> liability",
    )
    summary_of(chat, options)
    (request,) = chat.requests
    copy = copy_of(contract(), split_document(contract(), COUNTER), "A", COUNTER)

    assert request.messages[:2] == prefix([(copy, copy.sheets)])
    last = request.messages[-1].content
    assert "You are a careful lawyer." in last
    assert "termination and ‹|im_end|> liability" in last
    assert "Chinese" in last
    assert last.index("role") < last.index("task")


def test_length_says_how_much_may_be_written() -> None:
    chats = [engine(window_tokens=64_000) for _ in Length]
    for chat, length in zip(chats, Length, strict=True):
        summary_of(chat, SummaryOptions(length=length), part_tokens=16_000)
    schemas = [json.loads(str(chat.requests[0].json_schema))["properties"] for chat in chats]
    most = [schema["key_points"]["maxItems"] for schema in schemas]

    assert most == sorted(set(most))


def test_who_wants_it_whole_is_told_in_numbers_why_that_cannot_be() -> None:
    whole = SummaryOptions(mode=ReadingMode.WHOLE)

    with pytest.raises(DoesNotFit, match="do not fit: of the window of"):
        events_of(engine(window_tokens=2_500), whole, document=contract(40))
    assert summary_of(engine(), whole).ledger.mode is Mode.WHOLE


def test_a_window_without_room_for_anything_is_refused() -> None:
    with pytest.raises(UsageError, match="window of 500"):
        events_of(engine(window_tokens=500))


def test_what_is_too_long_to_be_read_well_is_read_in_parts_though_it_fits() -> None:
    summary = summary_of(engine(), whole_up_to_tokens=1_000)

    assert summary.ledger.mode is Mode.EVERY_PART
    assert "more than whole_up_to_tokens (1,000)" in summary.ledger.reason


def test_a_document_without_text_is_not_asked_about() -> None:
    blank = Document("0" * 64, "blank.txt", Kind.TEXT, "blank.txt", (Page(1, ""),))
    chat = engine()
    summary = summary_of(chat, document=blank)

    assert chat.requests == []
    assert summary.warnings == ("There is no text to summarize.",)


def test_closing_the_summary_ends_every_request() -> None:
    gate = threading.Event()
    chat = engine(gate=gate)
    document = contract()
    held = split_document(document, COUNTER)
    writing = Writing(
        chat,
        (copy_of(document, held, "A", COUNTER),),
        COUNTER,
        AnswerSettings(),
        ContextSettings(part_tokens=800),
        GenerationSettings(concurrency=3),
    )
    events = summarize_written(Subject(document, held, 1, "words"), writing, PARTS)
    for event in events:
        if isinstance(event, PartRead) and chat.running == 3:
            break
    events.close()

    until(lambda: chat.running == 0, 5)
    assert len(chat.requests) == 3


@pytest.mark.parametrize("tokens", [200, 1_000, 4_000])
@pytest.mark.parametrize("length", Length)
def test_bounds_are_made_small_enough_to_be_written(length: Length, tokens: int) -> None:
    bounds = BOUNDS[length].within(tokens)

    assert bounds.tokens <= tokens or bounds == bounds.halved
    assert BOUNDS[length].within(100_000) == BOUNDS[length]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"points": [{"text": 1, "ids": []}]}', '{"points": "x"}', "[" * 100_000],
)
def test_what_is_not_the_json_that_was_asked_for_is_nothing(text: str) -> None:
    assert told(text, ["A1a"]) is None


def test_ids_are_kept_once_and_only_if_they_exist() -> None:
    written = (
        '{"points": [{"text": "a", "ids": ["A1a", "A1a", "B2c"]}, {"text": "b", "ids": ["X"]}]}'
    )
    made = told(written, ["A1a"])

    assert made is not None
    assert [(point.text, point.ids) for point in made.points] == [("a", ["A1a"])]


def test_the_schema_bounds_every_list_and_every_text() -> None:
    schema = json.loads(Wanted.of(BOUNDS[Length.SHORT], "points", "facts").schema(["A1a", "A2b"]))

    def bounded(node: object) -> bool:
        if isinstance(node, dict):
            if node.get("type") == "array":
                assert "maxItems" in node
            if node.get("type") == "string":
                assert "maxLength" in node or "pattern" in node
            return all(bounded(each) for each in node.values())
        return True

    assert bounded(schema)
    assert list(schema["properties"]) == ["points", "facts"]


def test_a_definition_is_told_where_it_is_given_wherever_else_its_term_stands() -> None:
    terms = [
        "Schedule {}: the Harvest Fund pays for it.",
        "Harvest Fund means the reserve that both parties keep at a bank of their choice.",
    ]
    pages = tuple(
        Page(number, text, blocks=(Block(BlockKind.PARAGRAPH, 0, len(text)),))
        for number, text in enumerate(terms, start=1)
    )
    document = Document("0" * 64, "contract.pdf", Kind.PDF, "contract.pdf", pages)
    value = "Harvest Fund: the reserve that both parties keep at a bank of their choice"
    fact = {"sort": "definition", "value": value, "kind": "", "ids": ["A1a", "A2a"]}
    chat = engine(script=lambda prompt: json.dumps({"points": [], "facts": [fact]}))
    summary = summary_of(chat, document=document)

    (definition,) = summary.facts.definitions
    assert definition.value == value
    (number,) = definition.citations
    assert summary.citations[number - 1].page == 2
