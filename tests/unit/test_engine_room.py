"""Where a language model comes from: servers that are named, managed, lost and found again."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from docmind.engine_room import EngineRoom
from docmind.errors import (
    ConfigError,
    EngineError,
    NoServer,
    ServerDied,
    ServerNotStarted,
    ServerUnreachable,
)
from docmind.ports import EnginePhase, EngineState
from docmind.serving.command import Launch, Listen
from docmind.serving.lease import RunningServer
from docmind.serving.server import Starting
from docmind.settings import AdapterSettings, EngineSettings, Profile, ServerSettings, Settings
from docmind.tokens.qwen import QwenTokenCounter
from docmind.tokens.remembered import RememberedCounts
from tests.contracts.test_chat_engine import request, wait_until
from tests.fake_server import MODEL, FakeServer

COUNTER = RememberedCounts(QwenTokenCounter())
NO_GPU = NoServer("No GPU was found.", "Try: docmind serve plan")
PATIENCE_SECONDS = 10.0


@dataclass
class FakeManaged:
    """A managed server whose process is the fake server; `steps` are those of its start."""

    server: FakeServer
    up: bool = False
    steps: tuple[str, ...] = ("loading", "compiling")
    fails: EngineError | None = None
    go: threading.Event = field(default_factory=threading.Event)
    launched: list[Launch] = field(default_factory=list)
    clients: int = 0
    stopped: int = 0
    loading: Starting | None = None

    def running(self) -> RunningServer | None:
        """The fake server, once it was started."""
        if not self.up:
            return None
        window = self.server.behaviour.window_tokens
        return RunningServer(
            self.server.base_url, None, "", MODEL, window, "native", 1, "0.32.0", 0.0, "same"
        )

    def holds(self, running: RunningServer) -> bool:
        """Whether it is up."""
        return self.up

    @contextmanager
    def attach(self) -> Iterator[None]:
        """Count one more client."""
        self.clients += 1
        try:
            yield
        finally:
            self.clients -= 1

    def start(self, launch: Launch, *, keep: bool) -> Generator[Starting, None, None]:
        """Go through the steps, and wait for leave between them."""
        assert keep is False
        self.launched.append(launch)
        try:
            for step in self.steps:
                yield Starting(step, "", 0.5)
                while not self.go.wait(0.01):
                    yield Starting(step, "", 0.5)
        except GeneratorExit:
            self.stopped += 1
            raise
        if self.fails is not None:
            raise self.fails
        self.up = True

    def stop(self) -> None:
        """End it."""
        self.stopped += 1
        self.up = False


def launch_for(tokens: int) -> Launch:
    window = 131_072 if tokens > 32_768 else 32_768
    return Launch(("vllm",), {}, MODEL, window, Profile.AUTO, Listen(Path("/nowhere")))


def no_way(tokens: int) -> Launch:
    raise NO_GPU


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as fake:
        yield fake


def settings(name: str = "auto", url: str = "", **server: object) -> Settings:
    return Settings(
        engine=EngineSettings(name=name, base_url=url),
        server=ServerSettings(**server),  # type: ignore[arg-type]
    )


def room(server: FakeServer, asked: Settings, managed: FakeManaged | None = None) -> EngineRoom:
    """A room; without `managed` this machine can serve nothing."""
    if managed is None:
        return EngineRoom(asked, COUNTER, FakeManaged(server), no_way)
    return EngineRoom(asked, COUNTER, managed, launch_for)


def settled(found: EngineRoom) -> EngineState:
    for _ in found.wait():
        pass
    return found.state


def test_extraction_that_was_asked_for_looks_for_no_server(server: FakeServer) -> None:
    found = room(server, settings("extractive", server.base_url))

    assert settled(found).phase is EnginePhase.NONE
    assert found.engine() is None
    assert server.paths == []


@pytest.mark.parametrize("name", ["auto", "openai"])
def test_a_server_that_is_named_is_used(server: FakeServer, name: str) -> None:
    found = room(server, settings(name, server.base_url))

    state = settled(found)
    engine = found.engine()
    assert state.phase is EnginePhase.READY
    assert engine is not None
    assert list(engine.stream(request()))
    assert not found.restartable
    with pytest.raises(NoServer):
        found.restart()


def test_on_a_machine_that_can_serve_nothing_the_reason_is_kept(server: FakeServer) -> None:
    found = room(server, settings())

    state = settled(found)
    assert state == EngineState(EnginePhase.NONE, "no language model: No GPU was found")
    assert found.engine() is None


def test_where_a_configured_server_does_not_answer_both_reasons_are_told(
    server: FakeServer,
) -> None:
    found = room(server, settings("auto", "http://127.0.0.1:9"))

    assert settled(found).note == (
        "no language model: Nothing answers at http://127.0.0.1:9. No GPU was found"
    )


def test_a_server_that_was_asked_for_and_does_not_answer_is_an_error(server: FakeServer) -> None:
    found = room(server, settings("openai", "http://127.0.0.1:9"))

    with pytest.raises(ServerUnreachable) as caught:
        settled(found)
    assert "docmind doctor" in caught.value.hint
    assert found.state.phase is EnginePhase.FAILED


def test_vllm_that_was_asked_for_and_cannot_be_had_is_an_error(server: FakeServer) -> None:
    with pytest.raises(NoServer, match="No GPU"):
        settled(room(server, settings("vllm", server.base_url)))


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        pytest.param("openai", "", "needs the address", id="no address"),
        pytest.param("vlm", "", "no engine called 'vlm'", id="mistyped"),
        pytest.param("auto", "localhost:8000", "no address of a server", id="no scheme"),
    ],
)
def test_an_engine_that_makes_no_sense_is_told_in_words(
    server: FakeServer, name: str, url: str, words: str
) -> None:
    found = room(server, settings(name, url))

    with pytest.raises(ConfigError, match=words):
        settled(found)
    assert found.misconfigured is not None


def test_a_managed_server_that_runs_is_used_and_held(server: FakeServer) -> None:
    managed = FakeManaged(server, up=True)
    found = room(server, settings(), managed)

    assert found.look(PATIENCE_SECONDS).phase is EnginePhase.READY
    engine = found.engine()
    assert engine is not None
    assert engine.abilities.prioritizes
    assert managed.clients == 1
    found.close()
    assert managed.clients == 0
    assert managed.launched == []


def test_a_managed_server_is_started_while_others_wait_for_it(server: FakeServer) -> None:
    managed = FakeManaged(server)
    found = room(server, settings(), managed)
    found.need(1_000)

    assert found.look(PATIENCE_SECONDS).phase is EnginePhase.LOADING
    assert found.engine() is None
    notes = []
    for state in found.wait():
        notes.append(state.note)
        managed.go.set()
    assert notes[0].startswith("loading")
    assert found.state.phase is EnginePhase.READY
    assert found.engine() is not None


def test_the_window_of_a_server_that_is_started_is_what_the_documents_need(
    server: FakeServer,
) -> None:
    managed = FakeManaged(server)
    managed.go.set()
    found = room(server, settings(), managed)
    found.look(PATIENCE_SECONDS)
    assert managed.launched == []

    found.need(84_000)
    settled(found)

    assert [launch.window_tokens for launch in managed.launched] == [131_072]


def test_a_start_that_somebody_else_began_is_waited_for(server: FakeServer) -> None:
    managed = FakeManaged(server, loading=Starting("compiling", "", None))
    found = room(server, settings("vllm"), managed)
    for state in found.wait():
        assert state.phase is EnginePhase.LOADING
        managed.up, managed.loading = True, None

    assert found.state.phase is EnginePhase.READY
    assert managed.launched == []


def test_a_start_that_fails_says_why(server: FakeServer) -> None:
    error = ServerNotStarted("The GPU is full.", "End what uses it.")
    managed = FakeManaged(server, fails=error)
    managed.go.set()
    found = room(server, settings("vllm", profile=Profile.NATIVE), managed)

    with pytest.raises(ServerNotStarted, match="GPU is full"):
        settled(found)
    assert found.state.note == "no language model: The GPU is full"
    assert found.restartable


def test_whoever_gives_up_waiting_ends_the_start(server: FakeServer) -> None:
    managed = FakeManaged(server)
    found = room(server, settings("vllm", profile=Profile.NATIVE), managed)
    states = found.wait()
    next(states)
    wait_until(lambda: bool(managed.launched))

    states.close()

    wait_until(lambda: managed.stopped == 1)
    wait_until(lambda: found.state.phase is EnginePhase.FAILED)


def test_documents_that_need_a_larger_window_are_an_offer_and_no_restart(
    server: FakeServer,
) -> None:
    managed = FakeManaged(server, up=True)
    found = room(server, settings(), managed)
    settled(found)
    found.need(1_000)
    assert found.offer == ""

    found.need(84_000)

    assert "and the server runs with 32,768." in found.offer
    assert managed.stopped == 0
    found.need(500_000)
    assert found.offer == ""


def test_a_restart_ends_the_server_and_starts_one_that_the_documents_fit_into(
    server: FakeServer,
) -> None:
    managed = FakeManaged(server, up=True)
    managed.go.set()
    found = room(server, settings(), managed)
    settled(found)
    found.need(84_000)

    found.restart()
    settled(found)

    assert managed.stopped == 1
    assert managed.launched[0].window_tokens == 131_072
    assert managed.clients == 1
    assert found.engine() is not None


def test_a_server_that_dies_in_an_answer_is_no_engine_any_more(server: FakeServer) -> None:
    managed = FakeManaged(server, up=True)
    found = room(server, settings(), managed)
    settled(found)
    engine = found.engine()
    assert engine is not None
    server.behaviour.dies_after = 2

    with pytest.raises(ServerDied):
        list(engine.stream(request()))

    assert found.state.phase is EnginePhase.FAILED
    assert isinstance(found.state.error, ServerDied)
    assert found.engine() is None
    assert managed.clients == 0
    assert found.restartable


def test_the_next_question_to_a_foreign_server_that_died_is_told_that_nothing_answers() -> None:
    with FakeServer() as server:
        found = room(server, settings("openai", server.base_url))
        settled(found)
        engine = found.engine()
        assert engine is not None
        server.behaviour.dies_after = 2
        events = engine.stream(request())
        next(events)
        server._server.server_close()
        server._server.shutdown()
        with pytest.raises(ServerDied) as caught:
            list(events)

    wait_until(lambda: isinstance(found.state.error, ServerUnreachable))
    assert server.base_url.removesuffix("/v1") in caught.value.hint
    assert "serve status" not in caught.value.hint


def test_a_server_that_ends_while_nobody_asks_it_is_no_engine_any_more(
    server: FakeServer,
) -> None:
    managed = FakeManaged(server, up=True)
    found = room(server, settings(), managed)
    settled(found)
    before, threads = len(server.paths), threading.active_count()

    managed.up = False

    wait_until(lambda: found.state.phase is EnginePhase.FAILED)
    assert isinstance(found.state.error, ServerDied)
    assert "docmind serve status" in found.state.error.hint
    assert managed.clients == 0
    assert found.restartable
    assert len(server.paths) == before
    assert threading.active_count() <= threads


def test_an_answer_that_a_restart_cuts_off_does_not_look_like_a_server_that_died(
    server: FakeServer,
) -> None:
    managed = FakeManaged(server, up=True)
    found = room(server, settings(), managed)
    settled(found)
    found.need(1_000)
    engine = found.engine()
    assert engine is not None
    server.behaviour.dies_after = 2

    found.restart()
    with pytest.raises(ServerDied):
        list(engine.stream(request()))

    assert found.state.phase is EnginePhase.LOADING
    managed.go.set()
    assert settled(found).phase is EnginePhase.READY


@pytest.mark.parametrize("up", [True, False], ids=["running", "started"])
def test_the_model_of_the_settings_chooses_an_adapter_of_the_managed_server(
    server: FakeServer, *, up: bool
) -> None:
    server.behaviour.adapters = ("law", "tax")
    managed = FakeManaged(server, up=up)
    managed.go.set()
    asked = settings("vllm", adapters=(AdapterSettings("law", "/a"), AdapterSettings("tax", "/b")))
    asked = replace(asked, engine=replace(asked.engine, model="tax"))
    found = room(server, asked, managed)
    found.need(1_000)

    settled(found)
    engine = found.engine()

    assert engine is not None
    assert (engine.name.model, engine.window_tokens, engine.warnings) == ("tax", 32_768, ())
    list(engine.stream(request()))
    assert server.requests[-1]["model"] == "tax"


def test_a_model_that_our_server_would_not_serve_is_refused_before_it_is_started(
    server: FakeServer,
) -> None:
    managed = FakeManaged(server)
    asked = settings("vllm", adapters=(AdapterSettings("law", "/a"),))
    asked = replace(asked, engine=replace(asked.engine, model="llama"))

    with pytest.raises(NoServer, match=f"would serve {MODEL}, law, and not 'llama'"):
        settled(room(server, asked, managed))
    assert managed.launched == []


def test_a_key_file_that_cannot_be_read_is_a_configuration_error(tmp_path: Path) -> None:
    from docmind.engines.connecting import read_key

    with pytest.raises(ConfigError, match="cannot be read"):
        read_key(str(tmp_path / "none"))
    (tmp_path / "key").write_text("secret\nsecond line\n", encoding="utf-8")
    assert read_key(str(tmp_path / "key")) == "secret"
    assert read_key("") == ""
