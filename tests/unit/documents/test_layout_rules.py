"""The rules about single words and numbers that pages are put together by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmind.documents.assembly import PageText
from docmind.documents.headings import levels
from docmind.documents.hyphens import Vocabulary
from docmind.documents.titles import choose_title
from docmind.documents.turned import QuarterTurn


def joined(above: str, below: str, *known: str) -> str:
    """What becomes of the last word of a line and the first of the next."""
    vocabulary = Vocabulary()
    vocabulary.add(known)
    page = PageText()
    page.add([(0, 0, 10, 10, above)])
    vocabulary.join(page, below)
    page.add([(0, 12, 10, 22, below)])
    return page.finish()[0]


@pytest.mark.parametrize(
    ("above", "below", "known", "expected"),
    [
        ("docu-", "ment", (), "document"),
        ("long-", "term", (), "long-term"),
        ("six-", "in-ten", (), "six-in-ten"),
        ("sixty-", "four", (), "sixty-four"),
        ("non-", "binding", ("non-binding",), "non-binding"),
        ("under-", "stand", ("under", "stand", "understand"), "understand"),
        ("risk-", "free", ("risk", "free"), "risk-free"),
        ("Sci-", "Fact", (), "Sci-Fact"),
        ("Sci-", "Fact", ("SciFact",), "SciFact"),
        ("e-", "mail", (), "e-mail"),
        ("docu\u00ad", "ment", (), "document"),
        ("2019-", "2020", (), "2019-2020"),
        ("甲", "方", (), "甲方"),
        ("为", "6.03", (), "为6.03"),
        ("one", "two", (), "one two"),
    ],
)
def test_words_meet_at_a_line_end_as_they_are_written(
    above: str, below: str, known: tuple[str, ...], expected: str
) -> None:
    assert joined(above, below, *known) == expected


@given(st.lists(st.text(alphabet="abc", min_size=1), min_size=1))
def test_text_and_word_map_agree(texts: list[str]) -> None:
    page = PageText()
    page.add([(10.0 * n, 0.0, 10.0 * n + 9, 9.0, text) for n, text in enumerate(texts)])
    text, words, starts, ends = page.finish()
    assert text == " ".join(texts)
    assert len(words) == len(texts)
    assert [text[start:end] for start, end in zip(starts, ends, strict=True)] == texts


@pytest.mark.parametrize("clockwise", [True, False])
def test_a_box_that_is_turned_and_turned_back_stands_where_it_stood(*, clockwise: bool) -> None:
    turn = QuarterTurn(clockwise=clockwise, width=600, height=800)
    a, b, c, d, e, f = turn.matrix
    x0, y0, x1, y1 = 100, 200, 110, 260
    turned_x = sorted((a * x0 + c * y0 + e, a * x1 + c * y1 + e))
    turned_y = sorted((b * x0 + d * y0 + f, b * x1 + d * y1 + f))
    page = PageText()
    page.add([(turned_x[0], turned_y[0], turned_x[1], turned_y[1], "word")])
    words = turn.turn_back(page.finish()[1])
    assert words.boxes_of(0, 4) == ((x0, y0, x1, y1),)


def test_levels_have_no_gaps() -> None:
    assert levels([5, 2, 5, 9]) == {2: 1, 5: 2, 9: 3}


@pytest.mark.parametrize(
    "title", ["", "Microsoft Word - a.doc", "report_final.pdf", "untitled", "12"]
)
def test_what_programs_write_as_a_title_is_none(title: str) -> None:
    assert choose_title(title, []) == ""
