"""What any party may do is said of the one that a question names."""

from __future__ import annotations

import pytest

from docmind.answers.actors import act_asked, is_of_any_party, roles_in
from docmind.retrieval.terms import Terms


def test_a_question_names_parties_by_their_roles() -> None:
    assert roles_in("When may the customer terminate?", Terms()) == {"custom"}
    assert roles_in("甲方何时可以解除合同？", Terms()) == {"甲", "方", "甲方"}
    assert not roles_in("When may it be terminated?", Terms())


def test_what_is_said_of_any_party_is_told_from_what_is_said_of_one() -> None:
    assert is_of_any_party("Either party may terminate at once.")
    assert is_of_any_party("任何一方均可解除合同。")
    assert not is_of_any_party("The supplier may terminate at once.")


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("When may the customer terminate?", "The Customer may terminate at will.", True),
        ("When may the customer terminate?", "Either party may at once terminate it.", True),
        ("When may the customer terminate?", "The Supplier may terminate at will.", False),
        ("When may the customer terminate?", "The Customer may ask when it terminates.", False),
        ("When may the tenant leave?", "The tenant is entitled to leave in May.", True),
        ("甲方什么情况下可以解除合同？", "任何一方违约的，另一方可以解除合同。", True),
        ("甲方什么情况下可以解除合同？", "乙方可以解除合同。", False),
    ],
)
def test_a_clause_says_that_the_party_or_any_party_may_do_it(
    question: str, text: str, *, said: bool
) -> None:
    act = act_asked(question)

    assert act is not None
    assert act.is_in(text) is said


def test_a_question_without_a_party_that_acts_is_about_no_act() -> None:
    assert act_asked("When was the agreement signed?") is None
