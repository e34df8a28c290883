"""A tag becomes a number while the text streams, and nothing else does."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmind.answers.marks import MARK, Marks
from docmind.model import BlockKind, Passage


def passage(ordinal: int) -> Passage:
    return Passage(f"1.{ordinal}", "a.pdf", 1, 0, 4, "text", BlockKind.PARAGRAPH)


KNOWN = {f"A1{letter}": passage(ordinal) for ordinal, letter in enumerate("abcdef", start=1)}
KNOWN["AB12-3z"] = passage(9)


def shown(*pieces: str) -> str:
    marks = Marks(KNOWN)
    return "".join(marks.take(piece).text for piece in pieces) + marks.finish().text


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Rent is due [cite:A1b].", "Rent is due [1]."),
        ("One [cite:A1b], two [cite:A1a], one [cite:A1b]", "One [1], two [2], one [1]"),
        ("Both [cite:A1b][cite:AB12-3z].", "Both [1][2]."),
        ("Together [cite:A1b, A1c].", "Together [1][2]."),
        ("Loose [CITE: A1b].", "Loose [1]."),
        (
            "Bare [A1b] and [A1c, A1b]; in Chinese [cite：A1c].",
            "Bare [1] and [2][1]; in Chinese [2].",
        ),
        ("No ids [A9z], [A1b, A9z] [Annex 3] [A1", "No ids [A9z], [A1b, A9z] [Annex 3] [A1"),
        ("Nothing is there [cite:A9z].", "Nothing is there ."),
        ("It does not say [cite:none].", "It does not say ."),
        ("Its own [3] and [12].", r"Its own \[3] and \[12]."),
        ("A date [20240101] and [1234567890123].", r"A date \[20240101] and \[1234567890123]."),
        ("No id [cite:A1ab][cite:xA1a][cite:nonesuch].", "No id ."),
        (
            "Again and again [cite:A1a][cite:A1b] [cite:A1a]\n[cite:A1b].",
            "Again and again [1][2] \n.",
        ),
        ("Again [cite:A1a], and [cite:A1a].", "Again [1], and [1]."),
        (r"Escaped \[3] and \\[3]", r"Escaped \[3] and \\\[3]"),
        (r"Behind \[cite:A1a]", r"Behind \ [1]"),
        (r"Behind \\[cite:A1a]", r"Behind \\ [1]"),
        ("A link? [cite:A1a](http://x)", r"A link? [1]\(http://x)"),
        ("[cite:A1a]: http://x", r"[1]\: http://x"),
        ("Cut [cite:A1", "Cut "),
        ("Cut [ci", "Cut "),
        ("Cut [Clause 3", "Cut [Clause 3"),
        ("Cut [1", "Cut [1"),
        ("Not a tag [cite someone] [citation]", "Not a tag [cite someone] [citation]"),
        ("[[cite:A1a]]", "[[1]]"),
        ("[cite:A1[cite:A1a]", "[1]"),
        ("[cite:A1a[cite:A9z]]", "]"),
        ("[cite: A1b is\nnot closed", " is\nnot closed"),
        ("房租【cite:A1b】，押金【A1c】。", "房租[1]，押金[2]。"),
        ("房租〔A1b〕（cite：A1c、A1b）", "房租[1][2]"),
        ("Rent (cite:A1b), roof [cite A1c] [^A1a]", "Rent [1], roof [2] [3]"),
        ("房租【出处：A1b】【来源 A1c】【cite=A1a]", "房租[1][2][3]"),
        ("房租【A9z】【cite:A9z】（cite:A9z）没有【none】【cite:none】。", "房租没有。"),
        ("Trained on others【12†source】[3†L1-L9].", "Trained on others."),
        ("【摘要】 （一） (a) (cited) (c", "【摘要】 （一） (a) (cited) (c"),
        ("【2024】〔2024〕3号 【A1】 (A1b)", "【2024】〔2024〕3号 【A1】 (A1b)"),
        ("［A1b］ as a page writes it", "［A1b］ as a page writes it"),
        ("Cut 【cite:A1", "Cut "),
        ("Cut (cite:A1", "Cut "),
        ("Cut 【12†sour", "Cut "),
        ("A link? [cite:A1a](cite:A1b)(http://x)", r"A link? [1][2]\(http://x)"),
        ("[2[cite:none]] [[cite:A9z]3] [4[cite:A9z][cite:A9z]]", "[2 ] [ 3] [4 ]"),
    ],
)
def test_what_is_written_is_seen_as(written: str, seen: str) -> None:
    assert shown(written) == seen


def test_a_new_number_is_told_with_its_passage_in_the_piece_that_shows_it() -> None:
    marks = Marks(KNOWN)

    assert marks.take("Rent [cite:A").cited == ()
    assert marks.take("1c] is").cited == ((1, KNOWN["A1c"]),)
    assert marks.take(" due [cite:A1c]").cited == ()
    assert marks.numbered == {1: KNOWN["A1c"]}


def test_ids_that_do_not_exist_are_remembered() -> None:
    marks = Marks(KNOWN)
    marks.take("a [cite:Z7q] b [cite:page 3] c [cite:none]")

    marks.take("【Z8q】 （cite:Z9q） 【4†source】")

    assert marks.unknown == ["Z7q", "page 3", "Z8q", "Z9q", "【4†source】"]
    assert marks.says_nothing
    assert marks.numbered == {}


_PIECES = st.lists(
    st.sampled_from(
        ("[cite:A1a]", "[cite:A1b]", "[cite:none]", "[cite:", "A1c", "]", "[", "\\", "[1]", "[2",
         "(", ":", " ", "word", "[cite", "cite:", "[A1b]", "[A1", "b]", "3]", "中文。", "\n",
         "[cite:Q9x]", "`", "!", "【", "】", "（", "）", "(cite:", "【A1a】", "†", "出处", "none",
         "cite ", "^", "、")
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(_PIECES | st.text(), st.data())
def test_any_way_to_cut_the_text_gives_the_same(text: str, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=8).map(sorted))
    edges = [0, *cuts, len(text)]
    pieces = [text[start:end] for start, end in pairwise(edges)]

    assert shown(*pieces) == shown(text) == shown(*text)


@given(_PIECES)
def test_a_mark_is_a_citation_and_no_tag_is_ever_shown_while_it_streams(text: str) -> None:
    marks = Marks(KNOWN)
    seen = ""
    numbers: set[int] = set()
    for character in text:
        more = marks.take(character)
        seen += more.text
        numbers |= {number for number, _ in more.cited}
        assert not re.search(r"\[cite:[A-Z]\d[a-z]\]", seen)
    seen += marks.finish().text

    assert {int(each[1]) for each in MARK.finditer(seen)} == numbers
    assert numbers == set(marks.numbered)
    assert not re.search(r"(?<!\\)\[\d+\][(:]", seen)
