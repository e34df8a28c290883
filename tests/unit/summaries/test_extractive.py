"""The summary that needs no model: the document's own sentences, chosen, cited and in order."""

from __future__ import annotations

import json

import jsonschema
import pytest

from docmind.export.encoding import encode
from docmind.export.schema import schema_of
from docmind.export.summary_records import summary_record
from docmind.model import BlockKind, Kind, Mode, OutlineItem, Status
from docmind.passages.split import split_document
from docmind.settings import Language
from docmind.summaries.events import Length, PartRead, Summarized, SummaryOptions
from docmind.summaries.extractive import Subject, summarize_extractive
from docmind.summaries.sentences import is_prose
from tests.fakes import FakeEmbedder
from tests.unit.summaries.pages import Piece, Words, document_of, summary_of, told

HEADING = BlockKind.HEADING
SUBJECTS = ("harbour", "bridge", "railway", "airport", "canal", "tunnel", "station", "market")
FERRY = "The ferry to the island carries no cars in the winter because of the ice."


def chapter(subject: str) -> tuple[Piece, ...]:
    return (
        (HEADING, f"The {subject}"),
        f"The {subject} was built by the city in order to bring trade to its northern quarter. "
        f"Most of the {subject} is made of granite that was cut in the hills behind the city.",
        f"Repairs of the {subject} have cost the city more than it had expected to spend on them.",
        f"The council has decided to close the {subject} for two years from the next spring.",
    )


def town(*extra: Piece) -> tuple[tuple[Piece, ...], ...]:
    pages = [chapter(subject) for subject in SUBJECTS]
    return (*pages[:-1], (*pages[-1], *extra))


def test_every_point_is_a_sentence_of_the_page_and_its_citation_is_verified() -> None:
    document = document_of(*town())

    summary = summary_of(document)

    assert summary.overview
    assert summary.key_points
    for citation in summary.citations:
        text = document.page(citation.page or 0).text
        assert text[citation.start : citation.end] == citation.quote
        assert citation.status is Status.EXACT
    quotes = {" ".join(citation.quote.split()) for citation in summary.citations}
    assert set(told(summary)) <= quotes


def test_points_name_citations_that_exist_and_each_place_is_numbered_once() -> None:
    summary = summary_of(document_of(*town()))

    numbers = [citation.number for citation in summary.citations]
    places = [(citation.page, citation.start, citation.end) for citation in summary.citations]
    named = {
        number
        for section in summary.sections
        for point in section.points
        for number in point.citations
    }
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(set(places)) == len(places)
    assert named <= set(numbers)


def test_sections_follow_the_outline_with_their_pages() -> None:
    outline = tuple(
        OutlineItem(f"The {subject}", 1, number) for number, subject in enumerate(SUBJECTS, 1)
    )

    sections = summary_of(document_of(*town(), outline=outline)).sections

    assert [section.title for section in sections] == [f"The {each}" for each in SUBJECTS]
    assert [(each.first_page, each.last_page) for each in sections] == [
        (number, number) for number in range(1, 9)
    ]


def test_without_an_outline_the_headings_on_the_pages_are_the_sections() -> None:
    sections = summary_of(document_of(*town())).sections

    assert [section.title for section in sections] == [f"The {each}" for each in SUBJECTS]


def test_without_any_structure_runs_of_pages_are_the_sections() -> None:
    plain = tuple(chapter(subject)[1:] for subject in SUBJECTS)

    sections = summary_of(document_of(*plain)).sections

    assert [section.title for section in sections][:2] == ["Page 1", "Page 2"]


def test_points_stand_in_reading_order() -> None:
    summary = summary_of(document_of(*town()))

    places = {citation.number: (citation.page, citation.start) for citation in summary.citations}
    order = [places[point.citations[0]] for point in summary.key_points]
    assert order == sorted(order, key=lambda place: (place[0] or 0, place[1]))


def test_a_longer_summary_tells_more() -> None:
    document = document_of(*town())

    lengths = [len(told(summary_of(document, SummaryOptions(length=each)))) for each in Length]

    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]


def test_a_long_section_tells_more_than_a_short_one() -> None:
    sentences = [
        f"The {subject} of the {place} was given to the people by the old {owner} in his will."
        for subject in ("garden", "library", "orchard", "chapel", "mill")
        for place, owner in (("hill", "duke"), ("valley", "baker"), ("lake", "miller"))
    ]
    long_chapter: tuple[Piece, ...] = ((HEADING, "Gifts"), *sentences)

    document = document_of(long_chapter, *town())
    sections = summary_of(document, SummaryOptions(length=Length.LONG)).sections

    counts = {section.title: len(section.points) for section in sections}
    assert counts["Gifts"] > counts["The canal"]


def test_a_focus_brings_the_sentences_that_are_near_to_it() -> None:
    document = document_of(*town(FERRY))

    with_focus = summary_of(document, SummaryOptions(focus="ferry and ice"))

    assert FERRY in [point.text for point in with_focus.overview]
    assert not with_focus.warnings


def test_a_focus_that_the_text_does_not_have_is_told() -> None:
    summary = summary_of(document_of(*town()), SummaryOptions(focus="quantum cryptography"))

    assert any("quantum cryptography" in warning for warning in summary.warnings)


def test_vectors_of_meaning_have_a_say_where_they_are_given() -> None:
    embedder = FakeEmbedder()

    summary = summary_of(document_of(*town()), vectors=embedder.embed)

    assert embedder.embedded
    assert summary.ledger.retrieval == "lexical+dense"


def test_words_decide_where_the_vectors_cannot_be_made() -> None:
    document = document_of(*town())

    summary = summary_of(document, vectors=lambda texts: None)

    assert told(summary) == told(summary_of(document))
    assert summary.ledger.retrieval == "lexical"


def test_the_same_document_has_the_same_summary_each_time() -> None:
    document = document_of(*town())

    assert told(summary_of(document)) == told(summary_of(document))


def test_what_every_page_repeats_is_not_told() -> None:
    line = "This copy of the report is the property of the council and may not be sold to others."
    pages = tuple((*chapter(subject), line) for subject in SUBJECTS)

    assert line not in told(summary_of(document_of(*pages), SummaryOptions(length=Length.LONG)))


@pytest.mark.parametrize(
    "text",
    [
        "12 Main Street, Harwick HK4 7TR.",
        "References: see the list at the end",
        "J. Smith and A. B. Jones. 2019. On the cost of harbours. In Proceedings of the Society.",
        "More is to be found at https://example.org/harbour of the city council.",
        "The Cost Of The Northern Harbour And Its Repairs.",
        "and so the harbour was closed by the council for two years.",
        "He said that the “harbour was closed by the council for two years.",
        "L(t) = k · Σ exp(β·(T − 10)) and the rest of it is a constant of the cell.",
        "Yes.",
        "营业收入（亿元）",
        "第三章 经营业绩。",
    ],
)
def test_what_is_no_sentence_of_prose_is_not_told(text: str) -> None:
    assert not is_prose(text)


@pytest.mark.parametrize(
    "text",
    [
        "The council has decided to close the harbour for two years from the next spring.",
        "4.2 The Supplier shall keep a register of the components in each Deliverable.",
        "公司把有限的资源集中到减速器和工业服务两项业务上，同时接受了液压元件收入下降的现实。",
    ],
)
def test_a_whole_sentence_is_prose(text: str) -> None:
    assert is_prose(text)


def test_a_contents_page_and_a_list_of_references_are_not_told() -> None:
    contents = ((HEADING, "Contents"), "The harbour is told of on the third page of this report.")
    sources = (
        (HEADING, "References"),
        "The cost of harbours is what the second book is about.",
    )

    summary = summary_of(
        document_of(contents, *town(), sources), SummaryOptions(length=Length.LONG)
    )

    assert not {contents[1], sources[1]} & set(told(summary))


def test_the_rest_of_a_caption_is_not_told() -> None:
    caption = "Table 2. The yearly costs of all harbours are given in thousands of the old pounds."

    summary = summary_of(document_of(*town(caption)), SummaryOptions(length=Length.LONG))

    assert not any("thousands" in text for text in told(summary))


def test_a_sentence_that_its_page_cuts_is_told_whole_or_not_at_all() -> None:
    half = "The harbour master of the city keeps the only key to the gate and to the"
    rest = "lighthouse on the pier, which nobody else may enter without his leave."

    document = document_of(*town(half), (rest,))
    texts = told(summary_of(document, SummaryOptions(length=Length.LONG)))

    assert rest not in texts
    assert half not in texts


def test_words_of_docmind_are_in_the_language_that_was_asked_for() -> None:
    options = SummaryOptions(language=Language.CHINESE)
    summary = summary_of(document_of(*town()), options)

    assert summary.language == "zh"
    assert any("中文" in warning for warning in summary.warnings)
    assert "模型" in summary.ledger.reason


def test_a_chinese_document_is_summarized_in_chinese() -> None:
    subjects = ("港口", "桥梁", "铁路", "机场")
    pages = tuple(
        (
            (HEADING, f"第{number}章 {subject}"),
            f"市政府为了发展北部城区的贸易而修建了这座{subject}，并且每年投入大量的资金进行维护。",
            f"议会已经决定从明年春天开始关闭{subject}两年，以便进行全面的修缮和改造。",
        )
        for number, subject in enumerate(subjects, start=1)
    )

    summary = summary_of(document_of(*pages))

    assert summary.language == "zh"
    assert len(summary.sections) == len(subjects)
    assert not summary.warnings


def test_a_document_without_prose_says_so() -> None:
    summary = summary_of(document_of(("12", "34")))

    assert not summary.overview
    assert any("No sentences" in warning for warning in summary.warnings)


def test_coverage_names_the_pages_without_text() -> None:
    summary = summary_of(document_of(*town(), ()))

    assert summary.coverage.pages_total == 9
    assert summary.coverage.pages_read == 8
    assert summary.coverage.pages_without_text == (9,)
    assert not summary.coverage.complete
    assert summary.ledger.mode is Mode.EXTRACTIVE


def test_progress_is_told_in_pages_and_ends_with_the_summary() -> None:
    document = document_of(*(town() * 4))
    subject = Subject(document, split_document(document, Words()), 1_000, "qwen")

    *parts, last = summarize_extractive(subject, SummaryOptions())

    done = [part.done for part in parts if isinstance(part, PartRead)]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 32)
    assert len(done) > 3
    assert isinstance(last, Summarized)


def test_the_record_is_valid_against_its_schema() -> None:
    document = document_of(*town("The fee is £500 and is due on 3 May 2025."))

    record = json.loads(encode(summary_record(summary_of(document), document, "en")))

    jsonschema.validate(record, schema_of("summary"))
    assert record["facts"]["amounts"][0]["value"] == "£500"
    assert document.kind is Kind.PDF
