"""`docmind extract -o`: a folder of extractions is a build."""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docmind.cli.extracting import Extractions
from docmind.export.schema import schema_of
from docmind.summaries.schema_check import checked_schema
from tests.fake_server import Behaviour, FakeServer
from tests.unit.cli.conftest import CONTRACT, Command, started
from tests.waiting import until

FEE = {"monthly_fee": {"type": ["number", "null"]}}
NOTICE = {"notice_days": {"type": ["integer", "null"]}}
PRICES = """\
# Prices

| Service | Price (EUR) |
|---|---:|
| Cleaning | 30.50 |
| Moving | 1,200 |
"""
TABLE = {
    "prices": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"service": {"type": "string"}, "price": {"type": "number"}},
        },
    }
}


def schema(properties: dict[str, Any], name: str = "schema.json", **layout: Any) -> None:
    """Write a schema with these properties into the folder that the test runs in."""
    source = {"type": "object", "properties": properties}
    Path(name).write_text(json.dumps(source, **layout), encoding="utf-8")


def manifest() -> dict[str, dict[str, Any]]:
    lines = Path("out/manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return {entry["path"]: entry for entry in map(json.loads, lines)}


def data(name: str) -> Any:
    """What was extracted from a file; its record is valid."""
    record = json.loads(Path(f"out/{name}.extract.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, schema_of("extract"))
    return record["data"]


@pytest.fixture
def extract(docmind: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`docmind extract` of three documents into the folder "out"."""
    monkeypatch.chdir(tmp_path)
    for name, fee in {"a.md": "4,500", "b.md": "5,100", "sub/c.md": "300"}.items():
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CONTRACT.replace("4,500", fee), encoding="utf-8")
    schema(FEE)
    return lambda *more: docmind("extract", "--schema", "schema.json", "files", "-o", "out", *more)


def test_a_folder_is_built_and_then_kept(extract: Any) -> None:
    first = extract()
    again = extract()

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout == again.stdout == ""
    assert "3 done" in first.stderr
    assert "3 unchanged" in again.stderr
    assert data("sub/c.md") == {"monthly_fee": 300}
    for entry in manifest().values():
        jsonschema.validate(entry, schema_of("manifest"))
        assert entry["output"] == f"{entry['path']}.extract.json"


def test_another_schema_makes_all_anew_in_the_place_of_the_other(extract: Any) -> None:
    extract()
    schema(NOTICE)

    plan = extract("--dry-run")
    result = extract()

    assert "3 documents to make" in plan.stdout
    assert "3 done" in result.stderr
    assert data("a.md") == {"notice_days": 30}
    assert len(list(Path("out").rglob("*.extract.json"))) == 3


def test_how_a_schema_is_laid_out_and_what_it_is_called_changes_nothing(
    extract: Any, docmind: Command
) -> None:
    schema(FEE | NOTICE)
    extract()
    schema(FEE | NOTICE, "other.json", indent=4)
    other = docmind("extract", "--schema", "other.json", "files", "-o", "out")
    schema(NOTICE | FEE)  # the order is that of the record

    assert "3 unchanged" in other.stderr
    assert "3 done" in extract().stderr
    assert list(data("a.md")) == ["notice_days", "monthly_fee"]


def test_only_what_has_changed_is_done_again(extract: Any) -> None:
    extract()
    Path("files/b.md").write_text(CONTRACT.replace("4,500", "9,900"), encoding="utf-8")
    Path("files/d.md").write_text(CONTRACT, encoding="utf-8")
    Path("out/a.md.extract.json").unlink()

    result = extract()

    assert "3 done, 1 unchanged" in result.stderr
    assert data("b.md") == {"monthly_fee": 9900}


def test_settings_that_shape_a_record_make_it_anew(extract: Any) -> None:
    extract()

    assert "3 done" in extract("--pages", "1").stderr
    assert "3 unchanged" in extract("--pages", "1").stderr
    assert "3 done" in extract("--pages", "1", "--force").stderr


def test_a_document_that_fails_is_told_and_tried_again(extract: Any) -> None:
    schema(FEE)
    source = {"type": "object", "properties": {"vessel": {"type": "string"}}}
    Path("schema.json").write_text(json.dumps(source | {"required": ["vessel"]}), encoding="utf-8")
    Path("files/ship.md").write_text("Vessel: MV Aurora\n", encoding="utf-8")

    first = extract()
    again = extract()

    assert (first.exit_code, again.exit_code) == (1, 1)
    assert "a.md does not say what the schema requires at /vessel" in first.stderr
    assert "3 failed" in again.stderr
    assert manifest()["a.md"]["status"] == "failed"
    assert manifest()["ship.md"]["status"] == "unchanged"


def test_a_page_that_a_document_lacks_fails_that_document(extract: Any) -> None:
    result = extract("--pages", "7")

    assert result.exit_code == 2
    assert result.stderr.count("There is no page 7") == 3


def test_patterns_and_limits_choose_the_inputs(extract: Any) -> None:
    extract("--include", "*.md", "--exclude", "sub/", "--limit", 1)

    assert [each["status"] for each in manifest().values()] == ["done", "skipped"]


def test_a_table_stands_beside_its_record_and_goes_with_its_schema(
    extract: Any, tmp_path: Path
) -> None:
    for path in (tmp_path / "files").rglob("*.md"):
        path.write_text(PRICES, encoding="utf-8")
    schema(TABLE)

    extract()
    formed = extract("--format", "csv")
    with Path("out/sub/c.md.extract.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    schema(FEE)
    extract()

    assert "3 unchanged" in formed.stderr
    assert rows[0] == ["service", "price", "document", "page"]
    assert [row[:3] for row in rows[1:]] == [
        ["Cleaning", "30.5", "sub/c.md"],
        ["Moving", "1200", "sub/c.md"],
    ]
    assert not list(Path("out").rglob("*.csv"))


def test_tables_on_stdout_have_one_header_between_them(
    extract: Any, docmind: Command, tmp_path: Path
) -> None:
    for path in (tmp_path / "files").rglob("*.md"):
        path.write_text(PRICES, encoding="utf-8")
    schema(TABLE)

    result = docmind("extract", "--schema", "schema.json", "files", "--format", "csv")

    assert result.stdout.count("service,price,document,page") == 1
    assert len(result.stdout.splitlines()) == 7


def test_a_folder_of_summaries_is_not_written_over(extract: Any, docmind: Command) -> None:
    docmind("summarize", "files", "-o", "out")

    results = [extract(), extract("--dry-run"), docmind("summarize", "files", "-o", "out")]

    assert [each.exit_code for each in results] == [2, 2, 0]
    assert "out has results of another kind, such as a.md.summary.json" in results[0].stderr
    assert "Name another folder with -o" in results[1].stderr
    assert "3 unchanged" in results[2].stderr


def test_a_model_fills_a_folder_once(extract: Any) -> None:
    written = json.dumps({"monthly_fee": {"value": 1, "ids": ["A1a"]}})
    with FakeServer(Behaviour(words=(written,))) as server:
        extract("--engine", "extractive")
        first = extract("--base-url", server.base_url, "--jobs", 2)
        asked = len([each for each in server.requests if "messages" in each])
        again = extract("--base-url", server.base_url)
        warmer = extract("--base-url", server.base_url, "--temperature", "0.9")

    assert asked == 3
    assert "3 done" in first.stderr
    assert "3 unchanged" in again.stderr
    assert "3 done" in warmer.stderr
    assert data("a.md") == {"monthly_fee": 1}


def test_a_server_that_is_away_ends_the_run_and_what_was_there_is_kept(extract: Any) -> None:
    extract()
    result = extract("--base-url", "http://127.0.0.1:9/v1")

    assert result.exit_code == 3
    assert data("a.md") == {"monthly_fee": 4500}


def test_flags_that_only_a_model_heeds_are_told_and_change_nothing(extract: Any) -> None:
    extract()
    result = extract("--temperature", "0.9")

    assert "--temperature has no effect" in result.stderr
    assert "3 unchanged" in result.stderr


def test_a_killed_run_is_gone_on_with(extract: Any, tmp_path: Path) -> None:
    for number in range(8):
        path = tmp_path / "files" / f"more{number}.md"
        path.write_text(f"{CONTRACT}\n{number}\n", encoding="utf-8")
    words = ("extract", "--schema", "schema.json", "files", "-o", "out", "--jobs", "1")
    process = started(*words)
    until(lambda: list(Path("out").rglob("*.extract.json")))
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    made = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*.extract.json")}

    result = extract()

    assert result.exit_code == 0
    assert len(list(Path("out").rglob("*.extract.json"))) == 11
    assert all(path.stat().st_mtime_ns == when for path, when in made.items())
    assert not list(Path("out").rglob("*.docmind-part"))


def test_what_to_extract_can_be_sent_to_another_process() -> None:
    import pickle

    wanted = Extractions(
        checked_schema(json.dumps({"type": "object", "properties": TABLE})), range(1, 3), 2
    )

    assert pickle.loads(pickle.dumps(wanted)) == wanted
