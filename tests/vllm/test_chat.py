"""The engine against a real vLLM: its contract, and what only a real server can say."""

from __future__ import annotations

import random

import pytest

from docmind.engines.address import Address
from docmind.engines.counting import Counting
from docmind.ports import ChatFinished, ChatMessage, ChatText, ChatWaiting, CitationTags
from docmind.tokens.qwen import SPECIAL_TOKENS
from tests.contracts.test_chat_engine import (
    LONG,
    ContractOfChatEngines,
    Served,
    engine_at,
    request,
    spoken,
    wait_until,
)
from tests.vllm.real_server import RealServer

PROMPTS = 200
ENDLESS = 50_000
"""Tokens that take minutes: a server that nothing stops is still at it when the test looks."""
BLOCK_TOKENS = 128
"""vLLM on a CPU remembers prompts in blocks of this size."""


@pytest.fixture
def served(server: RealServer) -> Served:
    """An engine for the real server."""
    engine = engine_at(Address("http://localhost/v1", server.uds))
    return Served(engine, lambda: server.metric("vllm:num_requests_running"))


@pytest.fixture
def reading(served: Served) -> Served:
    """The real server needs no trick to be slow."""
    return served


class TestRealServer(ContractOfChatEngines):
    """The real server."""


def test_what_the_server_can_is_found_out(server: RealServer, served: Served) -> None:
    assert served.engine.window_tokens == server.window_tokens
    assert served.engine.abilities.counting is Counting.HERE  # type: ignore[attr-defined]
    assert served.engine.abilities.version  # type: ignore[attr-defined]


def _random_text(chance: random.Random) -> str:
    """Text of many kinds: prose, Chinese, code, emoji, control characters, spoilt tokens."""
    words = ["the", "Party", "naïve", "e\u0301", "12,500.00", "§ 4", "\u00a0", "don't", "ﬁ"]
    kinds = [
        lambda: chance.choice(words),
        lambda: "".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(chance.randint(1, 9))),
        lambda: chance.choice(["  def f(x):\n\t", "return x[1:]", "a->b", "\r\n\r\n", "\n \n\t"]),
        lambda: chance.choice(["🙂", "👩‍👩‍👧", "🇩🇪", "\u200d", "\ufe0f", "\u0338"]),
        lambda: chr(chance.choice([*range(32), 127, 0x85, 0xAD, 0x200B, 0xFEFF, 0xFFFD])),
        lambda: chance.choice(list(SPECIAL_TOKENS))[:1] + "\u200b" + "im_end|>",
        lambda: chance.choice(list(SPECIAL_TOKENS)),
        lambda: chr(chance.randint(0xD800, 0xDFFF)),
        lambda: " " * chance.randint(1, 12),
        lambda: chr(chance.randint(0x00A0, 0x2FFF)),
    ]
    return "".join(chance.choice(kinds)() for _ in range(chance.randint(0, 300)))


def test_the_prompt_of_200_random_chats_has_as_many_tokens_as_were_counted(
    served: Served,
) -> None:
    chance = random.Random(7)
    wrong = []
    for number in range(PROMPTS):
        chat = [
            ChatMessage(role, _random_text(chance)) for role in ("system", "user", "assistant")
        ]
        messages = (*chat[number % 2 :], ChatMessage("user", _random_text(chance)))
        end = list(served.engine.stream(request(messages, tokens=1)))[-1]
        assert isinstance(end, ChatFinished)
        counted = served.engine.count(messages)
        if end.prompt_tokens != counted:
            wrong.append((number, end.prompt_tokens, counted))

    assert wrong == []


def test_the_second_question_finds_the_document_read(served: Served) -> None:
    document = ChatMessage("user", "Clause 7 is about fees. " * 1_000)
    ends = [
        list(served.engine.stream(request((document, ChatMessage("user", question)), tokens=2)))[
            -1
        ]
        for question in ("What is the fee?", "Who pays it?")
    ]

    cached = [end.cached_tokens or 0 for end in ends if isinstance(end, ChatFinished)]
    assert cached[1] >= served.engine.count((document,)) - BLOCK_TOKENS * 2


def test_after_the_beginning_of_a_tag_only_what_exists_is_written(served: Served) -> None:
    tags = CitationTags("[", r"(12\.1|12\.2)", "]")
    text = spoken(list(served.engine.stream(request(tokens=400, citations=tags))))

    cited = [part.partition("]")[0] for part in text.split("[")[1:]]
    assert all("12.1".startswith(each[:4]) or "12.2".startswith(each[:4]) for each in cited)


@pytest.mark.parametrize("writes", [False, True], ids=["while it reads", "while it writes"])
def test_the_server_stops_within_a_second(
    server: RealServer, served: Served, *, writes: bool
) -> None:
    finished = server.finished()
    asked = request(tokens=ENDLESS) if writes else request(LONG, tokens=ENDLESS)
    events = served.engine.stream(asked)
    awaited = ChatText if writes else ChatWaiting
    while not isinstance(next(events), awaited):
        pass
    # One request that writes may be over for this gauge while its text still comes.
    if not writes:
        wait_until(lambda: served.running() > 0)

    events.close()  # type: ignore[attr-defined]

    assert server.stops_soon()
    assert server.finished() == finished
