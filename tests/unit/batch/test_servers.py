"""Several servers share the work; what one cannot answer now another does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from docmind.batch.servers import Servers, SharingEngine
from docmind.errors import EngineError, ServerBusy, ServerDied, ServerRefused, ServerUnreachable
from docmind.ports import ChatEvent, ChatMessage, ChatRequest, ChatText
from tests.fakes import FakeChatEngine

ASKED = ChatRequest((ChatMessage("user", "?"),), 10, 0.0, 1.0)


@dataclass
class Failing(FakeChatEngine):
    """Raises these errors, one a request, before it answers."""

    errors: list[EngineError] = field(default_factory=list)

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        if self.errors:
            raise self.errors.pop(0)
        yield from super().stream(request)


def says(name: str) -> Callable[[str], str]:
    return lambda prompt: name


def answer(engine: SharingEngine) -> str:
    return "".join(each.text for each in engine.stream(ASKED) if isinstance(each, ChatText))


def servers(*engines: FakeChatEngine, now: list[float] | None = None) -> Servers:
    named = [(f"server {number}", engine) for number, engine in enumerate(engines)]
    clock = now if now is not None else [0.0]
    return Servers(named, clock=lambda: clock[0])


def test_a_document_keeps_its_server_and_documents_are_spread() -> None:
    shared = servers(*(FakeChatEngine(says(name)) for name in "abc"))
    asked = [[answer(shared.for_document(f"sha {n}")) for _ in range(2)] for n in range(60)]

    assert all(first == second for first, second in asked)
    assert min([each[0] for each in asked].count(name) for name in "abc") >= 10


def test_a_server_more_moves_only_the_documents_that_it_gets() -> None:
    two = servers(*(FakeChatEngine(says(name)) for name in "ab"))
    three = servers(*(FakeChatEngine(says(name)) for name in "abc"))

    for number in range(50):
        before = answer(two.for_document(f"sha {number}"))
        after = answer(three.for_document(f"sha {number}"))
        assert after in (before, "c")


def test_a_busy_server_is_not_waited_for_here_and_says_so() -> None:
    busy, gone = ServerBusy("busy"), ServerUnreachable("gone")
    both = [Failing(says("done"), errors=[each]) for each in (busy, gone)]

    for shared in (servers(both[0]), servers(*both), servers(*reversed(both))):
        both[0].errors, both[1].errors = [busy], [gone]
        with pytest.raises(ServerBusy):
            answer(shared.for_document("sha"))


def test_what_is_refused_is_not_asked_again() -> None:
    refusing = Failing(says("done"), errors=[ServerRefused("too long")])

    with pytest.raises(ServerRefused, match="too long"):
        answer(servers(refusing).for_document("sha"))


def test_another_server_answers_for_one_that_is_gone_and_it_is_avoided_for_a_while() -> None:
    now = [0.0]
    first, second = Failing(says("first")), Failing(says("second"))
    shared = servers(first, second, now=now)
    document = next(
        name for name in map(str, range(9)) if answer(shared.for_document(name)) == "first"
    )
    first.errors = [ServerUnreachable("gone")]

    told = []
    for _ in range(3):
        told.append(answer(shared.for_document(document)))
        now[0] += 16

    assert told == ["second", "second", "first"]


def test_an_answer_that_breaks_off_is_not_asked_again() -> None:
    broken = FakeChatEngine(says("an answer"), error=ServerDied("died"), fails_after=3)

    with pytest.raises(ServerDied):
        answer(servers(broken).for_document("sha"))

    assert len(broken.requests) == 1


def test_together_they_can_what_each_of_them_can() -> None:
    small = FakeChatEngine(window_tokens=8_192, constrains=False)
    engine = servers(FakeChatEngine(), small).for_document("sha")

    assert engine.window_tokens == 8_192
    assert not engine.constrains
    assert engine.shapes
    assert engine.count(ASKED.messages) == small.count(ASKED.messages)
    assert (engine.name, engine.tokenizer, engine.estimates) == (small.name, "words", False)
