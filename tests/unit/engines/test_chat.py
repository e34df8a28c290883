"""What goes wrong between docmind and a server: each is an error with words and a way out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from docmind.engines.address import address_of
from docmind.engines.chat import ServerEngine
from docmind.engines.refusals import seconds_until
from docmind.errors import EngineError, ServerBusy, ServerDied, ServerRefused, ServerUnreachable
from docmind.ports import (
    WITHHELD,
    ChatFinished,
    ChatMessage,
    ChatText,
    ChatWaiting,
    CitationTags,
)
from tests.contracts.test_chat_engine import COUNTER, LONG, engine_at, request, spoken
from tests.fake_server import Behaviour, FakeServer

ANSWER = "The fee is EUR 4,500."


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as fake:
        yield fake


def engine(server: FakeServer, key: str = "") -> ServerEngine:
    return engine_at(address_of(server.base_url, key))


def answer(server: FakeServer) -> str:
    return spoken(list(engine(server).stream(request(tokens=100))))


@pytest.mark.parametrize(
    "writes",
    [
        pytest.param(lambda data: f"data: {data}\n\n".encode(), id="plain"),
        pytest.param(lambda data: f"data:{data}\r\n\r\n".encode(), id="CRLF and no space"),
        pytest.param(lambda data: f": alive\n\ndata: {data}\n\n: \n\n".encode(), id="comments"),
        pytest.param(lambda data: f"event: x\nid: 1\ndata: {data}\n\n".encode(), id="fields"),
    ],
)
@pytest.mark.parametrize("split", [False, True], ids=["in chunks", "byte by byte"])
def test_events_are_read_however_they_are_written(
    server: FakeServer, writes: object, split: bool
) -> None:
    server.behaviour.words = ("The", " 费用", " is 4,500 €", " 🙂")
    server.behaviour.writes, server.behaviour.split = writes, split  # type: ignore[assignment]

    assert answer(server) == "The 费用 is 4,500 € 🙂"


def test_a_server_on_a_socket_is_spoken_to(tmp_path: Path) -> None:
    with FakeServer(uds=tmp_path / "sock") as server:
        assert answer(server) == ANSWER


def test_one_who_waits_is_told_several_times_a_second(server: FakeServer) -> None:
    server.speak.clear()
    events = engine(server).stream(request())

    waited = [next(events) for _ in range(3)]
    server.speak.set()

    seconds = [each.seconds for each in waited if isinstance(each, ChatWaiting)]
    assert len(seconds) == 3
    assert seconds == sorted(seconds)
    assert isinstance(list(events)[-1], ChatFinished)


def test_a_model_that_thinks_without_a_word_can_be_cancelled(server: FakeServer) -> None:
    server.behaviour.words = ("",) * 2_000_000
    events = engine(server).stream(request(tokens=2_000_000))

    assert isinstance(next(events), ChatWaiting)
    events.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("behaviour", "kind", "words"),
    [
        pytest.param(Behaviour(dies_after=3), ServerDied, "in the middle of an answer", id="dies"),
        pytest.param(
            Behaviour(dies_after=0), ServerUnreachable, "before it answered", id="says nothing"
        ),
        pytest.param(Behaviour(reason="abort"), ServerDied, "ended with 'abort'", id="abort"),
        pytest.param(
            Behaviour(error_after=2, error={"message": "EngineCore died", "code": 500}),
            ServerDied,
            "EngineCore died",
            id="error",
        ),
        pytest.param(
            Behaviour(error_after=0, error={"message": "bad grammar", "code": 400}),
            ServerRefused,
            "bad grammar",
            id="late refusal",
        ),
        pytest.param(Behaviour(error_after=1, error="oh no"), ServerDied, "oh no", id="text"),
        pytest.param(
            Behaviour(writes=lambda _: b"data: {nonsense\n\n"), ServerDied, "nonsense", id="JSON"
        ),
        pytest.param(Behaviour(refuses=(200, "{}")), ServerRefused, "not stream", id="no stream"),
        pytest.param(Behaviour(refuses=(401, "{}")), ServerRefused, "wants an API key", id="401"),
        pytest.param(
            Behaviour(refuses=(404, "")), ServerRefused, "no language model at", id="404"
        ),
        pytest.param(
            Behaviour(refuses=(503, '{"error": "loading"}')), ServerRefused, "busy: load", id="503"
        ),
        pytest.param(Behaviour(refuses=(500, "<html>")), ServerDied, "status 500", id="500"),
        pytest.param(
            Behaviour(refuses=(400, '{"detail": [{"msg": "no"}]}')), ServerRefused, "no", id="400"
        ),
        pytest.param(
            Behaviour(
                refuses=(
                    400,
                    '{"error":{"code":400,"message":"the request exceeds the available context '
                    'size","type":"exceed_context_size_error","n_prompt_tokens":9000,'
                    '"n_ctx":8192}}',
                )
            ),
            ServerRefused,
            "has 9,000 tokens or more; the server's window has 8,192",
            id="too long, as llama.cpp says it",
        ),
    ],
)
def test_what_goes_wrong_on_the_server_is_told(
    behaviour: Behaviour, kind: type[EngineError], words: str
) -> None:
    with FakeServer(behaviour) as server:
        events = engine(server).stream(request(tokens=100))
        with pytest.raises(kind, match=words) as caught:
            list(events)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("header", "seconds", "hint"),
    [
        ("17", 17, "in 17 seconds"),
        ("9" * 400, 86_400, "in 86,400 seconds"),
        ("Wed, 21 Oct 9999 07:28:00 GMT", 86_400, "in 86,400 seconds"),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", 0, "in a moment"),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, "in a moment"),
        ("soon", 0, "in a moment"),
        ("", 0, "in a moment"),
    ],
)
def test_a_busy_server_says_when_it_wants_to_be_asked_again(
    header: str, seconds: float, hint: str
) -> None:
    with FakeServer(Behaviour(refuses=(503, "{}"), retry_after=header)) as server:
        events = engine(server).stream(request())
        with pytest.raises(ServerBusy) as caught:
            list(events)
    assert caught.value.retry_after_seconds == seconds
    assert hint in caught.value.hint
    assert str(caught.value).endswith(" is busy.")


def test_text_that_the_server_kept_back_is_no_end_like_others(server: FakeServer) -> None:
    told: list[str] = []
    for reason in ("content_filter", "eos", "length"):
        server.behaviour.reason = reason
        *_, finished = engine(server).stream(request())
        assert isinstance(finished, ChatFinished)
        told.append(finished.reason)

    assert told == [WITHHELD, "stop", "length"]


def test_a_date_in_the_future_is_so_many_seconds_away() -> None:
    now = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)

    assert seconds_until("Thu, 01 Jan 2026 12:00:42 GMT", now) == 42


def test_what_was_written_before_the_server_died_has_been_told(server: FakeServer) -> None:
    server.behaviour.dies_after = 3
    events = engine(server).stream(request(tokens=100))
    texts = [next(events) for _ in range(3)]

    with pytest.raises(ServerDied):
        list(events)
    assert texts == [ChatText("The"), ChatText(" fee"), ChatText(" is")]


def test_a_server_that_is_gone_is_unreachable(server: FakeServer) -> None:
    gone = engine(server)
    server._server.server_close()
    server._server.shutdown()

    with pytest.raises(ServerUnreachable, match="Nothing answers at"):
        list(gone.stream(request()))


def test_a_server_that_is_silent_for_too_long_is_given_up(server: FakeServer) -> None:
    abilities = engine(server).abilities
    lost: list[EngineError] = []
    silent = ServerEngine(
        address_of(server.base_url), abilities, COUNTER, timeout_seconds=0.5, lost=lost.append
    )
    server.speak.clear()

    with pytest.raises(ServerDied, match="silent for") as caught:
        list(silent.stream(request()))
    assert lost == [caught.value]
    assert "timeout_seconds" in caught.value.hint


def test_a_model_that_has_gone_is_named_with_those_that_are_there(server: FakeServer) -> None:
    asking = engine(server)
    server.behaviour.models = ("one", "two")

    with pytest.raises(ServerRefused, match="has one, two") as caught:
        list(asking.stream(request()))
    assert caught.value.hint == "Try: --model one"


def test_a_key_is_sent_and_never_shown() -> None:
    with FakeServer(Behaviour(api_key="secret")) as server:
        with pytest.raises(ServerRefused, match="wants an API key"):
            engine(server)
        with pytest.raises(ServerRefused, match="does not take"):
            engine(server, "wrong")
        found = engine(server, "secret")
        assert spoken(list(found.stream(request(tokens=100)))) == ANSWER
    assert "secret" not in repr(found.address)


def test_proxies_of_the_environment_are_not_used(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    assert answer(server) == ANSWER


def test_vllm_is_asked_for_what_it_alone_can(server: FakeServer) -> None:
    tags = CitationTags("[", r"(1\.1)", "]")
    list(engine(server).stream(request(citations=tags, background=True)))

    body = server.requests[0]
    assert body["response_format"]["format"]["triggers"] == ["["]
    assert body["response_format"]["format"]["at_least_one"] is False
    assert body["max_completion_tokens"] == 4
    assert body["stream_options"] == {"include_usage": True}
    assert "priority" not in body  # a server of someone else's may refuse it


@pytest.mark.parametrize("kind", ["vllm", "ollama", "llama.cpp", "lm-studio"])
def test_a_schema_is_sent_as_every_known_server_takes_it(kind: str) -> None:
    with FakeServer(Behaviour(kind=kind)) as server:
        found = engine(server)
        list(found.stream(replace(request(), json_schema='{"type":"object"}')))

    assert found.shapes
    sent = server.requests[0]["response_format"]
    assert sent["type"] == "json_schema"
    assert sent["json_schema"]["schema"] == {"type": "object"}


def test_other_servers_are_asked_for_what_all_understand() -> None:
    with FakeServer(Behaviour(kind="llama.cpp")) as server:
        found = engine(server)
        list(found.stream(request(citations=CitationTags("[", "1", "]"))))

    assert "response_format" not in server.requests[0]
    assert server.requests[0]["max_tokens"] == 4
    assert not found.constrains
    assert found.estimates


def test_what_ollama_would_cut_without_a_word_is_refused_before_it_is_sent() -> None:
    with (
        FakeServer(Behaviour(kind="ollama", window_tokens=4_096)) as server,
        pytest.raises(ServerRefused, match="reads 4,096") as caught,
    ):
        list(engine(server).stream(request(LONG)))

    assert server.requests == []
    assert "OLLAMA_CONTEXT_LENGTH" in caught.value.hint


def test_what_ollama_has_cut_without_a_word_is_refused_afterwards() -> None:
    with FakeServer(Behaviour(kind="ollama", window_tokens=131_072)) as server:
        found = engine(server)
        server.behaviour.window_tokens = 4_096
        with pytest.raises(ServerRefused, match="read 4,096 of about 60,0"):
            list(found.stream(request(LONG)))


def test_requests_of_several_threads_do_not_mix(server: FakeServer) -> None:
    server.behaviour.words = tuple(f" {number}" for number in range(200))
    found, texts = engine(server), []

    def ask() -> None:
        texts.append(spoken(list(found.stream(request(tokens=200)))))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert texts == ["".join(server.behaviour.words)] * 8


def test_halves_of_characters_reach_no_server(server: FakeServer) -> None:
    list(engine(server).stream(request((ChatMessage("user", "a\ud800b"),))))

    assert json.dumps(server.requests[0]["messages"]).count("ud800") == 0
