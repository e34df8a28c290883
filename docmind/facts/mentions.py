"""What the finders of facts look at, and what they hand over.

A fact is told as the document writes it; nothing is normalised but to see that two mentions are
the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from docmind.model import BlockKind, Document, Passage
from docmind.passages.apparatus import is_told
from docmind.passages.units import units_of
from docmind.passages.wholes import Part

_LONGEST_UNIT = 600
_FENCE = "```"
_LEFT, _RIGHT = 120, 160


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, a row or a line, as `text`: page.text[start:end] of its passage's page."""

    passage: Passage
    start: int
    end: int
    text: str

    @property
    def in_table(self) -> bool:
        """Whether it is a row of a table."""
        return self.passage.kind in (BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW)


@dataclass(frozen=True, slots=True)
class Mention:
    """A value that stands at `unit.text[start:end]`; mentions with one `key` are one fact."""

    unit: Unit
    start: int
    end: int
    key: Hashable
    value: str
    kind: str = ""

    @property
    def part(self) -> Part:
        """What to cite for it: the unit, or the words around it where that is very long."""
        unit = self.unit
        if unit.end - unit.start <= _LONGEST_UNIT:
            return Part(unit.passage.page, unit.start, unit.end)
        return Part(unit.passage.page, *_around(unit, self.start, self.end))


def units(document: Document, passages: Sequence[Passage]) -> Iterator[Unit]:
    """All that may state a fact, in reading order; no code, and no lists of references."""
    for passage in passages:
        yield from units_in(passage, document)


def units_in(passage: Passage, document: Document) -> Iterator[Unit]:
    """Those of one passage."""
    if passage.kind is BlockKind.CODE or not is_told(passage.sections[-1:]):
        return
    for start, end in units_of(passage, document):
        text = passage.text[start - passage.start : end - passage.start]
        if _FENCE not in text:
            yield Unit(passage, start, end, text)


def one_line(text: str) -> str:
    """Words as they are told: without the line breaks of the source."""
    return " ".join(text.split())


def _around(unit: Unit, start: int, end: int) -> tuple[int, int]:
    """The words around a mention, cut between words."""
    text = unit.text
    first, last = max(0, start - _LEFT), min(len(text), end + _RIGHT)
    while first and not text[first - 1].isspace() and first < start:
        first += 1
    while last < len(text) and not text[last].isspace() and last > end:
        last -= 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return unit.start + first, unit.start + last
