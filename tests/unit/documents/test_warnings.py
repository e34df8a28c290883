"""What is told of pages that could not be read, in both languages."""

from __future__ import annotations

import re

import pytest

from docmind.documents.frames import OcrPlan
from docmind.documents.prose import decode
from docmind.documents.warnings import page_warnings
from docmind.model import Coverage, Document, Kind, Page

PAGES = [
    Page(1, "text"),
    Page(2, "", coverage=Coverage.IMAGE),
    Page(3, "", coverage=Coverage.IMAGE),
    Page(4, "", coverage=Coverage.GARBLED),
]


@pytest.mark.parametrize("mode", ["off", "missing", "auto"])
def test_each_warning_of_pages_has_its_chinese(mode: str) -> None:
    plan = OcrPlan(mode, "eng", 300, "", "tesseract-ocr")
    told = page_warnings(PAGES, [5], plan, ["outline"])

    assert len(told.en) == len(told.zh) == 4
    assert told.en[0].startswith("Pages 2-3 have no text")
    assert told.zh[0].startswith("第 2-3 页没有文字")
    assert told.en[1].startswith("Page 4 has text without meaning")
    assert told.zh[2] == "第 5 页已损坏，无法读取。"
    assert not any(re.search("[\u4e00-\u9fff]", line) for line in told.en)


def test_pages_without_a_fault_are_no_warning() -> None:
    assert page_warnings(PAGES[:1], [], OcrPlan("off", "eng", 300, ""), []).en == ()


def test_an_encoding_that_was_guessed_is_told_in_both() -> None:
    _, told = decode("café".encode("latin-1"), "a.txt")

    assert "Latin-1" in told.en[0]
    assert "已按 Latin-1 读取" in told.zh[0]


def test_a_warning_without_chinese_is_told_as_it_is() -> None:
    document = Document("0" * 64, "a", Kind.PDF, "a", (), warnings=("A", "B"), warnings_zh=("甲",))

    assert document.warnings_in("zh") == ("甲", "B")
    assert document.warnings_in("en") == ("A", "B")
