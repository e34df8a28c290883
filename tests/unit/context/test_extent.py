"""Whole or not: one decision for questions, summaries and extractions, and its words."""

from __future__ import annotations

import pytest

from docmind.context.budget import Budget
from docmind.context.extent import Wish, decided
from docmind.errors import DoesNotFit
from docmind.settings import ReadingMode

AUTO, WHOLE, PARTS, RETRIEVE = (
    ReadingMode.AUTO,
    ReadingMode.WHOLE,
    ReadingMode.EVERY_PART,
    ReadingMode.RETRIEVE,
)
BUDGET = Budget(window=10_000, output=1_000, frame=500)


@pytest.mark.parametrize(
    ("tokens", "wish", "reason"),
    [
        (8_500, Wish(AUTO, 900), "8,500 tokens with passage marks fit the window of 10,000"),
        (8_501, Wish(AUTO, 900), "8,501 tokens with passage marks do not fit the window"),
        (5_000, Wish(AUTO, 900, up_to_tokens=4_999), "more than whole_up_to_tokens (4,999)"),
        (5_000, Wish(AUTO, 900, read_well_tokens=4_999), "more than is read well at once (4,999)"),
        (5_000, Wish(AUTO, 900, up_to_tokens=5_000, read_well_tokens=1), "fit the window"),
        (5_000, Wish(WHOLE, 900, up_to_tokens=1), "fit the window"),
        (5_000, Wish(AUTO, 900, up_to_tokens=1, require_whole=True), "fit the window"),
        (901, Wish(PARTS, 900), ""),
        (900, Wish(PARTS, 900), "fit the window"),
        (5_000, Wish(RETRIEVE, 900), "retrieval was asked for"),
        (0, Wish(RETRIEVE, 900), "fit the window"),
    ],
)
def test_what_is_read_at_once_depends_on_room_settings_and_mode(
    tokens: int, wish: Wish, reason: str
) -> None:
    extent = decided(tokens, BUDGET, wish, "en")

    assert reason in extent.reason
    assert extent.is_whole is (" marks fit the window of 10,000" in extent.reason)


def test_parts_are_told_with_why_they_were_read_or_that_they_were_asked_for() -> None:
    assert decided(9_000, BUDGET, Wish(AUTO, 900), "en").in_parts(10) == (
        "9,000 tokens with passage marks do not fit the window of 10,000; every part was read: 10"
    )
    assert decided(9_000, BUDGET, Wish(PARTS, 900), "en").in_parts(10) == (
        "every part was asked for: 10"
    )
    assert decided(9_000, BUDGET, Wish(PARTS, 900), "zh").in_parts(10) == (
        "按要求逐部分通读：共 10 部分"
    )


@pytest.mark.parametrize("wish", [Wish(WHOLE, 900), Wish(AUTO, 900, require_whole=True)])
def test_what_must_be_whole_and_cannot_is_refused_in_numbers(wish: Wish) -> None:
    with pytest.raises(DoesNotFit, match=r"8,501 tokens .* which leaves 8,500"):
        decided(8_501, BUDGET, wish, "en")
