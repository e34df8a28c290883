"""A sentence gives what is asked for only where it has such a thing, of what is asked."""

from __future__ import annotations

import pytest

from docmind.answers.holding import gives, noun_of
from docmind.answers.question import analyse
from docmind.retrieval.terms import Terms


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("How many warehouses does it operate?", "warehouses"),
        ("How many of the surveyed operators warm their batteries?", "operators warm"),
        ("What is the number of open positions in the north?", "open positions"),
        ("What percentage of seniors own a phone?", "seniors own"),
        ("How much did it cost?", ""),
        ("How much a month does hosting cost?", ""),
        ("How many people live there?", ""),
        ("When was it built?", ""),
    ],
)
def test_what_is_counted_stands_before_the_verb(question: str, noun: str) -> None:
    assert noun_of(analyse(question)) == noun


@pytest.mark.parametrize(
    ("question", "text", "given"),
    [
        ("How many warehouses are there?", "It operates 815 membership warehouses.", True),
        ("How many warehouses are there?", "Its warehouses are large.", False),
        ("How many warehouses are there?", "In 2021 its warehouses were large.", False),
        ("How many warehouses are there?", "Its warehouses earn 12% of it.", False),
        ("How many warehouses are there?", "21.4 Its warehouses are in section 7.", False),
        ("How many warehouses are there?", "There are 40 huts.", False),
        ("How many modules are used?", "Two modules are used.", True),
        ("When was the roof repaired?", "The roof was repaired in May 2019.", True),
        ("When was the roof repaired?", "The roof was repaired by Ms Miller.", False),
        ("What percentage of seniors go online?", "Of seniors 59% go online.", True),
        ("What percentage of seniors go online?", "Of seniors many go online.", False),
        ("How many days do we have?", "Within thirty days of receipt.", True),
        ("员工有多少人？", "员工共6,241人。", True),
        ("员工有多少人？", "员工是公司的基础。", False),
        ("Who repairs the roof?", "The tenant repairs it.", True),
    ],
)
def test_a_sentence_must_have_such_a_thing_beside_the_noun(
    question: str, text: str, *, given: bool
) -> None:
    assert gives(analyse(question), text, Terms()) is given


def test_any_number_of_a_row_may_be_a_sum() -> None:
    question = analyse("How much does hosting cost?")

    assert gives(question, "Item: Hosting; Per month: 35,450", Terms(), in_table=True)
    assert not gives(question, "Hosting is a service of the supplier.", Terms())
