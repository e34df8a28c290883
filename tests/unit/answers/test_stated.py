"""A question that asks for a fact is answered by the sentence that states it."""

from __future__ import annotations

import pytest

from docmind.answers.events import Answered
from docmind.answers.options import AskOptions
from docmind.desk import Desk
from docmind.model import Answer, Block, BlockKind, Document, Kind, Page, Status
from docmind.settings import Settings
from docmind.tokens.qwen import QwenTokenCounter

LEASE = (
    "This lease is made on 3 June 2025.",
    "Harwick Estates Limited, a company registered in England (the “Landlord”);",
    "Oona Petrie, residing at 4 Mill Lane (the “Tenant”).",
    "“Working Day” means a day on which banks are open.",
    "Each party keeps a copy, and a party that loses it pays for another.",
    "The lease begins on 1 July 2025 and ends on 30 June 2028.",
    "The warranty of the heating ends on 31 January 2027.",
    "The rent is £1,450 a month, and the tenant pays a deposit of £2,000.",
    "The insurance covers public liability, £9,000,000 for each occurrence.",
    "The liability of the landlord shall not exceed £10,000 for each event.",
    "Each party may sign a copy, which the other party keeps.",
)
CHINESE = (
    "甲方（采购人）：云泽机械有限公司",
    "乙方（供应商）：东河精工股份有限公司",
    "本合同于2025年3月12日签订，自2025年4月1日起生效，至2027年3月31日届满。",
    "“保密信息”是指一方以书面形式标明为保密的任何资料。",
    "双方应当妥善保管合同，一方遗失的，另一方可以提供副本。",
    "合同总价为人民币3,680,000元。",
    "乙方逾期交货的，每日支付违约金人民币5,000元。",
    "乙方的赔偿责任以人民币2,000,000元为上限。",
)


def document(*paragraphs: str) -> Document:
    """A document with a page for every four paragraphs, each of them a block."""
    pages = []
    for number, first in enumerate(range(0, len(paragraphs), 4), start=1):
        text, blocks = "", []
        for each in paragraphs[first : first + 4]:
            text += "\n\n" if text else ""
            blocks.append(Block(BlockKind.PARAGRAPH, len(text), len(text) + len(each)))
            text += each
        pages.append(Page(number, text, blocks=tuple(blocks)))
    return Document("0" * 64, "a.pdf", Kind.PDF, "", tuple(pages))


def answer(question: str, paragraphs: tuple[str, ...], pages: range | None = None) -> Answer:
    desk = Desk(Settings(), QwenTokenCounter())
    desk.add(document(*paragraphs))
    (last,) = [
        event.answer
        for event in desk.ask(question, AskOptions(pages=pages))
        if isinstance(event, Answered)
    ]
    return last


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who are the parties?", (1, 2)),
        ("Who is the tenant?", (2,)),
        ("What does 'Working Day' mean?", (3,)),
        ("When was it signed?", (0,)),
        ("When does the lease start?", (5,)),
        ("When does it end?", (5,)),
        ("When does the warranty end?", (6,)),
        ("What is the deposit?", (7,)),
        ("What is the liability cap?", (9,)),
    ],
)
def test_a_fact_is_told_by_the_sentence_that_states_it(
    question: str, told: tuple[int, ...]
) -> None:
    found = answer(question, LEASE)

    assert [citation.quote for citation in found.citations] == [LEASE[at] for at in told]
    assert all(citation.status is Status.EXACT for citation in found.citations)
    assert not found.weak


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("合同双方是谁？", (0, 1)),
        ("甲方是谁？", (0,)),
        ("合同是什么时候签订的？", (2,)),
        ("本合同何时生效？", (2,)),
        ("“保密信息”是什么意思？", (3,)),
        ("合同总价是多少？", (5,)),
        ("违约金是多少？", (6,)),
        ("赔偿责任的上限是多少？", (7,)),
    ],
)
def test_a_chinese_fact_is_told_by_the_sentence_that_states_it(
    question: str, told: tuple[int, ...]
) -> None:
    found = answer(question, CHINESE)

    assert [citation.quote for citation in found.citations] == [CHINESE[at] for at in told]
    assert not found.weak


def test_one_name_in_passing_is_no_party() -> None:
    assert "Harwick" not in answer("Who are the parties?", (*LEASE[1:2], *LEASE[4:])).text


def test_a_role_that_the_document_does_not_have_is_no_fact() -> None:
    assert "Harwick" not in answer("Who is the guarantor?", LEASE).text


def test_only_the_pages_that_were_asked_for_state_a_fact() -> None:
    found = answer("When was it signed?", LEASE, range(2, 4))

    assert LEASE[0] not in [citation.quote for citation in found.citations]


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("What is the rent?", ("The charges are £86,000.", "The fee for each visit is £120.")),
        ("违约金是多少？", ("公司因违规被当地部门罚款80,000元。",)),
    ],
)
def test_a_charge_is_no_rent_and_a_fine_no_liquidated_damages(
    question: str, others: tuple[str, ...]
) -> None:
    found = answer(question, others)

    assert not found.found or found.weak
