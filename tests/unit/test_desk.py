"""The desk can be asked at once; meaning joins words when the vectors are ready."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from docmind.answers.events import Answered, Searching
from docmind.answers.options import AskOptions, Stretch
from docmind.desk import Desk, Meaning
from docmind.engines.vector_cache import VectorCache
from docmind.errors import UsageError
from docmind.model import Block, BlockKind, Document, Kind, Page
from docmind.ports import EnginePhase, EngineState
from docmind.settings import ContextSettings, ReadingMode, Settings
from docmind.tokens.qwen import QwenTokenCounter
from tests.fakes import FakeChatEngine, FakeEmbedder, FakeEngines

if TYPE_CHECKING:
    from docmind.ports import Vectors

COUNTER = QwenTokenCounter()


def document(name: str, *texts: str) -> Document:
    """A document with a page for each text."""
    pages = tuple(
        Page(number, text, blocks=(Block(BlockKind.PARAGRAPH, 0, len(text)),))
        for number, text in enumerate(texts, start=1)
    )
    return Document("0" * 64, name, Kind.PDF, name, pages)


LEASE = document(
    "lease.pdf",
    "The tenant pays the rent on the first day of each month.",
    "The landlord repairs the roof and the outer walls at its own cost.",
    "Pets are allowed where the landlord has agreed in writing.",
)


def test_a_document_can_be_asked_as_soon_as_it_lies_on_the_desk() -> None:
    desk = Desk(Settings(), COUNTER)
    desk.add(LEASE)

    events = list(desk.ask("Who repairs the roof?"))

    assert isinstance(events[-1], Answered)
    assert events[-1].answer.citations[0].page == 2
    assert desk.arms == "lexical"
    assert desk.vectors_done == 1.0


def test_the_dense_arm_joins_when_the_vectors_are_ready() -> None:
    desk = Desk(Settings(), COUNTER, Meaning(FakeEmbedder()))
    desk.add(LEASE)

    assert desk.wait_for_vectors(30)
    assert desk.arms == "lexical+dense"
    assert desk.search("roof repairs", limit=1)[0].passage.page == 2


def test_vectors_are_made_once_and_then_remembered(tmp_path: Path) -> None:
    store = VectorCache(tmp_path / "vectors.sqlite")
    first, second = FakeEmbedder(), FakeEmbedder()
    for embedder in (first, second):
        desk = Desk(Settings(), COUNTER, Meaning(embedder, store))
        desk.add(LEASE)
        assert desk.wait_for_vectors(30)

    assert len(first.embedded) == 3
    assert second.embedded == []


def test_an_embedder_that_dies_leaves_the_desk_with_words_alone() -> None:
    embedder = FakeEmbedder()
    embedder.close()
    desk = Desk(Settings(), COUNTER, Meaning(embedder))
    desk.add(LEASE)

    assert not desk.wait_for_vectors(30)
    assert desk.arms == "lexical"
    assert desk.search("roof", limit=1)[0].passage.page == 2


def test_a_document_that_the_model_cannot_read_is_not_embedded() -> None:
    embedder = FakeEmbedder()
    desk = Desk(Settings(), COUNTER, Meaning(embedder))
    desk.add(document("zh.pdf", "公司成立于一九九九年，总部在上海。"))

    assert not desk.wait_for_vectors(30)
    assert embedder.embedded == []


def test_a_document_of_the_same_name_takes_the_place_of_the_older_one() -> None:
    desk = Desk(Settings(), COUNTER)
    desk.add(LEASE)
    desk.add(document("lease.pdf", "There is a garden behind the house."))

    assert len(desk.documents) == 1
    assert desk.search("roof", limit=5) == []


def test_tokens_that_nobody_has_counted_are_counted_for_the_answer() -> None:
    desk = Desk(Settings(), COUNTER)
    desk.add(LEASE)
    desk.count("lease.pdf", 42)
    desk.add(document("b.pdf", "Some words."), tokens=3)
    desk.add(document("c.pdf", "The end."))

    (last,) = [event for event in desk.ask("Who pays?") if isinstance(event, Answered)]

    assert last.answer.ledger.document_tokens == 45 + COUNTER.count("The end.")


def test_a_question_that_is_being_answered_keeps_its_index() -> None:
    desk = Desk(Settings(), COUNTER)
    desk.add(LEASE)
    events = desk.ask("Who repairs the roof?")
    next(events)
    desk.add(document("lease.pdf", "There is a garden behind the house."))

    last = list(events)[-1]

    assert isinstance(last, Answered)
    assert last.answer.citations[0].quote.startswith("The landlord repairs the roof")


def test_documents_that_come_while_tokens_are_counted_are_not_part_of_the_reading() -> None:
    class AddingCounter(QwenTokenCounter):
        """Puts a document on the desk while the first one is counted, as another thread may."""

        armed = False

        def count(self, text: str) -> int:
            if self.armed:
                self.armed = False
                desk.add(document("other.pdf", "The neighbour repairs the roof."))
            return super().count(text)

    counter = AddingCounter()
    desk = Desk(Settings(), counter)
    desk.add(LEASE)
    counter.armed = True

    last = list(desk.ask("Who repairs the roof?"))[-1]

    assert isinstance(last, Answered)
    assert last.answer.ledger.pages_total == 3
    assert {citation.document for citation in last.answer.citations} == {"lease.pdf"}
    assert len(desk.documents) == 2


def test_a_question_waits_for_the_vectors_of_a_document_that_comes_meanwhile() -> None:
    gate = threading.Event()

    class GatedEmbedder(FakeEmbedder):
        """Makes no vector until it is let."""

        def embed(self, texts: Sequence[str]) -> Vectors:
            gate.wait()
            return super().embed(texts)

    desk = Desk(Settings(), COUNTER, Meaning(GatedEmbedder(), eager=False))
    desk.add(LEASE)
    events = desk.ask("Is there a swimming pool?")
    waiting = next(
        event for event in events if isinstance(event, Searching) and event.vectors_done < 1
    )
    desk.add(document("b.pdf", "There is a garden behind the house."))
    gate.set()

    last = list(events)[-1]

    assert waiting.arms == "lexical+dense"
    assert isinstance(last, Answered)
    assert last.answer.ledger.retrieval == "lexical+dense"
    assert last.answer.ledger.pages_total == 4


def test_words_that_find_nothing_sure_wait_for_the_vectors() -> None:
    embedder = FakeEmbedder()
    desk = Desk(Settings(), COUNTER, Meaning(embedder, eager=False))
    desk.add(LEASE)

    sure = list(desk.ask("Who repairs the roof and the outer walls?"))
    assert isinstance(sure[-1], Answered)
    assert sure[-1].answer.ledger.retrieval == "lexical"
    assert embedder.embedded == []

    unsure = list(desk.ask("Is there a swimming pool?"))
    assert isinstance(unsure[-1], Answered)
    assert unsure[-1].answer.ledger.retrieval == "lexical+dense"
    assert len(embedder.embedded) > 0


def test_words_are_final_where_no_vectors_will_come() -> None:
    desk = Desk(Settings(), COUNTER)
    desk.add(LEASE)

    (last,) = [
        event for event in desk.ask("Is there a swimming pool?") if isinstance(event, Answered)
    ]

    assert not last.answer.found


def until(condition: Callable[[], bool]) -> bool:
    """Wait for a condition, half a minute at most."""
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    return condition()


def prefilled_desk(engine: FakeChatEngine, settings: Settings | None = None) -> Desk:
    desk = Desk(settings or Settings(), COUNTER, engines=FakeEngines(engine))
    desk.add(LEASE)
    desk.prefill()
    return desk


def test_what_is_prefilled_is_what_a_question_begins_with_to_the_byte() -> None:
    engine = FakeChatEngine(script=lambda prompt: "It does [cite:A2a].")
    desk = prefilled_desk(engine)
    assert until(lambda: desk.prefill_state.done)

    list(desk.ask("Who repairs the roof?"))

    ahead, asked = engine.requests
    assert ahead.background
    assert ahead.max_output_tokens == 1
    assert asked.messages[: len(ahead.messages)] == ahead.messages
    assert LEASE.pages[2].text in ahead.messages[-1].content
    assert desk.prefill_state.done


def test_a_question_cancels_what_is_being_prefilled() -> None:
    engine = FakeChatEngine(script=lambda prompt: "It does [cite:A2a].", gate=threading.Event())
    desk = prefilled_desk(engine)
    assert until(lambda: desk.prefill_state.running)
    events = desk.ask("Who repairs the roof?")
    next(events)

    assert until(lambda: engine.closed == 1)
    assert desk.prefill_state.over
    assert not desk.prefill_state.done


def test_a_document_that_is_added_makes_what_was_prefilled_worthless() -> None:
    desk = prefilled_desk(FakeChatEngine())
    assert until(lambda: desk.prefill_state.done)
    desk.add(document("b.pdf", "There is a garden behind the house."))

    assert not desk.prefill_state.done


def test_prefilling_waits_for_a_model_that_loads() -> None:
    engines = FakeEngines(FakeChatEngine(), EngineState(EnginePhase.LOADING, "weights"))
    desk = Desk(Settings(), COUNTER, engines=engines)
    desk.add(LEASE)
    desk.prefill()
    assert not desk.prefill_state.over
    engines.state = EngineState(EnginePhase.READY, "ready")

    assert until(lambda: desk.prefill_state.done)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("When is the rent due?", "still loading (weights 40%); the best sentences"),
        ("租金何时到期？", "语言模型仍在加载；引用文中最合适的句子"),
    ],
)
def test_why_no_model_answers_is_told_in_the_language_of_the_question(
    question: str, reason: str
) -> None:
    engines = FakeEngines(None, EngineState(EnginePhase.LOADING, "weights 40%"))
    desk = Desk(Settings(), COUNTER, engines=engines)
    desk.add(LEASE)
    (answer,) = [e.answer for e in desk.ask(question) if isinstance(e, Answered)]

    assert reason in answer.ledger.reason


def test_nothing_is_prefilled_where_it_is_not_wanted_or_each_question_reads_other_pages() -> None:
    off = Settings(context=ContextSettings(prefill=False))
    retrieving = Settings(context=ContextSettings(mode=ReadingMode.RETRIEVE))
    for settings in (off, retrieving):
        engine = FakeChatEngine()
        desk = prefilled_desk(engine, settings)
        assert until(lambda desk=desk: desk.prefill_state.over)  # type: ignore[misc]
        assert engine.requests == []


def test_a_bug_while_vectors_are_made_is_a_warning_and_words_go_on() -> None:
    class BrokenEmbedder(FakeEmbedder):
        """Fails as no embedder should."""

        def embed(self, texts: Sequence[str]) -> Vectors:
            raise ValueError("shapes differ")

    desk = Desk(Settings(), COUNTER, Meaning(BrokenEmbedder()))
    desk.add(LEASE)
    assert not desk.wait_for_vectors(30)
    last = list(desk.ask("Who repairs the roof?"))[-1]

    assert isinstance(last, Answered)
    assert last.answer.found
    assert "Search by meaning failed (ValueError: shapes differ)." in last.answer.warnings


def test_a_closed_desk_makes_no_more_vectors_and_keeps_nobody_waiting() -> None:
    begun, go_on = threading.Event(), threading.Event()

    class HeldEmbedder(FakeEmbedder):
        """Is held up in its first batch."""

        def embed(self, texts: Sequence[str]) -> Vectors:
            begun.set()
            assert go_on.wait(30)
            return super().embed(texts)

    embedder = HeldEmbedder()
    desk = Desk(Settings(), COUNTER, Meaning(embedder))
    desk.add(document("long.pdf", *(f"Clause {number} is kept." for number in range(200))))
    assert begun.wait(30)
    threads = [each for each in threading.enumerate() if each.name == "vectors"]
    desk.close()
    desk.close()
    desk.add(LEASE)

    assert desk.vectors_done == 1.0
    assert isinstance(list(desk.ask("Who repairs the boiler?"))[-1], Answered)
    go_on.set()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert len(embedder.embedded) == 64
    assert desk.arms == "lexical"


def test_a_closed_desk_reads_nothing_ahead() -> None:
    engine = FakeChatEngine(gate=threading.Event())
    desk = prefilled_desk(engine)
    assert until(lambda: desk.prefill_state.running)
    desk.close()
    desk.prefill()

    assert desk.prefill_state.over
    assert until(lambda: engine.closed == 1)
    assert len(engine.requests) == 1


def test_what_another_docmind_is_embedding_is_waited_for_and_not_made_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "vectors.sqlite"
    first, second = FakeEmbedder(), FakeEmbedder()
    desk = Desk(Settings(), COUNTER, Meaning(second, VectorCache(path), eager=False))
    desk.add(LEASE)
    texts = [passage.text for passage in desk.passages("lease.pdf")]
    index_texts = desk._shelf.index.texts
    assert len(index_texts) == len(texts)
    other = VectorCache(path)
    with other.turn(index_texts, lambda: None):
        events = desk.ask("Who insures the boiler?")
        waiting = next(event for event in events if isinstance(event, Searching) and event.doing)
        assert waiting.doing == "another docmind makes the vectors"
        other.put(first.model, index_texts, first.embed(index_texts))
    answered = list(events)[-1]

    assert isinstance(answered, Answered)
    assert answered.answer.ledger.retrieval == "lexical+dense"
    assert not set(index_texts) & set(second.embedded)


LICENCE = document(
    "licence.pdf",
    "The licensee pays the fee on the last day of each year.",
    "The licensor repairs the roof of the warehouse within ten days.",
)


def test_a_question_can_be_limited_to_some_of_the_documents() -> None:
    desk = Desk(Settings(), COUNTER)
    desk.add(LEASE, LICENCE)

    events = list(desk.ask("Who repairs the roof?", AskOptions(documents=("licence.pdf",))))

    assert isinstance(events[-1], Answered)
    answer = events[-1].answer
    assert {citation.document for citation in answer.citations} == {"licence.pdf"}
    assert answer.ledger.pages_total == 2
    assert answer.ledger.document_tokens == sum(COUNTER.count(p.text) for p in LICENCE.pages)


def test_a_model_reads_only_the_documents_that_a_question_is_limited_to() -> None:
    engine = FakeChatEngine(script=lambda prompt: "It does [cite:B2a].")
    desk = Desk(Settings(), COUNTER, engines=FakeEngines(engine))
    desk.add(LEASE, LICENCE)

    limited = list(desk.ask("Who repairs the roof?", AskOptions(documents=("licence.pdf",))))
    list(desk.ask("Who repairs the roof?"))

    one, both = ("\n".join(m.content for m in each.messages) for each in engine.requests)
    assert LICENCE.pages[1].text in one
    assert LEASE.pages[1].text not in one
    assert LEASE.pages[1].text in both
    assert isinstance(limited[-1], Answered)
    assert [each.document for each in limited[-1].answer.citations] == ["licence.pdf"]


def test_a_question_about_a_document_that_is_not_open_says_which_ones_are() -> None:
    desk = Desk(Settings(), COUNTER)
    desk.add(LEASE, LICENCE)

    with pytest.raises(UsageError, match=r"deed\.pdf is not open") as raised:
        list(desk.ask("Who repairs the roof?", AskOptions(documents=("deed.pdf",))))

    assert raised.value.hint == "Open is: lease.pdf, licence.pdf"


def test_without_a_model_a_stretch_is_summarized_in_its_own_sentences() -> None:
    desk = Desk(Settings(), COUNTER)
    desk.add(LEASE, LICENCE)
    stretch = Stretch("lease.pdf", "Repairs and pets", (2, 0), (4, 0))

    events = list(desk.summarize("Summarize “Repairs and pets”", stretch))

    assert isinstance(events[-1], Answered)
    answer = events[-1].answer
    assert [claim.text for claim in answer.claims] == [page.text for page in LEASE.pages[1:]]
    assert [citation.page for citation in answer.citations] == [2, 3]
    assert [citation.number for citation in answer.citations] == [1, 2]
    assert (answer.ledger.pages_read, answer.ledger.pages_total) == (2, 3)
    assert "sentences of the section itself" in answer.ledger.reason


def test_a_model_summarizes_a_stretch_from_its_pages_alone() -> None:
    engine = FakeChatEngine(script=lambda prompt: "Repairs [cite:A2a].")
    desk = Desk(Settings(), COUNTER, engines=FakeEngines(engine))
    desk.add(LEASE, LICENCE)

    list(desk.summarize("Summarize it", Stretch("lease.pdf", "Repairs", (2, 0), (3, 0))))

    (request,) = engine.requests
    prompt = "\n".join(message.content for message in request.messages)
    assert LEASE.pages[1].text in prompt
    assert LEASE.pages[0].text not in prompt
    assert LICENCE.pages[0].text not in prompt
