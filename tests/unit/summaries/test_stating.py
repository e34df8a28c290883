"""Whether a text states a value."""

from __future__ import annotations

import pytest

from docmind.retrieval.terms import Terms
from docmind.summaries.filled import Scalar
from docmind.summaries.stating import states


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The fee is EUR 4,500.", 4500),
        ("on thirty days' notice", 30),
        ("为人民币120万元", 1200000),
        ("a discount of 2.5%", 0.025),
        ("a result of (3,500)", -3500),
        ("1 January 2026", "2026-01-01"),
        ("2026年1月1日", "2026-01-01"),
        ("between Northmoor\nLogistics plc and", "Northmoor Logistics plc"),
        ("payable in each month", "monthly"),
        ("the price of £5", "GBP"),
        ("本合同由供应商承担", "供应商"),
    ],
)
def test_a_value_is_stated_in_any_notation(text: str, value: Scalar) -> None:
    assert states(text, value, Terms())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The fee is EUR 4,500.", 4501),
        ("a gain of 3,500", -3500),
        ("a share of 0.25", 25),
        ("1 January 2026", "2026-02-01"),
        ("Northmoor Logistics plc", "Southmoor Logistics plc"),
        ("the art of war", "ar"),
        ("renewal is automatic", True),
        ("anything", ""),
    ],
)
def test_another_value_is_not(text: str, value: Scalar) -> None:
    assert not states(text, value, Terms())
