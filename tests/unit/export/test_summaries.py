"""Summaries as Markdown and as an HTML page: all of it said, nothing of it obeyed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import msgspec
import pytest

from docmind.export.summary_html import Listed, html_report
from docmind.export.summary_markdown import summary_markdown
from docmind.export.summary_records import SummarizedDocument, SummaryRecord
from docmind.model import (
    Citation,
    EngineName,
    Fact,
    Facts,
    Ledger,
    Mode,
    Point,
    ReadCoverage,
    SectionPoints,
    Status,
)

HOSTILE = '<img src="http://evil"> [link](javascript:x) # & \x1b[31m'
CITATION = Citation(
    1, "3.1", "a b#c.pdf", 3, "iii", None, f"The fee is 9. {HOSTILE}", 0, 9, (), Status.EXACT
)
LEDGER = Ledger(Mode.EXTRACTIVE, "no model", None, 9, 0, 0, 0, "qwen", 3, 3, (), 0.1, 0.1)


def record(**changes: object) -> SummaryRecord:
    made = SummaryRecord(
        document=SummarizedDocument("a b#c.pdf", "0" * 64, f"Title {HOSTILE}", "pdf", 3, 9, "en"),
        overview=(Point(f"It is about a fee. {HOSTILE}", (1,)),),
        key_points=(Point("The fee is high.", (1,), supported=False),),
        sections=(SectionPoints("Fees", 2, 3, (Point("A fee is due.", (1,)),)),),
        facts=Facts(amounts=(Fact("EUR 9", "fee", (1,)),)),
        citations=(CITATION,),
        coverage=ReadCoverage(3, 3, (), complete=True),
        ledger=LEDGER,
        engine=EngineName("extractive"),
        warnings=(f"Beware. {HOSTILE}",),
        created=datetime(2026, 1, 31, tzinfo=UTC),
        docmind="0.1.0",
    )
    return msgspec.structs.replace(made, **changes)


def page(*records: SummaryRecord, listed: list[Listed] | None = None) -> str:
    return "".join(
        html_report("Report", listed or [Listed("a b#c.pdf", "../in/a b#c.pdf")], records)
    )


class Tags(HTMLParser):
    """Collects tags, and where links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        self.links += [value for name in ("href", "src") if (value := values.get(name))]
        self.ids += [value for name in ("id",) if (value := values.get(name))]


def test_markdown_says_all_of_it() -> None:
    text = summary_markdown(record())

    headings = re.findall(r"^#+ (.*)", text, re.MULTILINE)
    assert headings[1:] == [
        "Overview", "Key points", "Sections", "Fees (pages 2-3)", "Amounts", "Sources",
    ]  # fmt: skip
    assert "- EUR 9 (fee) [1]" in text
    assert "*(not found in its evidence)*" in text
    assert "1. page 3 (printed iii) (exact): The fee is 9." in text
    assert "**Warning:** Beware." in text


def test_markdown_obeys_nothing() -> None:
    text = summary_markdown(record())

    assert "\x1b" not in text
    assert not re.search(r"(?<!\\)<img", text)
    assert not re.search(r"(?<!\\)\[link\]", text)


def test_a_chinese_summary_has_chinese_headings() -> None:
    text = summary_markdown(record(language="zh"))

    assert "## 概述" in text
    assert "## 出处" in text


def test_an_empty_summary_is_a_page_too() -> None:
    text = summary_markdown(
        record(overview=(), key_points=(), sections=(), facts=Facts(), citations=())
    )

    assert "##" not in text
    assert "extractive" in text


def test_the_page_is_html_that_loads_nothing_and_runs_nothing() -> None:
    found = Tags(page(record()))

    assert not found.tags & {"script", "img", "link", "iframe", "object", "form", "base"}
    assert all(each.startswith(("#", "../in/")) for each in found.links)
    assert "default-src &#x27;none&#x27;" in page(record()) or "default-src 'none'" in page(
        record()
    )


def test_citations_lead_to_the_page_of_the_pdf() -> None:
    found = Tags(page(record()))

    assert "../in/a%20b%23c.pdf#page=3" in found.links
    inner = {each[1:] for each in found.links if each.startswith("#")}
    assert inner <= set(found.ids)


@pytest.mark.parametrize(
    ("kind", "source", "link"),
    [
        ("markdown", "a.md", "./a.md"),
        ("pdf", "javascript:x.pdf", "./javascript%3Ax.pdf#page=3"),
        ("pdf", "/abs/a.pdf", "/abs/a.pdf#page=3"),
    ],
)
def test_a_link_is_a_path_whatever_it_is_called(kind: str, source: str, link: str) -> None:
    document = msgspec.structs.replace(record().document, kind=kind)

    found = Tags(page(record(document=document), listed=[Listed("a", source)]))

    assert link in found.links


def test_inputs_without_a_summary_are_listed_with_why() -> None:
    listed = [Listed("bad.pdf", "", "it is <damaged>"), Listed("a.pdf", "a.pdf")]

    text = page(record(), listed=listed)

    assert "it is &lt;damaged&gt;" in text
    assert "1 without a summary" in text
    assert 'id="d2"' in text
    assert 'id="d1"' not in text


def test_a_citation_of_a_source_file_names_lines() -> None:
    cited = replace(CITATION, page=None, page_label=None, lines=(3, 7))

    assert "lines 3-7" in page(record(citations=(cited,)))
