"""Servers that share the work of a batch have one model, and one that is away is told."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from docmind.engine_room.sharing import connect_all
from docmind.errors import ConfigError, ServerUnreachable
from docmind.settings import ServerSettings, Settings
from docmind.tokens.qwen import QwenTokenCounter
from tests.fake_server import Behaviour, FakeServer


def settings(*urls: str) -> Settings:
    return Settings(server=ServerSettings(base_urls=urls))


def test_those_that_answer_share_the_work_and_the_others_are_told() -> None:
    with FakeServer() as one, FakeServer() as other:
        urls = (one.base_url, other.base_url, "http://127.0.0.1:9/v1")
        found, failed = connect_all(settings(*urls), QwenTokenCounter())

    assert len({name for name, _ in found}) == 2
    assert [type(error) for error in failed] == [ServerUnreachable]


def test_where_none_answers_there_is_no_batch() -> None:
    with pytest.raises(ServerUnreachable):
        connect_all(settings("http://127.0.0.1:9/v1"), QwenTokenCounter())


def test_different_models_are_refused() -> None:
    with ExitStack() as stack:
        urls = [
            stack.enter_context(FakeServer(Behaviour(models=(model,)))).base_url
            for model in ("one", "another")
        ]
        with pytest.raises(ConfigError, match="different models"):
            connect_all(settings(*urls), QwenTokenCounter())
