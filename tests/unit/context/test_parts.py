"""Parts: every passage in exactly one, cut where sections begin, never larger than they may be."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docmind.context.budget import Budget
from docmind.context.parts import Portion, cut_in_parts, part_tokens, parts_that_fit
from docmind.context.tags import id_pattern, tags_of
from docmind.model import Document, Kind, OutlineItem
from tests.unit.context.made import copies, document

PARAGRAPH = " ".join(["word"] * 48)


def pages(count: int, name: str = "report.pdf", *titles: tuple[int, int]) -> Document:
    """Pages of about 50 words; `titles` are the pages and levels of an outline."""
    made = document(name, *[[f"Page {number}. {PARAGRAPH}"] for number in range(1, count + 1)])
    outline = tuple(OutlineItem(f"Title {page}", level, page) for page, level in titles)
    return replace(made, outline=outline)


def first_pages(portions: tuple[Portion, ...]) -> list[int]:
    return [portion.sheets[0].page for portion in portions]


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(1, 40), min_size=1, max_size=4),
    most=st.integers(60, 1_500),
    titles=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 3)), max_size=10),
)
def test_every_passage_is_in_exactly_one_part_and_in_order(
    counts: list[int], most: int, titles: list[tuple[int, int]]
) -> None:
    held = copies(*[pages(n, f"{at}.pdf", *titles) for at, n in enumerate(counts)])
    portions = cut_in_parts(held, most)

    every = [sheet for copy in held for sheet in copy.sheets]
    assert [sheet for portion in portions for sheet in portion.sheets] == every
    assert all(each.tokens <= most or len(each.sheets) == 1 for each in portions)


def test_a_part_ends_where_the_outermost_section_does() -> None:
    held = copies(pages(40, "report.pdf", (1, 1), (9, 2), (13, 1), (18, 2), (29, 1), (33, 3)))

    assert first_pages(cut_in_parts(held, 1_000)) == [1, 13, 29]


def test_without_an_outline_a_part_ends_with_a_page() -> None:
    portions = cut_in_parts(copies(pages(40)), 1_000)

    assert all(portion.tokens > 900 for portion in portions[:-1])


def test_small_documents_share_a_part_and_a_document_is_not_cut_for_it() -> None:
    held = copies(*[pages(6, f"{at}.pdf") for at in range(6)])
    portions = cut_in_parts(held, 800)

    assert [len(portion.parts) for portion in portions] == [2, 2, 2]


def test_a_text_file_of_one_page_is_cut_between_its_sheets() -> None:
    text = document("notes.txt", [f"{at}. {PARAGRAPH}" for at in range(200)], kind=Kind.TEXT)
    held = copies(text)
    portions = cut_in_parts(held, 3_000)

    assert len(portions) > 2
    assert len({name for portion in portions for name in portion.known}) == sum(
        len(sheet.passages) for sheet in held[0].sheets
    )


def test_a_part_can_be_halved_until_it_is_one_sheet() -> None:
    (portion,) = cut_in_parts(copies(pages(5)), 1_000)
    first, second = portion.halves()

    assert (*first.sheets, *second.sheets) == portion.sheets
    assert [len(first.sheets), len(second.sheets)] in ([2, 3], [3, 2])
    (alone,) = cut_in_parts(copies(pages(1)), 1_000)
    assert alone.halves() == (alone,)


def test_a_small_window_makes_small_parts() -> None:
    assert part_tokens(Budget(131_072, 2_048, 700), 16_000) == 16_000
    assert part_tokens(Budget(4_096, 512, 700), 16_000) == 2_740


@settings(deadline=None)
@given(counts=st.lists(st.integers(1, 40), min_size=1, max_size=4), ratio=st.floats(0.5, 3.0))
def test_parts_have_room_by_the_count_of_whoever_reads_them(
    counts: list[int], ratio: float
) -> None:
    held = copies(*[pages(n, f"{at}.pdf") for at, n in enumerate(counts)])
    budget = Budget(1_024, 256, 100)
    portions = parts_that_fit(held, budget, 16_000, lambda each: int(ratio * each.tokens) + 30)

    every = [sheet for copy in held for sheet in copy.sheets]
    assert [sheet for portion in portions for sheet in portion.sheets] == every
    assert all(int(ratio * each.tokens) + 30 <= budget.documents for each in portions)
    fewest = ratio * sum(copy.tokens for copy in held) / budget.documents
    assert len(portions) <= 3 * fewest + 1


def test_a_page_that_has_no_room_by_itself_is_a_part_all_the_same() -> None:
    portions = parts_that_fit(copies(pages(3)), Budget(100, 20, 20), 16_000, lambda _: 1_000)

    assert first_pages(portions) == [1, 2, 3]


def test_a_large_window_is_not_counted_for() -> None:
    def measured(_: Portion) -> int:
        raise AssertionError

    budget = Budget(131_072, 2_048, 700)
    assert len(parts_that_fit(copies(pages(40)), budget, 1_000, measured)) > 1


@pytest.mark.parametrize("names", [["A1a"], ["A1a", "A1c", "A2a", "A2c", "B12-3d"]])
def test_a_grammar_of_some_ids_admits_these_and_no_other(names: list[str]) -> None:
    others = ["A1b", "A2b", "A3a", "B12-3a", "A1", "A1a "]
    for name in [*names, *others]:
        assert bool(re.fullmatch(id_pattern(names), name)) == (name in names)
        assert bool(re.fullmatch(tags_of(names).pattern, name)) == (name in names)
    assert re.fullmatch(tags_of(names).pattern, "none")
