"""A list item knows the words that open its list, and nothing else does."""

from __future__ import annotations

import pytest

from docmind.model import Block, BlockKind, Document, Kind, Page
from docmind.passages.lists import list_openings

ITEM, PARAGRAPH, HEADING = BlockKind.ITEM, BlockKind.PARAGRAPH, BlockKind.HEADING


def document_of(*pages: list[tuple[BlockKind, str]], levels: tuple[int, ...] = ()) -> Document:
    """Pages of blocks; `levels` has the depth of each block of the only page."""
    made = []
    for number, blocks in enumerate(pages, start=1):
        text = "\n\n".join(words for _, words in blocks)
        start, placed = 0, []
        for position, (kind, words) in enumerate(blocks):
            level = levels[position] if levels else 0
            placed.append(Block(kind, start, start + len(words), level))
            start += len(words) + 2
        made.append(Page(number, text, blocks=tuple(placed)))
    return Document("0" * 64, "a.pdf", Kind.PDF, "T", tuple(made))


def openings(document: Document, item: str) -> list[str]:
    """The words that open the list of the item that begins so."""
    page = next(page for page in document.pages if item in page.text)
    found = list_openings(document, page, page.text.index(item))
    return [document.page(each.page).text[each.start : each.end] for each in found]


def test_an_item_is_followed_back_over_its_siblings_and_what_hangs_on_them() -> None:
    document = document_of(
        [
            (HEADING, "19 LIABILITY"),
            (ITEM, "19.1 This clause is long. Nothing in this Agreement limits:"),
            (ITEM, "(a) death;"),
            (ITEM, "(b) any of the following:"),
            (ITEM, "(i) fraud;"),
            (ITEM, "(ii) wilful default; or"),
            (ITEM, "(c) any other liability."),
            (ITEM, "19.2 The total liability is limited to one million."),
            (ITEM, "(a) This is a list that nothing opens."),
        ]
    )
    limits = "Nothing in this Agreement limits:"
    assert openings(document, "(c) any other") == [limits]
    assert openings(document, "(ii) wilful") == [limits, "(b) any of the following:"]
    assert openings(document, "(i) fraud") == [limits, "(b) any of the following:"]
    assert openings(document, "19.2 The total") == []
    assert openings(document, "(a) This is") == []


def test_the_letter_i_is_a_letter_after_h_and_a_roman_number_below_an_opening() -> None:
    letters = [(ITEM, f"({letter}) one cost;") for letter in "abcdefgh"]
    plain = document_of([(PARAGRAPH, "It pays:"), *letters, (ITEM, "(i) the last cost.")])
    assert openings(plain, "(i) the last") == ["It pays:"]
    nested = document_of(
        [(PARAGRAPH, "It pays:"), *letters[:-1], (ITEM, "(h) travel, namely:"), (ITEM, "(i) air")]
    )
    assert openings(nested, "(i) air") == ["It pays:", "(h) travel, namely:"]


def test_an_opening_may_stand_on_the_page_before() -> None:
    document = document_of(
        [(PARAGRAPH, "The Supplier shall not:"), (ITEM, "(a) sell;"), (BlockKind.RUNNING, "7")],
        [(BlockKind.RUNNING, "Contract"), (ITEM, "(b) lend the goods.")],
    )
    assert openings(document, "(b) lend") == ["The Supplier shall not:"]


@pytest.mark.parametrize(
    ("opening", "items"),
    [
        ("以下情形除外：", ("（一）自然灾害；", "（二）战争；")),
        ("以下情形除外：", ("1、自然灾害；", "2、战争；")),
        ("We do not ship:", ("• glass", "• batteries")),
        ("The tenant may not", ("1. sublet the rooms;", "2. keep pets.")),
        ("Not covered are:", ("XI. war;", "XII. strikes.")),
    ],
)
def test_markers_of_many_sorts_are_known(opening: str, items: tuple[str, ...]) -> None:
    blocks = [(PARAGRAPH, opening), *((ITEM, item) for item in items)]
    if items[0].startswith("XI."):
        blocks[1:1] = [(ITEM, f"{numeral}. x;") for numeral in "I II III IV V VI VII".split()]
        blocks[8:8] = [(ITEM, "VIII. x;"), (ITEM, "IX. x;"), (ITEM, "X. x;")]
    assert openings(document_of(blocks), items[-1]) == [opening]


def test_a_heading_ends_the_way_back() -> None:
    document = document_of(
        [(PARAGRAPH, "It is agreed:"), (HEADING, "Fees"), (ITEM, "1. Monthly.")]
    )
    assert openings(document, "1. Monthly") == []


def test_a_sentence_in_the_midst_of_an_item_needs_no_opening() -> None:
    document = document_of([(PARAGRAPH, "It pays:"), (ITEM, "(a) the fee. It is due in May.")])
    assert openings(document, "It is due") == []
    assert openings(document, "(a) the fee") == ["It pays:"]


def test_where_the_file_knows_how_deep_an_item_is_that_decides() -> None:
    document = document_of(
        [
            (PARAGRAPH, "Nothing limits:"),
            (ITEM, "death;"),
            (ITEM, "other liability, namely:"),
            (ITEM, "fraud;"),
            (ITEM, "malice"),
            (ITEM, "the indemnity."),
        ],
        levels=(0, 1, 1, 2, 2, 1),
    )
    assert openings(document, "malice") == ["Nothing limits:", "other liability, namely:"]
    assert openings(document, "the indemnity") == ["Nothing limits:"]


def test_lettered_lines_of_a_paragraph_are_items_of_their_own() -> None:
    listed = "The supplier holds:\n(a) indemnity;\n(b) products; and\n(c) cyber (for data)."
    document = document_of([(PARAGRAPH, listed), (PARAGRAPH, "(d) any other.")])

    for item in ("(a) ind", "(b) prod", "(c) cyb", "(d) any"):
        assert openings(document, item) == ["The supplier holds:"]
    assert openings(document, "The supplier holds") == []


def test_brackets_inside_a_line_begin_no_item() -> None:
    document = document_of([(PARAGRAPH, "The parties are: the tenant\nand (b) the landlord.")])

    assert openings(document, "(b) the") == []
