"""Notes of the parts: statements with the ids of the passages that say them, put together.

A model rewrites notes only where they are more than it reads well, a group at a time, and what it
writes may cite what its group cites. A group that it does not finish stays as it was.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from docmind.answers.asking import Line, Progress, T
from docmind.answers.events import AnswerEvent, PartRead
from docmind.answers.marks import Marks
from docmind.answers.merging import Room, in_own_tokens, merged
from docmind.answers.statements import statements
from docmind.answers.support import Support
from docmind.answers.writing import Sampling, Writing
from docmind.context.asked import Asked
from docmind.context.plan import Plan
from docmind.context.tags import tags_of
from docmind.context.tasks import ANSWER_FROM_NOTES, MERGED_LIST, Note, notes_messages
from docmind.model import Passage
from docmind.ports import ChatMessage, ChatRequest


@dataclass(frozen=True, slots=True)
class PartQuestion:
    """One question that is asked of every part, and what it is asked with."""

    asked: Asked
    plan: Plan
    writing: Writing
    sampling: Sampling
    support: Support
    line: Line

    def request(self, messages: tuple[ChatMessage, ...], known: dict[str, Passage]) -> ChatRequest:
        """These messages, where these passages may be cited."""
        tags = tags_of(known) if self.writing.engine.constrains else None
        return self.sampling.request(messages, self.plan.output_tokens, tags)


class Notes:
    """Makes notes of what is written, and fewer of many."""

    def __init__(self, question: PartQuestion) -> None:
        self._question = question
        self._line = question.line
        self._writing = question.writing
        self._asked = question.asked
        self._plan = question.plan
        self._passages = {
            name: passage
            for portion in question.plan.portions
            for name, passage in portion.known.items()
        }
        self._names = {
            (passage.document, passage.id): name for name, passage in self._passages.items()
        }

    def noted(self, text: str, known: dict[str, Passage]) -> Iterator[Note]:
        """The statements of a list with their ids; one that names none is looked for."""
        marks = Marks(known)
        shown = marks.take(text).text + marks.finish().text
        numbered = marks.numbered
        for statement in statements(shown):
            passages = [numbered[number] for number in statement.numbers]
            if not passages and not (statement.denies or marks.says_nothing):
                evidence = self._question.support.search(statement.text)
                passages = [evidence[0]] if evidence else []
            names = [self._names.get((each.document, each.id), "") for each in passages]
            if kept := tuple(name for name in names if name in known):
                yield Note(statement.text, kept)

    def merged(self, notes: list[Note]) -> Generator[AnswerEvent, None, list[Note]]:
        """Notes that are shorter, where they are more than a model reads well."""
        concurrency = self._writing.generation.concurrency
        work = merged(notes, self._room(notes), self._shortened, self._line, concurrency)
        return (yield from told(work))

    def _shortened(self, group: Sequence[Note], line: Line) -> list[Note]:
        """In a thread: a group of notes, put together; nothing where that broke off."""
        asked, known = self._asked, self.known(group)
        messages = notes_messages(group, MERGED_LIST, asked.question, asked.role)
        reply = line.ask(self._question.request(messages, known))
        return list(self.noted(reply.text, known)) if reply.ended else []

    def _room(self, notes: Sequence[Note]) -> Room:
        """What is left for notes by everything else in the window."""
        engine, counter = self._writing.engine, self._writing.counter
        frame = engine.count(self.answering([]))
        left = self._plan.window_tokens - self._plan.output_tokens - frame
        left = in_own_tokens(left, notes, engine.count(self.answering(notes)) - frame, counter)
        return Room(counter, left, self._writing.context.part_tokens)

    def answering(self, notes: Sequence[Note]) -> tuple[ChatMessage, ...]:
        """The prompt for the answer."""
        asked = self._asked
        return notes_messages(notes, ANSWER_FROM_NOTES, asked.question, asked.role)

    def known(self, notes: Sequence[Note]) -> dict[str, Passage]:
        """The passages that notes cite, by their ids, in the order of the documents."""
        cited = {name for note in notes for name in note.names}
        return {name: held for name, held in self._passages.items() if name in cited}


def told(work: Generator[Progress, None, T]) -> Generator[AnswerEvent, None, T]:
    """The work, with its progress as events."""
    try:
        while True:
            try:
                progress = next(work)
            except StopIteration as stopped:
                made: T = stopped.value
                return made
            yield PartRead(progress.done, progress.total, progress.tokens)
    finally:
        work.close()
