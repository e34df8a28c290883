"""A statement is supported by a passage that says it, and not by one that nearly does."""

from __future__ import annotations

from decimal import Decimal

import pytest

from docmind.answers.quantities import quantities
from docmind.answers.support import Support
from docmind.model import Block, BlockKind, Document, Kind, Page, Passage
from docmind.passages.split import split_document
from docmind.retrieval.index import Index
from docmind.tokens.qwen import QwenTokenCounter

TERMINATION = (
    "Either party may terminate this agreement on thirty (30) days' written notice. "
    "The notice is sent to Northwind Ltd at its office in Leeds."
)
PAYMENT = (
    "The Customer pays 1,250,000 dollars on 31 March 2024. The fee shall not exceed 12.5% of the"
    " price. The Supplier is not liable for lost profits."
)
OTHERS = (
    "The parties keep confidential whatever they learn about each other's business.",
    "Disputes are settled by arbitration in London under the rules of the chamber.",
)
CHINESE = "公司2023年营业收入为12.5亿元，同比增长三十个百分点。公司未向股东派发现金股利。"
COUNTER = QwenTokenCounter()


def document(*pages: str) -> Document:
    made = tuple(
        Page(number, text, blocks=(Block(BlockKind.PARAGRAPH, 0, len(text)),))
        for number, text in enumerate(pages, start=1)
    )
    return Document("0" * 64, "agreement.pdf", Kind.PDF, "Services Agreement", made)


AGREEMENT = document(TERMINATION, PAYMENT, *OTHERS, CHINESE)
PASSAGES = split_document(AGREEMENT, COUNTER)
SUPPORT = Support({AGREEMENT.name: AGREEMENT}, Index([AGREEMENT], PASSAGES))


def passage(page: int) -> Passage:
    return next(each for each in PASSAGES if each.page == page)


@pytest.mark.parametrize(
    ("page", "statement"),
    [
        (1, "Either party may terminate the agreement on 30 days' written notice."),
        (1, "A party may terminate by giving thirty days' notice in writing."),
        (1, "Notice goes to Northwind Ltd in Leeds."),
        (2, "The Customer pays $1.25 million on March 31, 2024."),
        (2, "The fee is at most 12.5% of the price."),
        (2, "The Supplier isn't liable for lost profits."),
        (5, "公司2023年营业收入为12.5亿元。"),
        (5, "2023年公司没有向股东派发现金股利。"),
        (5, "营业收入同比增长30个百分点。"),
    ],
)
def test_what_a_passage_says_is_supported(page: int, statement: str) -> None:
    assert SUPPORT.judge(statement, [passage(page)]).supported


@pytest.mark.parametrize(
    ("page", "statement", "why"),
    [
        (1, "Either party may terminate the agreement on 60 days' written notice.", "number"),
        (1, "Either party may not terminate this agreement on 30 days' notice.", "negation"),
        (1, "Notice is sent to Southwind Ltd at its office in Leeds.", "name"),
        (1, "Disputes are settled by arbitration.", "words"),
        (2, "The Customer pays 1,250,000 dollars on 31 May 2024.", "month"),
        (2, "The Supplier is liable for lost profits.", "lost negation"),
        (2, "The fee shall not exceed 13% of the price.", "percentage"),
        (5, "公司2022年营业收入为12.5亿元。", "year"),
        (5, "公司向股东派发现金股利。", "lost negation"),
        (5, "公司2023年营业收入为12.5万元。", "scale"),
    ],
)
def test_what_a_passage_nearly_says_is_not_supported(page: int, statement: str, why: str) -> None:
    assert not SUPPORT.judge(statement, [passage(page)]).supported, why


def test_a_citation_is_narrowed_to_the_sentence_that_says_it() -> None:
    (span,) = SUPPORT.judge("The Supplier is not liable for lost profits.", [passage(2)]).spans

    assert span is not None
    assert PAYMENT[slice(*span)] == "The Supplier is not liable for lost profits."


def test_two_passages_may_support_together_what_neither_says_alone() -> None:
    statement = "Disputes go to arbitration in London, and the parties keep business confidential."

    assert SUPPORT.judge(statement, [passage(3), passage(4)]).supported
    assert not SUPPORT.judge(statement, [passage(3)]).supported


def test_evidence_is_found_for_a_statement_that_cites_none() -> None:
    found = SUPPORT.search("Either party may terminate on thirty days' written notice.")

    assert found is not None
    assert found[0].page == 1
    assert SUPPORT.search("The tenant keeps two dogs in the garden.") is None
    assert SUPPORT.search("Either party may terminate on 90 days' notice.") is None


def test_no_passage_supports_nothing() -> None:
    assert not SUPPORT.judge("Anything at all.", []).supported


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,577.00", "1577"), ("12.5%", "12.5"), ("1.5 million", "1500000"), ("3万", "30000"),
        ("12.5亿元", "1250000000"), ("thirty", "30"), ("one hundred and fifty", "150"),
        ("twenty-one", "21"), ("two thousand four hundred", "2400"), ("三十", "30"),
        ("二〇二三年", "2023"), ("一百二十三", "123"), ("三百万", "3000000"), ("5 March", "3"),
        ("September 2024", "9"), ("ten days", "10"), ("两个月", "2"),
    ],
)  # fmt: skip
def test_a_number_is_known_by_its_value(text: str, value: str) -> None:
    assert Decimal(value) in {quantity.value for quantity in quantities(text)}


@pytest.mark.parametrize(
    "text", ["one of the parties", "Q4", "a party may end it", "统一", "COVID-"]
)
def test_words_that_only_look_like_numbers_are_none(text: str) -> None:
    assert quantities(text) == []
