"""An answer is taken apart into what can be checked."""

from __future__ import annotations

import pytest

from docmind.answers.statements import statements


def told(answer: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(each.text, each.numbers) for each in statements(answer)]


def test_each_sentence_has_the_marks_that_stand_in_it_or_behind_it() -> None:
    answer = "Rent is due monthly [1]. Pets are allowed.[2] The roof is old. [1][3] Nothing else."

    assert told(answer) == [
        ("Rent is due monthly.", (1,)),
        ("Pets are allowed.", (2,)),
        ("The roof is old.", (1, 3)),
        ("Nothing else.", ()),
    ]


def test_chinese_sentences_need_no_spaces() -> None:
    assert told("租金按月支付[1]。允许养宠物。[2]屋顶很旧。") == [
        ("租金按月支付。", (1,)),
        ("允许养宠物。", (2,)),
        ("屋顶很旧。", ()),
    ]


def test_items_rows_and_paragraphs_are_statements_and_headings_are_not() -> None:
    answer = (
        "## Duties\n\nThe tenant must:\n\n- **pay** the rent [1]\n- keep\n  the garden [2]\n"
        "1. repair nothing [3]\n\n| Who | What |\n|---|---|\n| landlord | roof [4] |\n\n---\n"
        "A sentence that\ngoes on. Done?\n"
    )

    assert told(answer) == [
        ("pay the rent", (1,)),
        ("keep the garden", (2,)),
        ("repair nothing", (3,)),
        ("Who What", ()),
        ("landlord roof", (4,)),
        ("A sentence that goes on.", ()),
    ]


def test_code_states_nothing() -> None:
    assert told("```\nx = 1.\n```\nIt is so [1].") == [("It is so.", (1,))]


def test_a_bracket_that_is_no_mark_stays_in_the_words() -> None:
    assert told(r"See \[3] there [1].") == [("See [3] there.", (1,))]


def test_a_statement_is_a_span_of_the_answer_with_its_marks() -> None:
    answer = "- Rent is due. [1] More follows."
    first, second = statements(answer)

    assert answer[first.start : first.end] == "Rent is due. [1]"
    assert answer[second.start : second.end] == "More follows."


@pytest.mark.parametrize(
    "text",
    [
        "The documents do not say who pays.",
        "This is not mentioned in the agreement.",
        "文档中没有说明。",
    ],
)
def test_a_remark_that_the_documents_do_not_say_is_known_unless_it_cites(text: str) -> None:
    assert statements(text)[0].denies
    assert not statements(text + " [1]")[0].denies
    assert not statements("The tenant pays.")[0].denies
