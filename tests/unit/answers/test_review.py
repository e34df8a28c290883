"""After its last word an answer is checked against what it cites, and what it should cite."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docmind.answers.review import Reviewed, Written, review
from docmind.answers.support import Support
from docmind.model import Block, BlockKind, Document, Kind, Page, Passage, Status
from docmind.passages.split import split_document
from docmind.retrieval.index import Index
from docmind.tokens.qwen import QwenTokenCounter

PAGES = (
    "The tenant pays the rent on the first day of each month. The rent is 900 pounds.",
    "The landlord repairs the roof and the outer walls at its own cost.",
    "Pets are allowed where the landlord has agreed in writing.",
    "The tenant keeps the garden tidy and cuts the hedge twice a year.",
)
COUNTER = QwenTokenCounter()
LEASE = Document(
    "0" * 64,
    "lease.pdf",
    Kind.PDF,
    "Lease",
    tuple(
        Page(number, text, blocks=(Block(BlockKind.PARAGRAPH, 0, len(text)),))
        for number, text in enumerate(PAGES, start=1)
    ),
)
PASSAGES = split_document(LEASE, COUNTER)
DOCUMENTS = {LEASE.name: LEASE}
SUPPORT = Support(DOCUMENTS, Index([LEASE], PASSAGES))


def reviewed(text: str, *pages: int, says_nothing: bool = False) -> Reviewed:
    """Review a text whose marks 1, 2, … stand for the passages of these pages."""
    numbered: dict[int, Passage] = {
        number: PASSAGES[page - 1] for number, page in enumerate(pages, start=1)
    }
    return review(Written(text, numbered, says_nothing), DOCUMENTS, SUPPORT)


def test_a_citation_is_narrowed_and_its_quote_is_the_sources_words() -> None:
    answer = reviewed("The rent is 900 pounds [1].", 1)

    (citation,) = answer.citations
    assert (citation.quote, citation.status) == ("The rent is 900 pounds.", Status.EXACT)
    assert PAGES[0][citation.start : citation.end] == citation.quote
    assert answer.text == "The rent is 900 pounds [1]."
    assert answer.claims[0].supported


def test_a_passage_cited_twice_has_one_number_and_one_quote_over_both_sentences() -> None:
    text = "The rent is 900 pounds [1]. The tenant pays rent on the first day of the month [1]."
    answer = reviewed(text, 1)

    assert [citation.quote for citation in answer.citations] == [PAGES[0]]
    assert answer.text == text


def test_a_statement_that_cites_nothing_gets_the_evidence_that_is_there() -> None:
    answer = reviewed("The landlord repairs the roof at its own cost.")

    assert answer.found
    assert answer.text == "The landlord repairs the roof at its own cost. [1]"
    assert answer.citations[0].page == 2
    assert answer.claims[0].citations == (1,)


def test_a_citation_that_does_not_say_it_gives_way_to_one_that_does() -> None:
    answer = reviewed(
        "The landlord repairs the roof [1]. Pets need his agreement in writing [2].", 4, 3
    )

    assert [citation.page for citation in answer.citations] == [3, 2]
    assert (
        answer.text == "The landlord repairs the roof. [2] Pets need his agreement in writing [1]."
    )
    assert [claim.citations for claim in answer.claims] == [(2,), (1,)]


def test_what_nothing_supports_is_kept_and_marked() -> None:
    answer = reviewed("The rent is 950 pounds [1].", 1)

    assert answer.found
    assert not answer.claims[0].supported
    assert answer.citations[0].page == 1


def test_an_answer_that_says_that_the_document_does_not_say_has_no_citations() -> None:
    answer = reviewed("The document does not say who insures the house.", says_nothing=True)

    assert (answer.found, answer.citations, answer.claims) == (False, (), ())


def test_a_none_beside_a_citation_that_holds_is_an_answer() -> None:
    text = "The rent is 900 pounds [1]. The document does not say how it is paid."
    assert reviewed(text, 1, says_nothing=True).found


def test_what_a_document_denies_is_not_taken_for_its_silence() -> None:
    text = "The policy does not cover damage from floods. It covers fire and theft."
    policy = replace(
        LEASE, pages=(Page(1, text, blocks=(Block(BlockKind.PARAGRAPH, 0, len(text)),)),)
    )
    support = Support({policy.name: policy}, Index([policy], split_document(policy, COUNTER)))
    written = Written("The policy does not cover damage from floods.", {}, says_nothing=False)
    answer = review(written, {policy.name: policy}, support)

    assert answer.found
    assert [citation.quote for citation in answer.citations] == [text.split(" It")[0]]


def test_half_of_a_statement_is_not_held_against_an_answer_that_was_cut_off() -> None:
    written = Written(
        "The rent is 900 pounds [1]. The fence is", {1: PASSAGES[0]}, False, cut=True
    )
    answer = review(written, DOCUMENTS, SUPPORT)

    assert [claim.text for claim in answer.claims] == ["The rent is 900 pounds."]
    assert answer.text == "The rent is 900 pounds [1]. The fence is"


def test_words_that_nothing_says_and_that_cite_nothing_are_no_answer() -> None:
    answer = reviewed("The moon is made of green cheese.")

    assert not answer.found
    assert not answer.claims[0].supported


def test_a_number_in_brackets_of_the_models_own_is_no_citation() -> None:
    answer = reviewed(r"The rent is 900 pounds \[7] [1].", 1)

    assert r"\[7]" in answer.text
    assert [citation.number for citation in answer.citations] == [1]


def test_a_mark_that_is_taken_away_leaves_none_that_only_looks_like_one() -> None:
    answer = reviewed("The moon is made of cheese [1[1]].", 1, says_nothing=True)

    assert not answer.found
    assert answer.text == r"The moon is made of cheese \[1]."


def test_a_mark_that_is_added_leads_nowhere() -> None:
    text = "房屋的屋顶由房东负责维修。"
    lease = replace(LEASE, pages=(Page(1, text, blocks=(Block(BlockKind.PARAGRAPH, 0, 13),)),))
    index = Index([lease], split_document(lease, COUNTER))
    documents = {lease.name: lease}
    written = Written(f"{text}(http://example.org)", {}, says_nothing=False)
    answer = review(written, documents, Support(documents, index))

    assert answer.text.startswith(f"{text} [1] (http:")


def test_a_row_of_a_table_keeps_its_cells() -> None:
    answer = reviewed("| Who | What |\n|---|---|\n| landlord | repairs the roof and outer walls |")

    assert "| landlord | repairs the roof and outer walls [1] |" in answer.text


SENTENCES = (
    "The tenant pays the rent monthly", "The rent is 900 pounds", "The rent is 950 pounds",
    "The landlord repairs the roof", "Pets are not allowed", "Nobody knows", "房东维修屋顶",
    "The hedge is cut twice a year", "## Heading", "- The tenant keeps the garden tidy",
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(SENTENCES), st.lists(st.integers(1, 4), max_size=2)), max_size=6
    ),
    st.sampled_from((" ", "\n", "\n\n")),
    st.booleans(),
)
def test_text_claims_and_citations_agree_whatever_was_written(
    said: list[tuple[str, list[int]]], joint: str, says_nothing: bool
) -> None:
    used = dict.fromkeys(page for _, pages in said for page in pages)
    order = {page: number for number, page in enumerate(used, start=1)}
    text = joint.join(
        words + "".join(f" [{order[page]}]" for page in pages) + "." for words, pages in said
    )
    answer = reviewed(text, *order, says_nothing=says_nothing)

    numbers = [citation.number for citation in answer.citations]
    marks = {int(mark) for mark in re.findall(r"\[(\d+)\]", answer.text)}
    assert numbers == list(range(1, len(numbers) + 1))
    assert marks == set(numbers)
    assert {number for claim in answer.claims for number in claim.citations} <= marks
    assert answer.found or not numbers
    for citation in answer.citations:
        assert LEASE.page(citation.page or 0).text[citation.start : citation.end] == citation.quote


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ("[1]", "[2]", r"\[7]", "\n", "\n\n", "|", "- ", "# ", "```", ". ", "。", "roof",
             "12 ", "**", "The landlord repairs the roof", "[cite", "](", " ", "1. ", "not ")
        ) | st.text(max_size=3),
        max_size=30,
    ).map("".join)
)  # fmt: skip
def test_no_text_is_too_strange_to_be_reviewed(text: str) -> None:
    text = re.sub(r"(?<!\\)\[(?![12]\])\d+\]", "", text)
    answer = reviewed(text, 1, 2)

    marks = {int(mark) for mark in re.findall(r"(?<!\\)\[(\d+)\]", answer.text)}
    assert marks == {citation.number for citation in answer.citations}


@pytest.mark.parametrize("text", ["", "   ", "---", "##"])
def test_an_empty_answer_is_none(text: str) -> None:
    assert not reviewed(text).found
