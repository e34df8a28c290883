"""The outline of an open document: where its sections begin, and which one a place is in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from docmind.model import OutlineItem
from docmind.tui.layout import Anchor
from docmind.tui.shelf import OpenDocument


class Section(NamedTuple):
    """A line of the outline. `number` is its page, or its line where places are lines."""

    title: str
    level: int
    anchor: Anchor
    number: int


class Outline:
    """The sections of one document in the order of its outline; none where it has no outline."""

    def __init__(self, document: OpenDocument | None = None) -> None:
        self.sections = _sections(document) if document is not None else ()
        places = sorted((section.anchor, at) for at, section in enumerate(self.sections))
        self._anchors = [anchor for anchor, _ in places]
        self._indexes = [index for _, index in places]

    def __len__(self) -> int:
        return len(self.sections)

    def at(self, place: Anchor) -> int | None:
        """The section that a place is in; None before the first one."""
        following = bisect_right(self._anchors, place)
        return self._indexes[following - 1] if following else None


def _sections(document: OpenDocument) -> tuple[Section, ...]:
    read = document.document
    if read is None:
        return ()
    if document.by_lines:
        return _sections_by_line(read.outline, document.pages[0].text)
    return tuple(
        Section(item.title, item.level, Anchor(item.page - 1, item.start or -1), item.page)
        for item in read.outline
        if 1 <= item.page <= len(document.pages)
    )


def _sections_by_line(items: Sequence[OutlineItem], text: str) -> tuple[Section, ...]:
    """Sections of a file without pages; lines are counted in one walk through the text."""
    lines: dict[int, int] = {}
    line, counted = 1, 0
    for start in sorted(item.start for item in items):
        line += text.count("\n", counted, start)
        counted = start
        lines[start] = line
    return tuple(
        Section(item.title, item.level, Anchor(0, item.start), lines[item.start]) for item in items
    )
