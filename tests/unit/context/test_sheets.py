"""How a document looks to a model: every passage once, each under an id that only it has."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from docmind.context.neutral import MARK
from docmind.context.sheets import copy_of, letter_of
from docmind.context.tags import NOTHING, citation_tags
from docmind.model import Document, Kind
from docmind.passages.split import split_document
from tests.unit.context.made import COUNTER, copies, document

LONG = " ".join(["word"] * 70) + "."


def test_every_passage_is_read_once_under_an_id_that_only_it_has() -> None:
    lease = document(
        "lease.pdf", *[[f"{page} {part} {LONG}" for part in range(4)] for page in "abc"]
    )
    passages = split_document(lease, COUNTER)
    (copy,) = copies(lease)

    ids = dict(pair for sheet in copy.sheets for pair in sheet.ids())
    assert tuple(ids.values()) == passages
    assert list(ids)[:5] == ["A1a", "A1b", "A1c", "A1d", "A2a"]
    text = copy.text()
    for passage in passages:
        assert text.count(passage.text) == 1
    assert text.startswith(f"{MARK}document A: lease.pdf\n{MARK}A1\n{MARK}a ")
    assert text.endswith(f"{MARK}end of document A\n")
    assert copy.tokens == COUNTER.count(text)


def test_a_long_page_is_cut_into_parts_whose_tags_say_of_what() -> None:
    paragraphs = [f"{number} {LONG}" for number in range(60)]
    (paged,) = copies(document("book.pdf", ["first"], paragraphs))
    (plain,) = copies(document("notes.txt", paragraphs, kind=Kind.TEXT))

    assert [sheet.tag for sheet in paged.sheets] == ["A1", *(f"A2-{part}" for part in range(1, 6))]
    assert [sheet.tag for sheet in plain.sheets] == ["A1", "A2", "A3", "A4", "A5"]
    assert [len(sheet.passages) for sheet in plain.sheets] == [12] * 5
    assert plain.sheets[1].text.startswith(f"{MARK}A2 line 13\n")


def test_a_page_tells_its_printed_number_where_that_is_another() -> None:
    plain = document("a.pdf", ["one"], ["two"])
    pages = (replace(plain.pages[0], label="iv"), replace(plain.pages[1], label="2"))
    (copy,) = copies(replace(plain, pages=pages))

    heads = [sheet.text.splitlines()[0] for sheet in copy.sheets]
    assert heads == [f"{MARK}A1 printed iv", f"{MARK}A2"]


def test_only_the_pages_that_are_wanted_are_copied() -> None:
    lease = document("lease.pdf", ["one"], ["two"], ["three"])
    copy = copy_of(lease, split_document(lease, COUNTER), "A", COUNTER, range(2, 3))

    assert [sheet.page for sheet in copy.sheets] == [2]


@pytest.mark.parametrize(("position", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_documents_have_letters(position: int, letter: str) -> None:
    assert letter_of(position) == letter


def _of_five_thousand_passages() -> Document:
    pages = [[f"{page}.{part} {LONG}" for part in range(1 + page % 13)] for page in range(720)]
    return document("huge.pdf", *pages)


def test_the_grammar_of_5000_passages_is_short_and_admits_them_and_no_others() -> None:
    held = copies(_of_five_thousand_passages(), document("small.txt", ["one"], kind=Kind.TEXT))
    sheets = [sheet for copy in held for sheet in copy.sheets]
    ids = {name for sheet in sheets for name, _ in sheet.ids()}
    tags = citation_tags(sheets)
    pattern = re.compile(tags.pattern)

    assert len(ids) > 5_000
    assert len(tags.pattern) < 6_000
    assert all(pattern.fullmatch(name) for name in ids)
    assert pattern.fullmatch(NOTHING)
    for sheet in sheets:
        after = chr(ord("a") + len(sheet.passages))
        assert not pattern.fullmatch(sheet.tag + after)
    for made_up in ("A", "A1", "A721a", "B2a", "C1a", "a1a", "A1aa", "", "none1"):
        assert not pattern.fullmatch(made_up)
