"""`docmind show`: the text as it stands, and what every offset counts."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from docmind.export.schema import schema_of
from tests.unit.cli.conftest import CONTRACT, Command

SAMPLE = Path(__file__).parents[3] / "assets" / "services-agreement.pdf"


def test_a_text_file_is_printed_as_it_is(docmind: Command, contract: str) -> None:
    assert docmind("show", contract).stdout.strip() == CONTRACT.strip()


def test_pages_are_headed_by_their_number_and_their_label(docmind: Command) -> None:
    lines = docmind("show", SAMPLE).stdout.splitlines()

    assert lines[0] == "=== page 1 (printed i) ==="
    assert "=== page 3 (printed 1) ===" in lines


def test_one_page_is_printed_without_a_heading(docmind: Command) -> None:
    result = docmind("show", "--page", "3", SAMPLE)

    assert "===" not in result.stdout
    assert "Parties" in result.stdout


def test_json_has_the_page_and_its_passages_with_boxes(docmind: Command) -> None:
    record = json.loads(docmind("show", "--json", "--page", "3", SAMPLE).stdout)

    jsonschema.validate(record, schema_of("show"))
    page = record["pages"][0]
    assert (page["number"], page["label"], page["coverage"]) == (3, "1", "text")
    assert record["passages"]
    for passage in record["passages"]:
        assert page["text"][passage["start"] : passage["end"]] == passage["text"]
        assert all(0 <= x0 < x1 <= page["width"] for x0, _, x1, _ in passage["boxes"])
        assert passage["boxes"]


def test_coverage_says_how_each_page_was_read(docmind: Command) -> None:
    result = docmind("show", "--coverage", SAMPLE)
    record = json.loads(docmind("show", "--coverage", "--json", SAMPLE).stdout)

    assert result.stdout.splitlines()[0].endswith(
        f"{len(record['pages'])} pages, {record['document']['tokens']:,} tokens"
    )
    jsonschema.validate(record, schema_of("coverage"))
    assert {page["coverage"] for page in record["pages"]} == {"text"}


def test_coverage_of_one_page_is_of_that_page_alone(docmind: Command) -> None:
    record = json.loads(docmind("show", "--coverage", "--page", 3, "--json", SAMPLE).stdout)
    assert [page["number"] for page in record["pages"]] == [3]
    assert docmind("show", "--coverage", "--page", 3, SAMPLE).stdout.endswith(": page 3\n")


def test_a_page_that_is_not_there_names_the_last_one(docmind: Command, contract: str) -> None:
    result = docmind("show", "--page", "2", contract)

    assert result.exit_code == 2
    assert "has no page 2; the last one is 1" in result.stderr


def test_a_folder_is_refused_with_what_to_type(docmind: Command, tmp_path: Path) -> None:
    result = docmind("show", tmp_path)

    assert result.exit_code == 4
    assert "is a folder" in result.stderr


def test_a_file_that_is_not_there_is_an_input_error(docmind: Command) -> None:
    assert docmind("show", "missing.pdf").exit_code == 4
