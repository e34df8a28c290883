"""Pages that a question names."""

from __future__ import annotations

import pytest

from docmind.model import Document, Kind, Page
from docmind.retrieval.page_references import names_pages, pages_named

PLAIN = Document("", "a.pdf", Kind.PDF, "", tuple(Page(number, "") for number in range(1, 41)))
LABELS = ["i", "ii", "iii", *map(str, range(1, 38))]
LABELLED = Document(
    "",
    "b.pdf",
    Kind.PDF,
    "",
    tuple(Page(number, "", label=label) for number, label in enumerate(LABELS, start=1)),
)


@pytest.mark.parametrize(
    ("question", "pages"),
    [
        ("What does page 12 say about rent?", {12}),
        ("the words on the top of the page two", {2}),
        ("see p. 7", {7}),
        ("summarise pages 3-5", {3, 4, 5}),
        ("from pages 3 to 5", {3, 4, 5}),
        ("pages 3 and 4", {3, 4}),
        ("on slide 9, and on page (10)", {9, 10}),
        ("who signed on the last page?", {40}),
        ("the title on the cover page", {1}),
        ("第12页写了什么？", {12}),
        ("第十二页和第二十页", {12, 20}),
        ("第3页到第5页", {3, 4, 5}),
        ("最后一页", {40}),
        ("page 99", set()),
        ("pages 30 to 20", set()),
        ("How many pages are there?", set()),
        ("page mixing", set()),
        ("What is clause 12?", set()),
    ],
)
def test_pages_are_recognised(question: str, pages: set[int]) -> None:
    assert pages_named(question, PLAIN) == pages


@pytest.mark.parametrize(
    ("question", "pages"),
    [("page 1", {4}), ("page ii", {2}), ("pages 2-3", {5, 6}), ("page 39", {39})],
)
def test_the_printed_number_goes_before_the_physical(question: str, pages: set[int]) -> None:
    assert pages_named(question, LABELLED) == pages


@pytest.mark.parametrize("question", ["the title on the first page", "page 1", "第1页"])
def test_a_source_file_has_no_page_that_is_named(question: str) -> None:
    source = Document("", "retry.py", Kind.CODE, "", (Page(1, "pass"),))

    assert names_pages(question)
    assert pages_named(question, source) == set()


def test_a_question_without_a_page_names_none() -> None:
    assert not names_pages("How many pages are there, and who pays?")
