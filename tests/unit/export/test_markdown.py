"""Answers and passages as Markdown that a person reads, and that no document can bend."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest

from docmind.export.coverage import coverage_lines
from docmind.export.markdown import (
    answer_markdown,
    disarmed,
    escaped,
    place,
    search_markdown,
)
from docmind.export.page_records import coverage_record
from docmind.export.records import SearchRecord, found_passages
from docmind.model import Claim, EngineName, Hit, Kind
from tests.unit.export import made


def test_an_answer_is_followed_by_its_numbered_sources_and_what_was_read() -> None:
    assert answer_markdown(made.answer(made.document())) == dedent("""\
        Either party may terminate. [1]

        ## Sources

        1. contract.pdf, page 1 (printed iv) (exact, OCR)

           > terminate on notice.

        *extractive: no engine; 1 of 2 pages read; 1,234 tokens; 0.0 s; no text on page 2*

        **Warning:** Page 2 has no text.
        """)


def test_a_quote_that_the_answer_has_just_given_is_not_given_again() -> None:
    answer = made.answer(made.document())
    quoting = replace(answer, claims=(Claim("terminate  on notice.", (1,)),))

    assert "> " not in answer_markdown(quoting)


def test_docminds_own_words_are_in_the_language_of_the_answer() -> None:
    answer = made.answer(made.document())
    claims = (*answer.claims, Claim("unheard of", (), supported=False))
    text = answer_markdown(replace(answer, language="zh", claims=claims, partial=True))

    assert "## 出处" in text
    assert "## 文档中没有找到的陈述" in text
    assert "**回答不完整。**" in text
    assert "**警告：** Page 2 has no text." in text
    assert "contract.pdf，第 1 页（印刷页码 iv）（逐字一致，OCR）" in text
    assert "1,234 个词元" in text
    assert "Warning" not in text


def test_an_answer_that_was_not_found_has_no_sources() -> None:
    text = answer_markdown(made.refusal(made.document()))

    assert text.startswith("The document does not say.\n")
    assert "Sources" not in text


def test_a_place_in_a_file_without_pages_is_its_lines() -> None:
    citation = made.citation(made.document(kind=Kind.MARKDOWN))

    assert place(citation) == "contract.md, line 2"
    assert place(replace(citation, lines=(2, 4))) == "contract.md, lines 2-4"


def test_a_printed_number_that_says_nothing_new_is_left_out() -> None:
    citation = made.citation(made.document())

    assert place(replace(citation, page_label="1")) == "contract.pdf, page 1"
    assert place(replace(citation, page_label=None)) == "contract.pdf, page 1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# Heading", "\\# Heading", id="heading"),
        pytest.param("- item", "\\- item", id="list"),
        pytest.param("1. item", "1\\. item", id="numbered list"),
        pytest.param("21.2 The Customer", "21.2 The Customer", id="clause number"),
        pytest.param("a_b and *c*", "a_b and \\*c\\*", id="emphasis"),
        pytest.param("see [here](http://x)", "see \\[here](http://x)", id="link"),
        pytest.param("![x](http://x)", "!\\[x](http://x)", id="image"),
        pytest.param("[1](http://x)", "\\[1](http://x)", id="link like a citation"),
        pytest.param("notice [1].", "notice [1].", id="citation"),
        pytest.param("<b>x</b> 3 < 4", "\\<b>x\\</b> 3 < 4", id="tag"),
        pytest.param("&lt; R&D", "\\&lt; R&D", id="entity"),
        pytest.param("title\n---", "title\n\\---", id="underlined heading"),
        pytest.param("\x1b[31m", "\u241b\\[31m", id="escape sequence"),
    ],
)
def test_text_of_a_document_cannot_be_markup(text: str, expected: str) -> None:
    assert escaped(text) == expected


def test_passages_are_listed_with_their_place_and_sections() -> None:
    document = made.document()
    hits = [Hit(made.passage(document), 0.83)]
    record = SearchRecord(
        "notice", "lexical", found_passages(hits, {document.name: document}), (), ()
    )

    assert search_markdown(record) == dedent("""\
        1. **contract.pdf, page 1 (printed iv)** (0.83) Term > Termination

           > terminate on notice.
        """)


def test_a_search_without_a_match_says_so() -> None:
    record = SearchRecord("notice", "lexical", (), ("Page 2 has no text.",), ())

    assert search_markdown(record) == ("No passage matches.\n\n**Warning:** Page 2 has no text.\n")


def test_coverage_names_the_pages_of_each_kind() -> None:
    assert coverage_lines(coverage_record(made.document(), 1234)) == dedent("""\
        contract.pdf: 2 pages, 1,234 tokens
          text, read by OCR (37 characters): page 1
          no text, only a picture: page 2""")


def test_a_model_writes_markdown_and_an_extract_only_looks_like_it() -> None:
    answer = replace(
        made.answer(made.document()),
        text="- **thirty** days [1]",
        claims=(Claim("- **thirty** days, see [3]", (1,)),),
    )
    modelled = replace(answer, engine=EngineName("vllm", "Qwen"))

    assert answer_markdown(modelled).startswith("- **thirty** days [1]\n")
    assert answer_markdown(answer).startswith("\\- \\*\\*thirty\\*\\* days, see \\[3] [1]\n")


def test_what_was_not_found_in_the_documents_and_what_was_cut_off_is_marked() -> None:
    answer = replace(
        made.answer(made.document()),
        engine=EngineName("vllm", "Qwen"),
        claims=(Claim("It ends on notice.", (1,)), Claim("It never ends.", (), supported=False)),
        partial=True,
    )
    text = answer_markdown(answer)

    assert "## Not found in the documents\n\n- It never ends.\n" in text
    assert "**The answer is not complete.**" in text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("the fee [1] (net): *due*", "the fee [1] (net): *due*", id="harmless"),
        pytest.param("[here](http://x)", "[here]\\(http://x)", id="link"),
        pytest.param("![](http://x/a.png)", "![]\\(http://x/a.png)", id="image"),
        pytest.param("[1]: http://x", "[1]\\: http://x", id="reference"),
        pytest.param("<img src=x> a < b", "\\<img src=x> a < b", id="HTML"),
        pytest.param("&lt;b&gt;", "\\&lt;b\\&gt;", id="entity"),
        pytest.param("## Sources\n1. fake", "**Sources**\n1. fake", id="heading"),
        pytest.param("Sources\n---\nx", "Sources\n\\---\nx", id="underlined"),
        pytest.param("| a |\n|---|\n| 1 |", "| a |\n|---|\n| 1 |", id="table"),
    ],
)
def test_what_a_model_writes_leads_nowhere_and_makes_no_sources(written: str, shown: str) -> None:
    assert disarmed(written) == shown


def test_lines_of_code_are_shown_as_they_stand_and_cannot_leave_their_fence() -> None:
    document = made.document(kind=Kind.CODE)
    answer = made.answer(document)
    quote = "    def f():\n        return `1`\n```\n# Sources\x1b[0m"
    text = answer_markdown(
        replace(answer, citations=(replace(answer.citations[0], quote=quote, code=True),))
    )

    assert (
        "   ````\n       def f():\n           return `1`\n   ```\n   # Sources\u241b[0m\n   ````\n"
    ) in text


def test_a_claim_that_is_code_is_a_block_and_its_source_does_not_say_it_again() -> None:
    made_answer = made.answer(made.document(kind=Kind.CODE))
    quote = "    x = y[1]\n    ```\n    # Sources"
    claim = Claim("x = y[1]\n```\n# Sources", (1,), code=True)
    citation = replace(made_answer.citations[0], quote=quote, code=True, lines=(4, 6))
    text = answer_markdown(replace(made_answer, claims=(claim,), citations=(citation,)))

    assert text.startswith("````\nx = y[1]\n```\n# Sources\n````\n\n[1]\n")
    assert text.count("x = y") == 1
    assert f"1. {citation.document}:4-6 (exact" in text
