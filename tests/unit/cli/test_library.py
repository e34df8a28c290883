"""`docmind add`, `list`, `remove`, `sync`, and what asks the library."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docmind.export.schema import schema_of
from tests.unit.cli.conftest import Command

WORDS = ("--retrieval", "lexical")


def checked(text: str, record: str) -> dict[str, Any]:
    """A record that is what its schema says."""
    found: dict[str, Any] = json.loads(text)
    jsonschema.validate(found, schema_of(record))
    return found


def test_what_was_added_is_listed_and_found(docmind: Command, contract: str) -> None:
    added = docmind("add", *WORDS, "--json", contract)
    change = checked(added.stdout, "library_change")
    listed = checked(docmind("list", "--json").stdout, "library")
    found = checked(
        docmind("search", "--library", *WORDS, "--json", "thirty days").stdout, "search"
    )

    assert (added.exit_code, change["added"], change["failed"]) == (0, [contract], [])
    assert listed["added"] == [str(Path(contract).absolute())]
    (document,) = listed["documents"]
    assert (document["name"], document["kind"], document["vectors"]) == (contract, "markdown", 0)
    best = found["passages"][0]
    text = Path(contract).read_text(encoding="utf-8")
    assert best["text"] == text[best["start"] : best["end"]]
    assert "thirty days" in best["text"]
    assert (best["document"], best["page"]) == (contract, None)


def test_the_library_answers_questions(docmind: Command, contract: str) -> None:
    docmind("add", *WORDS, contract)

    done = docmind(
        "ask", "--library", *WORDS, "--engine", "extractive", "--json", "What is the monthly fee?"
    )

    answer = checked(done.stdout, "answer")
    assert answer["found"]
    assert "EUR 4,500" in answer["answer"]
    assert answer["citations"][0]["document"] == contract


def test_what_the_disk_has_lost_is_dropped(docmind: Command, contract: str) -> None:
    docmind("add", *WORDS, contract)
    Path(contract).unlink()

    change = checked(docmind("sync", *WORDS, "--json").stdout, "library_change")

    assert change["removed"] == [contract]
    assert "empty" in docmind("list").stdout


def test_what_is_removed_is_gone_and_the_file_stays(docmind: Command, contract: str) -> None:
    docmind("add", *WORDS, contract)

    assert "1 removed" in docmind("remove", contract).stdout
    assert Path(contract).exists()
    assert checked(docmind("list", "--json").stdout, "library")["documents"] == []


def test_inputs_that_cannot_be_read_are_named_and_the_others_added(
    docmind: Command, contract: str, tmp_path: Path
) -> None:
    (tmp_path / "empty.md").touch()
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / os.fsdecode(b"bad-\xff.md")).write_text("text", encoding="utf-8")

    added = docmind("add", *WORDS, "--json", tmp_path, tmp_path / "missing", "x/" * 2047 + "x")

    change = checked(added.stdout, "library_change")
    assert added.exit_code == 1
    assert change["added"] == [contract]
    assert len(change["failed"]) == 5
    for word in ("empty.md", "pipe.md", "UTF-8", "missing", "too long"):
        assert word in added.stderr


def test_a_name_that_is_not_in_the_library_is_refused(docmind: Command) -> None:
    result = docmind("remove", "nothing.pdf")

    assert result.exit_code == 2
    assert "docmind list" in result.stderr


def test_the_library_and_paths_cannot_be_asked_at_once(docmind: Command, contract: str) -> None:
    assert docmind("search", "--library", "fee", contract).exit_code == 2


def test_an_empty_library_says_what_to_do(docmind: Command) -> None:
    asked = docmind("ask", "--library", *WORDS, "--engine", "extractive", "Who pays?")

    assert asked.exit_code == 4
    assert "docmind add" in asked.stderr


def test_a_chroma_server_that_is_down_is_told_with_a_way_out(
    docmind: Command, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    docmind("add", *WORDS, contract)
    monkeypatch.setenv("DOCMIND_STORE_URL", "http://127.0.0.1:9")

    result = docmind("search", "--library", "--retrieval", "hybrid", "fee")

    assert result.exit_code == 3
    assert "http://127.0.0.1:9" in result.stderr
    assert "chroma run" in result.stderr


def test_without_its_server_the_library_is_searched_by_words(
    docmind: Command, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    docmind("add", *WORDS, contract)
    monkeypatch.setenv("DOCMIND_STORE_URL", "http://127.0.0.1:9")

    found = checked(docmind("search", "--library", "--json", "fee").stdout, "search")

    assert found["arms"] == "lexical"
    assert found["passages"]
    assert "127.0.0.1:9" in found["warnings"][0]


def test_what_a_sync_did_is_one_line(docmind: Command, contract: str) -> None:
    docmind("add", *WORDS, contract)

    unchanged = docmind("sync", *WORDS).stdout
    Path(contract).write_text("Another contract.", encoding="utf-8")
    updated = docmind("sync", *WORDS).stdout

    assert unchanged.startswith("1 unchanged in ")
    assert updated.startswith("1 updated: 1 passage in ")
