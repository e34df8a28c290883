"""What `benchmarks.tui` runs on its terminal: the application on documents that are made up.

python -m benchmarks.tui_program answers | pages FILE
"""

from __future__ import annotations

import gc
import inspect
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from docmind.answers.events import Answered, AnswerEvent, Planned, TextAdded
from docmind.model import Document, Mode
from docmind.ports import DocumentRead, ReadEvent
from docmind.settings import InterfaceSettings, Settings
from docmind.tui.app import DocmindApp
from docmind.tui.messages import QuestionAsked
from tests.tui.fakes import FakeWorkspace, make_document, make_model_answer

ANSWERS = 60
TOKENS_A_SECOND = 100
STREAM_TOKENS = 4000
PARAGRAPH = "The fee of this clause is **paid within thirty days** of the invoice [1]. " * 6
ANSWER = "\n\n".join([PARAGRAPH, "- an item of the list\n- another one", PARAGRAPH, PARAGRAPH])


def answered(question: str, document: Document) -> Iterator[AnswerEvent]:
    """An answer of two thousand characters at once; for "Stream", words without an end."""
    whole = replace(make_model_answer(question, document), text=ANSWER)
    yield Planned(Mode.WHOLE, "it fits the window", 85102, 131072)
    if question != "Stream":
        yield TextAdded(ANSWER, whole.citations)
        yield Answered(whole)
        return
    begun = time.monotonic()
    for number in range(STREAM_TOKENS):
        end = "\n\n" if number % 60 == 59 else ""
        yield TextAdded(f"word {number} {end}", ())
        time.sleep(max(begun + number / TOKENS_A_SECOND - time.monotonic(), 0))


class WithAnswers(DocmindApp):
    """Has been asked many questions before the first key."""

    CSS_PATH = str(Path(inspect.getfile(DocmindApp)).with_name("docmind.tcss"))

    def on_mount(self) -> None:
        """Ask them."""
        super().on_mount()
        for number in range(1, ANSWERS + 1):
            self.screen.post_message(QuestionAsked(f"Question {number}"))


class LateWorkspace(FakeWorkspace):
    """Reads its document when a signal comes, and notes when that was."""

    def __init__(self, document: Document, told: Path) -> None:
        super().__init__(document)
        self._told = told

    def read(self, path: Path, name: str) -> Iterator[ReadEvent]:  # noqa: ARG002 as overridden
        """All of it at once."""
        self.gate.wait()
        self._told.write_text(str(time.monotonic()))
        (document,) = self.sources
        assert isinstance(document, Document)
        yield DocumentRead(document)


def main() -> None:
    """Run one of the two."""
    gc.disable()  # as `docmind open` does; the application turns it on again
    plain = Settings(interface=InterfaceSettings(history=False))
    if sys.argv[1] == "answers":
        workspace = FakeWorkspace()
        workspace.bench.events = answered
        workspace.settings = plain
        WithAnswers(workspace, workspace.paths).run()
        return
    document = make_document(pages=5000)
    late = LateWorkspace(document, Path(sys.argv[2]))
    late.settings = plain
    late.gate = threading.Event()
    signal.signal(signal.SIGUSR1, lambda *_: late.gate.set())
    late.app().run()


if __name__ == "__main__":
    main()
