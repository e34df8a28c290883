"""What the process's streams are like."""

from __future__ import annotations

import pytest

from docmind.streams import without_colour


@pytest.mark.parametrize(
    ("environment", "unwanted"),
    [({}, False), ({"NO_COLOR": ""}, False), ({"NO_COLOR": "0"}, True), ({"NO_COLOR": "1"}, True)],
)
def test_no_color_counts_where_it_is_not_empty(
    environment: dict[str, str],
    unwanted: bool,
) -> None:
    assert without_colour(environment) is unwanted
