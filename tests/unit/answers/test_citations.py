"""A citation is source text by construction, and verification lets nothing else pass."""

import pytest

from docmind.answers.citations import cite, cuts_negation, find_quote, verify
from docmind.model import Coverage, Document, Kind, Page, Status

TEXT = (
    "The tenant is not permitted to assign this lease. The loss was (370) million in 2024, "
    "up 5.5% from 1,577.00 in 2023. The agree-\nment ends on 3 May 2025. Interest is -2.1 points."
)


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("The tenant is not permitted to assign this lease.", id="a sentence"),
        pytest.param("The loss was (370) million in 2024", id="brackets and all"),
        pytest.param("up 5.5% from 1,577.00 in 2023", id="percent and grouping"),
    ],
)
def test_words_of_the_source_are_exact(quote: str) -> None:
    match = find_quote(quote, TEXT)

    assert match is not None
    assert match.status is Status.EXACT
    assert TEXT[match.start : match.end] == quote


@pytest.mark.parametrize(
    ("quote", "source"),
    [
        pytest.param(
            "The agreement ends on 3 May 2025.",
            "The agree-\nment ends on 3 May 2025",
            id="hyphen at the line's end",
        ),
        pytest.param(
            "The tenant is not  permitted to\nassign",
            "The tenant is not permitted to assign",
            id="white space",
        ),
        pytest.param(
            "loss was (370) million in 2024, up 5.5 % from",
            "loss was (370) million in 2024, up 5.5% from",
            id="space before percent",
        ),
    ],
)
def test_the_same_words_in_another_form_are_normalized(quote: str, source: str) -> None:
    match = find_quote(quote, TEXT)

    assert match is not None
    assert match.status is Status.NORMALIZED
    assert TEXT[match.start : match.end] == source


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("The loss was 370 million in 2024", id="a loss is not a gain"),
        pytest.param("loss was (370) million in 2024, up 55% from", id="a lost decimal point"),
        pytest.param("up 5.5 from 1,577.00 in 2023", id="a lost percent sign"),
        pytest.param("Interest is 2.1 points", id="a lost minus"),
        pytest.param("The tenant is permitted to assign this lease", id="a lost not"),
        pytest.param(
            "The tenant is … permitted to assign this lease", id="not behind an ellipsis"
        ),
        pytest.param("permitted to assign this lease.", id="not left in front"),
        pytest.param("ends on 3 May 202", id="half a number"),
        pytest.param("enant is not permitted to", id="half a word"),
        pytest.param("", id="nothing"),
        pytest.param("  ", id="white space"),
        pytest.param("The landlord is not permitted", id="other words"),
    ],
)
def test_what_the_source_does_not_say_is_not_verified(quote: str) -> None:
    assert find_quote(quote, TEXT) is None


def test_characters_that_ocr_confuses_count_as_equal_only_where_ocr_read_the_page() -> None:
    text = "The renta1 agreernent lasts five years."

    assert find_quote("The rental agreement lasts", text) is None
    match = find_quote("The rental agreement lasts", text, ocr=True)
    assert match is not None
    assert text[match.start : match.end] == "The renta1 agreernent lasts"


def test_ocr_does_not_make_one_number_another() -> None:
    assert find_quote("The amount is 150 euros", "The amount is 180 euros", ocr=True) is None


def test_chinese_is_found_without_word_boundaries() -> None:
    match = find_quote("公司 成立于 1999 年", "本公司成立于1999年，总部在上海。")

    assert match is not None
    assert match.status is Status.NORMALIZED


def test_a_negation_outside_of_the_sentence_does_not_count() -> None:
    text = "It may not leave. The tenant may stay here."

    assert not cuts_negation(text, text.index("The"), len(text))
    assert cuts_negation(text, text.index("leave"), text.index("."))


def test_a_citation_copies_the_page_and_is_exact() -> None:
    page = Page(3, "First. The second one.", label="iii")
    document = Document("0" * 64, "a.pdf", Kind.PDF, "A", (Page(1, ""), Page(2, ""), page))

    citation = cite(document, page, (7, 22), "3.1")

    assert citation.quote == "The second one."
    assert (citation.page, citation.page_label, citation.lines) == (3, "iii", None)
    assert verify(citation, document) is Status.EXACT


def test_a_citation_of_a_text_file_names_lines_and_no_page() -> None:
    page = Page(1, "one\ntwo\nthree\nfour\n")
    document = Document("0" * 64, "a.md", Kind.MARKDOWN, "A", (page,))

    citation = cite(document, page, (4, 13), "1.1")

    assert (citation.page, citation.lines) == (None, (2, 3))
    assert verify(citation, document) is Status.EXACT


def test_a_citation_of_a_page_read_by_ocr_says_so() -> None:
    page = Page(1, "Read from a picture.", coverage=Coverage.OCR)
    document = Document("0" * 64, "a.pdf", Kind.PDF, "A", (page,))

    assert cite(document, page, (0, 20), "1.1").ocr


def test_a_changed_quote_loses_its_status() -> None:
    from dataclasses import replace

    page = Page(1, TEXT)
    document = Document("0" * 64, "a.pdf", Kind.PDF, "A", (page,))
    citation = cite(document, page, (0, 49), "1.1")

    assert verify(replace(citation, quote="The tenant is permitted to assign."), document) is (
        Status.UNVERIFIED
    )
    assert verify(replace(citation, start=3), document) is Status.EXACT


def test_lines_end_as_the_file_ends_them() -> None:
    page = Page(1, "one\rtwo\r\nthree\nfour")

    assert page.lines(page.text.index("three"), len(page.text)) == (3, 4)
    assert page.lines(4, 7) == (2, 2)
