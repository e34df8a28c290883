"""The index ranks passages, by BM25 alone and with the dense arm."""

from __future__ import annotations

import numpy as np
import pytest

from docmind.model import Block, BlockKind, Document, Kind, Page, Passage
from docmind.retrieval.headers import Headers
from docmind.retrieval.index import Index
from tests.fakes import FakeEmbedder

LEASE = [
    ["Lease agreement between Alder and Birch.", "The parties agree as follows."],
    ["The rent is 1,577.00 euros a month.", "It is due on the third working day."],
    ["Either party may end this lease.", "Notice must be given three months before."],
    ["The garden is kept by the tenant."],
]


def document_of(
    pages: list[list[str]], name: str = "lease.pdf", title: str = ""
) -> tuple[Document, list[Passage]]:
    """A document whose pages have these passages, one a line."""
    made, passages = [], []
    for number, texts in enumerate(pages, start=1):
        start = 0
        for ordinal, text in enumerate(texts, start=1):
            place = (number, start, start + len(text))
            one = Passage(f"{number}.{ordinal}", name, *place, text, BlockKind.PARAGRAPH)
            passages.append(one)
            start += len(text) + 1
        made.append(Page(number, "\n".join(texts)))
    return Document("", name, Kind.PDF, title, tuple(made)), passages


def index_of(pages: list[list[str]], *, dense: bool = False) -> Index:
    document, passages = document_of(pages)
    index = Index([document], passages)
    if dense:
        add_vectors(index, FakeEmbedder())
    return index


def add_vectors(index: Index, embedder: FakeEmbedder) -> None:
    index.add_vectors(embedder.embed(index.texts), embedder)


@pytest.fixture(params=[False, True], ids=["lexical", "hybrid"])
def lease(request: pytest.FixtureRequest) -> Index:
    return index_of(LEASE, dense=request.param)


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("How much is the rent?", 2),
        ("who keeps the gardens", 4),
        ("What happened with 1577 euros?", 2),
        ("when can I end the lease?", 3),
    ],
)
def test_the_passage_that_answers_comes_first(lease: Index, question: str, page: int) -> None:
    assert lease.search(question, limit=3)[0].passage.page == page


def test_scores_fall_from_one_at_the_most(lease: Index) -> None:
    scores = [hit.score for hit in lease.search("notice to end the lease", limit=10)]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] <= 1


def test_only_as_many_as_asked_for_are_returned(lease: Index) -> None:
    assert len(lease.search("lease rent garden", limit=2)) == 2
    assert lease.search("lease rent garden", limit=0) == []


def test_only_passages_of_the_pages_given_are_returned(lease: Index) -> None:
    hits = lease.search("lease rent garden", limit=10, pages=range(3, 5))
    assert {hit.passage.page for hit in hits} == {3, 4}
    assert lease.search("lease", limit=10, pages=range(90, 95)) == []


def test_the_same_question_gives_the_same_order(lease: Index) -> None:
    first = lease.search("the tenant", limit=10)
    assert lease.search("the tenant", limit=10) == first


def test_equal_passages_are_in_the_order_of_the_document() -> None:
    index = index_of([["the same words"]] * 5)
    pages = [hit.passage.page for hit in index.search("same words", limit=5)]
    assert pages == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("question", ["", "   ", "?!", "\0", "zebra quagga", "\ud800"])
def test_a_question_without_a_match_finds_nothing(question: str) -> None:
    assert index_of(LEASE).search(question, limit=5) == []


def test_a_question_of_100000_characters_is_answered(lease: Index) -> None:
    assert lease.search("rent " * 20_000, limit=1)[0].passage.page == 2


def test_an_index_of_nothing_finds_nothing() -> None:
    assert Index((), ()).search("anything", limit=5) == []


def test_a_passage_is_found_by_what_stands_above_it() -> None:
    document, passages = document_of([["Annual report"], ["Total 44 45"], ["Total 81 82"]])
    above = [
        passages[0],
        Passage("2.1", "lease.pdf", 2, 0, 11, "Total 44 45", BlockKind.TABLE_ROW, ("Revenue",)),
        Passage("3.1", "lease.pdf", 3, 0, 11, "Total 81 82", BlockKind.TABLE_ROW, ("Expenses",)),
    ]
    index = Index([document], above)
    assert index.search("total expenses", limit=1)[0].passage.id == "3.1"
    assert index.search("total revenue", limit=1)[0].passage.id == "2.1"


def test_neighbours_on_the_page_help_a_passage() -> None:
    alike = "the sum falls due at once"
    filler = ["weather and wind"] * 3
    index = index_of([[*filler, alike, *filler], ["insolvency of the tenant", alike], filler])
    hits = index.search("sum due on insolvency of the tenant", limit=5)
    places = [hit.passage.id for hit in hits]
    assert places.index("2.2") < places.index("1.4")


def test_a_long_page_is_ranked_in_parts() -> None:
    lines = [f"line {number} about nothing" for number in range(60)]
    lines[40] = "the lighthouse keeper"
    index = index_of([lines])
    assert index.search("lighthouse", limit=1)[0].passage.id == "1.41"


def test_a_page_that_is_named_goes_first(lease: Index) -> None:
    assert lease.search("What does page 4 say on the lease?", limit=1)[0].passage.page == 4


def test_documents_with_the_same_ids_are_kept_apart() -> None:
    first, some = document_of([["the rent is ten"]], "a.pdf")
    second, others = document_of([["the deposit is ten"]], "b.pdf")
    index = Index([first, second], [*some, *others])
    assert index.search("deposit", limit=1)[0].passage.document == "b.pdf"


def test_the_arms_say_what_ranks() -> None:
    index = index_of(LEASE)
    assert index.arms == "lexical"
    assert index.similarities("rent", ["rent"]) is None
    add_vectors(index, FakeEmbedder())
    assert index.arms == "lexical+dense"


def test_a_dead_embedder_leaves_bm25_alone() -> None:
    index = index_of(LEASE)
    embedder = FakeEmbedder()
    add_vectors(index, embedder)
    embedder.close()
    assert index.search("rent", limit=1)[0].passage.page == 2
    assert index.arms == "lexical"
    assert index.similarities("rent", ["rent"]) is None


def test_a_script_that_the_model_does_not_know_gets_no_vote() -> None:
    document, passages = document_of([["租金为每月一千元。"], ["花园由承租人维护。"]])
    index = Index([document], passages)
    embedder = FakeEmbedder()
    index.add_vectors(np.ones((2, 1), dtype=np.float32), embedder)
    assert index.arms == "lexical"
    assert index.search("租金是多少？", limit=1)[0].passage.page == 1
    assert embedder.embedded == []


def test_similarities_are_cosines_with_the_question() -> None:
    index = index_of(LEASE, dense=True)
    near, far, unread = index.similarities("the rent", ["the rent", "garden", "租金"]) or []
    assert near == pytest.approx(1, abs=1e-4)
    assert far < 0.5
    assert unread == 0


def test_a_question_is_embedded_once() -> None:
    index = index_of(LEASE)
    embedder = FakeEmbedder()
    add_vectors(index, embedder)
    embedder.embedded.clear()
    index.search("the rent", limit=1)
    index.search("the rent", limit=1)
    index.similarities("the rent", [])
    assert embedder.embedded == ["the rent"]


def test_the_header_has_title_page_head_sections_and_table_head() -> None:
    text = "Page 7 of 9\nFinancial review of the year\nTotal | 44"
    blocks = (Block(BlockKind.RUNNING, 0, 11), Block(BlockKind.PARAGRAPH, 12, 40))
    page = Page(1, text, blocks=blocks)
    document = Document("", "a.pdf", Kind.PDF, "Annual report", (page,))
    place = (1, text.index("Total"), len(text))
    passage = Passage(
        "1.2", "a.pdf", *place, "Total | 44", BlockKind.TABLE_ROW, ("Notes",), "Item | 2024"
    )
    lines = Headers(document).of(passage)
    assert lines[0] == "Annual report"
    assert "Financial review of the year" in lines[1]
    assert not any("Page 7" in line for line in lines)
    assert lines[-2:] == ("Notes", "Item | 2024")


def test_the_first_passage_of_a_page_does_not_repeat_it() -> None:
    document, passages = document_of(LEASE, title="Lease")
    assert Headers(document).of(passages[0]) == ("Lease",)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("where is the retry policy decided", "src/policy.py"),
        ("how is the retry policy tested", "tests/test_policy.py"),
    ],
)
def test_source_goes_before_its_tests_unless_they_are_meant(query: str, first: str) -> None:
    sources = {
        "src/policy.py": "def decide(attempt):\n    return attempt < 3  # the retry policy\n",
        "src/other.py": "def connect(host):\n    return host\n",
        "tests/test_policy.py": (
            "def test_retry_policy():\n    # the retry policy is decided by the retry policy\n"
            "    assert retry_policy_decided()\n"
        ),
    }
    documents = [
        Document("0" * 64, name, Kind.CODE, name, (Page(1, text),))
        for name, text in sources.items()
    ]
    passages = [
        Passage("1.1", name, 1, 0, len(text), text, BlockKind.CODE)
        for name, text in sources.items()
    ]
    hits = Index(documents, passages).search(query, limit=3)
    assert hits[0].passage.document == first


@pytest.mark.parametrize("dense", [False, True], ids=["lexical", "hybrid"])
def test_scores_of_several_documents_are_comparable(dense: bool) -> None:
    rent = ["The rent is due on the first day.", "Whoever pays rent late pays interest."]
    filler = [f"Item {number} of the inventory is a chair." for number in range(8)]
    about_rent = document_of([[f"The rent of flat {n} is paid in cash."] for n in range(8)], "r")
    mentions_it = document_of([filler, rent], "inventory.pdf")
    documents = [about_rent, mentions_it]
    index = Index([each for each, _ in documents], [one for _, held in documents for one in held])
    if dense:
        add_vectors(index, FakeEmbedder())

    hits = index.search("Who pays interest on late rent?", limit=3)

    assert (hits[0].passage.document, hits[0].passage.id) == ("inventory.pdf", "2.2")
    # "rent" is rare in one of them, but common in all: it may not weigh as it would there alone.
    alone = Index([mentions_it[0]], mentions_it[1])
    assert index.idf("rent") < alone.idf("rent")
    assert index.idf("interest") > alone.idf("interest")


def test_the_order_in_which_documents_are_opened_changes_no_score() -> None:
    one = document_of([["The rent is 900 euros."], ["The garden is kept by the tenant."]], "a")
    two = document_of([["The rent is 950 euros."], ["Pets need the owner's leave."]], "b")
    scores = []
    for pair in ((one, two), (two, one)):
        index = Index([each for each, _ in pair], [each for _, held in pair for each in held])
        hits = index.search("How many euros is the rent?", limit=4)
        scores.append({(hit.passage.document, hit.passage.id): hit.score for hit in hits})

    assert scores[0] == scores[1]
    assert scores[0]["a", "1.1"] == scores[0]["b", "1.1"] == 1
