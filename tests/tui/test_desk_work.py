"""Many documents that come while the desk is busy are laid down together."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace

from textual.message import Message

from docmind.model import Document
from docmind.tui.messages import TokensArrived
from docmind.tui.work import Work
from tests.tui.fakes import FakeDesk, FakeWorkspace, make_answer, make_document

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
