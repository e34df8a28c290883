"""What is marked in the text of a document: cited passages and what was searched for."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple


class Mark(NamedTuple):
    """Characters [start, end) of a page (by 0-based index). `number` is the citation's."""

    page: int
    start: int
    end: int
    number: int | None = None


class Marks:
    """Marks of one kind, in reading order, one of which may be current."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self.all = sorted(marks, key=lambda mark: (mark.page, mark.start))
        self.current: int | None = None
        self._on_page: dict[int, list[Mark]] = {}
        for mark in self.all:
            self._on_page.setdefault(mark.page, []).append(mark)

    def __len__(self) -> int:
        return len(self.all)

    @property
    def current_mark(self) -> Mark | None:
        """The mark that the reader was brought to."""
        return None if self.current is None else self.all[self.current]

    def touching(self, page: int, start: int, end: int) -> list[Mark]:
        """Marks on a line, the current one last (so that it is painted over the others)."""
        marks = [m for m in self._on_page.get(page, ()) if m.start < end and start < m.end]
        current = self.current_mark
        return sorted(marks, key=lambda mark: mark is current)

    def choose_number(self, number: int) -> Mark | None:
        """Make the citation of this number current."""
        for index, mark in enumerate(self.all):
            if mark.number == number:
                self.current = index
                return mark
        return None

    def step(self, direction: int, page: int, offset: int) -> Mark | None:
        """Make the next or previous one current, round the end; at first the next from a place."""
        if not self.all:
            return None
        if self.current is not None:
            self.current = (self.current + direction) % len(self.all)
        else:
            below = [i for i, m in enumerate(self.all) if (m.page, m.start) >= (page, offset)]
            following = below[0] if below else 0
            self.current = following if direction > 0 else (following - 1) % len(self.all)
        return self.all[self.current]


def cut(start: int, end: int, marks: Iterable[Mark]) -> list[tuple[int, int]]:
    """A line's characters, cut wherever a mark begins or ends."""
    edges = {start, end}
    for mark in marks:
        edges.update((max(mark.start, start), min(mark.end, end)))
    return list(pairwise(sorted(edges)))
