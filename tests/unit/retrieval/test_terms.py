"""What a text is searched by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmind.retrieval.terms import Terms


def terms(text: str) -> list[str]:
    return Terms().of(text)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("terminate", "Termination by either party"),
        ("companies", "the company's"),
        ("cafe", "Café"),
        ("naïve", "naive"),
        ("1577", "$1,577.00"),
        ("1,577.00", "1577"),
        ("1,577", "1577.0"),
        ("2.5", "2.50"),
        ("wifi", "Wi-Fi"),
        ("Wi-Fi", "wi fi"),
        ("e-mail", "Email"),
        ("10-K", "Form 10K"),
        ("parse", "parsePDFPage"),
        ("pdf", "parsePDFPage"),
        ("parsepdfpage", "parsePDFPage"),
        ("window tokens", "window_tokens"),
        ("windowtokens", "window_tokens"),
        ("2015", "FY2015"),
        ("fy2015", "FY2015"),
        ("file", "oﬃce ﬁle"),
        ("12.3", "Clause 12.3(a)"),
        ("ABC", "ＡＢＣ"),
        ("公司", "由两个公司合作"),
        ("PDF", "文件PDF格式"),
        ("2018", "在2018年"),
        ("東京", "東京都"),
        ("서울", "서울에서"),
    ],
)
def test_a_question_meets_the_way_it_is_written(asked: str, written: str) -> None:
    assert set(terms(asked)) & set(terms(written))


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("15", "1577"),
        ("1577", "15.77"),
        ("370", "37.0"),
        ("2.5", "25"),
        ("100", "10"),
        ("公司", "公布司法"),
    ],
)
def test_different_things_do_not_meet(asked: str, written: str) -> None:
    shared = set(terms(asked)) & set(terms(written))
    assert not {term for term in shared if len(term) > 1}


def test_a_number_keeps_the_form_in_which_it_is_written() -> None:
    assert terms("1,577.00") == ["1577", "1,577.00"]
    assert terms("1577") == ["1577"]
    assert terms("3,4,5") == ["3", "4", "5"]


def test_characters_without_spaces_between_them_give_singles_and_pairs() -> None:
    assert terms("光荣公司") == ["光", "荣", "公", "司", "光荣", "荣公", "公司"]


def test_stop_words_give_nothing() -> None:
    assert terms("It is the one of which") == ["one"]


def test_terms_are_repeated_as_often_as_they_stand_there() -> None:
    assert terms("rent, rents and Rent") == ["rent", "rent", "rent"]


def test_a_question_loses_the_words_that_only_ask() -> None:
    assert Terms().of_question("What is the rent, and when is the rent due?") == ["rent", "due"]
    assert Terms().of_question("What does this say about rent?") == ["about", "rent"]


def test_a_chinese_question_loses_the_words_that_only_ask() -> None:
    asked = Terms().of_question("租金是多少？")
    assert asked == ["租", "金", "租金"]
    assert not set(Terms().of_question("哪两个公司什么时候合作？")) & {"哪", "什", "什么"}


def test_a_question_of_nothing_else_keeps_them() -> None:
    assert Terms().of_question("what?") == ["what"]
    assert Terms().of_question("  ") == []
    assert Terms().of_question("") == []


def test_a_very_long_word_is_kept_in_its_parts_only() -> None:
    found = terms("Some" * 100)
    assert set(found) == {"some"}


@given(st.text())
def test_any_text_gives_clean_terms_and_the_same_twice(text: str) -> None:
    cutter = Terms()
    found = cutter.of(text)
    assert cutter.of(text) == found
    assert all(term and not term.isspace() for term in found)


@given(st.integers(min_value=0, max_value=10**9))
def test_a_number_is_found_with_and_without_its_commas(number: int) -> None:
    assert set(terms(f"{number:,}")) & set(terms(str(number)))
    assert set(terms(f"{number:,}.00")) & set(terms(str(number)))
