"""Nothing that a document contains may command the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmind.export.plain import neutralized, one_line

HOSTILE = "\x1b]0;title\x07 \x9b31m red \u202egnp.exe\u2066 \x7f\r\x00"


def test_escape_sequences_become_visible_and_lose_their_power() -> None:
    assert neutralized("\x1b[31mred") == "\u241b[31mred"
    assert neutralized("\x9b31m") == "\ufffd31m"


def test_bidirectional_overrides_are_shown_and_not_obeyed() -> None:
    assert neutralized("invoice\u202efdp.exe") == "invoice\ufffdfdp.exe"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Zürich – “quoted” €5\n\tnext", id="western"),
        pytest.param("第三条　付款", id="chinese"),
        pytest.param("नमस्ते \u200d ZWJ", id="joiners"),
    ],
)
def test_honest_text_is_left_as_it_is(text: str) -> None:
    assert neutralized(text) == text


@given(st.text())
def test_offsets_stay_offsets_and_no_control_is_left(text: str) -> None:
    shown = neutralized(text)

    assert len(shown) == len(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]


def test_a_message_is_one_line_whatever_is_in_it() -> None:
    assert one_line(f"a\nb\t {HOSTILE}").count("\n") == 0
    assert "\x1b" not in one_line(HOSTILE)
