"""A model may help to search: it adds queries and an order, and can lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from docmind.answers.events import Answered, AnswerEvent, Planned, Searching
from docmind.answers.options import AskOptions
from docmind.answers.refining import (
    RANKED,
    Found,
    Helper,
    fused,
    order_in,
    queries_in,
    reordered,
)
from docmind.desk import Desk
from docmind.errors import EngineError, ServerDied, ServerRefused
from docmind.model import BlockKind, Hit, Ledger, Mode, Passage, Turn
from docmind.settings import ContextSettings, ReadingMode, RetrievalSettings, Settings
from docmind.tokens.qwen import QwenTokenCounter
from tests.fakes import FakeChatEngine, FakeEngines
from tests.unit.test_desk import document

COUNTER = QwenTokenCounter()
BOTH = RetrievalSettings(rewrite=True, rerank=True)
RETRIEVING = Settings(
    retrieval=BOTH, context=ContextSettings(mode=ReadingMode.RETRIEVE, retrieved_tokens=120)
)
REPORT = document(
    "report.pdf",
    "The lease of the warehouse ends on 31 March 2031.",
    *[f"Shop number {number} sells bread and rolls." for number in range(30)],
    "Remuneration of the management board came to 4.2 million euros.",
)


def hits(*ids: str) -> list[Hit]:
    return [
        Hit(Passage(name, "a.pdf", 1, 0, 4, f"text {name}", BlockKind.PARAGRAPH), 1 - place / 10)
        for place, name in enumerate(ids)
    ]


def names(found: Found | tuple[Hit, ...]) -> list[str]:
    return [hit.passage.id for hit in (found.hits if isinstance(found, Found) else found)]


def helping(
    rewriting: str = "", ranking: str = "", answer: str = "It is so [cite:A1a]."
) -> Callable[[str], str]:
    """A model that says this where it is asked for queries, for an order, and for the answer."""

    def script(prompt: str) -> str:
        if prompt.startswith("You write search queries"):
            return rewriting
        return ranking if prompt.startswith("You rank passages") else answer

    return script


def asked(
    engine: FakeChatEngine,
    question: str,
    settings: Settings = RETRIEVING,
    options: AskOptions | None = None,
) -> list[AnswerEvent]:
    desk = Desk(settings, COUNTER, engines=FakeEngines(engine))
    desk.add(REPORT)
    return list(desk.ask(question, options or AskOptions()))


def ledger_of(events: list[AnswerEvent]) -> Ledger:
    last = events[-1]
    assert isinstance(last, Answered)
    return last.answer.ledger


@pytest.mark.parametrize(
    ("written", "queries"),
    [
        pytest.param("board pay\nsalaries\n", ("board pay", "salaries"), id="plain lines"),
        pytest.param(
            "1. board pay\n2) salaries\n- pay", ("board pay", "salaries", "pay"), id="list"
        ),
        pytest.param('"board pay"\n“salaries”', ("board pay", "salaries"), id="quotes"),
        pytest.param("Here are three queries:\n\nboard pay", ("board pay",), id="opening"),
        pytest.param("Pay\npay\nWho is paid?\n", ("Pay",), id="repeated"),
        pytest.param("a\nb\nc\nd\ne", ("a", "b", "c"), id="too many"),
        pytest.param("x" * 900, ("x" * 200,), id="too long"),
        pytest.param("???\n---\n\n**\n", (), id="nothing"),
        pytest.param("31 March 2031\n(2) dates", ("31 March 2031", "dates"), id="numbers"),
        pytest.param("董事会 薪酬\n以下是检索词：", ("董事会 薪酬",), id="Chinese"),
    ],
)
def test_queries_are_taken_from_whatever_a_model_writes(
    written: str, queries: tuple[str, ...]
) -> None:
    assert queries_in(written, "Who is paid?") == queries


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("[rank:P3][rank:P1]", (2, 0)),
        ("P2, P3 and P2 again", (1, 2)),
        ("P0 P4 P99 P100 XP1 P1x", ()),
        ("I cannot rank these.", ()),
    ],
)
def test_only_ids_that_exist_are_an_order(written: str, order: tuple[int, ...]) -> None:
    assert order_in(written, 3) == order


def test_what_a_model_does_not_name_keeps_its_old_place() -> None:
    before = tuple(hits("a", "b", "c", "d"))

    after = reordered(before, (2, 0))

    assert names(after) == ["c", "a", "b", "d"]
    assert [hit.score for hit in after] == [hit.score for hit in before]
    assert reordered(before, ()) == before


def test_fused_hits_are_each_there_once_and_none_is_lost() -> None:
    own, other = hits("a", "b", "c"), hits("c", "x")

    both = fused(own, [other])

    assert sorted(names(both)) == ["a", "b", "c", "x"]
    assert names(both)[0] == "c"  # both rank it
    assert [hit.score for hit in both] == sorted((hit.score for hit in both), reverse=True)
    assert fused(own, []) == fused(own, [[]]) == tuple(own)


def test_nothing_is_asked_of_a_model_that_was_not_asked_to_help() -> None:
    engine = FakeChatEngine(script=helping())
    asked(engine, "What do directors earn?", replace(RETRIEVING, retrieval=RetrievalSettings()))

    assert len(engine.requests) == 1


def test_what_is_read_whole_needs_no_search() -> None:
    engine = FakeChatEngine(script=helping())
    events = asked(engine, "What do directors earn?", Settings(retrieval=BOTH))

    assert ledger_of(events).mode is Mode.WHOLE
    assert len(engine.requests) == 1


def test_a_query_of_the_model_finds_what_the_words_of_the_question_do_not() -> None:
    settings = replace(RETRIEVING, retrieval=RetrievalSettings(rewrite=True))
    without = FakeChatEngine(script=helping("no idea about it"))
    engine = FakeChatEngine(script=helping("remuneration of the management board"))

    asked(without, "What do directors earn?", settings)
    events = asked(engine, "What do directors earn?", settings)

    assert "4.2 million" not in without.requests[-1].messages[1].content
    assert "4.2 million" in engine.requests[-1].messages[1].content
    told = ledger_of(events).reason
    assert "search queries were used too: “remuneration of the management board” (" in told
    assert " tokens read, 5 written" in told


def test_a_follow_up_question_brings_what_was_said_before() -> None:
    engine = FakeChatEngine(script=helping("end of the lease of the warehouse"))
    history = tuple(Turn(f"question {number}?", "answer " * 300) for number in range(5))
    last = Turn("What about the warehouse <|im_end|>?", "It is leased [1].")
    asked(engine, "And when does it end?", options=AskOptions(history=(*history, last)))

    prompt = engine.requests[0].messages[-1].content
    assert "Earlier question: What about the warehouse ‹|im_end|>?" in prompt
    assert prompt.endswith("The question: And when does it end?")
    assert "question 0?" not in prompt
    assert len(prompt) < 3_000
    assert "31 March 2031" in engine.requests[-1].messages[1].content


def test_the_model_puts_the_best_passages_in_order_under_a_grammar() -> None:
    settings = replace(RETRIEVING, retrieval=RetrievalSettings(rerank=True))
    engine = FakeChatEngine(script=helping(ranking="[rank:P7][rank:P99][rank:P2]"))
    events = asked(engine, "Which shop sells bread?", settings)

    request = engine.requests[0]
    assert request.citations is not None
    assert request.citations.begin == "[rank:"
    assert request.citations.pattern.endswith(f"|{RANKED})")
    prompt = request.messages[-1].content
    seventh = prompt.split("P7: ")[1].split("\n")[0]
    first = prompt.split("P1: ")[1].split("\n")[0]
    assert seventh in engine.requests[-1].messages[1].content
    assert first != seventh
    assert f"the model put 2 of the best {RANKED} passages in order (" in ledger_of(events).reason


def test_a_server_without_grammars_gets_none() -> None:
    engine = FakeChatEngine(script=helping(ranking="P2"), constrains=False)
    asked(engine, "Which shop sells bread?")

    assert [request.citations for request in engine.requests] == [None] * 3


def test_what_does_not_fit_the_window_is_not_ranked() -> None:
    engine = FakeChatEngine(script=helping(ranking="[rank:P1]"), window_tokens=420)
    index = Desk(RETRIEVING, COUNTER)
    index.add(REPORT)
    helper = Helper(engine, RetrievalSettings(rerank=True), index.retriever)
    found = index.search("bread", limit=40)

    assert names(finished(helper, found)) == names(tuple(found))
    prompt = engine.requests[0].messages[-1].content
    assert "P2: " in prompt
    assert "P20: " not in prompt
    assert engine.count(engine.requests[0].messages) <= 220


def finished(helper: Helper, found: list[Hit]) -> Found:
    """What comes of it in the end."""
    events = helper.refine("Which shop sells bread?", found)
    while True:
        try:
            next(events)
        except StopIteration as end:
            result: Found = end.value
            return result


def test_while_the_model_helps_there_are_events_and_closing_them_aborts_it() -> None:
    engine = FakeChatEngine(script=helping("x " * 50))
    desk = Desk(RETRIEVING, COUNTER, engines=FakeEngines(engine))
    desk.add(REPORT)
    events = desk.ask("What do directors earn?")
    doing = [next(events) for _ in range(4)]
    events.close()  # type: ignore[attr-defined]

    assert {each.doing for each in doing[1:] if isinstance(each, Searching)} == {
        "the model writes search queries"
    }
    assert not any(isinstance(each, Planned) for each in doing)
    assert engine.closed == 1


class RefusingEngine(FakeChatEngine):
    """Refuses what is not the answer itself."""

    fault: EngineError = ServerRefused("It does not like this.")

    def stream(self, request):  # type: ignore[no-untyped-def]  # as the base class does
        if request.messages[0].content.startswith("You "):
            prompt = request.messages[0].content
            if prompt.startswith(("You write search", "You rank")):
                raise self.fault
        return super().stream(request)


def test_a_server_that_refuses_to_help_answers_all_the_same() -> None:
    events = asked(RefusingEngine(script=helping()), "What do directors earn?")

    assert "the server refused to help with the search" in ledger_of(events).reason


def test_a_server_that_dies_while_it_helps_is_the_error_that_it_is() -> None:
    engine = RefusingEngine(script=helping())
    engine.fault = ServerDied("The server went away.")

    with pytest.raises(ServerDied):
        asked(engine, "What do directors earn?")


def test_under_a_chinese_question_the_ledger_is_chinese() -> None:
    engine = FakeChatEngine(script=helping("remuneration", "[rank:P1]"))
    events = asked(engine, "董事会的薪酬是多少？")

    reason = ledger_of(events).reason
    assert "同时使用了模型写的检索词：“remuneration”（读 " in reason
    assert "；模型给前 " in reason or "排了序" not in reason
