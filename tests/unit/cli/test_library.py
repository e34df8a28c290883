"""`docmind add`, `list`, `remove`, `sync`, and what asks the library."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docmind.documents.discovery import Found
from docmind.documents.judging import Seen
from docmind.documents.reader import IsolatedReader
from docmind.engines.embedder import ProcessEmbedder
from docmind.export.schema import schema_of
from docmind.ports import ReadEvent
from docmind.workspace import Workspace
from tests.fakes import FakeEmbedder
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


@pytest.mark.usefixtures("hashed_words")
def test_a_chroma_server_that_is_down_is_told_with_a_way_out(
    docmind: Command, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    docmind("add", *WORDS, contract)
    monkeypatch.setenv("DOCMIND_STORE_URL", "http://127.0.0.1:9")

    result = docmind("search", "--library", "--retrieval", "hybrid", "fee")

    assert result.exit_code == 3
    assert "http://127.0.0.1:9" in result.stderr
    assert "chroma run" in result.stderr


@pytest.mark.usefixtures("hashed_words")
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


@pytest.mark.parametrize("name", ["ddd", "d" * 200], ids=["deep", "long"])
def test_a_folder_that_is_nested_too_deep_to_be_opened_costs_nothing_else(
    docmind: Command, contract: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(4_500 // (len(name) + 1)):
        Path(name).mkdir()
        monkeypatch.chdir(name)
    monkeypatch.chdir(tmp_path)

    added = docmind("add", *WORDS, "--json", tmp_path)
    again = docmind("sync", *WORDS, "--json")
    subprocess.run(["rm", "-r", name], check=True)  # Python, and so pytest, cannot

    assert added.exit_code == again.exit_code == 1
    assert checked(added.stdout, "library_change")["added"] == [contract]
    assert checked(again.stdout, "library_change")["unchanged"] == 1
    assert "too long" in added.stderr


def test_without_its_model_the_library_is_filled_and_searched_by_words(
    docmind: Command, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(ProcessEmbedder(["false"])) as broken:
        monkeypatch.setattr(Workspace, "_shared_embedder", lambda _: broken)
        added = docmind("add", "--json", contract)
        found = checked(docmind("search", "--library", "--json", "fee").stdout, "search")
        refused = docmind("search", "--library", "--retrieval", "hybrid", "fee")

    change = checked(added.stdout, "library_change")
    assert (added.exit_code, change["added"]) == (0, [contract])
    assert "No vectors can be made" in change["warnings"][0]
    assert found["passages"]
    assert (found["arms"], len(found["warnings"])) == ("lexical", 1)
    assert refused.exit_code == 3
    assert "docmind doctor" in refused.stderr


def test_damaged_vectors_are_told_with_the_command_that_makes_them_again(
    docmind: Command, contract: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workspace, "_shared_embedder", lambda _: FakeEmbedder())
    docmind("add", contract)
    (home / "library" / "chroma" / "chroma.sqlite3").write_bytes(b"damaged" * 1000)

    refused = docmind("search", "--library", "--retrieval", "hybrid", "fee")
    by_words = checked(docmind("search", "--library", "--json", "fee").stdout, "search")
    rebuilt = docmind("sync", "--rebuild")
    found = docmind("search", "--library", "--retrieval", "hybrid", "--json", "fee")

    assert refused.exit_code == 2
    assert "docmind sync --rebuild" in refused.stderr
    assert by_words["passages"]
    assert "vectors made of" in rebuilt.stdout
    assert checked(found.stdout, "search")["arms"] == "lexical+dense"


def test_a_file_that_is_written_to_while_it_is_read_is_named(
    docmind: Command, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = IsolatedReader.read

    def restless(
        self: IsolatedReader,
        path: Path,
        name: str,
        ahead: Collection[Found] = (),
        seen: Seen | None = None,
    ) -> Iterator[ReadEvent]:
        yield from read(self, path, name, ahead, seen)
        path.write_text(path.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")

    monkeypatch.setattr(IsolatedReader, "read", restless)

    added = docmind("add", *WORDS, contract)

    assert added.exit_code == 1
    assert "was written to while it was read" in added.stderr
    assert "docmind sync" in added.stderr


def test_a_library_of_a_newer_docmind_is_refused_and_stays_as_it_is(
    docmind: Command, contract: str, home: Path
) -> None:
    docmind("add", *WORDS, contract)
    with closing(sqlite3.connect(home / "library" / "manifest.sqlite")) as file:
        file.execute("PRAGMA user_version = 99")

    for words in (("list",), ("sync",), ("search", "--library", "fee")):
        refused = docmind(*words)
        assert refused.exit_code == 2
        assert "newer docmind" in refused.stderr
        assert "--home" in refused.stderr
