"""`docmind show`: the text as it stands, and what every offset counts."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

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


@pytest.mark.parametrize("page", ["printed:1", "p1", "printed:1 "])
def test_a_page_is_found_by_what_is_printed_on_it(docmind: Command, page: str) -> None:
    shown = docmind("show", "--page", page, SAMPLE)

    assert shown.stdout == docmind("show", "--page", "3", SAMPLE).stdout
    assert docmind("show", "--page", "II", "--json", SAMPLE).stdout.count('"label": "ii"') == 1


def test_a_printed_number_that_is_not_there_is_told_with_those_that_are(docmind: Command) -> None:
    result = docmind("show", "--page", "printed:99", SAMPLE)

    assert result.exit_code == 2
    assert "'99' is printed" in result.stderr
    assert "Printed are i to 27. Try: --page printed:27" in result.stderr


def test_a_file_without_pages_has_no_printed_numbers(docmind: Command, contract: str) -> None:
    result = docmind("show", "--page", "printed:2", contract)

    assert result.exit_code == 2
    assert "has no printed page numbers" in result.stderr


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


def test_files_tells_what_is_read_and_what_is_not_and_why(
    docmind: Command, contract: str, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "b_pb2.py").write_text("x = 1\n", encoding="utf-8")
    result = docmind("show", "--files", tmp_path)
    record = json.loads(docmind("show", "--files", "--json", tmp_path).stdout)

    jsonschema.validate(record, schema_of("files"))
    assert record["files"] == [
        {"path": "a.py", "bytes": 6, "kind": "code"},
        {"path": contract, "bytes": len(CONTRACT), "kind": "markdown"},
    ]
    assert record["skipped"] == [{"path": "b_pb2.py", "reason": "generated, by its name"}]
    assert "  skipped  b_pb2.py: generated, by its name" in result.stdout
    assert f"2 files to read, {len(CONTRACT) + 6} bytes" in result.stdout


def test_files_names_what_cannot_be_read(docmind: Command, contract: str) -> None:
    result = docmind("show", "--files", contract, "missing.pdf")

    assert result.exit_code == 1
    assert "missing.pdf" in result.stderr


def test_show_prints_one_document(docmind: Command, contract: str) -> None:
    result = docmind("show", contract, contract)

    assert result.exit_code == 2
    assert "one document" in result.stderr


def test_passages_of_a_source_file_have_lines_and_signatures(
    docmind: Command, tmp_path: Path
) -> None:
    path = tmp_path / "a.py"
    path.write_text("import os\n\n\ndef decide(attempt):\n    return attempt < 3\n", "utf-8")
    record = json.loads(docmind("show", "--json", path).stdout)

    assert record["document"]["kind"] == "code"
    assert record["passages"][0]["lines"] == [1, 5]
    assert record["outline"][0]["title"] == "def decide(attempt)"
