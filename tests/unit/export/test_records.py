"""The records of the interface: their fields, their schemas, and what they say of a place."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from docmind.export.doctor_records import Check, DoctorRecord, Severity
from docmind.export.encoding import encode
from docmind.export.files import FilesRecord, ReadFile
from docmind.export.page_records import coverage_record, show_record
from docmind.export.records import (
    AnswerEvent,
    ClaimEvent,
    Failure,
    SearchingEvent,
    SearchRecord,
    answer_record,
    found_passages,
)
from docmind.export.schema import RECORDS, schema_of
from docmind.model import Hit, Kind
from tests.unit.export import made

CITATION = {
    "number", "id", "document", "page", "page_label", "lines", "quote", "start", "end", "boxes",
    "status",
}  # fmt: skip
LEDGER = {
    "mode", "reason", "window_tokens", "document_tokens", "prompt_tokens", "cached_tokens",
    "output_tokens", "tokenizer", "pages_total", "pages_read", "pages_without_text",
    "first_token_seconds", "seconds",
}  # fmt: skip
PASSAGE = {
    "rank", "id", "document", "page", "page_label", "lines", "text", "start", "end", "boxes",
    "score",
}  # fmt: skip


def written(record: object) -> Any:
    return json.loads(encode(record))


def search_record(*, kind: Kind = Kind.PDF) -> SearchRecord:
    document = made.document(kind=kind)
    hits = [Hit(made.passage(document), 0.83214)]
    found = found_passages(hits, {document.name: document})
    return SearchRecord("notice", "lexical", found, (), (Failure("x.pdf", "It is empty."),))


def every_record() -> list[Any]:
    document = made.document()
    answer = made.answer(document)
    passages = (made.passage(document),)
    return [
        pytest.param("answer", answer_record(answer), id="answer"),
        pytest.param("answer", answer_record(made.refusal(document)), id="refusal"),
        pytest.param("search", search_record(), id="search"),
        pytest.param("search", search_record(kind=Kind.TEXT), id="search in lines"),
        pytest.param("show", show_record(document, document.pages, passages, 12), id="show"),
        pytest.param("coverage", coverage_record(document, None), id="coverage"),
        pytest.param(
            "files",
            FilesRecord((ReadFile("a", 1, "code"), ReadFile("b", 2, None)), (), ()),
            id="files",
        ),
        pytest.param("event", SearchingEvent("Who?", "lexical", 1.0), id="searching"),
        pytest.param("event", ClaimEvent(answer.claims[0], answer.citations), id="claim"),
        pytest.param("event", AnswerEvent(answer_record(answer)), id="answered"),
        pytest.param(
            "doctor",
            DoctorRecord("0.1.0", True, "extractive", "why", (Check("a", Severity.OK, "b"),)),
            id="doctor",
        ),
    ]


@pytest.mark.parametrize(("name", "record"), every_record())
def test_every_record_obeys_the_schema_that_is_printed_for_it(name: str, record: object) -> None:
    jsonschema.Draft202012Validator(schema_of(name)).validate(written(record))


@pytest.mark.parametrize("name", RECORDS)
def test_a_schema_is_valid_and_stands_alone(name: str) -> None:
    schema = schema_of(name)

    jsonschema.Draft202012Validator.check_schema(schema)
    assert "$id" not in schema
    references = [part for part in json.dumps(schema).split('"') if part.startswith("#/")]
    assert all(part.removeprefix("#/$defs/") in schema["$defs"] for part in references)


def test_a_schema_refuses_a_record_that_lacks_a_field() -> None:
    record = written(answer_record(made.answer(made.document())))
    del record["ledger"]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, schema_of("answer"))


def test_an_answer_has_every_field_of_the_interface() -> None:
    record = written(answer_record(made.answer(made.document()), [Failure("x", "y")]))

    assert record["schema"] == "docmind.answer/1"
    assert {"question", "found", "answer", "claims", "citations", "ledger"} <= record.keys()
    assert record.keys() >= {"engine", "warnings", "failed"}
    assert record["citations"][0].keys() >= CITATION
    assert record["ledger"].keys() >= LEDGER
    claim = {
        "text": "Either party may terminate.",
        "citations": [1],
        "supported": True,
        "code": False,
    }
    assert record["claims"] == [claim]
    assert record["engine"] == {"name": "extractive", "model": None}
    assert record["failed"] == [{"document": "x", "error": "y"}]


def test_a_found_passage_has_every_field_of_the_interface() -> None:
    record = written(search_record())
    passage = record["passages"][0]

    assert record["schema"] == "docmind.search/1"
    assert passage.keys() >= PASSAGE
    assert (passage["page"], passage["page_label"], passage["lines"]) == (1, "iv", None)
    assert passage["text"] == made.TEXT[passage["start"] : passage["end"]]
    assert passage["boxes"] == [[72.0, 90.0, 210.0, 102.0]]
    assert passage["score"] == 0.8321


def test_places_in_a_file_without_pages_are_lines() -> None:
    passage = written(search_record(kind=Kind.TEXT))["passages"][0]

    assert passage["page"] is None
    assert passage["lines"] == [2, 2]


def test_showing_one_page_shows_only_what_stands_on_it() -> None:
    document = made.document()
    record = show_record(document, document.pages[1:], [made.passage(document)], 12)

    assert [page.number for page in record.pages] == [2]
    assert record.passages == ()
    assert [item.title for item in record.outline] == ["Annex"]


def test_what_a_terminal_would_obey_is_escaped_in_json_and_reads_back_the_same() -> None:
    hostile = "\x1b[31m\x9b\x7f\u202e\u2028\U000e0041 第"
    text = encode(Failure("x", hostile))

    assert not set("\x1b\x9b\x7f\u202e\u2028\U000e0041") & set(text)
    assert "第" in text
    assert json.loads(text)["error"] == hostile
    assert msgspec.json.decode(text, type=Failure).error == hostile


def test_a_record_can_be_indented_for_reading() -> None:
    assert encode(Failure("x", "y"), indented=True).startswith('{\n  "document": "x",')
