"""Several requests at once: bounded, in order, ended together, and patient with a busy server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

import pytest

from docmind.answers.asking import Line, Progress, Reply
from docmind.answers.patience import OF_A_BATCH, Patience
from docmind.errors import (
    EngineError,
    ServerBusy,
    ServerDied,
    ServerRefused,
    ServerUnreachable,
)
from docmind.ports import ChatEvent, ChatFinished, ChatMessage, ChatRequest, ChatText
from tests.fakes import FakeChatEngine
from tests.unit.context.made import COUNTER
from tests.waiting import until


@dataclass
class Moody(FakeChatEngine):
    """A FakeChatEngine that raises what `moods` says before it answers, one after the other."""

    moods: Iterator[EngineError | None] = field(default_factory=lambda: iter(()))

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """The next mood, else the script."""
        if error := next(self.moods, None):
            self.requests.append(request)
            raise error
        yield from super().stream(request)


def request(text: str = "Tell me.") -> ChatRequest:
    return ChatRequest((ChatMessage("user", text),), 10, 0.0, 1.0)


def line(engine: FakeChatEngine, seconds: float = 60.0) -> Line:
    return Line(engine, COUNTER, Patience(seconds, (ServerBusy,)))


def says(text: str) -> Callable[[Line], Reply]:
    return lambda held: held.ask(request(text))


def done(work: Generator[Progress, None, list[Reply | EngineError]]) -> list[Reply | EngineError]:
    """What comes of the work."""
    while True:
        try:
            next(work)
        except StopIteration as stopped:
            results: list[Reply | EngineError] = stopped.value
            return results


def test_results_come_in_the_order_of_the_jobs() -> None:
    engine = FakeChatEngine(script=lambda prompt: prompt.upper())
    results = done(line(engine).work([says(f"job {at}") for at in range(20)], 8))

    assert [each.text for each in results if isinstance(each, Reply)] == [
        f"JOB {at}" for at in range(20)
    ]


def test_a_job_that_fails_stands_in_its_place() -> None:
    refused = ServerRefused("no")

    def fails(_: Line) -> Reply:
        raise refused

    held = line(FakeChatEngine(script=lambda _: "yes"))
    results = done(held.work([says("a"), fails, says("c")], 1))

    assert results[1] is refused
    assert [isinstance(each, Reply) for each in results] == [True, False, True]


@pytest.mark.parametrize("error", [ServerUnreachable("gone"), ValueError("a bug")])
def test_nothing_more_is_asked_where_nobody_answers_or_something_is_broken(
    error: Exception,
) -> None:
    engine = FakeChatEngine(script=lambda _: "yes")

    def fails(_: Line) -> Reply:
        raise error

    with pytest.raises(type(error)):
        done(line(engine).work([fails, *[says("b")] * 50], 1))
    assert engine.requests == []


def test_a_busy_server_is_asked_again_and_then_it_is_an_error() -> None:
    busy = ServerBusy("busy")
    patient = Moody(script=lambda _: "yes", moods=iter([busy]))
    tired = Moody(script=lambda _: "yes", moods=iter([busy] * 99))

    assert line(patient, 0.1).ask(request()).text == "yes"
    with pytest.raises(ServerBusy):
        line(tired, 0.1).ask(request())
    assert len(tired.requests) == 2


def test_an_answer_that_broke_off_is_asked_for_again_where_patience_is_with_that() -> None:
    dies = Moody(script=lambda _: "yes", moods=iter([ServerDied("died")]))
    batch = Line(dies, COUNTER, Patience(0.1, OF_A_BATCH.passing))

    assert batch.ask(request()).text == "yes"
    with pytest.raises(ServerDied):
        line(Moody(moods=iter([ServerDied("died")]))).ask(request())


def test_one_that_is_busy_is_not_given_up_while_others_are_being_written() -> None:
    @dataclass
    class Full(FakeChatEngine):
        """Writes one long answer, and takes nothing else before it has refused it five times."""

        refusals: int = 0
        full: threading.Event = field(default_factory=threading.Event)
        free: threading.Event = field(default_factory=threading.Event)

        def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
            if request.messages[0].content == "long":
                self.full.set()
                while not self.free.wait(0.01):
                    yield ChatText("more ")
            elif not self.free.is_set():
                self.full.wait(5)
                self.refusals += 1
                if self.refusals < 5:
                    raise ServerBusy("busy")
                self.free.set()
            yield from super().stream(request)

    engine = Full(script=lambda _: "yes")
    results = done(line(engine, 0.2).work([says("long"), says("short")], 2))

    assert engine.refusals == 5
    assert all(isinstance(each, Reply) for each in results)


def test_one_that_always_breaks_off_is_given_up_though_it_writes_each_time() -> None:
    class Breaking(FakeChatEngine):
        """Goes away in the middle of each answer."""

        def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
            yield ChatText("The supplier")
            raise ServerDied("died")

    patience = Patience(0.1, OF_A_BATCH.passing)
    with pytest.raises(ServerDied):
        Line(Breaking(), COUNTER, patience).ask(request())


def test_who_waits_for_a_busy_server_stops_at_once() -> None:
    asked = threading.Event()

    def moods() -> Iterator[EngineError]:
        while True:
            asked.set()
            yield ServerBusy("busy")

    engine = Moody(moods=moods())
    work = line(engine, 3600.0).work([says("a")], 1)
    next(work)
    until(asked.is_set)
    work.close()

    until(lambda: not [each for each in threading.enumerate() if each.name == "part 0"], 2)
    assert len(engine.requests) == 1


def test_tokens_are_the_servers_own_or_counted_and_said_to_be() -> None:
    @dataclass
    class Silent(FakeChatEngine):
        """Tells no numbers."""

        def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
            yield ChatText("four words of answer")
            yield ChatFinished("stop")

    told, counted = line(FakeChatEngine(script=lambda _: "one two")), line(Silent())
    told.ask(request())
    counted.ask(request())

    assert (told.tally.output_tokens, told.tally.estimated) == (2, False)
    assert (counted.tally.output_tokens, counted.tally.estimated) == (4, True)
    assert counted.tally.prompt_tokens == told.tally.prompt_tokens


def test_a_model_that_repeats_itself_is_stopped_but_not_where_it_fills_rows() -> None:
    engine = FakeChatEngine(script=lambda _: "- The supplier insures the goods.\n" * 100)
    held = line(engine)

    reply = held.ask(request())
    rows = held.ask(ChatRequest(request().messages, 10, 0.0, 1.0, json_schema="{}"))

    assert (reply.text.count("insures"), reply.ended) == (1, False)
    assert (rows.text.count("insures"), rows.ended) == (100, True)
    assert engine.closed == 1
