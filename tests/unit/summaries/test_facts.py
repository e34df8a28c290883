"""Facts by rules: parties, people, organizations, dates, amounts and definitions."""

from __future__ import annotations

import pytest

from docmind.model import BlockKind, Fact, Facts
from docmind.summaries.facts import MOST_FACTS
from tests.unit.summaries.pages import Piece, document_of, summary_of


def facts_of(*pieces: Piece) -> Facts:
    return summary_of(document_of(pieces)).facts


def values(facts: tuple[Fact, ...]) -> list[tuple[str, str]]:
    return [(fact.value, fact.kind) for fact in facts]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("This Agreement is dated 14 March 2025.", "14 March 2025", "signing"),
        ("It expires at midnight on 31 March 2028 at the latest.", "31 March 2028", "end"),
        ("The report must be sent no later than June 5, 2024.", "June 5, 2024", "deadline"),
        ("It is effective as from 2024-02-29 in all states.", "2024-02-29", "start"),
        ("For the year ended December 31, 2015, sales rose.", "December 31, 2015", "period end"),
        ("The hut burned down in October 2019.", "October 2019", ""),
        ("“Commencement Date” means 1 April 2025.", "1 April 2025", "commencement date"),
        ("本合同自2025年3月1日起生效。", "2025年3月1日", "start"),
        ("本合同于二〇二六年四月十六日签订。", "二〇二六年四月十六日", "signing"),
        ("公司成立于2004年9月，前身为精密分厂。", "2004年9月", ""),
    ],
)
def test_a_date_is_found_with_its_kind(text: str, value: str, kind: str) -> None:
    assert values(facts_of(text).dates) == [(value, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "You may see clause 12.1 and the Data Protection Act 2018.",
        "Version 1.2.2020.4 was tested on 31.13.2020.",
        "In 2019 there were 2020 huts, and more than May 2 of them were heated.",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert not facts_of(text).dates


def test_two_dates_with_to_between_them_are_a_start_and_an_end() -> None:
    facts = facts_of("Year 1 runs from 1 April 2025 to 31 March 2026.")

    assert values(facts.dates) == [("1 April 2025", "start"), ("31 March 2026", "end")]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("Total liability shall not exceed £2,500,000 in a year.", "£2,500,000", "cap"),
        ("Net sales were $4.1 billion.", "$4.1 billion", "revenue"),
        ("The yearly fee is 24 euros.", "24 euros", "fee"),
        ("There is a living allowance of S$6,500 a year.", "S$6,500", ""),
        ("Each visit costs EUR 410 on average.", "EUR 410", "cost"),
        ("公司实现营业收入41.70亿元。", "41.70亿元", "revenue"),
        ("收入首次突破四十亿元。", "四十亿元", "revenue"),
        ("违约金为人民币5,000元。", "人民币5,000元", "penalty"),
    ],
)
def test_an_amount_is_found_with_its_kind(text: str, value: str, kind: str) -> None:
    assert values(facts_of(text).amounts) == [(value, kind)]


@pytest.mark.parametrize(
    "text",
    ["It weighs 40 pounds per wheel.", "The share was 24% of 1,577 huts.", "全部组件共三百元件。"],
)
def test_what_is_no_money_is_no_amount(text: str) -> None:
    assert not facts_of(text).amounts


def test_one_value_in_many_places_is_one_fact_with_up_to_three_citations() -> None:
    facts = facts_of(
        "The cap is £2,500,000 in a year.",
        "A cap of £2.5 million applies to the Supplier.",
        "Liability is limited to £2,500,000 in all.",
        "The insurance shall be for £2,500,000 at least.",
    )

    (amount,) = facts.amounts
    assert amount.value == "£2,500,000"
    assert len(amount.citations) == 3


def test_the_parties_of_a_contract_are_known_by_what_it_calls_them() -> None:
    facts = facts_of(
        "This Agreement is made between Northmoor Logistics plc, a company incorporated in England"
        " (the “Customer”) and Calder Vane Technology Limited, whose registered office is at"
        " 3 Weavers Yard (the “Supplier”).",
    )

    assert values(facts.parties) == [
        ("Northmoor Logistics plc", "customer"),
        ("Calder Vane Technology Limited", "supplier"),
    ]


def test_chinese_parties_are_known_by_their_side() -> None:
    facts = facts_of("甲方：云泽市精工有限公司", "乙方（受托方）：青屿软件股份有限公司")

    assert values(facts.parties) == [
        ("云泽市精工有限公司", "甲方"),
        ("青屿软件股份有限公司", "乙方"),
    ]


def test_a_company_that_is_named_in_passing_is_no_party() -> None:
    facts = facts_of("Netflix, Inc. (the “Company”) is a company incorporated in Delaware.")

    assert not facts.parties
    assert values(facts.organizations) == [("Netflix, Inc.", "")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The hosting is done by Fenwater Hosting Ltd in Dunmere.", "Fenwater Hosting Ltd"),
        ("It was audited by Ernst & Young LLP for the year.", "Ernst & Young LLP"),
        ("The plant belongs to Meyer Antriebe GmbH of Kiel.", "Meyer Antriebe GmbH"),
        ("It is paid for by the University of Skarholm.", "University of Skarholm"),
        ("由衡信会计师事务所出具标准无保留意见。", "衡信会计师事务所"),
        ("商誉系收购恒川液压有限公司形成。", "恒川液压有限公司"),
    ],
)
def test_an_organization_is_known_by_its_form(text: str, value: str) -> None:
    assert values(facts_of(text).organizations) == [(value, "")]


def test_a_warranty_is_no_organization() -> None:
    assert not facts_of("The New Vehicle Limited Warranty covers the battery.").organizations


def test_people_are_known_by_title_and_by_office() -> None:
    facts = facts_of(
        "The managers are Ms Ingrid Solheim and Mr Tobias Arkwright of the Supplier.",
        "Carroll Doherty, Director of Political Research, wrote it.",
        "This requires the consent of Ms Solheim.",
    )

    assert values(facts.people) == [
        ("Ingrid Solheim", ""),
        ("Tobias Arkwright", ""),
        ("Carroll Doherty", "director of political research"),
    ]
    assert len(facts.people[0].citations) == 2


def test_chinese_people_are_known_by_their_office() -> None:
    facts = facts_of("董事长沈砚秋自2019年起任职，财务总监为宋知微，董事会秘书为顾南舟。")

    assert values(facts.people) == [
        ("沈砚秋", "董事长"),
        ("宋知微", "财务总监"),
        ("顾南舟", "董事会秘书"),
    ]


def test_the_terms_of_a_share_on_the_first_page_are_no_author() -> None:
    assert facts_of("Common Stock, Par Value $.01 Per Share").people == ()


def test_the_authors_on_the_first_page_are_people() -> None:
    facts = facts_of("Annika Brevold¹, Tomasz Wierzbowy¹ and Matteo Sarrazin²")

    assert [fact.value for fact in facts.people] == [
        "Annika Brevold",
        "Tomasz Wierzbowy",
        "Matteo Sarrazin",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "“Charges” means the sums payable for the Services.",
            "Charges: the sums payable for the Services",
        ),
        ("It continues for three years (the Initial Term) from then on.", "Initial Term"),
        ("“工作日”是指除星期六、星期日以外的日子。", "工作日: 除星期六、星期日以外的日子"),
        ("岚峰精工股份有限公司（以下简称“公司”）披露本报告。", "公司"),
    ],
)
def test_a_definition_is_told_with_its_meaning(text: str, value: str) -> None:
    assert values(facts_of(text).definitions) == [(value, "")]


def test_facts_stand_in_rows_of_tables_too() -> None:
    facts = facts_of(
        (BlockKind.TABLE_HEAD, "Item | Rate"), (BlockKind.TABLE_ROW, "Hotel, London | £195")
    )

    assert [fact.value for fact in facts.amounts] == ["£195"]


def test_code_in_a_text_states_no_amount() -> None:
    assert not facts_of("```sh awk '$5 == out' catalogue.csv ```").amounts


def test_more_facts_than_are_listed_are_told_by_their_number() -> None:
    total = MOST_FACTS + 5
    lines = [f"Item {number} of the list is £{number + 100}.50." for number in range(total)]

    summary = summary_of(document_of(tuple(lines)))

    assert len(summary.facts.amounts) == MOST_FACTS
    assert f"Of {total} amounts {MOST_FACTS} are listed." in summary.warnings
