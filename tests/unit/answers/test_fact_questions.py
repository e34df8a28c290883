"""Which fact a question asks for, and of what."""

from __future__ import annotations

import pytest

from docmind.answers.fact_questions import FactAsked, Sort, facts_asked
from docmind.answers.question import analyse
from docmind.retrieval.terms import Terms


def asked(text: str) -> tuple[FactAsked, ...]:
    return facts_asked(analyse(text), Terms())


@pytest.mark.parametrize(
    "text",
    [
        "Who are the parties?",
        "Who are the parties to this agreement?",
        "Which two companies have signed this contract?",
        "Name the parties.",
        "Between whom was the lease concluded?",
        "合同双方是谁？",
        "本合同的当事人是谁？",
        "谁签订了本合同？",
    ],
)
def test_who_a_contract_binds_is_asked_for_in_many_ways(text: str) -> None:
    assert asked(text) == (FactAsked(Sort.PARTY),)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Who is the supplier?", "supplier"),
        ("Who is the tenant under this lease?", "tenant"),
        ("甲方是谁？", "甲方"),
        ("谁是出租人？", "出租人"),
    ],
)
def test_one_party_is_asked_for_by_what_the_contract_calls_it(text: str, role: str) -> None:
    assert FactAsked(Sort.PARTY, (role,)) in asked(text)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("What does “Confidential Information” mean?", "confidential information"),
        ("What is meant by 'Business Day'?", "business day"),
        ("What is the definition of Change?", "change"),
        ("How is Control defined?", "control"),
        ("What is a Business Day?", "business day"),
        ("“保密信息”是什么意思？", "保密信息"),
        ("什么是工作日？", "工作日"),
    ],
)
def test_the_meaning_of_a_term_is_asked_for_in_many_ways(text: str, term: str) -> None:
    assert FactAsked(Sort.DEFINITION, (term,)) in asked(text)


@pytest.mark.parametrize(
    ("text", "sort", "kinds", "rest"),
    [
        ("When was it signed?", Sort.DATE, ("signing",), ()),
        ("When does the agreement start?", Sort.DATE, ("start",), ()),
        ("When does the warranty end?", Sort.DATE, ("end",), ("warranti",)),
        ("What is the effective date?", Sort.DATE, ("start",), ()),
        ("合同什么时候签订的？", Sort.DATE, ("signing",), ()),
        ("本合同何时到期？", Sort.DATE, ("end",), ()),
        ("What is the liability cap?", Sort.AMOUNT, ("cap",), ("liabil",)),
        ("What is the total price?", Sort.AMOUNT, ("price", "total"), ()),
        ("How much is the monthly rent?", Sort.AMOUNT, ("fee",), ("month",)),
        ("合同总价是多少？", Sort.AMOUNT, ("price", "total"), ()),
        ("违约金是多少？", Sort.AMOUNT, ("penalty",), ()),
    ],
)
def test_dates_and_sums_are_asked_for_by_their_kind_and_of_something(
    text: str, sort: Sort, kinds: tuple[str, ...], rest: tuple[str, ...]
) -> None:
    assert (sort, kinds, rest) in [(each.sort, each.kinds, each.rest) for each in asked(text)]


@pytest.mark.parametrize(
    "text",
    [
        "When was the company founded?",
        "When may the customer terminate?",
        "Who chairs the committee?",
        "How many huts were followed?",
        "甲方在什么情况下可以终止合同？",
        "乙方什么时候付款？",
    ],
)
def test_what_asks_for_no_fact_that_rules_know_is_left_to_its_words(text: str) -> None:
    assert not asked(text)
