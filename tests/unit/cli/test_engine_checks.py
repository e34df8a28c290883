"""What `docmind doctor` says of engines: which one would answer, and what there is for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from docmind.cli.engine_checks import EngineFound, check_gpu, check_servers, find_engine
from docmind.engines.local_servers import look
from docmind.errors import NoServer
from docmind.export.doctor_records import Severity
from docmind.serving.command import Launch, Listen
from docmind.serving.machine import Gpu, Machine
from docmind.serving.server import ManagedServer
from docmind.settings import EngineSettings, Profile, ServerSettings
from tests.fake_server import MODEL, Behaviour, FakeServer

NOWHERE = "http://127.0.0.1:9/v1"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as fake:
        yield fake


def found(
    home: Path, name: str = "auto", url: str = "", *, can_serve: bool = False
) -> EngineFound:
    def launch() -> Launch:
        if not can_serve:
            raise NoServer("No GPU was found.", "Try: docmind serve plan")
        return Launch(("vllm",), {}, MODEL, 32_768, Profile.NATIVE, Listen(home / "socket"))

    managed = ManagedServer(home, ServerSettings())
    return find_engine(EngineSettings(name=name, base_url=url), managed, launch)


def test_without_any_server_the_extractive_engine_answers_and_the_reason_is_told(
    home: Path,
) -> None:
    result = found(home)

    assert (result.engine, result.reason) == ("extractive", "No GPU was found.")
    assert result.check.severity is Severity.OK
    assert "docmind serve plan" in result.check.remedy


def test_what_docmind_would_start_is_told_and_not_started(home: Path) -> None:
    result = found(home, can_serve=True)

    assert result.engine == "vllm"
    assert "32,768 tokens" in result.check.message
    assert "docmind serve start" in result.check.remedy
    assert ManagedServer(home, ServerSettings()).lease is None


def test_a_server_that_is_configured_is_told_with_its_model_and_window(
    home: Path, server: FakeServer
) -> None:
    result = found(home, url=server.base_url)

    assert result.engine == "vllm"
    assert result.check.severity is Severity.OK
    assert f"{MODEL}, 32,768 tokens" in result.check.message


def test_a_server_that_does_not_tell_its_window_is_a_warning_with_a_way_out(
    home: Path, server: FakeServer
) -> None:
    server.behaviour.kind, server.behaviour.window_tokens = "openai", 0

    result = found(home, url=server.base_url)

    assert result.check.severity is Severity.WARN
    assert "[engine] window_tokens" in result.check.remedy


def test_a_configured_server_that_does_not_answer_is_a_warning_where_another_engine_does(
    home: Path,
) -> None:
    result = found(home, url=NOWHERE)

    assert result.engine == "extractive"
    assert result.check.severity is Severity.WARN
    assert "Nothing answers at http://127.0.0.1:9." in result.check.message


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        pytest.param("openai", NOWHERE, "Nothing answers", id="server"),
        pytest.param("openai", "", "needs the address", id="address"),
        pytest.param("vllm", "", "No GPU was found", id="vllm"),
        pytest.param("vlm", "", "no engine called", id="mistyped"),
        pytest.param("auto", "nonsense", "no address of a server", id="nonsense"),
    ],
)
def test_an_engine_that_was_asked_for_and_is_not_there_fails(
    home: Path, name: str, url: str, words: str
) -> None:
    result = found(home, name, url)

    assert result.check.severity is Severity.FAIL
    assert words in result.check.message
    assert result.check.remedy
    if url == NOWHERE:
        assert result.check.remedy == "Start that server, or name another: --base-url"


def test_the_extractive_engine_that_is_configured_is_well(home: Path) -> None:
    assert found(home, "extractive", NOWHERE).check.message == "extractive (as configured)"


def test_servers_that_listen_are_found_with_what_to_type(server: FakeServer) -> None:
    locked = Behaviour(api_key="secret")
    with FakeServer(locked) as second:
        servers = look({"vllm": server.base_url, "ollama": second.base_url, "none": NOWHERE})
        check = check_servers(servers)

    assert [each.base_url for each in servers] == [server.base_url, second.base_url]
    assert f"vllm at {server.base_url}: {MODEL}, 32,768 tokens" in check.message
    assert "wants an API key" in check.message
    assert check.remedy == f"To use it: --base-url {server.base_url}"


def test_no_server_that_listens_is_a_legal_answer() -> None:
    assert check_servers(look({"none": NOWHERE})).severity is Severity.OK


def test_no_graphics_card_is_a_legal_answer() -> None:
    check = check_gpu(Machine((), 8, 32.0, 16.0))

    assert check.severity is Severity.OK
    assert "none is needed" in check.message


def test_a_graphics_card_is_named_with_its_memory() -> None:
    check = check_gpu(Machine((Gpu(0, "NVIDIA H200", 139.8, 120.2),), 8, 32.0, 16.0))

    assert check.message == "NVIDIA H200, 120 of 140 GiB free"
