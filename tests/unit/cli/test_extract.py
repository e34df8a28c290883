"""`docmind extract`: records, JSON lines, files, CSV, and how it fails."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docmind.export.extract_csv import table_of
from docmind.export.schema import schema_of
from tests.fake_server import Behaviour, FakeServer
from tests.unit.cli.conftest import CONTRACT, Command

SCHEMA = {
    "type": "object",
    "properties": {
        "monthly_fee": {"type": "number"},
        "notice_days": {"type": ["integer", "null"]},
        "vessel": {"type": ["string", "null"]},
    },
    "required": ["monthly_fee"],
}
PRICES = """\
# Prices

| Service | Price (EUR) | Note |
|---|---:|---|
| Cleaning | 30.50 | =1+1 |
| Moving | 1,200 | by day |
"""
TABLE = {
    "type": "object",
    "properties": {"prices": {"type": "array", "items": {"$ref": "#/$defs/price"}}},
    "$defs": {
        "price": {
            "type": "object",
            "properties": {
                "service": {"type": "string"},
                "price": {"type": "number"},
                "note": {"type": ["string", "null"]},
            },
            "required": ["service", "price"],
        }
    },
}


@pytest.fixture
def folder(contract: str, tmp_path: Path) -> Path:
    """Documents and schemas, in the folder that the test runs in."""
    assert contract == "contract.md"
    for name, source in {"fee.json": SCHEMA, "prices.json": TABLE}.items():
        (tmp_path / name).write_text(json.dumps(source), encoding="utf-8")
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text(CONTRACT, encoding="utf-8")
    (docs / "b.md").write_text(CONTRACT.replace("4,500", "5,100"), encoding="utf-8")
    (docs / "poem.md").write_text("# Poem\n\nRoses are red.\n", encoding="utf-8")
    (tmp_path / "prices.md").write_text(PRICES, encoding="utf-8")
    return tmp_path


def record_of(text: str) -> Any:
    """A record, valid as `docmind schema extract` says."""
    record = json.loads(text)
    jsonschema.validate(record, schema_of("extract"))
    return record


def test_one_document_gives_a_record_with_evidence(docmind: Command, folder: Path) -> None:
    result = docmind("extract", "--schema", "fee.json", "contract.md")

    assert result.exit_code == 0
    assert result.stderr == ""
    record = record_of(result.stdout)
    assert record["data"] == {"monthly_fee": 4500, "notice_days": 30, "vessel": None}
    (number,) = record["evidence"]["/monthly_fee"]
    (citation,) = [each for each in record["citations"] if each["number"] == number]
    assert citation["quote"].startswith("The monthly fee is EUR 4,500")
    assert CONTRACT[citation["start"] : citation["end"]] == citation["quote"]
    assert record["engine"]["name"] == "extractive"


def test_several_documents_give_a_line_each_and_one_that_fails_is_named(
    docmind: Command, folder: Path
) -> None:
    result = docmind("extract", "--schema", "fee.json", "docs")

    assert result.exit_code == 1
    records = [record_of(line) for line in result.stdout.splitlines()]
    assert [each["data"]["monthly_fee"] for each in records] == [4500, 5100]
    assert result.stderr.splitlines()[0] == (
        "docmind: poem.md does not say what the schema requires at /monthly_fee."
    )


def test_a_document_that_does_not_say_what_is_required_is_exit_code_4(
    docmind: Command, folder: Path
) -> None:
    result = docmind("extract", "--schema", "fee.json", "docs/poem.md")

    assert result.exit_code == 4
    assert result.stdout == ""
    assert "requires at /monthly_fee" in result.stderr


def test_records_can_be_written_into_a_folder(docmind: Command, folder: Path) -> None:
    result = docmind("extract", "--schema", "fee.json", "docs/a.md", "docs/b.md", "-o", "out")

    assert result.exit_code == 0
    assert result.stdout == ""
    written = sorted(path.relative_to("out").as_posix() for path in Path("out").rglob("*.json"))
    assert written == ["docs/a.md.extract.json", "docs/b.md.extract.json"]
    text = Path("out/docs/b.md.extract.json").read_text(encoding="utf-8")
    assert record_of(text)["data"]["monthly_fee"] == 5100


def test_a_table_becomes_csv_that_no_spreadsheet_runs(docmind: Command, folder: Path) -> None:
    result = docmind("extract", "--schema", "prices.json", "--format", "csv", "prices.md")

    assert result.exit_code == 0
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["service", "price", "note", "document", "page"],
        ["Cleaning", "30.5", "'=1+1", "prices.md", "line 5"],
        ["Moving", "1200", "by day", "prices.md", "line 6"],
    ]


def test_csv_wants_one_table(docmind: Command, folder: Path) -> None:
    result = docmind("extract", "--schema", "fee.json", "--format", "csv", "contract.md")

    assert result.exit_code == 2
    assert "needs a schema with one array of objects" in result.stderr
    assert table_of({"type": "array", "items": TABLE["$defs"]["price"]}) == (  # type: ignore[index]
        "",
        ("service", "price", "note"),
    )


@pytest.mark.parametrize(
    ("content", "code", "what"),
    [
        ('{"type": "object"}', 2, "broken.json cannot be used: at its root, the object has no"),
        ("{", 2, "broken.json is not JSON"),
        (b"\xff\xfe", 2, "is not UTF-8"),
        (None, 4, "The schema broken.json cannot be read"),
    ],
)
def test_a_schema_that_cannot_be_used_is_told_before_anything_is_read(
    docmind: Command, folder: Path, content: str | bytes | None, code: int, what: str
) -> None:
    if content is not None:
        raw = content.encode() if isinstance(content, str) else content
        Path("broken.json").write_bytes(raw)

    result = docmind("extract", "--schema", "broken.json", "no-such-file.pdf")

    assert result.exit_code == code
    assert what in result.stderr


def test_a_schema_can_come_on_stdin(docmind: Command, folder: Path) -> None:
    result = docmind("extract", "--schema", "-", "contract.md", typed=json.dumps(SCHEMA))

    assert record_of(result.stdout)["data"]["monthly_fee"] == 4500


def test_nothing_to_read_is_a_usage_error(docmind: Command, folder: Path) -> None:
    assert docmind("extract", "--schema", "fee.json").exit_code == 2
    assert docmind("extract", "contract.md").exit_code == 2


def test_a_model_fills_the_schema_under_its_grammar(docmind: Command, folder: Path) -> None:
    written = {
        "monthly_fee": {"value": 4500, "ids": ["A1a"]},
        "notice_days": {"value": 31, "ids": ["A1a"]},
        "vessel": None,
    }
    words = tuple(json.dumps(written).replace(" ", "\n ").split("\n"))
    with FakeServer(Behaviour(words=words)) as server:
        result = docmind(
            "extract", "--base-url", server.base_url, "--schema", "fee.json", "contract.md"
        )
        (asked,) = server.requests

    record = record_of(result.stdout)
    assert record["data"] == {"monthly_fee": 4500, "notice_days": 31, "vessel": None}
    assert record["unsupported"] == ["/notice_days"]
    assert record["ledger"]["mode"] == "whole"
    assert asked["response_format"]["type"] == "json_schema"
    sent = asked["response_format"]["json_schema"]["schema"]
    assert sent["required"] == ["monthly_fee", "notice_days", "vessel"]


def test_what_was_not_found_is_named(docmind: Command, folder: Path) -> None:
    found = record_of(docmind("extract", "--schema", "fee.json", "contract.md").stdout)
    none = record_of(docmind("extract", "--schema", "prices.json", "contract.md").stdout)

    assert "Nothing was found for /vessel." in found["warnings"]
    assert "Nothing was found for /prices." in none["warnings"]
