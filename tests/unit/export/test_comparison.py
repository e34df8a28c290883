"""A comparison as Markdown and JSON: every side with its evidence, and all at a glance."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from docmind.export.compare_markdown import (
    side_markdown,
    table_markdown,
    title_markdown,
    warnings_markdown,
)
from docmind.export.compare_records import compare_record
from docmind.export.encoding import encode
from docmind.export.records import Failure
from docmind.export.schema import schema_of
from docmind.model import Answer, Mode
from docmind.model.comparison import Finding, Side
from tests.unit.export import made

DOCUMENT = made.document()
FOUND = Side("contract.pdf", made.answer(DOCUMENT), Finding.FOUND)
SILENT = Side("b.pdf", made.refusal(DOCUMENT), Finding.NOT_FOUND)


def test_a_side_is_a_section_whose_sources_stand_below_it() -> None:
    section = side_markdown(FOUND)

    assert section.startswith("## contract.pdf\n\nEither party may terminate.")
    assert "\n### Sources\n\n1. contract.pdf, page 1 (printed iv)" in section


def test_a_name_cannot_be_markup() -> None:
    section = side_markdown(replace(FOUND, document="a*b\n# c.pdf"))

    assert section.startswith("## a\\*b # c.pdf\n")
    assert title_markdown("Who\n# pays?") == "# Who # pays?\n\n"


def test_the_table_has_a_row_for_each_document_with_its_first_evidence() -> None:
    table = table_markdown([FOUND, replace(SILENT, document="a|b.pdf")])

    assert table == (
        "## At a glance\n\n"
        "| Document | Found | First evidence |\n"
        "| --- | --- | --- |\n"
        "| contract.pdf | sentences that come close; read them | page 1 (printed iv) |\n"
        "| a\\|b.pdf | no sentence was found |  |\n"
    )


@pytest.mark.parametrize(
    ("finding", "change", "told"),
    [
        pytest.param(Finding.FOUND, {"weak": True}, "perhaps: the evidence is weak", id="weak"),
        pytest.param(Finding.ABSENT, {}, "no, and all of it was read", id="absent"),
        pytest.param(
            Finding.NOT_FOUND,
            {"partial": True},
            "not known: the answer is not complete",
            id="partial",
        ),
    ],
)
def test_the_table_says_how_sure_it_is(
    finding: Finding, change: dict[str, bool], told: str
) -> None:
    answer: Answer = replace(FOUND.answer, **change)  # type: ignore[arg-type]

    assert f"| {told} |" in table_markdown([Side("a.pdf", answer, finding)])


def test_what_was_read_in_part_is_no_silence() -> None:
    ledger = replace(SILENT.answer.ledger, mode=Mode.RETRIEVE)
    side = replace(SILENT, answer=replace(SILENT.answer, ledger=ledger))

    assert "| not in what was read of it |" in table_markdown([side])


def test_a_question_in_chinese_has_a_table_in_chinese() -> None:
    table = table_markdown([replace(FOUND, answer=replace(FOUND.answer, language="zh"))])

    assert "## 一览" in table
    assert "| contract.pdf | 有相近的句子，请阅读判断 | 第 1 页" in table


def test_warnings_of_the_comparison_stand_below_the_table() -> None:
    assert warnings_markdown(()) == ""
    assert warnings_markdown(("One.", "Two.")) == "\n**Warning:** One.\n\n**Warning:** Two.\n"


def test_the_record_has_each_answer_whole_and_obeys_its_schema() -> None:
    failed = (Failure("c.pdf", "It is empty."),)
    written = compare_record(
        "Who may terminate?", [FOUND, SILENT], FOUND.answer.engine, ("Careful.",), failed
    )
    record = json.loads(encode(written))

    jsonschema.validate(record, schema_of("compare"))
    assert record["schema"] == "docmind.compare/1"
    assert [each["path"] for each in record["answers"]] == ["contract.pdf", "b.pdf"]
    assert [each["finding"] for each in record["answers"]] == ["found", "not_found"]
    jsonschema.validate(record["answers"][0]["answer"], schema_of("answer"))
    assert record["engine"] == {"name": "extractive", "model": None}
    assert record["failed"] == [{"document": "c.pdf", "error": "It is empty."}]
