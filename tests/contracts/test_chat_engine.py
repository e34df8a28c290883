"""What every server has to be for docmind: the fake one here, a real vLLM in its own lane.

tests/vllm/test_chat.py runs these same tests against the real server.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from docmind.engines.abilities import find_abilities
from docmind.engines.address import Address, address_of
from docmind.engines.chat import ServerEngine
from docmind.engines.inquiry import Inquiry
from docmind.errors import ServerRefused
from docmind.ports import (
    ChatEngine,
    ChatEvent,
    ChatFinished,
    ChatMessage,
    ChatRequest,
    ChatText,
    ChatWaiting,
    CitationTags,
)
from docmind.tokens.qwen import QwenTokenCounter
from docmind.tokens.remembered import RememberedCounts
from tests.fake_server import FakeServer
from tests.waiting import until

COUNTER = RememberedCounts(QwenTokenCounter())
HELLO = (ChatMessage("system", "Answer."), ChatMessage("user", "What is the monthly fee?"))
LONG = (ChatMessage("user", "What follows is long. " * 12_000),)
"""A prompt that takes a server some time to read."""


@dataclass(frozen=True)
class Served:
    """An engine, and how many requests its server has under way."""

    engine: ChatEngine
    running: Callable[[], float]


def engine_at(address: Address) -> ServerEngine:
    """An engine for the server at this address."""
    with Inquiry(address) as inquiry:
        abilities = find_abilities(inquiry, COUNTER)
    return ServerEngine(address, abilities, COUNTER, timeout_seconds=120)


@pytest.fixture
def served() -> Iterator[Served]:
    """The fake server, and an engine for it."""
    with FakeServer() as server:
        engine = engine_at(address_of(server.base_url))
        yield Served(engine, lambda: server.running)


@pytest.fixture
def reading() -> Iterator[Served]:
    """A server that goes on reading the prompt."""
    with FakeServer() as server:
        engine = engine_at(address_of(server.base_url))
        server.behaviour.window_tokens = 131_072
        server.speak.clear()
        yield Served(engine, lambda: server.running)


def request(
    messages: tuple[ChatMessage, ...] = HELLO,
    *,
    tokens: int = 4,
    citations: CitationTags | None = None,
    background: bool = False,
) -> ChatRequest:
    return ChatRequest(messages, tokens, 1.0, 1.0, citations, background)


def spoken(events: list[ChatEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, ChatText))


def readers() -> list[threading.Thread]:
    """The threads that read answers."""
    return [each for each in threading.enumerate() if each.name == "answer"]


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> None:
    until(holds, seconds)


class ContractOfChatEngines:
    """What holds for every engine; `served` and `reading` are the server's own fixtures."""

    def test_an_answer_is_text_and_then_its_end(self, served: Served) -> None:
        events = list(served.engine.stream(request()))

        assert spoken(events)
        assert isinstance(events[-1], ChatFinished)
        assert all(isinstance(event, ChatText | ChatWaiting) for event in events[:-1])

    def test_what_is_cut_off_by_the_limit_says_so(self, served: Served) -> None:
        end = list(served.engine.stream(request(tokens=3)))[-1]

        assert isinstance(end, ChatFinished)
        assert (end.reason, end.output_tokens) == ("length", 3)

    @pytest.mark.parametrize(
        "content",
        [
            "x",
            "\n\n x",
            "12,500.00 € 第三条 🙂",
            "a <|im_end|>\u0338 b",
            "\x00\x01\ud800\u200b",
            "",
        ],
    )
    def test_the_server_reads_as_many_tokens_as_were_counted(
        self, served: Served, content: str
    ) -> None:
        messages = (*HELLO, ChatMessage("assistant", content), ChatMessage("user", content))

        end = list(served.engine.stream(request(messages, tokens=1)))[-1]

        assert isinstance(end, ChatFinished)
        assert end.prompt_tokens == served.engine.count(messages)
        assert served.engine.estimates is False

    def test_a_chat_without_a_system_message_is_counted_with_the_one_that_the_model_adds(
        self,
        served: Served,
    ) -> None:
        end = list(served.engine.stream(request((ChatMessage("user", "Hello"),), tokens=1)))[-1]

        assert isinstance(end, ChatFinished)
        assert end.prompt_tokens == served.engine.count((ChatMessage("user", "Hello"),)) == 30

    def test_several_requests_are_answered_at_once(self, served: Served) -> None:
        ends: list[ChatEvent] = []
        threads = [
            threading.Thread(target=lambda: ends.append(list(served.engine.stream(request()))[-1]))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(ends) == 4
        assert all(isinstance(end, ChatFinished) for end in ends)

    def test_closing_the_answer_ends_it_on_the_server(self, served: Served) -> None:
        events = served.engine.stream(request(tokens=4))
        while not isinstance(next(events), ChatText):
            pass
        events.close()  # type: ignore[attr-defined]

        wait_until(lambda: served.running() == 0)
        assert not readers()

    def test_a_prompt_that_is_being_read_is_given_up_at_once(self, reading: Served) -> None:
        events = reading.engine.stream(request(LONG))
        assert isinstance(next(events), ChatWaiting)
        wait_until(lambda: reading.running() == 1)

        events.close()  # type: ignore[attr-defined]

        wait_until(lambda: reading.running() == 0)
        assert not readers()

    def test_a_prompt_that_is_too_long_is_refused_with_the_numbers(self, served: Served) -> None:
        many = "word " * (served.engine.window_tokens + 1_000)

        with pytest.raises(
            ServerRefused, match=f"window has {served.engine.window_tokens:,}"
        ) as caught:
            list(served.engine.stream(request((ChatMessage("user", many),))))
        assert caught.value.hint

    def test_an_answer_may_be_asked_to_be_longer_than_the_window(self, served: Served) -> None:
        events = served.engine.stream(request(tokens=served.engine.window_tokens * 2))

        while not isinstance(next(events), ChatText):
            pass
        events.close()  # type: ignore[attr-defined]

    def test_a_grammar_of_citations_is_taken(self, served: Served) -> None:
        tags = CitationTags("[cite:", r"(1\.1|1\.2)", "]")

        assert served.engine.constrains
        assert spoken(list(served.engine.stream(request(citations=tags))))

    def test_a_grammar_that_is_none_is_refused(self, served: Served) -> None:
        with pytest.raises(ServerRefused, match="grammar of citations"):
            list(served.engine.stream(request(citations=CitationTags("[cite:", "(1", "]"))))

    def test_what_waits_in_the_background_is_answered_too(self, served: Served) -> None:
        assert spoken(list(served.engine.stream(request(background=True))))

    def test_the_engine_is_named_after_its_server_and_its_model(self, served: Served) -> None:
        assert served.engine.name.name == "vllm"
        assert served.engine.name.model == "Qwen/Qwen2.5-7B-Instruct"
        assert served.engine.tokenizer == "qwen2.5"


class TestFakeServer(ContractOfChatEngines):
    """The fake server."""
