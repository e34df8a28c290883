"""What has come of an answer, for when the person at the terminal has read enough of it.

An answer that is interrupted is worth what was written: it is printed as partial, and says that
nobody has verified its statements. Its citations were copied from the page, like all others.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from docmind.answers.ask import words_in
from docmind.answers.events import AnswerEvent, Planned, TextAdded
from docmind.answers.question import analyse
from docmind.model import Answer, Citation, Document, EngineName, Ledger, Mode
from docmind.settings import Language

INTERRUPTED = {
    "en": "Interrupted: this is what had been written; its statements were not verified.",
    "zh": "已中断：这是中断前写出的内容，其中的陈述未经核实。",
}


class SoFar:
    """Collects the events of one question."""

    def __init__(
        self,
        question: str,
        documents: Sequence[Document],
        engine: EngineName,
        language: Language = Language.AUTO,
    ) -> None:
        """`language` is the one that is set for answers."""
        self.text = ""
        self._question = question
        self._documents = documents
        self._engine = engine
        self._language = words_in(language, analyse(question).language)
        self._citations: list[Citation] = []
        self._plan = Planned(Mode.WHOLE, "", 0, 0)
        self._pieces = 0
        self._begun = time.monotonic()
        self._first = 0.0

    def take(self, event: AnswerEvent) -> None:
        """Remember what an event brings."""
        if isinstance(event, Planned):
            self._plan = event
        elif isinstance(event, TextAdded):
            self._first = self._first or time.monotonic() - self._begun
            self.text += event.text
            self._pieces += bool(event.text)
            self._citations.extend(event.citations)

    def answer(self) -> Answer | None:
        """The partial answer; None where nothing has been written."""
        if not self.text.strip():
            return None
        return Answer(
            question=self._question,
            found=bool(self._citations),
            text=self.text,
            claims=(),
            citations=tuple(self._citations),
            ledger=self._ledger(),
            engine=self._engine,
            warnings=(INTERRUPTED[self._language],),
            partial=True,
            language=self._language,
        )

    def _ledger(self) -> Ledger:
        """What was planned; a server streams about a token a piece."""
        if self._plan.ledger is not None:
            return replace(
                self._plan.ledger,
                output_tokens=self._pieces,
                tokens_estimated=True,
                first_token_seconds=round(self._first, 4),
                seconds=round(time.monotonic() - self._begun, 4),
            )
        pages = sum(len(document.pages) for document in self._documents)
        plan = self._plan
        return Ledger(
            mode=plan.mode,
            reason=plan.reason,
            window_tokens=plan.window_tokens,
            document_tokens=0,
            prompt_tokens=plan.prompt_tokens,
            cached_tokens=0,
            output_tokens=0,
            tokenizer="",
            pages_total=pages,
            pages_read=pages if plan.mode is Mode.WHOLE else 0,
            pages_without_text=(),
            first_token_seconds=round(self._first, 4),
            seconds=round(time.monotonic() - self._begun, 4),
        )
