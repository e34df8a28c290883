"""Notes of many parts made fewer, until they are no more than a model reads well at once.

Notes that stand next to each other are put together, a group at a time and several groups at once.
It ends where it does not help: a model that writes as much as it was shown would go on for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from docmind.answers.asking import Line, Progress
from docmind.context.tasks import Note
from docmind.errors import EngineError
from docmind.ports import TokenCounter

Shorten = Callable[[Sequence[Note], Line], list[Note]]
"""In a thread: a group of notes, put together; raises EngineError."""

_SHRINKS = 0.9
"""Notes that are put together must become this much shorter, or it is not tried again."""

_READ_WELL = 2
"""Something is made of notes that are as large as so many parts, at most."""

_SMALLEST_GROUP = 2


@dataclass(frozen=True, slots=True)
class Room:
    """How many tokens of notes are read at once: `left` by everything else in the window.

    `group` is the most that is put together at once, in tokens and in notes.
    """

    counter: TokenCounter
    left: int
    part_tokens: int
    group_notes: int | None = None

    @property
    def most(self) -> int:
        """Tokens of notes that fit, and are read well."""
        return max(1, min(self.left, _READ_WELL * self.part_tokens))

    @property
    def group(self) -> int:
        """Tokens of notes that are put together at once: what is written has to fit, too."""
        return max(1, min(self.part_tokens, self.left // 2))

    def tokens(self, notes: Sequence[Note]) -> int:
        """What the notes take."""
        return sum(self.counter.count(note.line) for note in notes)

    def fits(self, notes: Sequence[Note]) -> bool:
        """Whether they are read at once."""
        return self.tokens(notes) <= self.most


def in_own_tokens(left: int, notes: Sequence[Note], measured: int, counter: TokenCounter) -> int:
    """The model's tokens that are left, in those of the counter at hand.

    `measured` are the model's for these notes, which may be more of them than we count.
    """
    own = sum(counter.count(note.line) for note in notes)
    return left * own // measured if measured > own else left


def merged(
    notes: list[Note], room: Room, shorten: Shorten, line: Line, concurrency: int
) -> Generator[Progress, None, list[Note]]:
    """The notes, put together until they fit, or until that makes them no shorter.

    A group that cannot be put together stays as it was.
    """
    while len(notes) > 1 and not room.fits(notes):
        groups = list(_groups(notes, room))
        results = yield from line.work([partial(shorten, group) for group in groups], concurrency)
        shorter: list[Note] = []
        for group, result in zip(groups, results, strict=True):
            shorter += group if isinstance(result, EngineError) else result or group
        if room.fits(shorter):
            return shorter
        if room.tokens(shorter) > room.tokens(notes) * _SHRINKS:
            break
        notes = shorter
    return notes


def _groups(notes: Sequence[Note], room: Room) -> Iterator[list[Note]]:
    """Notes that are next to each other, as many as may be put together at once."""
    group: list[Note] = []
    held = 0
    for note in notes:
        tokens = room.tokens([note])
        full = held + tokens > room.group or len(group) == room.group_notes
        if len(group) >= _SMALLEST_GROUP and full:
            yield group
            group, held = [], 0
        group.append(note)
        held += tokens
    if group:
        yield group
