"""`docmind compare`: every document on its own, as Markdown and as a record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docmind.answers.events import Answered, AnswerEvent
from docmind.answers.options import AskOptions
from docmind.desk import Desk
from docmind.export.schema import schema_of
from tests.fake_server import MODEL, Behaviour, FakeServer
from tests.unit.cli.conftest import CONTRACT, Command
from tests.unit.export import made

QUESTION = "What is the monthly fee?"
OTHER = CONTRACT.replace("4,500", "5,100")
POEM = "# Poem\n\nRoses are red, violets are blue, and the evening is long.\n"
ABSENT = ("The", " document", " does", " not", " say", " [cite:none]", ".")


@pytest.fixture
def folder(contract: str, tmp_path: Path) -> Path:
    """Three documents, one of which is about something else."""
    assert contract == "contract.md"
    (tmp_path / "other.md").write_text(OTHER, encoding="utf-8")
    (tmp_path / "poem.md").write_text(POEM, encoding="utf-8")
    return tmp_path


def compare(docmind: Command, *words: str | Path) -> Any:
    """The exit code, and the record."""
    result = docmind("compare", "--json", "--retrieval", "lexical", QUESTION, *words)
    record = json.loads(result.stdout)
    jsonschema.validate(record, schema_of("compare"))
    return result, record


def test_two_documents_stand_side_by_side_with_a_table_at_the_end(
    docmind: Command, folder: Path
) -> None:
    result = docmind("compare", "--retrieval", "lexical", QUESTION, "contract.md", "other.md")

    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.startswith(
        f"# {QUESTION}\n\n## contract.md\n\nThe monthly fee is EUR 4,5"
    )
    assert "\n## other.md\n\nThe monthly fee is EUR 5,100" in result.stdout
    assert "\n1. other.md, line 13 (exact)\n" in result.stdout
    assert result.stdout.endswith(
        "| contract.md | sentences that come close; read them | line 13 |\n"
        "| other.md | sentences that come close; read them | line 13 |\n"
    )


def test_each_file_of_a_folder_is_a_side(docmind: Command, folder: Path) -> None:
    result, record = compare(docmind, folder)

    assert result.exit_code == 0
    assert [(each["path"], each["finding"]) for each in record["answers"]] == [
        ("contract.md", "found"),
        ("other.md", "found"),
        ("poem.md", "not_found"),
    ]
    quotes = [each["answer"]["citations"][0]["quote"] for each in record["answers"][:2]]
    assert ["4,500" in quotes[0], "5,100" in quotes[1]] == [True, True]


def test_a_side_that_cannot_be_read_is_named_and_the_others_are_asked(
    docmind: Command, folder: Path
) -> None:
    (folder / "empty.md").write_text("")

    result, record = compare(docmind, "contract.md", "empty.md", "other.md")

    assert result.exit_code == 1
    assert "empty.md is empty" in result.stderr
    assert [each["document"] for each in record["failed"]] == ["empty.md"]
    assert len(record["answers"]) == 2


def test_one_document_is_nothing_to_compare(docmind: Command, folder: Path) -> None:
    result = docmind("compare", QUESTION, "contract.md")

    assert result.exit_code == 2
    assert "A comparison needs two documents" in result.stderr


def test_a_page_that_one_of_them_does_not_have_cannot_be_compared(
    docmind: Command, folder: Path
) -> None:
    result = docmind("compare", "--pages", "7", QUESTION, "contract.md", "other.md")

    assert result.exit_code == 2
    assert "There is no page 7" in result.stderr


def test_a_model_that_has_read_all_of_each_is_sure_that_they_do_not_say(
    docmind: Command, folder: Path
) -> None:
    with FakeServer(Behaviour(words=ABSENT)) as server:
        result, record = compare(docmind, "--base-url", server.base_url, folder)

    assert result.exit_code == 0
    assert {each["finding"] for each in record["answers"]} == {"absent"}
    assert record["engine"]["model"] == MODEL
    prompts = [request["messages"][1]["content"] for request in server.requests]
    assert ["Roses" in prompt for prompt in prompts] == [False, False, True]
    assert "no, and all of it was read" not in result.stdout


def test_a_server_that_dies_fails_the_comparison(docmind: Command, folder: Path) -> None:
    with FakeServer(Behaviour(dies_after=0)) as server:
        result = docmind("compare", "--base-url", server.base_url, QUESTION, folder)

    assert result.exit_code == 3
    assert result.stderr.count("contract.md: ") == 1
    assert result.stderr.count("docmind: ") == 3
    assert result.stdout == f"# {QUESTION}\n\n"


def test_a_comparison_in_which_every_side_fails_is_a_record_all_the_same(
    docmind: Command, folder: Path
) -> None:
    with FakeServer(Behaviour(dies_after=0)) as server:
        result, record = compare(docmind, "--base-url", server.base_url, folder)

    assert result.exit_code == 3
    assert record["answers"] == []
    assert record["engine"]["model"] == MODEL
    assert [each["document"] for each in record["failed"]] == [
        "contract.md",
        "other.md",
        "poem.md",
    ]


def test_sides_of_which_none_fits_say_so_in_the_exit_code(docmind: Command, folder: Path) -> None:
    for name in ("contract.md", "other.md"):
        (folder / name).write_text("The fee is due in the month that follows. " * 4_000)
    with FakeServer() as server:
        result, record = compare(
            docmind, "--base-url", server.base_url, "--require-whole", "contract.md", "other.md"
        )

    assert result.exit_code == 5
    assert [each["document"] for each in record["failed"]] == ["contract.md", "other.md"]


def test_an_interrupted_comparison_is_written_as_far_as_it_came(
    docmind: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(desk: Desk, _question: str, _options: AskOptions) -> Iterator[AnswerEvent]:
        if desk.documents[0].name == "other.md":
            raise SystemExit(130)
        yield Answered(made.answer(made.document()))

    monkeypatch.setattr(Desk, "ask", ask)

    result, record = compare(docmind, "contract.md", "other.md")

    assert result.exit_code == 130
    assert [each["path"] for each in record["answers"]] == ["contract.md"]
    assert record["warnings"] == ["Interrupted: 1 of 2 documents were asked."]
