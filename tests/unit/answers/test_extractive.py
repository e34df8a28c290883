"""The extractive engine answers with the document's own sentences, and declines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from docmind.answers.ask import ask
from docmind.answers.events import Answered, ClaimMade, Searching
from docmind.answers.options import AskOptions
from docmind.answers.question import MAX_QUESTION_CHARACTERS
from docmind.answers.reading import Reading
from docmind.desk import Desk
from docmind.documents.code import read_code
from docmind.errors import UsageError
from docmind.model import Answer, Block, BlockKind, Coverage, Document, Kind, Mode, Page, Status
from docmind.passages.split import split_document
from docmind.retrieval.index import Index
from docmind.settings import AnswerSettings, Language, Settings
from docmind.tokens.qwen import QwenTokenCounter
from tests.fakes import FakeEmbedder

PARAGRAPHS = (
    "This agreement is made between Northwind Logistics and Harbour Systems.",
    "Either party may terminate this agreement on thirty days' written notice.",
    "The customer shall pay each invoice within forty-five (45) days of receipt.",
    "The supplier's total liability is limited to 250,000 euros in any contract year.",
    "All software shall be delivered to the repository of the customer each month.",
    "The courts of Rotterdam have exclusive jurisdiction over any dispute.",
    "Personal data shall be stored on servers in the European Union only.",
    "The steering committee meets once a quarter and is chaired by Jane Miller.",
)


def page_of(number: int, *texts: str, kind: BlockKind = BlockKind.PARAGRAPH) -> Page:
    text, blocks = "", []
    for each in texts:
        text += "\n\n" if text else ""
        blocks.append(Block(kind, len(text), len(text) + len(each)))
        text += each
    return Page(number, text, label=f"p{number}", blocks=tuple(blocks))


def contract(name: str = "a.pdf") -> Document:
    pages = tuple(page_of(number, text) for number, text in enumerate(PARAGRAPHS, start=1))
    return Document("0" * 64, name, Kind.PDF, "Agreement", pages)


def desk_of(*documents: Document) -> Desk:
    desk = Desk(Settings(), QwenTokenCounter())
    desk.add(*documents)
    return desk


def answer(question: str, *documents: Document) -> Answer:
    (last,) = [
        event.answer
        for event in desk_of(*(documents or (contract(),))).ask(question)
        if isinstance(event, Answered)
    ]
    return last


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("When may a party terminate the agreement?", 2),
        ("How many days does the customer have to pay an invoice?", 3),
        ("What is the limit of the supplier's liability?", 4),
        ("Which courts have jurisdiction over a dispute?", 6),
        ("Who chairs the steering committee?", 8),
    ],
)
def test_the_sentence_that_answers_is_cited_with_its_page(question: str, page: int) -> None:
    found = answer(question)

    assert found.found
    assert page in {citation.page for citation in found.citations}
    assert all(citation.status is Status.EXACT for citation in found.citations)
    assert all(citation.page_label == f"p{citation.page}" for citation in found.citations)


def test_a_question_that_the_document_does_not_answer_is_declined() -> None:
    found = answer("What is the telephone number of the insurance broker?")

    assert not found.found
    assert found.text == "The text does not seem to say: no sentence was found that answers this."
    assert found.claims == ()
    assert found.citations == ()


def test_a_chinese_question_is_declined_in_chinese() -> None:
    chinese = Document("0" * 64, "a.pdf", Kind.PDF, "", (page_of(1, "公司总部在上海。"),))

    assert answer("董事长的工资是多少？", chinese).text == (
        "文中似乎没有说明：没有找到能回答这个问题的句子。"
    )


def test_several_documents_are_told_apart() -> None:
    found = answer("Which courts have jurisdiction?", contract("a.pdf"), contract("b.pdf"))

    assert {citation.document for citation in found.citations} <= {"a.pdf", "b.pdf"}
    assert answer(
        "Who is the auditor of the pension fund?", contract("a.pdf"), contract("b.pdf")
    ).text == ("The text does not seem to say: no sentence was found that answers this.")


def test_the_same_sentence_is_not_told_twice() -> None:
    twice = Document(
        "0" * 64, "a.pdf", Kind.PDF, "T", (page_of(1, PARAGRAPHS[1]), page_of(2, PARAGRAPHS[1]))
    )

    assert len(answer("When may a party terminate?", twice).claims) == 1


def test_claims_are_announced_one_by_one_and_then_the_whole_answer() -> None:
    events = list(desk_of(contract()).ask("When may a party terminate the agreement?"))

    assert isinstance(events[0], Searching)
    assert all(isinstance(event, ClaimMade) for event in events[1:-1])
    assert isinstance(events[-1], Answered)
    assert [event.claim for event in events if isinstance(event, ClaimMade)] == list(
        events[-1].answer.claims
    )


def test_the_answer_text_marks_every_claim_with_its_citation() -> None:
    found = answer("When may a party terminate the agreement?")

    for claim in found.claims:
        assert f"{claim.text} [{claim.citations[0]}]" in found.text


def test_only_the_pages_that_were_asked_for_are_searched() -> None:
    desk = desk_of(contract())
    events = list(
        desk.ask("When may a party terminate the agreement?", AskOptions(pages=range(3, 9)))
    )
    last = events[-1]

    assert isinstance(last, Answered)
    assert 2 not in {citation.page for citation in last.answer.citations}
    assert last.answer.ledger.pages_read == 6
    assert any("3-8" in warning for warning in last.answer.warnings)


def test_the_ledger_says_what_was_read() -> None:
    unreadable = Page(9, "", coverage=Coverage.IMAGE)
    document = contract()
    document = Document(document.sha256, "a.pdf", Kind.PDF, "T", (*document.pages, unreadable))
    ledger = answer("When may a party terminate?", document).ledger

    assert ledger.mode is Mode.EXTRACTIVE
    assert (ledger.pages_total, ledger.pages_read) == (9, 8)
    assert ledger.pages_without_text == (9,)
    assert ledger.document_tokens == sum(QwenTokenCounter().count(text) for text in PARAGRAPHS)
    assert ledger.tokenizer == "qwen2.5"


def test_a_row_of_a_table_reads_with_its_column_heads() -> None:
    head = "Role | Day rate | Currency"
    rows = ("Engineer | 745 | EUR", "Architect | 1,090 | EUR")
    text = "\n".join((head, *rows))
    blocks = [Block(BlockKind.TABLE_HEAD, 0, len(head))]
    blocks += [
        Block(BlockKind.TABLE_ROW, text.index(row), text.index(row) + len(row)) for row in rows
    ]
    document = Document(
        "0" * 64, "a.pdf", Kind.PDF, "Rates", (Page(1, text, blocks=tuple(blocks)),)
    )

    found = answer("What is the day rate of an architect?", document)

    assert found.claims[0].text == "Role: Architect; Day rate: 1,090; Currency: EUR"
    assert found.citations[0].quote == "Architect | 1,090 | EUR"


@pytest.mark.parametrize("question", ["", "   \n "])
def test_an_empty_question_is_refused(question: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        list(desk_of(contract()).ask(question))


def test_a_question_longer_than_any_question_is_refused_with_its_size() -> None:
    with pytest.raises(UsageError, match="100,000"):
        list(desk_of(contract()).ask("x" * 100_000))
    assert MAX_QUESTION_CHARACTERS < 100_000


def test_a_desk_without_documents_says_nothing() -> None:
    reading = Reading({}, desk_of().retriever, 0, "qwen2.5")

    (last,) = [
        event for event in ask("Who?", reading, AnswerSettings()) if isinstance(event, Answered)
    ]
    assert not last.answer.found


def test_doubtful_evidence_is_marked_as_weak() -> None:
    found = answer("Which data does the committee store in Rotterdam?")

    assert found.weak
    assert "weak" in found.warnings[0]
    assert not answer("Either party may terminate this agreement on what notice?").weak


def test_a_caption_is_no_answer() -> None:
    pages = (page_of(1, "Table 3 - Revenue by region"), page_of(2, "Revenue was 41.7 million."))
    found = answer("What was the revenue?", Document("0" * 64, "a.pdf", Kind.PDF, "T", pages))

    assert [citation.page for citation in found.citations] == [2]


def test_docminds_own_words_are_in_the_language_that_is_set() -> None:
    desk = Desk(Settings(answers=AnswerSettings(language=Language.CHINESE)), QwenTokenCounter())
    desk.add(contract())
    last = list(desk.ask("What is the telephone number of the insurance broker?"))[-1]

    assert isinstance(last, Answered)
    assert last.answer.text == "文中似乎没有说明：没有找到能回答这个问题的句子。"
    assert last.answer.language == "zh"


def test_a_line_of_the_contents_is_no_answer() -> None:
    pages = (
        page_of(1, "8. Payment terms ... 7", "Payment terms..."),
        page_of(2, "The payment terms are thirty days."),
    )
    found = answer("What are the payment terms?", Document("0" * 64, "a", Kind.PDF, "T", pages))

    assert {citation.page for citation in found.citations} == {2}


def test_the_title_of_a_clause_is_told_with_its_first_sentence() -> None:
    page = page_of(
        1, "5. Sub-processors. The customer approves those of the table. It may object."
    )
    found = answer(
        "What is said of sub-processors?", Document("0" * 64, "a", Kind.PDF, "T", (page,))
    )

    assert found.claims[0].text == ("5. Sub-processors. The customer approves those of the table.")


def test_a_sentence_that_goes_on_overleaf_does_not_pass_for_a_whole_one() -> None:
    pages = (page_of(1, "The supplier may terminate for sums of more than two hundred pounds"),)
    found = answer(
        "When may the supplier terminate?", Document("0" * 64, "a", Kind.PDF, "T", pages)
    )

    assert found.claims[0].text.endswith("pounds …")
    assert found.citations[0].quote.endswith("pounds")


def listed() -> Document:
    opening = "Nothing in this Agreement limits or excludes:"
    items = [f"({letter}) {words}" for letter, words in zip("abc", LIABILITIES, strict=True)]
    page = page_of(1, opening, *items)
    blocks = (page.blocks[0], *(replace(each, kind=BlockKind.ITEM) for each in page.blocks[1:]))
    return Document("0" * 64, "a.pdf", Kind.PDF, "T", (replace(page, blocks=blocks),))


LIABILITIES = (
    "the indemnity for the intellectual property of third parties, which clause 18 describes, "
    "whatever its amount and whoever brings the claim against the customer, as long as the "
    "supplier was told of it within thirty days of its becoming known to the customer's counsel;",
    "damage to tangible property, up to the amount that the insurance of the supplier covers "
    "for each event, but not more than five million pounds in a year; and",
    "fraudulent misrepresentation by a director.",
)


def test_a_list_item_is_told_with_the_words_that_open_its_list_and_both_are_cited() -> None:
    found = answer("Who is liable for fraudulent misrepresentation?", listed())

    claim = found.claims[0]
    assert claim.text == (
        "Nothing in this Agreement limits or excludes: "
        "… (c) fraudulent misrepresentation by a director."
    )
    assert claim.citations == (1, 2)
    assert [citation.quote for citation in found.citations[:2]] == [
        "Nothing in this Agreement limits or excludes:",
        "(c) fraudulent misrepresentation by a director.",
    ]
    assert all(citation.status is Status.EXACT for citation in found.citations)
    assert "[1][2]" in found.text


def test_what_two_claims_share_is_cited_once() -> None:
    found = answer("What about damage to property, and fraudulent misrepresentation?", listed())

    numbers = [number for claim in found.claims for number in claim.citations]
    assert len(found.claims) > 1
    assert len(set(numbers)) == len(found.citations) < len(numbers)
    assert [citation.number for citation in found.citations] == sorted(set(numbers))


def test_a_question_that_too_many_sentences_cover_is_answered_as_weak() -> None:
    duties = ("insure the goods", "keep books", "obey the law", "pay its staff", "train drivers")
    texts = [f"Each party shall {duty} at its own cost in every year." for duty in duties]
    texts += [f"A party may {duty} later, if the board agrees to that." for duty in duties]
    vague = Document("0" * 64, "a.pdf", Kind.PDF, "T", (page_of(1, *texts), *contract().pages[1:]))

    assert answer("Who are the parties?", vague).weak
    assert not answer("Which courts have jurisdiction over a dispute?", vague).weak


def test_a_number_in_brackets_of_the_source_cannot_pass_for_a_citation() -> None:
    text = "The tenant repairs the roof, as the court has held [3]."
    page = Page(1, text, blocks=(Block(BlockKind.PARAGRAPH, 0, len(text)),))
    found = answer("Who repairs the roof?", Document("0" * 64, "a.pdf", Kind.PDF, "a", (page,)))

    assert found.text == r"The tenant repairs the roof, as the court has held \[3]. [1]"
    assert found.claims[0].text == text


def test_a_question_in_another_language_than_the_document_is_told_so_and_what_helps() -> None:
    text = "公司成立于一九九九年，总部在上海。员工共有三百人。"
    chinese = Document("0" * 64, "zh.pdf", Kind.PDF, "zh", (page_of(1, text),))

    found = answer("Where is the head office?", chinese)

    assert not found.found
    assert found.text == (
        "No sentence was found: the question and the documents are in different languages."
    )
    assert "documents are in Chinese" in found.warnings[0]
    assert "Ask in Chinese; or set a model that reads both" in found.warnings[0]
    assert answer("公司的总部在哪里？", chinese).found
    assert "问题与文档的语言不同" in answer("公司的总部在哪里？").text


class ReadsAll(FakeEmbedder):
    def reads(self, text: str) -> bool:
        return bool(text)


@pytest.mark.parametrize("embedder", [FakeEmbedder(), ReadsAll()])
def test_a_model_that_reads_both_languages_is_not_advised_where_it_was_asked(
    embedder: FakeEmbedder,
) -> None:
    document = contract()
    retriever = Index([document], split_document(document, QwenTokenCounter()))
    retriever.add_vectors(embedder.embed(retriever.texts), embedder)
    reading = Reading({document.name: document}, retriever, 0, "qwen2.5")
    (last,) = [
        event
        for event in ask("谁来修屋顶？", reading, AnswerSettings())
        if isinstance(event, Answered)
    ]
    note = next(each for each in last.answer.warnings if "请用文档的语言提问" in each)

    assert ("向量模型" in note) is (type(embedder) is FakeEmbedder)


def test_that_languages_differ_is_told_in_the_language_that_is_set() -> None:
    desk = Desk(Settings(answers=AnswerSettings(language=Language.ENGLISH)), QwenTokenCounter())
    desk.add(contract())
    last = list(desk.ask("公司的总部在哪里？"))[-1]

    assert isinstance(last, Answered)
    assert "The question is in Chinese, but the documents are not" in last.answer.warnings[0]


def test_pages_without_text_are_numbers_of_one_document_only() -> None:
    pages = (Page(1, "The tenant repairs the roof."), Page(2, "", coverage=Coverage.IMAGE))
    documents = [
        Document("0" * 64, name, Kind.PDF, name, pages, warnings=("Page 2 has no text.",))
        for name in ("a.pdf", "b.pdf")
    ]

    assert answer("Who?", documents[0]).ledger.pages_without_text == (2,)
    several = answer("Who?", *documents)
    assert several.ledger.pages_without_text == ()
    assert "b.pdf: Page 2 has no text." in several.warnings


POLICY = """\
class RetryPolicy:
    def names(self, value):
        return value[1]

    def decide(self, attempt, status):
        # The retry policy: three times at most.

        return status >= 500 and attempt < 3

    def other(self, request, response, session, cookies, headers, timeout, redirects):
        prepared = self.prepare(request, session, cookies, headers, timeout, redirects)
        adapter = self.adapter_for(prepared, session, cookies, headers, timeout, redirects)
        return adapter.send(prepared, response, session, cookies, headers, timeout, redirects)

    def another(self, request, response, session, cookies, headers, timeout, redirects):
        prepared = self.prepare(request, session, cookies, headers, timeout, redirects)
        adapter = self.adapter_for(prepared, session, cookies, headers, timeout, redirects)
        return adapter.send(prepared, response, session, cookies, headers, timeout, redirects)
"""


def test_an_answer_from_source_code_quotes_the_definition_in_its_lines() -> None:
    code = read_code(POLICY.encode(), Path("policy.py"), "src/policy.py", "0" * 64)
    found = answer("What does the retry policy decide for an attempt and a status?", code)

    claim, citation = found.claims[0], found.citations[0]
    assert claim.code
    assert claim.text.splitlines() == [
        "def decide(self, attempt, status):",
        "    # The retry policy: three times at most.",
        "",
        "    return status >= 500 and attempt < 3",
    ]
    assert citation.lines == (5, 8)
    assert citation.status is Status.EXACT
    assert citation.quote == POLICY[citation.start : citation.end]
    assert f"```\n{claim.text}\n```\n\n[1]" in found.text


def test_of_a_long_block_without_a_grammar_only_the_lines_that_answer_are_quoted() -> None:
    lines = [f"setting_{n} = the value of number {n}\n" for n in range(200)]
    text = "".join(lines[:90]) + "retry_policy = three attempts\n" + "".join(lines[90:])
    found = answer(
        "What is the retry policy, in attempts?",
        read_code(text.encode(), Path("a.cfg"), "a.cfg", "0" * 64),
    )

    assert found.claims[0].code
    assert "retry_policy = three attempts" in found.claims[0].text
    assert len(found.claims[0].text.splitlines()) <= 8


CLAUSES = (
    "Either party may terminate this agreement at once if the other is insolvent.",
    "The customer may terminate this agreement for convenience on ninety days' notice.",
    "The customer may terminate this agreement within a month of a change of control.",
    "The supplier may terminate this agreement if the customer does not pay its invoices.",
    "The customer pays for work that was done before it terminates this agreement.",
)


def test_all_clauses_that_let_a_party_act_are_told_as_they_stand_and_no_others() -> None:
    document = Document("0" * 64, "a.pdf", Kind.PDF, "T", (page_of(1, *CLAUSES),))
    found = answer("When may the customer terminate?", document)

    assert [citation.quote for citation in found.citations] == list(CLAUSES[:3])
    assert not found.weak


def test_what_another_party_may_do_is_not_told_beside_a_clause() -> None:
    document = Document("0" * 64, "a.pdf", Kind.PDF, "T", (page_of(1, *CLAUSES[1:]),))
    found = answer("When may the customer terminate for convenience?", document)

    assert CLAUSES[1] in [citation.quote for citation in found.citations]
    assert CLAUSES[3] not in [citation.quote for citation in found.citations]


def test_clauses_beyond_the_most_that_is_told_are_counted_and_the_best_are_told() -> None:
    reasons = ("fire", "flood", "war", "strike", "theft", "fraud")
    texts = [
        *(f"The customer may terminate this agreement after a {reason}." for reason in reasons),
        "The customer may terminate this agreement for convenience.",
    ]
    document = Document("0" * 64, "a.pdf", Kind.PDF, "T", (page_of(1, *texts),))
    found = answer("When may the customer terminate for convenience?", document)
    all_of_six = answer("When may the customer terminate?", document)

    assert texts[-1] in [citation.quote for citation in found.citations]
    assert len(all_of_six.claims) == 5
    assert any(warning.startswith("2 sentences more answer") for warning in all_of_six.warnings)
    assert (
        not any("more answer" in warning for warning in found.warnings) or len(found.claims) == 5
    )


def test_the_same_clause_in_two_documents_is_cited_from_both() -> None:
    clause = "The customer may terminate this agreement for convenience."
    documents = [
        Document("0" * 64, name, Kind.PDF, "T", (page_of(1, clause),))
        for name in ("a.pdf", "b.pdf")
    ]
    found = answer("When may the customer terminate?", *documents)

    assert [citation.document for citation in found.citations] == ["a.pdf", "b.pdf"]


def test_a_question_of_one_word_does_not_tell_what_answers_it() -> None:
    limited = "Diffusion in this layer is limited by the temperature of the cell."
    document = Document("0" * 64, "a.pdf", Kind.PDF, "T", (page_of(1, limited, *PARAGRAPHS[:3]),))

    assert answer("What are the limits?", document).weak
    assert not answer("What limits the diffusion?", document).weak


def test_a_number_that_is_asked_for_and_not_given_makes_an_answer_weak() -> None:
    texts = (
        "The company operates warehouses for its members in many states.",
        "Its warehouses are open for seventy hours a week, and ever more of them are built.",
    )
    document = Document("0" * 64, "a.pdf", Kind.PDF, "T", (page_of(1, *texts),))
    told = Document(
        "0" * 64, "a.pdf", Kind.PDF, "T", (page_of(1, *texts, "It operates 815 warehouses."),)
    )

    assert answer("How many warehouses does the company operate?", document).weak
    found = answer("How many warehouses does the company operate?", told)
    assert "815" in found.claims[0].text


def test_a_list_that_goes_on_overleaf_is_told_whole() -> None:
    first = page_of(1, "The supplier shall hold this insurance:")
    first = more_items(
        first, "(a) professional indemnity, 5 million;", "(b) liability, 2 million;"
    )
    second = more_items(Page(2, ""), "(c) cyber and data loss, 4 million.")
    found = answer(
        "What insurance shall the supplier hold?",
        Document("0" * 64, "a.pdf", Kind.PDF, "T", (first, second)),
    )

    assert found.claims[0].text.endswith("2 million; (c) cyber and data loss, 4 million.")
    assert [citation.page for citation in found.citations][-1] == 2


def test_items_that_stand_for_a_longer_list_say_that_more_follows() -> None:
    first = more_items(
        page_of(1, "The supplier shall hold this insurance:"),
        "(a) professional indemnity, 5 million;",
        f"(b) liability for {'what is lost by anybody, ' * 20} 2 million.",
    )
    found = answer(
        "What insurance shall the supplier hold?",
        Document("0" * 64, "a.pdf", Kind.PDF, "T", (first,)),
    )

    assert found.claims[0].text.endswith("5 million; …")


def more_items(page: Page, *texts: str) -> Page:
    text, blocks = page.text, list(page.blocks)
    for each in texts:
        text += "\n" if text else ""
        blocks.append(Block(BlockKind.ITEM, len(text), len(text) + len(each)))
        text += each
    return replace(page, text=text, blocks=tuple(blocks))


def test_a_row_is_told_with_the_unit_of_its_table_which_is_cited_once() -> None:
    title, head = "STATEMENTS OF INCOME (amounts in millions)", "2021 | 2020"
    rows = ("Net sales of goods | 192,052 | 163,220", "Net sales of services | 3,877 | 3,541")
    kinds = (BlockKind.HEADING, BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW, BlockKind.TABLE_ROW)
    text = "\n".join((title, head, *rows))
    blocks = tuple(
        Block(kind, text.index(words), text.index(words) + len(words))
        for kind, words in zip(kinds, (title, head, *rows), strict=True)
    )
    document = Document("0" * 64, "a.pdf", Kind.PDF, "", (Page(1, text, blocks=blocks),))
    found = answer("What were the net sales of goods and of services?", document)

    assert {claim.text for claim in found.claims} == {
        "Net sales of goods; 2021: 192,052; 2020: 163,220 (amounts in millions)",
        "Net sales of services; 2021: 3,877; 2020: 3,541 (amounts in millions)",
    }
    assert [each.quote for each in found.citations].count("(amounts in millions)") == 1
    assert all(citation.status is Status.EXACT for citation in found.citations)
