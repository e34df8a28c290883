"""Pages, lines and places: jumps are exact, though most heights are guesses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from docmind.model import Page
from docmind.tui.layout import Anchor, PageLayout, Spot
from tests.tui.fakes import make_page

TEXTS = st.lists(st.text(st.sampled_from("ab \n合"), max_size=80), min_size=1, max_size=6)


def laid_out(texts: list[str], width: int = 20) -> PageLayout:
    layout = PageLayout(width=width)
    layout.append(Page(number, text) for number, text in enumerate(texts, start=1))
    return layout


@given(TEXTS, st.data())
def test_an_anchor_is_found_on_the_line_that_shows_it(
    texts: list[str], data: st.DataObject
) -> None:
    layout = laid_out(texts, data.draw(st.integers(2, 30)))
    page = data.draw(st.integers(0, len(texts) - 1))
    offset = data.draw(st.integers(-1, len(texts[page])))
    spot = layout.spot_of(Anchor(page, offset))
    layout.settle(spot, 10)
    assert layout.spot_at(layout.line_of(spot)) == spot
    if offset >= 0:
        assert layout.anchor_of(spot).offset <= offset


@given(TEXTS)
def test_every_line_shows_one_spot_and_all_text_is_shown_once(texts: list[str]) -> None:
    layout = laid_out(texts)
    layout.settle(Spot(0, 0), 10_000)
    seen = ["" for _ in texts]
    for line in range(layout.line_count):
        spot = layout.spot_at(line)
        span = layout.span_of(spot)
        if span is not None:
            seen[spot.page] += texts[spot.page][slice(*span)]
    squeezed = ["".join(text.split()) for text in texts]
    assert ["".join(text.split()) for text in seen] == squeezed


def test_only_pages_near_a_place_are_wrapped() -> None:
    layout = PageLayout(width=40)
    layout.append(make_page(number) for number in range(1, 5001))
    layout.settle(layout.spot_of(Anchor(3000, -1)), 60)
    assert len(layout._starts) < 10


def test_a_place_keeps_its_distance_to_its_neighbours_when_pages_above_are_wrapped() -> None:
    layout = laid_out(["word " * 90, "a\n" * 40, "the end"])
    spot = layout.settle(Spot(2, 1), 1)
    before = layout.line_of(spot)
    layout.starts_of(0)
    layout.starts_of(1)
    assert layout.spot_at(layout.line_of(spot)) == spot
    assert layout.line_of(spot) != before


def test_a_file_without_pages_has_no_separators() -> None:
    layout = PageLayout(width=20, separators=False)
    layout.append([Page(1, "one\ntwo")])
    assert layout.spot_of(Anchor(0, 4)) == Spot(0, 1)
    assert layout.starts_of(0).tolist() == [0, 4]
    assert layout.line_count == 2
