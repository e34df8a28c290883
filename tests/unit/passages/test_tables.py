"""The heads and the unit of a table's rows, wherever they stand."""

from __future__ import annotations

import pytest

from docmind.model import Block, BlockKind, Page
from docmind.passages.tables import cells_of, heads_of, unit_above, unit_in

HEADING, PARAGRAPH = BlockKind.HEADING, BlockKind.PARAGRAPH
HEAD, ROW = BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW


def page_of(*blocks: tuple[BlockKind, str]) -> Page:
    text, placed = "", []
    for kind, words in blocks:
        text += "\n" if text else ""
        placed.append(Block(kind, len(text), len(text) + len(words)))
        text += words
    return Page(1, text, blocks=tuple(placed))


def unit_of(page: Page, row: str) -> str:
    """The unit above a row, which must stand on the page as it is told."""
    found = unit_above(page, page.text.index(row))
    if found is None:
        return ""
    unit, (first, last) = found
    assert unit in page.text[first:last]
    return unit


@pytest.mark.parametrize(
    ("cells", "head", "heads"),
    [
        (3, "Role | Rate | Currency", ["Role", "Rate", "Currency"]),
        (3, "| Role | Rate | Currency |", ["Role", "Rate", "Currency"]),
        (3, "2021 | 2020", ["", "2021", "2020"]),
        (3, "Year ended | Change\n| 2015 | 2014 | x |\n(in thousands)", ["2015", "2014", "x"]),
        (3, "Role", []),
        (3, "", []),
        (4, "Role | Rate", []),
    ],
)
def test_a_row_has_the_heads_of_its_columns(cells: int, head: str, heads: list[str]) -> None:
    assert heads_of(cells, head) == heads


def test_the_bars_around_a_row_of_markdown_are_no_cells() -> None:
    assert cells_of("| Total | 1,570 | |") == ["Total", "1,570", ""]
    assert cells_of("Total | 1,570") == ["Total", "1,570"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (
            "INCOME (amounts in millions, except per share)",
            "amounts in millions, except per share",
        ),
        ("(Millions) | 2018 | 2017", "Millions"),
        ("Dollars in thousands", "Dollars in thousands"),
        ("单位：万元  币种：人民币", "单位：万元"),
        ("Millions of people came.", ""),
    ],
)
def test_a_unit_is_known_by_its_words(text: str, unit: str) -> None:
    assert unit_in(text) == unit


def test_the_unit_of_a_table_stands_in_a_title_above_it() -> None:
    page = page_of(
        (HEADING, "BALANCE SHEETS (amounts in millions)"),
        (PARAGRAPH, "August 29, 2021"),
        (ROW, "Cash | 11,258"),
        (HEADING, "LIABILITIES"),
        (ROW, "Accounts payable | 16,278"),
    )
    assert unit_of(page, "Cash | 11,258") == "amounts in millions"
    assert unit_of(page, "Accounts payable | 16,278") == "amounts in millions"


def test_what_stands_above_a_longer_text_is_not_the_unit_of_a_table_below() -> None:
    page = page_of(
        (HEADING, "Sales (in millions)"),
        (PARAGRAPH, "Sales rose in all regions, for reasons that are told below. " * 3),
        (PARAGRAPH, "The number of members is told next, for each of the regions. " * 3),
        (ROW, "Members | 61"),
    )
    assert unit_of(page, "Members | 61") == ""
