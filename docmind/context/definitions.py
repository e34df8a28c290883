"""Which definitions of a repository are read for a question, where not all of it can be.

A page of a report is read whole, because what stands around a sentence explains it. A source file
is as long as all of its functions together, so what is chosen of it are definitions: the passages
that rank, each with the rest of the function that it was cut from. An excerpt has a tag and a head
of its own, so that a gap between two of them can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from docmind.context.prompt import Part
from docmind.context.sheets import SHEET_PASSAGES, Copy, Sheet, excerpt
from docmind.model import Hit, Passage
from docmind.ports import TokenCounter

_LONGEST_TOKENS = 1_200
"""A function that is longer comes only as far as its passages rank."""

_FRAME_TOKENS = 12
"""What the tag, the line and the letter of an excerpt cost, about."""


@dataclass(slots=True)
class _Chosen:
    """Of one document: which of its passages, by position."""

    copy: Copy
    passages: tuple[Passage, ...]
    positions: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Definitions:
    """What is read: parts in document order, and how many definitions they hold."""

    parts: tuple[Part, ...]
    count: int


def definitions(
    copies: Sequence[Copy], hits: Sequence[Hit], room: int, counter: TokenCounter
) -> Definitions:
    """Definitions that fill the room (tokens), best first; from the beginning if none ranks."""
    held = {
        copy.document.name: _Chosen(
            copy, tuple(p for sheet in copy.sheets for p in sheet.passages)
        )
        for copy in copies
    }
    places: dict[str, dict[str, int]] = {}
    count = 0
    for passage in [hit.passage for hit in hits] or _all(held):
        document = held.get(passage.document)
        if document is None:
            continue
        if passage.document not in places:
            places[passage.document] = {p.id: at for at, p in enumerate(document.passages)}
        position = places[passage.document].get(passage.id)
        if position is None or position in document.positions:
            continue
        opening = 0 if document.positions else document.copy.frame_tokens
        for wanted in (_whole(document.passages, position, counter), {position}):
            new = wanted - document.positions
            cost = opening + _FRAME_TOKENS + _tokens(document.passages, new, counter)
            if cost <= room:
                document.positions |= new
                room -= cost
                count += 1
                break
    chosen = [each for each in held.values() if each.positions]
    return Definitions(tuple(_part(each, counter) for each in chosen), count)


def _all(held: Mapping[str, _Chosen]) -> list[Passage]:
    return [passage for each in held.values() for passage in each.passages]


def _whole(passages: Sequence[Passage], position: int, counter: TokenCounter) -> set[int]:
    """The passages that were cut from the same definition, unless that is long."""
    sections = passages[position].sections
    first, last = position, position + 1
    while sections and first > 0 and passages[first - 1].sections == sections:
        first -= 1
    while sections and last < len(passages) and passages[last].sections == sections:
        last += 1
    whole = set(range(first, last))
    return whole if _tokens(passages, whole, counter) <= _LONGEST_TOKENS else {position}


def _tokens(passages: Sequence[Passage], positions: set[int], counter: TokenCounter) -> int:
    return sum(counter.count(passages[at].text) for at in positions)


def _part(chosen: _Chosen, counter: TokenCounter) -> Part:
    """A document with its own sheets where all of it is read, else with excerpts."""
    if len(chosen.positions) == len(chosen.passages):
        return chosen.copy, chosen.copy.sheets
    sheets: list[Sheet] = []
    for run in _runs(chosen.passages, sorted(chosen.positions)):
        tag = f"{chosen.copy.letter}{run[0].page}-{len(sheets) + 1}"
        sheets.append(excerpt(chosen.copy.document, tag, run, counter))
    return chosen.copy, tuple(sheets)


def _runs(passages: Sequence[Passage], positions: Sequence[int]) -> Iterator[tuple[Passage, ...]]:
    """Passages that follow each other on a page, as many as a sheet has letters for."""
    run = [positions[0]]
    for before, at in pairwise(positions):
        together = at == before + 1 and passages[at].page == passages[before].page
        if not together or len(run) == SHEET_PASSAGES:
            yield tuple(passages[each] for each in run)
            run = []
        run.append(at)
    yield tuple(passages[each] for each in run)
