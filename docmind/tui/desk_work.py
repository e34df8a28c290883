"""What the desk's thread does: it lays documents down, and answers one question after the other.

It keeps what was asked and answered, because only it knows which answer had come to its end when
the next question was begun. An answer that was cut off is no part of the conversation: it would
tempt the model to say the same again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from docmind.answers.events import Answered
from docmind.errors import DocmindError, ServerDied, ServerUnreachable
from docmind.model import Document, Turn
from docmind.tui.answer_words import NOT_READ_YET
from docmind.tui.jobs import (
    Counted,
    Expected,
    Job,
    Question,
    ReadingEnded,
    Remembered,
    ServerRestarted,
    Unreadable,
    Withdrawn,
    closed,
)
from docmind.tui.messages import AnswerFailed

if TYPE_CHECKING:
    from docmind.model import Answer
    from docmind.tui.seams import ReadingDesk
    from docmind.tui.watch import Watch
    from docmind.tui.work import Work

_NAMED = 3
"""As many of the documents that were not read yet are named."""


class DeskWork:
    """The jobs of one desk, in the order in which they come."""

    def __init__(self, desk: ReadingDesk, work: Work, watch: Watch) -> None:
        self._desk = desk
        self._work = work
        self._watch = watch
        self._early: deque[Question] = deque()
        self._history: list[Turn] = []
        self._reading = True
        self._unreadable: set[str] = set()
        self._expected: list[str] = []
        """Names of the documents that are still being read, or wait for it."""
        self._arrived: list[Document] = []
        self._counted: list[Counted] = []

    def run(self) -> None:
        """Until the work is stopped."""
        while not self._work.stopped:
            for job in self._work.next_jobs():
                self._do(job)
            self._lay_down()
            self._watch.look()

    def _lay_down(self) -> None:
        """Put the documents that have come on the desk together.

        The index is made anew for each time, so one by one a repository would take minutes.
        """
        if not self._arrived:
            return
        self._desk.add(*self._arrived)
        for counted in self._counted:
            self._desk.count(counted.name, counted.tokens)
        read = {document.name for document in self._arrived}
        self._expected = [name for name in self._expected if name not in read]
        self._arrived.clear()
        self._counted.clear()
        self._watch.look()
        self._answer_early()

    def _do(self, job: Job) -> None:
        match job:
            case Document():
                self._arrived.append(job)
                return
            case Counted() if self._arrived:
                self._counted.append(job)
                return
        self._lay_down()
        self._note(job)
        self._answer_early()
        if isinstance(job, ReadingEnded | ServerRestarted):
            self._desk.prefill()

    def _note(self, job: Job) -> None:
        """What a job changes of what is known here."""
        match job:
            case Counted():
                self._desk.count(job.name, job.tokens)
            case Question():
                self._early.append(job)
            case Expected(names):
                self._expected += names
                self._unreadable.difference_update(names)
            case Unreadable(name):
                self._expected.remove(name)
                self._unreadable.add(name)
            case ReadingEnded():
                self._reading = False
                self._expected.clear()
            case Remembered(turns):
                self._history = [*turns, *self._history]
            case Document() | Withdrawn() | ServerRestarted():
                pass

    def _answer_early(self) -> None:
        """Questions in their order, up to one that was asked before there was what it is about."""
        while self._early and self._can_answer(self._early[0]):
            self._answer(self._early.popleft())

    def _can_answer(self, question: Question) -> bool:
        """Whether nothing is being read that it cannot do without."""
        if self._work.is_cancelled(question.turn):
            return True
        if names := question.request.documents:
            return not set(names) & set(self._expected)
        return bool(self._desk.documents) or not self._reading

    def _answer(self, question: Question) -> None:
        if self._work.is_cancelled(question.turn):
            return
        if not self._desk.documents:
            self._work.post(AnswerFailed(question.turn, "no document could be read", ""))
            return
        if missing := self._unreadable.intersection(question.request.documents):
            said = f"{', '.join(sorted(missing))} cannot be read"
            self._work.post(AnswerFailed(question.turn, said, ""))
            return
        try:
            answer = self._told(question)
        except DocmindError as error:
            server = isinstance(error, ServerDied | ServerUnreachable)
            self._work.post(AnswerFailed(question.turn, str(error), error.hint, server))
        else:
            if answer is not None and answer.text:
                self._history.append(Turn(question.request.text, answer.text))

    def _told(self, question: Question) -> Answer | None:
        """Tell what happens in an answer; gives it, or None where it was cancelled."""
        answer: Answer | None = None
        request = question.request
        unread = () if request.documents else tuple(self._expected)
        options = replace(request.options, history=tuple(self._history))
        if request.stretch is not None:
            answering = self._desk.summarize(request.text, request.stretch, options)
        else:
            answering = self._desk.ask(request.text, options)
        with closed(answering) as events:
            for event in events:
                if self._work.is_cancelled(question.turn):
                    return None
                if isinstance(event, Answered):
                    answer = self._warned(event.answer, unread)
                    event = Answered(answer)
                self._work.tell(question.turn, event)
        return answer

    def _warned(self, answer: Answer, unread: tuple[str, ...]) -> Answer:
        """It says so where documents are missing from it that were being read at its beginning."""
        if not unread:
            return answer
        there = len({*unread, *(document.name for document in self._desk.documents)})
        named = ", ".join(unread[:_NAMED]) + (", …" if len(unread) > _NAMED else "")
        note = NOT_READ_YET[answer.language].format(len(unread), there, named)
        return replace(answer, warnings=(*answer.warnings, note))
