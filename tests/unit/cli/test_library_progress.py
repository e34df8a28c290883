"""What who waits for the library is told."""

from __future__ import annotations

import pytest

from docmind.cli.library import _line
from docmind.library.entries import Step


@pytest.mark.parametrize(
    ("step", "seconds", "told"),
    [
        (Step("a.pdf", 1, 2, "reading", 5, 9, 500, 4_000), 1, "Reading a.pdf (1/2)"),
        (
            Step("a.pdf", 1, 2, "reading", 5, 9, 1_000_000, 4_000_000),
            10,
            "Reading a.pdf (1/2), 100 kB/s, 30 s left",
        ),
        (
            Step("a.pdf", 2, 9, "embedding", 256, 300, 500, 2_000, in_passages=True),
            50,
            "Embedding a.pdf (2/9), 256 of 300 passages, 10 passages/s, 2 min left",
        ),
    ],
)
def test_a_rate_and_the_time_left_are_told_as_soon_as_they_mean_something(
    step: Step, seconds: float, told: str
) -> None:
    assert _line(step, seconds)[0] == told
