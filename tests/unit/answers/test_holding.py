"""A sentence gives what is asked for only where it has such a thing, of what is asked."""

from __future__ import annotations

import pytest

from docmind.answers.holding import gives, is_of_its_time, noun_of, says_something
from docmind.answers.question import analyse
from docmind.model import Document, Kind, Page
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


YEARS = Page(1, "Sales of 2021 rose. 2020 and 2021 were good, 2021 better than 2020.")
REPORT = Document("", "report.pdf", Kind.PDF, "", (YEARS, Page(2, "Founded 1998.")))


@pytest.mark.parametrize(
    ("question", "text", "is_so"),
    [
        pytest.param(
            "What were sales in 2021?", "Sales were 5.", True, id="the report's own year"
        ),
        pytest.param("What were sales in 2020?", "Sales were 5.", True, id="the year before it"),
        pytest.param("What were sales in 2019?", "Sales were 5.", False, id="another year"),
        pytest.param("What were sales in 2019?", "In 2019 they were 4.", True, id="it is named"),
        pytest.param("When was it founded, in 1998?", "It was founded.", False, id="a year in it"),
        pytest.param("What were sales?", "Sales were 5.", True, id="no year is asked for"),
        pytest.param("Who paid 2019.50 euros?", "Sales were 5.", True, id="a sum is no year"),
        pytest.param("2019年的收入是多少？", "收入为五亿元。", False, id="in Chinese"),
    ],
)
def test_what_was_asked_of_another_year_is_not_given(
    question: str, text: str, *, is_so: bool
) -> None:
    assert is_of_its_time(analyse(question), text, REPORT) is is_so


def test_a_document_that_names_no_year_may_be_of_any() -> None:
    timeless = Document("", "a.pdf", Kind.PDF, "", (Page(1, "Sales rose."),))

    assert is_of_its_time(analyse("What were sales in 2019?"), "Sales rose.", timeless)


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("Calder Vane Technology Limited", False),
        ("违约责任", False),
        ("The supplier pays.", True),
        ("Auditor: Miller & Partners", True),
        ("Total employees | 288,000", True),
    ],
)
def test_a_name_alone_says_nothing(text: str, *, is_so: bool) -> None:
    assert says_something(text) is is_so
