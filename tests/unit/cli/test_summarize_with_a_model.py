"""`docmind summarize` where a language model writes: which server is asked, and what fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_server import MODEL, FakeServer
from tests.unit.cli.conftest import CONTRACT, Command

NOTHING = '{"points": [], "key_points": [], "overview": [], "facts": []}'


def server() -> FakeServer:
    """A server whose model has nothing to tell."""
    fake = FakeServer()
    fake.behaviour.words = (NOTHING,)
    return fake


@pytest.fixture
def one() -> Iterator[FakeServer]:
    with server() as fake:
        yield fake


@pytest.fixture
def two() -> Iterator[FakeServer]:
    with server() as fake:
        yield fake


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "files").mkdir()
    for number in range(8):
        text = f"{CONTRACT}\nNumber {number}.\n"
        (tmp_path / "files" / f"{number}.md").write_text(text, encoding="utf-8")
    return "files"


def chats(fake: FakeServer) -> list[dict[str, object]]:
    return [each for each in fake.requests if "messages" in each]


def test_the_model_writes_and_its_name_stands_in_the_record(
    docmind: Command, folder: str, one: FakeServer
) -> None:
    result = docmind("summarize", "--base-url", one.base_url, f"{folder}/0.md")

    record = json.loads(result.stdout)
    assert record["engine"]["model"] == MODEL
    assert record["ledger"]["mode"] == "whole"
    assert len(chats(one)) == 1


@pytest.mark.parametrize("command", ["summarize", "extract"])
def test_a_single_document_does_not_wait_for_a_server_that_died(
    docmind: Command, folder: str, one: FakeServer, command: str
) -> None:
    Path("schema.json").write_text('{"type": "object", "properties": {"fee": {"type": "number"}}}')
    one.behaviour.dies_after = 0
    flags = ["--schema", "schema.json"] if command == "extract" else []
    result = docmind(command, *flags, "--base-url", one.base_url, f"{folder}/0.md")

    assert result.exit_code == 3
    assert "went away" in result.stderr or "closed the connection" in result.stderr
    assert len(chats(one)) == 1


def test_several_servers_share_a_folder_and_another_run_asks_none(
    docmind: Command,
    folder: str,
    one: FakeServer,
    two: FakeServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCMIND_SERVER_BASE_URLS", f"{one.base_url} {two.base_url}")

    first = docmind("summarize", folder, "-o", "out")
    asked = len(chats(one)), len(chats(two))
    second = docmind("summarize", folder, "-o", "out")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert sum(asked) == 8
    assert (len(chats(one)), len(chats(two))) == asked
    assert "8 unchanged" in second.stderr


def test_one_of_several_servers_that_is_away_is_told(
    docmind: Command,
    folder: str,
    one: FakeServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCMIND_SERVER_BASE_URLS", f"{one.base_url} http://127.0.0.1:9/v1")

    result = docmind("summarize", folder, "-o", "out")

    assert result.exit_code == 0
    assert "Nothing answers" in result.stderr
    assert len(chats(one)) == 8


def test_another_model_makes_all_anew(docmind: Command, folder: str, one: FakeServer) -> None:
    docmind("summarize", folder, "-o", "out", "--engine", "extractive")
    result = docmind("summarize", folder, "-o", "out", "--base-url", one.base_url)

    assert "8 done" in result.stderr


def test_a_model_that_is_asked_for_and_not_there_is_exit_code_3(
    docmind: Command, folder: str
) -> None:
    result = docmind("summarize", folder, "-o", "out", "--base-url", "http://127.0.0.1:9/v1")

    assert result.exit_code == 3
    assert result.stdout == ""


def test_what_the_server_refuses_fails_and_is_told(
    docmind: Command, folder: str, one: FakeServer
) -> None:
    one.behaviour.refuses = (400, '{"error": {"message": "no"}}')

    result = docmind("summarize", folder, "-o", "out", "--base-url", one.base_url)

    assert result.exit_code == 3
    assert result.stderr.count("refused the request") == 8
    assert "Traceback" not in result.stderr
