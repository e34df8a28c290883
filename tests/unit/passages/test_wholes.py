"""A sentence is told with what belongs to it, wherever that stands."""

from __future__ import annotations

from docmind.model import Block, BlockKind, Document
from docmind.passages.wholes import whole_sentence
from tests.unit.passages.test_lists import document_of

ITEM, PARAGRAPH, RUNNING = BlockKind.ITEM, BlockKind.PARAGRAPH, BlockKind.RUNNING


def told(document: Document, sentence: str) -> tuple[str, list[int]]:
    """The sentence as it is told, and the pages of its parts."""
    page = next(page for page in document.pages if sentence in page.text)
    start = page.text.index(sentence)
    parts = whole_sentence(document, page, start, start + len(sentence))
    text = "".join(
        part.joint + document.page(part.page).text[part.start : part.end] for part in parts
    )
    return text, [part.page for part in parts]


def test_an_item_brings_the_words_that_open_its_list() -> None:
    document = document_of(
        [(PARAGRAPH, "Nothing limits:"), (ITEM, "(a) death;"), (ITEM, "(b) fraud.")]
    )
    assert told(document, "(a) death;") == ("Nothing limits: (a) death;", [1, 1])
    assert told(document, "(b) fraud.") == ("Nothing limits: … (b) fraud.", [1, 1])


def test_words_that_open_a_list_bring_it_unless_it_is_long() -> None:
    document = document_of(
        [(PARAGRAPH, "Nothing limits:"), (ITEM, "(a) death;"), (ITEM, "(b) fraud.")]
    )
    assert told(document, "Nothing limits:")[0] == "Nothing limits: (a) death;\n\n(b) fraud."
    long = document_of([(PARAGRAPH, "Nothing limits:"), (ITEM, "(a) " + "very " * 100)])
    assert told(long, "Nothing limits:")[0] == "Nothing limits:"


def test_a_sentence_that_its_page_cuts_is_told_whole_from_either_half() -> None:
    document = document_of(
        [(PARAGRAPH, "First. The notice is given"), (RUNNING, "3")],
        [(RUNNING, "Contract"), (PARAGRAPH, "in writing. Another one.")],
    )
    whole = ("The notice is given in writing.", [1, 2])
    assert told(document, "The notice is given") == whole
    assert told(document, "in writing.") == whole
    assert told(document, "Another one.") == ("Another one.", [2])


def test_an_amount_in_brackets_goes_on_with_a_sentence_and_an_item_does_not() -> None:
    above = [(PARAGRAPH, "If the Customer owes a sum of more than nine pounds")]
    cut = document_of(above, [(PARAGRAPH, "(£9) for sixty days, the Supplier may leave.")])
    assert told(cut, above[0][1])[0].endswith(
        "nine pounds (£9) for sixty days, the Supplier may leave."
    )
    listed = document_of(above, [(PARAGRAPH, "(a) for sixty days.")])
    assert told(listed, above[0][1])[0] == above[0][1]


def test_chinese_halves_are_joined_without_a_space() -> None:
    document = document_of(
        [(PARAGRAPH, "公司总部设在云泽市，主要从事精密轴承、减速器")],
        [(PARAGRAPH, "和液压元件的研发。其他。")],
    )
    assert told(document, "和液压元件的研发。")[0].endswith("减速器和液压元件的研发。")


def test_what_only_stands_at_the_edge_of_a_page_is_not_joined() -> None:
    titled = document_of([(PARAGRAPH, "The notice is given")], [(PARAGRAPH, "Fees are due.")])
    assert told(titled, "The notice is given") == ("The notice is given", [1])
    listed = document_of([(PARAGRAPH, "The notice is given")], [(ITEM, "a. in writing.")])
    assert told(listed, "The notice is given") == ("The notice is given", [1])


def test_a_block_without_a_sentence_is_no_edge() -> None:
    document = document_of([(PARAGRAPH, "The notice is given")], [(PARAGRAPH, " ")])
    assert document.page(2).blocks == (Block(PARAGRAPH, 0, 1),)
    assert told(document, "The notice is given") == ("The notice is given", [1])
