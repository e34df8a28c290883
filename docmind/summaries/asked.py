"""Requests for a summary: of a part, of notes, and in a smaller form where one is cut off."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from docmind.answers.asking import Line, Progress
from docmind.answers.merging import Room, in_own_tokens, merged
from docmind.answers.writing import Writing
from docmind.context.parts import Portion
from docmind.context.prompt import Draft
from docmind.context.tasks import Note, notes_messages
from docmind.errors import EngineError, RecordCut
from docmind.model import Passage
from docmind.ports import WITHHELD, ChatMessage
from docmind.summaries.telling import (
    Bounds,
    Read,
    Told,
    ToldPoint,
    Wanted,
    plain,
    task,
    together,
    told,
)

PART = ("points", "facts")
OVERALL = ("key_points", "overview")
WHOLE = ("points", *OVERALL, "facts")

_HALVINGS = 2
_ATTEMPTS = 2
_SHORTER = 3
"""Notes become so many times fewer when they are put together."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How a model is to tell: the language ("en", "zh"), the role, what matters, how much.

    `output_tokens` are kept for what it writes.
    """

    writing: Writing
    bounds: Bounds
    output_tokens: int
    language: str
    role: str = ""
    focus: str = ""

    def messages(self, portion: Portion, names: Sequence[str]) -> tuple[ChatMessage, ...]:
        """The prompt for a part, or for all of the document."""
        read = Read.DOCUMENT if names == WHOLE else Read.PART
        words = task(Wanted.of(self.bounds, *names), read, self.language, self.focus)
        return Draft(portion.parts, "", self.role, task=words).messages()

    def part(
        self, portion: Portion, names: Sequence[str], line: Line, halvings: int = _HALVINGS
    ) -> Told:
        """What is told of a part; of its halves where that is cut off. Raises EngineError."""
        wanted = Wanted.of(self.bounds, *names)
        try:
            return self._told(line, self.messages(portion, names), wanted, portion.known)
        except RecordCut:
            halves = portion.halves()
            if not halvings or len(halves) < 2 or names == WHOLE:
                raise
            return together(self.part(half, names, line, halvings - 1) for half in halves)

    def overall(self, points: Iterable[ToldPoint], line: Line) -> Generator[Progress, None, Told]:
        """Overview and key points, made of what was told of the parts. Raises EngineError."""
        notes = [Note(plain(each.text), tuple(each.ids)) for each in points]
        concurrency = self.writing.generation.concurrency
        room = self._room(notes)
        notes = yield from merged(notes, room, self._shorter, line, concurrency)
        if not notes:
            return Told()
        if room.tokens(notes) > room.left:
            raise EngineError(
                f"What was told of the parts takes {room.tokens(notes):,} tokens, which the model"
                f" made no fewer; {room.left:,} are left for it in the window.",
                "Ask for less with --length short, or use a model with a larger window.",
            )
        (made,) = yield from line.work([partial(self._last, notes)], 1)
        if isinstance(made, EngineError):
            raise made
        return made

    def _last(self, notes: Sequence[Note], line: Line) -> Told:
        """In a thread: the overview, in half as many words where it is cut off."""
        bounds = self.bounds
        while True:
            try:
                return self._of_notes(notes, Wanted.of(bounds, *OVERALL), line)
            except RecordCut:
                if bounds.halved == bounds:
                    raise
                bounds = bounds.halved

    def _shorter(self, group: Sequence[Note], line: Line) -> list[Note]:
        """In a thread: a group of notes, put together."""
        most = max(1, len(group) // _SHORTER)
        made = self._of_notes(group, Wanted({"points": most}, self.bounds.characters), line)
        return [Note(plain(each.text), tuple(each.ids)) for each in made.points]

    def _of_notes(self, notes: Sequence[Note], wanted: Wanted, line: Line) -> Told:
        known = dict.fromkeys(name for note in notes for name in note.names)
        words = task(wanted, Read.NOTES, self.language, self.focus)
        return self._told(line, notes_messages(notes, words, "", self.role), wanted, known)

    def _told(
        self,
        line: Line,
        messages: tuple[ChatMessage, ...],
        wanted: Wanted,
        known: Mapping[str, Passage | None],
    ) -> Told:
        """One request; what cannot be read is asked for once more."""
        engine = self.writing.engine
        schema = wanted.schema(known) if engine.shapes else None
        request = self.writing.sampling().request(messages, self.output_tokens, json_schema=schema)
        for _ in range(_ATTEMPTS):
            reply = line.ask(request)
            if reply.finished.reason == "length":
                raise RecordCut(
                    f"The model's summary did not end within {self.output_tokens:,} tokens.",
                    "Ask for less with --length short, or use another model.",
                )
            if reply.finished.reason == WITHHELD:
                raise EngineError(
                    "The server withheld what the model told.", "Use another server or model."
                )
            if made := told(reply.text, known):
                return made
        raise EngineError(
            f"{engine.name.model or engine.name.name} did not write the JSON it was asked for.",
            "Use a server that holds a model to a JSON Schema (vLLM, llama.cpp, Ollama), or"
            " --engine extractive.",
        )

    def _room(self, notes: Sequence[Note]) -> Room:
        """What is left for notes by everything else in the window."""
        engine, counter = self.writing.engine, self.writing.counter
        words = task(Wanted.of(self.bounds, *OVERALL), Read.NOTES, self.language, self.focus)
        frame = engine.count(notes_messages([], words, "", self.role))
        measured = engine.count(notes_messages(notes, words, "", self.role)) - frame
        left = engine.window_tokens - self.output_tokens - frame
        left = in_own_tokens(left, notes, measured, counter)
        told_again = self.output_tokens // self.bounds.tokens_of_one * _SHORTER
        return Room(counter, left, self.writing.context.part_tokens, told_again)
