"""Lines and offsets: every character is in exactly one line, and no line is too wide."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmind.tui.plain import NARROW, cells, shown, width_of
from docmind.tui.wrapping import _measured_lines, _ordinary_lines, line_at, line_span, wrap

ANY_TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from(" \n\n  ab合同。（\t\x1b\u202e\u0301"))
)
ORDINARY_TEXT = st.text(st.sampled_from("ab-é   \n"), max_size=60)
WIDTHS = st.integers(min_value=2, max_value=24)


@given(ANY_TEXT, WIDTHS)
def test_every_character_is_in_exactly_one_line(text: str, width: int) -> None:
    starts = wrap(text, width)
    assert starts[0] == 0
    assert list(starts) == sorted(set(starts))
    edges = [*starts, max(len(text), 1)]
    for offset in range(len(text)):
        line = line_at(starts, offset)
        assert edges[line] <= offset < edges[line + 1]


@given(ANY_TEXT, WIDTHS)
def test_lines_put_together_are_the_text_but_for_blanks_at_their_ends(
    text: str, width: int
) -> None:
    starts = wrap(text, width)
    end_before = 0
    for line in range(len(starts)):
        start, end = line_span(starts, line, text)
        assert not text[end_before:start].strip(" \r\n")
        end_before = end
    assert not text[end_before:].strip(" \r\n")


@given(ANY_TEXT, WIDTHS)
def test_no_line_is_wider_than_asked(text: str, width: int) -> None:
    starts = wrap(text, width)
    for line in range(len(starts)):
        start, end = line_span(starts, line, text)
        # A tab alone may be wider than a very narrow line.
        assert width_of(text[start:end]) <= max(width, 4)


@given(ORDINARY_TEXT, WIDTHS)
def test_the_fast_way_and_the_exact_way_break_ordinary_text_alike(text: str, width: int) -> None:
    exact = [
        start
        for paragraph in re.finditer(r"[^\n]*\n|[^\n]+\Z", text)
        for start in _measured_lines(text, *paragraph.span(), width)
    ]
    assert _ordinary_lines(text, 0, len(text), width) == exact


@given(ANY_TEXT)
def test_what_is_shown_is_as_wide_as_its_characters(text: str) -> None:
    assert width_of(text) == sum(map(cells, text))
    assert width_of(shown(text)) == width_of(text)


def test_every_character_taken_for_narrow_is_one_cell_wide() -> None:
    narrow = [chr(code) for code in range(0x3000) if re.fullmatch(f"[{NARROW}]", chr(code))]
    assert all(shown(each) == each and cells(each) == 1 for each in narrow)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        pytest.param("aa bb cc", 5, ["aa bb", "cc"], id="at a blank"),
        pytest.param("aaaaaaa bb", 5, ["aaaaa", "aa bb"], id="a long word is cut"),
        pytest.param("aa\n\nbb", 9, ["aa", "", "bb"], id="empty lines are kept"),
        pytest.param("合同双方。应当", 9, ["合同双", "方。应当"], id="no full stop begins a line"),
        pytest.param("合同（双方", 6, ["合同", "（双方"], id="no bracket ends a line"),
        pytest.param("通知 notice 期限", 8, ["通知", "notice", "期限"], id="two scripts"),
        pytest.param("应当\xa0[1]", 7, ["应", "当\xa0[1]"], id="a no-break space binds"),
        pytest.param("", 9, [""], id="nothing"),
    ],
)
def test_lines_end_where_a_reader_expects_it(text: str, width: int, lines: list[str]) -> None:
    starts = wrap(text, width)
    spans = [line_span(starts, line, text) for line in range(len(starts))]
    assert [text[start:end] for start, end in spans] == lines


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        pytest.param("a\x1b[31mb", "a␛[31mb", id="an escape sequence"),
        pytest.param("a\x9b2Jb", "a�2Jb", id="a control character of the second set"),
        pytest.param("pay \u202e000,1\u202c", "pay 000,1", id="a bidirectional override"),
        pytest.param("a\tb", "a    b", id="a tab"),
        pytest.param("[red]x[/red]", "[red]x[/red]", id="markup"),
        pytest.param("a\u2028b\x07", "a b␇", id="a line separator and a bell"),
        pytest.param("\ud800", "�", id="half a character"),
    ],
)
def test_nothing_that_a_terminal_would_obey_is_shown(text: str, harmless: str) -> None:
    assert shown(text) == harmless
