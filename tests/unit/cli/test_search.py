"""`docmind search`: ranked passages in both forms."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from docmind.export.schema import schema_of
from tests.unit.cli.conftest import Command


def test_passages_are_listed_best_first(docmind: Command, contract: str) -> None:
    result = docmind("search", "-k", "2", "written notice", contract)

    assert result.exit_code == 0
    assert result.stdout.startswith("1. **contract.md, lines 7-9** (1.00)")
    assert "3. **" not in result.stdout


def test_json_obeys_its_schema_and_offsets_are_those_of_show(
    docmind: Command, contract: str
) -> None:
    record = json.loads(docmind("search", "--json", "monthly fee", contract).stdout)
    shown = json.loads(docmind("show", "--json", "--page", "1", contract).stdout)

    jsonschema.validate(record, schema_of("search"))
    assert [passage["rank"] for passage in record["passages"]] == [
        number for number, _ in enumerate(record["passages"], start=1)
    ]
    best = record["passages"][0]
    assert shown["pages"][0]["text"][best["start"] : best["end"]] == best["text"]
    assert "EUR 4,500" in best["text"]


def test_a_file_of_queries_gives_one_record_a_line(
    docmind: Command, contract: str, tmp_path: Path
) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_text("fee\nnotice\n", encoding="utf-8")

    result = docmind("search", "--retrieval", "lexical", "--questions", queries, contract)

    assert [json.loads(line)["query"] for line in result.stdout.splitlines()] == ["fee", "notice"]


def test_a_search_without_a_match_is_no_failure(docmind: Command, contract: str) -> None:
    result = docmind("search", "penguins", contract)

    assert result.exit_code == 0
    assert result.stdout == "No passage matches.\n"


def test_a_failed_input_is_in_the_record_and_in_the_exit_code(
    docmind: Command, contract: str
) -> None:
    result = docmind("search", "--json", "fee", contract, "missing.pdf")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["failed"][0]["document"] == "missing.pdf"


def test_a_warning_says_whose_it_is_where_there_are_several_documents(
    docmind: Command, contract: str
) -> None:
    Path("old.txt").write_bytes("The naïve fee.".encode("latin-1"))

    alone = json.loads(docmind("search", "--json", "fee", "old.txt").stdout)
    both = json.loads(docmind("search", "--json", "fee", "old.txt", contract).stdout)

    assert alone["warnings"][0].startswith("The file is not UTF-8")
    assert both["warnings"] == [f"old.txt: {alone['warnings'][0]}"]
