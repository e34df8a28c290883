"""Many documents that come while the desk is busy are laid down together."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from textual.message import Message

from docmind.errors import DamagedInput, DocmindError
from docmind.model import Document
from docmind.ports import ReadEvent
from docmind.tui.conversation import TurnState
from docmind.tui.messages import TokensArrived
from docmind.tui.work import Work
from tests.tui.fakes import (
    GATE_SECONDS,
    FakeDesk,
    FakeWorkspace,
    ask,
    make_answer,
    make_document,
    screen_of,
    text_of,
    until,
)

MANY = 50


@dataclass
class BusyDesk(FakeDesk):
    """Is busy with the first document until all others have been read."""

    laid: list[int] = field(default_factory=list)
    all_read: threading.Event = field(default_factory=threading.Event)

    def add(self, *documents: Document) -> None:
        self.laid.append(len(documents))
        assert self.all_read.wait(20)
        super().add(*documents)


def test_documents_that_came_meanwhile_are_laid_down_at_once_and_counted() -> None:
    desk = BusyDesk(make_answer)
    names = [f"{number}.py" for number in range(MANY)]
    workspace = FakeWorkspace(*(replace(make_document(), name=name) for name in names))
    workspace.bench = desk
    counted: list[Message] = []

    def post(message: Message) -> None:
        if isinstance(message, TokensArrived):
            counted.append(message)
            if len(counted) == MANY:
                desk.all_read.set()

    work = Work(workspace, post)
    work.start(workspace.paths)
    deadline = time.monotonic() + 20
    while len(desk.documents) < MANY and time.monotonic() < deadline:
        work.wait(0.01)
    work.stop()

    assert [document.name for document in desk.documents] == names
    assert len(desk.laid) <= 4


class SecondIsSlow(FakeWorkspace):
    """Reads the second document only once it is let through, and may fail with it."""

    error: DocmindError | None = None

    def __init__(self) -> None:
        super().__init__(make_document("first.pdf"), make_document("second.pdf"))
        self.later = threading.Event()

    def read(self, path: Path, name: str) -> Iterator[ReadEvent]:
        """The first at once."""
        if name == "second.pdf":
            self.later.wait(GATE_SECONDS)
            if self.error is not None:
                raise self.error
        yield from super().read(path, name)


async def test_an_answer_says_which_documents_had_not_been_read_yet() -> None:
    workspace = SecondIsSlow()
    async with workspace.app().run_test(size=(100, 40)) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: screen._desk.documents == 1)
        await ask(pilot)
        said = "1 of 2 documents had not been read yet when this was asked: second.pdf"
        await until(pilot, lambda: f"! {said}" in text_of(pilot))
        workspace.later.set()
        await until(pilot, lambda: screen._desk.documents == 2)
        await pilot.press("tab", "r")
        await until(pilot, lambda: len(screen._conversation) == 2)
        await until(pilot, lambda: screen._conversation[1].state.over)
        answers = [turn.answer for turn in screen._conversation]
    assert [answer is not None and answer.warnings for answer in answers] == [(said,), ()]


async def test_a_question_about_a_document_that_is_still_read_waits_for_it() -> None:
    workspace = SecondIsSlow()
    async with workspace.app().run_test(size=(100, 40)) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: screen._desk.documents == 1)
        screen.prompt.insert("@second.pdf What is the fee?")
        await pilot.press("enter")
        await until(pilot, lambda: "waits until second.pdf has been read" in text_of(pilot))
        assert workspace.bench.asked == []
        workspace.later.set()
        await until(pilot, lambda: screen._conversation[0].state.over)
        assert workspace.bench.options[0].documents == ("second.pdf",)
        answer = screen._conversation[0].answer
        assert answer is not None
        assert answer.warnings == ()


async def test_a_question_that_waits_for_its_document_holds_up_no_other_once_stopped() -> None:
    workspace = SecondIsSlow()
    async with workspace.app().run_test(size=(100, 40)) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: screen._desk.documents == 1)
        for question in ("@second.pdf What is the fee?", "What is the date?"):
            screen.prompt.insert(question)
            await pilot.press("enter")
        await until(pilot, lambda: "waits for the question before it" in text_of(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: screen._conversation[1].state is TurnState.DONE)
        assert workspace.bench.asked == ["What is the date?"]
        workspace.later.set()


async def test_a_question_about_a_document_that_turns_out_unreadable_is_refused() -> None:
    workspace = SecondIsSlow()
    workspace.error = DamagedInput("It is damaged.", "")
    async with workspace.app().run_test(size=(100, 40)) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: screen._desk.documents == 1)
        screen.prompt.insert("@second.pdf What is the fee?")
        await pilot.press("enter")
        await until(pilot, lambda: "waits until second.pdf has been read" in text_of(pilot))
        workspace.later.set()
        await until(pilot, lambda: "! second.pdf cannot be read\n" in text_of(pilot))
