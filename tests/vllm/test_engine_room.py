"""docmind starts a real vLLM by itself, asks it, and another docmind finds it running."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from docmind.config import Folders
from docmind.ports import ChatFinished, EnginePhase
from docmind.serving.server import ManagedServer
from docmind.settings import EngineSettings, Profile, ServerSettings, Settings
from docmind.workspace import Workspace
from tests.contracts.test_chat_engine import HELLO, request

LOOKING_SECONDS = 30.0


@pytest.fixture
def settings(
    vllm_python: Path,
    tiny_model: Path,
    server_environment: Mapping[str, str],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Settings]:
    """Those of a user who has vLLM somewhere; whatever was started is stopped."""
    for name, value in server_environment.items():
        monkeypatch.setenv(name, value)
    command = shlex.join([str(vllm_python), "-m", "vllm.entrypoints.openai.api_server"])
    server = ServerSettings(command=command, model=str(tiny_model), profile=Profile.NATIVE)
    yield Settings(engine=EngineSettings(name="vllm"), server=server)
    ManagedServer(home, server).stop()


def test_the_managed_server_is_started_asked_and_found_again(
    settings: Settings, home: Path
) -> None:
    folders = Folders(home, home / "cache", None)
    with Workspace(settings, folders) as first:
        notes = [state.note for state in first.engines.wait()]
        engine = first.engines.engine()
        assert len(set(notes)) > 2
        assert engine is not None
        assert engine.abilities.prioritizes
        end = list(engine.stream(request(background=True)))[-1]
        assert isinstance(end, ChatFinished)
        assert end.prompt_tokens == engine.count(HELLO)

    with Workspace(settings, folders) as second:
        assert second.engines.look(LOOKING_SECONDS).phase is EnginePhase.READY
