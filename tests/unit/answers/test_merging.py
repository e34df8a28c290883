"""Notes of many parts are made fewer, and what was made of them is used where it fits."""

from __future__ import annotations

from collections.abc import Sequence

from docmind.answers.asking import Line
from docmind.answers.merging import Room, Shorten, in_own_tokens, merged
from docmind.context.tasks import Note
from tests.fakes import FakeChatEngine
from tests.unit.context.made import COUNTER


def notes_of(words: int, count: int) -> list[Note]:
    """Notes of so many words each, the mark and the ids included."""
    return [Note(" ".join(["word"] * (words - 2)), (f"A{at}a",)) for at in range(count)]


def after(notes: list[Note], room: Room, shorten: Shorten) -> list[Note]:
    """What the notes are made into."""
    work = merged(notes, room, shorten, Line(FakeChatEngine(), COUNTER), 1)
    while True:
        try:
            next(work)
        except StopIteration as stopped:
            made: list[Note] = stopped.value
            return made


def test_notes_that_became_little_shorter_but_fit_now_are_used() -> None:
    def shorter_by_five_in_a_hundred(group: Sequence[Note], _: Line) -> list[Note]:
        return [Note(" ".join(note.text.split()[:-1]), note.names) for note in group]

    room = Room(COUNTER, left=195, part_tokens=1_000)
    made = after(notes_of(20, 10), room, shorter_by_five_in_a_hundred)

    assert room.tokens(made) == 190


def test_notes_that_become_no_shorter_stay_as_they_were() -> None:
    tried: list[int] = []

    def no_shorter(group: Sequence[Note], _: Line) -> list[Note]:
        tried.append(len(group))
        return [Note(f"{note.text} again", note.names) for note in group]

    notes = notes_of(20, 10)
    assert after(notes, Room(COUNTER, left=195, part_tokens=1_000), no_shorter) == notes
    assert sum(tried) == 10


def test_room_that_a_model_counts_in_more_tokens_is_less_room_in_ours() -> None:
    notes = notes_of(20, 10)

    assert in_own_tokens(1_000, notes, 400, COUNTER) == 500
    assert in_own_tokens(1_000, notes, 200, COUNTER) == 1_000
    assert in_own_tokens(1_000, notes, 90, COUNTER) == 1_000
    assert in_own_tokens(1_000, [], 0, COUNTER) == 1_000
