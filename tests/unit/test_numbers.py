"""Numbers in few words."""

from __future__ import annotations

from docmind.numbers import counted, line_list, page_list, ranges


def test_runs_are_drawn_together_in_ascending_order() -> None:
    assert ranges([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"
    assert page_list([9, 3, 7, 8]) == "pages 3, 7-9"


def test_one_is_not_many() -> None:
    assert page_list([3]) == "page 3"
    assert counted(1, "page") == "1 page"
    assert counted(3000, "page") == "3,000 pages"


def test_places_and_counts_are_chinese_in_a_chinese_answer() -> None:
    assert page_list([3, 7, 8, 9], "zh") == "第 3、7-9 页"
    assert line_list([3, 4], "zh") == "第 3-4 行"
    assert counted(30, "page", "zh") == "30 页"


def test_lines_are_listed_as_pages_are() -> None:
    assert line_list([3]) == "line 3"
    assert line_list([3, 4, 9]) == "lines 3-4, 9"
