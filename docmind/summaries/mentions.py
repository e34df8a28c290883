"""What the finders of facts hand over, and how mentions of one value become one fact.

A fact is told as the document writes it, where it first does so; the sentences (or rows) in which
it stands are its citations. Nothing is normalised but to see that two mentions are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from docmind.answers.candidates import units_of
from docmind.model import BlockKind, Document, Fact, Passage
from docmind.passages.wholes import Part
from docmind.summaries.cited import Cited
from docmind.summaries.sections import is_told

MOST_CITATIONS = 3
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
        if passage.kind is BlockKind.CODE or not is_told(passage.sections[-1:]):
            continue
        for start, end in units_of(passage, document):
            text = passage.text[start - passage.start : end - passage.start]
            if _FENCE not in text:
                yield Unit(passage, start, end, text)


def one_line(text: str) -> str:
    """Words as they are told: without the line breaks of the source."""
    return " ".join(text.split())


@dataclass(slots=True)
class _Gathered:
    """The mentions of one value."""

    value: str
    kinds: Counter[str] = field(default_factory=Counter)
    parts: dict[Part, None] = field(default_factory=dict)
    mentions: int = 0


def gathered(mentions: Iterable[Mention], cited: Cited, most: int) -> tuple[tuple[Fact, ...], int]:
    """The facts in the order of their first mention, and how many there are in all.

    Where there are more than `most`, those whose kind is known and those said most often are kept.
    """
    found: dict[Hashable, _Gathered] = {}
    for mention in mentions:
        held = found.setdefault(mention.key, _Gathered(mention.value))
        held.mentions += 1
        held.parts.setdefault(mention.part)
        if mention.kind:
            held.kinds[mention.kind] += 1
    ranked = sorted(found.values(), key=lambda held: (not held.kinds, -held.mentions))[:most]
    kept = {id(held) for held in ranked}
    facts = (_fact(held, cited) for held in found.values() if id(held) in kept)
    return tuple(fact for fact in facts if fact.citations), len(found)


def _fact(held: _Gathered, cited: Cited) -> Fact:
    """A fact with the citations of its first mentions."""
    kind = held.kinds.most_common(1)[0][0] if held.kinds else ""
    return Fact(held.value, kind, cited.numbers(list(held.parts)[:MOST_CITATIONS]))


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
