"""What is kept of a conversation, and how it comes back."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from docmind.answers.options import AskOptions
from docmind.errors import EngineError
from docmind.model import Answer, Document, Outcome, Rating, Session
from docmind.sessions import Sessions
from docmind.tui.request import Request
from tests.tui.fakes import (
    FakeWorkspace,
    ask,
    make_answer,
    make_document,
    ready,
    screen_of,
    text_of,
    until,
)

NARROW = (80, 24)


def workspace_of(tmp_path: Path, sha256: str = "0" * 64) -> FakeWorkspace:
    """One contract, and a history."""
    workspace = FakeWorkspace(replace(make_document(), sha256=sha256))
    workspace.history = tmp_path / "sessions.sqlite"
    return workspace


def kept(tmp_path: Path) -> Session:
    """The session that is in the history."""
    with Sessions(tmp_path / "sessions.sqlite") as sessions:
        return sessions.find("last")


async def asked_once(tmp_path: Path) -> None:
    """A run in which one question is asked and answered."""
    async with workspace_of(tmp_path).app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)


async def test_an_answer_is_kept_when_the_program_is_left(tmp_path: Path) -> None:
    await asked_once(tmp_path)

    session = kept(tmp_path)
    assert [document.name for document in session.documents] == ["contract.pdf"]
    (turn,) = session.turns
    assert (turn.question, turn.outcome) == ("What is the fee?", Outcome.DONE)
    assert turn.answer is not None
    assert turn.answer.citations[0].quote == "the fee for clause 3 is 15 euros"


async def test_reopening_a_document_brings_the_conversation_back(tmp_path: Path) -> None:
    await asked_once(tmp_path)

    workspace = workspace_of(tmp_path)
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: "Asked before; the last time on" in text_of(pilot))
        shown = " ".join(text_of(pilot).split())
        assert "▍ What is the fee?" in shown
        assert "• The fee is 15 euros. [1]" in shown
        assert f"docmind export {kept(tmp_path).id}" in shown
        await pilot.press("tab", "1")
        assert screen.document.page == 5
        await pilot.press("escape")
        await ask(pilot, "Who pays it?")
        (turn,) = workspace.bench.options[0].history
        assert turn.question == "What is the fee?"

    questions = [turn.question for turn in kept(tmp_path).turns]
    assert questions == ["What is the fee?", "Who pays it?"]


async def test_a_document_that_has_changed_since_is_named(tmp_path: Path) -> None:
    await asked_once(tmp_path)

    async with workspace_of(tmp_path, sha256="9" * 64).app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "contract.pdf has changed" in " ".join(text_of(pilot).split()))


async def test_words_that_do_not_stand_there_any_more_are_not_marked_as_cited(
    tmp_path: Path,
) -> None:
    await asked_once(tmp_path)
    contract = make_document()
    shorter = (*contract.pages[:8], replace(contract.pages[8], text="Void.", blocks=()))
    workspace = FakeWorkspace(replace(contract, sha256="9" * 64, pages=shorter))
    workspace.history = tmp_path / "sessions.sqlite"
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: "contract.pdf has changed" in " ".join(text_of(pilot).split()))
        await pilot.press("tab", "2")
        await until(pilot, lambda: "does not stand here any more" in text_of(pilot))
        assert screen.document.page == 9
        assert " 2▌" not in text_of(pilot)
        await pilot.press("backspace", "1")
        await until(pilot, lambda: screen.document.page == 5)
        assert " 1▌" in text_of(pilot)


async def test_a_question_that_is_asked_at_once_is_not_pushed_aside(tmp_path: Path) -> None:
    await asked_once(tmp_path)

    workspace = workspace_of(tmp_path)
    workspace.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = screen_of(pilot)
        screen.prompt.insert("Who pays?")
        await pilot.press("enter")
        workspace.gate.set()
        await until(pilot, lambda: "asked about this before is kept" in text_of(pilot))
        assert len(screen._conversation) == 1
        await until(pilot, lambda: screen._conversation[0].state.over)

    assert [turn.question for turn in kept(tmp_path).turns] == ["What is the fee?", "Who pays?"]


async def test_what_was_stopped_and_what_failed_is_kept_as_such(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path)
    workspace.bench.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        screen.prompt.insert("What is the fee?")
        await pilot.press("enter")
        await until(pilot, lambda: "The fee is 15 euros." in text_of(pilot))
        await pilot.press("escape")
        workspace.bench.gate.set()
        workspace.bench.error, workspace.bench.fails_after = EngineError("The server died."), 0
        await ask(pilot, "And then?")

    stopped, failed = kept(tmp_path).turns
    assert (stopped.outcome, stopped.text) == (Outcome.STOPPED, "The fee is 15 euros.")
    assert (failed.outcome, failed.error) == (Outcome.FAILED, "The server died.")
    async with workspace_of(tmp_path).app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "! The server died." in text_of(pilot))
        assert "The fee is 15 euros." in text_of(pilot)


async def test_a_rating_is_kept_and_taken_back_by_the_same_key(tmp_path: Path) -> None:
    await asked_once(tmp_path)
    async with workspace_of(tmp_path).app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "Asked before" in text_of(pilot))
        await pilot.press("tab", "minus")
        assert "- rated as bad" in text_of(pilot)
        await pilot.press("escape", "escape")
        await ask(pilot, "Who pays it?")
        await pilot.press("tab", "plus", "plus")

    before, now = kept(tmp_path).turns
    assert before.rating is Rating.DOWN
    assert before.answer is not None
    assert now.rating is None


async def test_a_damaged_history_is_told_and_nothing_else_suffers(tmp_path: Path) -> None:
    (tmp_path / "sessions.sqlite").write_bytes(b"damaged" * 1000)
    async with workspace_of(tmp_path).app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "cannot be used" in " ".join(text_of(pilot).split()))
        await ask(pilot)
        assert "The fee is 15 euros." in text_of(pilot)


async def test_nothing_is_kept_of_a_document_that_is_only_read(tmp_path: Path) -> None:
    async with workspace_of(tmp_path).app().run_test(size=NARROW) as pilot:
        await ready(pilot)

    with Sessions(tmp_path / "sessions.sqlite") as sessions:
        assert sessions.search() == []


async def test_a_document_that_is_given_by_another_name_keeps_its_citations(
    tmp_path: Path,
) -> None:
    await asked_once(tmp_path)

    workspace = FakeWorkspace(make_document("docs/contract.pdf"))
    workspace.history = tmp_path / "sessions.sqlite"
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: "Asked before" in text_of(pilot))
        await pilot.press("tab", "1")
        await until(pilot, lambda: screen.document.page == 5)
        await pilot.press("escape")
        await ask(pilot, "Who pays it?")

    (document,) = kept(tmp_path).documents
    assert document.name == "docs/contract.pdf"
    answers = [turn.answer for turn in kept(tmp_path).turns]
    assert {c.document for answer in answers if answer for c in answer.citations} == {
        document.name
    }


async def test_what_is_opened_later_belongs_to_the_session(tmp_path: Path) -> None:
    lease = str(tmp_path / "lease.pdf")

    def of_the_lease(question: str, document: Document) -> Answer:
        return make_answer(question, replace(document, name=lease))

    workspace = workspace_of(tmp_path)
    workspace.bench.answer = of_the_lease
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await ask(pilot, "Who pays?")
        workspace.sources = (*workspace.sources, replace(make_document(lease), sha256="9" * 64))
        screen._work.open(Path(lease))
        await until(pilot, lambda: screen._desk.documents == 2)
        await until(pilot, lambda: len(screen._opened) == 2)
        await ask(pilot)

    names = ["contract.pdf", lease]
    assert [document.name for document in kept(tmp_path).documents] == names
    async with workspace_of(tmp_path).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: "Asked before" in text_of(pilot))
        assert [document.name for document in screen._of_before] == names
        await pilot.press("tab", "1")
        await until(pilot, lambda: "lease.pdf is not open" in text_of(pilot))


async def test_a_document_that_is_only_opened_beside_others_leaves_no_trace(
    tmp_path: Path,
) -> None:
    await asked_once(tmp_path)
    workspace = workspace_of(tmp_path)
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        workspace.sources = (*workspace.sources, replace(make_document("b.pdf"), sha256="9" * 64))
        screen._work.open(Path("b.pdf"))
        await until(pilot, lambda: len(screen._opened) == 2)

    assert [document.name for document in kept(tmp_path).documents] == ["contract.pdf"]


@pytest.mark.parametrize("name", ["contract.pdf", "docs/contract.pdf"])
async def test_what_a_key_asked_in_an_earlier_run_is_asked_again_of_the_same_part(
    tmp_path: Path, name: str
) -> None:
    before = workspace_of(tmp_path)
    async with before.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        for key in ("E", "S"):
            await pilot.press("f2", key)
            await until(pilot, lambda: screen._conversation.last_answer is not None)
            await until(pilot, lambda: screen._conversation.unanswered is None)

    workspace = FakeWorkspace(make_document(name))
    workspace.history = tmp_path / "sessions.sqlite"
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: "Asked before" in text_of(pilot))
        await pilot.press("tab", "r")
        await until(pilot, lambda: len(screen._conversation) == 3)
        await until(pilot, lambda: screen._conversation.unanswered is None)
        screen.prompt.insert(screen._conversation[0].question)
        await pilot.press("escape", "enter")
        await until(pilot, lambda: len(screen._conversation) == 4)
        await until(pilot, lambda: screen._conversation.unanswered is None)

    (stretch,) = workspace.bench.stretches
    assert stretch == replace(before.bench.stretches[0], document=name)
    assert workspace.bench.asked == before.bench.asked[::-1]
    assert workspace.bench.options[1].documents == (name,)
    assert workspace.bench.options[1].pages == before.bench.options[0].pages
    assert before.bench.options[0].pages is not None


async def test_a_section_of_a_document_that_is_not_open_is_not_looked_for_elsewhere(
    tmp_path: Path,
) -> None:
    async with workspace_of(tmp_path).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        screen.put(Request("Summarize it", "all", AskOptions(documents=("b.pdf",)), by_key=True))
        await until(pilot, lambda: screen._conversation[0].state.over)
    workspace = workspace_of(tmp_path)
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "Asked before" in text_of(pilot))
        await pilot.press("tab", "r")
        await until(pilot, lambda: "b.pdf is not open" in text_of(pilot))
    assert workspace.bench.asked == []
