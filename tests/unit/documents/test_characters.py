"""Which characters survive, and in which form."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmind.documents.characters import clean, unreadable_share


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("\ufb01nal e\ufb03cient", "final efficient"),
        ("ＡＢＣ１２３", "ABC123"),
        ("甲方，乙方；（丙）！", "甲方，乙方；（丙）！"),
        ("⾦額", "金額"),
        ("10⁶ and 1½ and m²", "10⁶ and 1½ and m²"),
        ("e\u0301", "é"),
        ("a\u00a0b\u2009c", "a b c"),
        ("\uf0b7 item", "• item"),
        ("a\x1b[31mb\x07\x9b\u202ec\u200b", "a[31mbc"),
        ("第Ⅳ章", "第IV章"),
    ],
)
def test_letters_are_folded_and_meaning_is_kept(source: str, expected: str) -> None:
    assert clean(source) == expected


@given(st.text())
def test_nothing_that_drives_a_terminal_is_left(text: str) -> None:
    cleaned = clean(text)
    assert not [c for c in cleaned if unicodedata.category(c) == "Cc" and c not in "\t\n"]
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    cleaned.encode()


@given(st.text())
def test_cleaning_keeps_the_lines(text: str) -> None:
    assert clean(text).count("\n") == text.count("\n")


def test_signs_without_meaning_are_counted() -> None:
    assert unreadable_share("All is well.\n") == 0
    assert unreadable_share("\ue001\ue002ab") == 0.5
    assert unreadable_share("") == 0
