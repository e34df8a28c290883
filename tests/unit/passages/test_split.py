"""Passages are the units of citation: their spans, sizes and titles must be right."""

from docmind.model import Block, BlockKind, Coverage, Document, Kind, Page, Passage
from docmind.passages.split import MAX_TOKENS, split_document
from docmind.tokens.qwen import QwenTokenCounter

COUNTER = QwenTokenCounter()
SENTENCE = (
    "The supplier delivers the goods to the customer within the agreed time at its own cost. "
)


def page_of(number: int, *parts: tuple[BlockKind, str] | tuple[BlockKind, str, int]) -> Page:
    """A page whose blocks are these parts, joined by blank lines."""
    text, blocks = "", []
    for part in parts:
        text += "\n\n" if text else ""
        level = part[2] if len(part) == 3 else 0
        blocks.append(Block(part[0], len(text), len(text) + len(part[1]), level))
        text += part[1]
    return Page(number, text, blocks=tuple(blocks))


def document_of(*pages: Page) -> Document:
    return Document("0" * 64, "a.pdf", Kind.PDF, "A", pages)


def split(*pages: Page) -> tuple[Passage, ...]:
    return split_document(document_of(*pages), COUNTER)


def test_a_passage_is_a_span_of_its_page() -> None:
    pages = (
        page_of(1, (BlockKind.PARAGRAPH, SENTENCE * 20)),
        page_of(2, (BlockKind.ITEM, "(a) x")),
    )

    for passage in split(*pages):
        assert pages[passage.page - 1].text[passage.start : passage.end] == passage.text


def test_ids_are_page_and_ordinal() -> None:
    page = (BlockKind.PARAGRAPH, SENTENCE * 12)

    assert [passage.id for passage in split(page_of(1, page), page_of(2, page))][:2] == [
        "1.1",
        "1.2",
    ]
    assert "2.1" in {passage.id for passage in split(page_of(1, page), page_of(2, page))}


def test_a_long_paragraph_is_cut_at_sentences_into_passages_of_the_right_size() -> None:
    passages = split(page_of(1, (BlockKind.PARAGRAPH, (SENTENCE * 30).strip())))

    assert len(passages) > 3
    assert all(passage.text.endswith("cost.") for passage in passages)
    assert all(60 <= COUNTER.count(passage.text) <= MAX_TOKENS for passage in passages[:-1])


def test_a_sentence_without_end_is_cut_without_losing_a_word() -> None:
    endless = ", ".join(f"item number {number}" for number in range(200))
    passages = split(page_of(1, (BlockKind.PARAGRAPH, endless)))

    assert "".join(passage.text for passage in passages) == endless
    assert all(COUNTER.count(passage.text) <= MAX_TOKENS * 1.3 for passage in passages)


def test_small_blocks_of_a_section_are_joined() -> None:
    items = [(BlockKind.ITEM, f"({letter}) a short item of the list;") for letter in "abcd"]

    assert len(split(page_of(1, *items))) == 1


def test_a_heading_opens_a_passage_and_names_the_sections_above_it() -> None:
    passages = split(
        page_of(
            1,
            (BlockKind.HEADING, "1. Term", 1),
            (BlockKind.PARAGRAPH, "It begins."),
            (BlockKind.HEADING, "1.1 Renewal", 2),
            (BlockKind.PARAGRAPH, "It renews."),
            (BlockKind.HEADING, "2. Fees", 1),
            (BlockKind.PARAGRAPH, "They are due."),
        )
    )

    assert [passage.sections for passage in passages] == [
        ("1. Term",),
        ("1. Term", "1.1 Renewal"),
        ("2. Fees",),
    ]
    assert passages[0].text.startswith("1. Term")


def test_sections_go_on_over_a_page_break() -> None:
    passages = split(
        page_of(1, (BlockKind.HEADING, "7. Liability", 1), (BlockKind.PARAGRAPH, "A cap.")),
        page_of(2, (BlockKind.PARAGRAPH, "It goes on.")),
    )

    assert passages[-1].sections == ("7. Liability",)


def test_running_heads_are_in_no_passage() -> None:
    page = page_of(
        1,
        (BlockKind.PARAGRAPH, "Before."),
        (BlockKind.RUNNING, "Confidential - page 3"),
        (BlockKind.PARAGRAPH, "After."),
    )

    assert [passage.text for passage in split(page)] == ["Before.", "After."]


def test_every_group_of_rows_keeps_the_head_of_its_table() -> None:
    rows = [
        (BlockKind.TABLE_ROW, f"Engineer grade {n} | {n}00 | {n}50 | {n}90") for n in range(30)
    ]
    passages = split(page_of(1, (BlockKind.TABLE_HEAD, "Role | 2025 | 2026 | 2027"), *rows))

    assert len(passages) > 2
    assert {passage.table_head for passage in passages} == {"Role | 2025 | 2026 | 2027"}
    assert all("\n\n" in passage.text or "|" in passage.text for passage in passages)


def test_pages_without_text_have_no_passages() -> None:
    assert split(Page(1, "", coverage=Coverage.IMAGE)) == ()
