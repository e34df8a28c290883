"""Documents cut into parts that a model reads one at a time, at the boundaries of sections.

A part is made of whole sheets, so that every passage is in exactly one part and keeps the id that
it has everywhere else. Small documents share a part; a document that begins is the boundary that
cuts best, then the outermost title of the outline. Sheets are counted with the counter at hand;
where the model's own count is another one, it has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from docmind.context.budget import Budget
from docmind.context.prompt import Part
from docmind.context.sheets import Copy, Sheet
from docmind.model import OutlineItem, Passage

_SMALLEST_SHARE = 2
"""A part is at least this share (a half) of the largest, where the documents have as much."""

_NO_TITLE = 1_000
_SLACK_SHARE = 20
"""What of the room is left free (a twentieth), because sheets are counted by themselves."""

_SURELY_FITS = 4
"""No vocabulary needs so many times the tokens of another one."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What is read at once: sheets of a document, or of several that are small."""

    parts: tuple[Part, ...]

    @property
    def tokens(self) -> int:
        """By the counter that the copies were made with."""
        return sum(
            copy.frame_tokens + sum(sheet.tokens for sheet in sheets)
            for copy, sheets in self.parts
        )

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All of its sheets, in order."""
        return tuple(sheet for _, sheets in self.parts for sheet in sheets)

    @property
    def known(self) -> dict[str, Passage]:
        """Its passages by their ids."""
        return {name: passage for sheet in self.sheets for name, passage in sheet.ids()}

    def halves(self) -> tuple[Portion, ...]:
        """The same in two parts; itself where it cannot be cut."""
        leaves = _leaves([(copy, sheets) for copy, sheets in self.parts])
        if len(leaves) < 2:
            return (self,)
        half, held = self.tokens / 2, 0
        at = 0
        while at < len(leaves) - 1 and (not at or held + leaves[at].sheet.tokens <= half):
            held += leaves[at].sheet.tokens
            at += 1
        return _portion(leaves[:at]), _portion(leaves[at:])


def part_tokens(budget: Budget, most: int) -> int:
    """How large a part may be, in a window whose frame and answer are taken off."""
    return min(most, budget.documents - budget.documents // _SLACK_SHARE)


def parts_that_fit(
    copies: Sequence[Copy], budget: Budget, most: int, measured: Callable[[Portion], int]
) -> tuple[Portion, ...]:
    """All sheets of the documents in parts of at most `most` tokens that have room in the window.

    `measured` counts a part as the model does, beside the frame. A sheet that has no room by
    itself is a part all the same: whoever reads it has to say so.
    """
    room = part_tokens(budget, most)
    portions = cut_in_parts(copies, room)
    if room * _SURELY_FITS <= budget.documents:
        return portions
    sizes = [(measured(each), each.tokens) for each in portions]
    ratios = [size / tokens for size, tokens in sizes if size > budget.documents]
    if not ratios:
        return portions
    smaller = cut_in_parts(copies, int(room / max(1.0, *ratios)))
    return tuple(fit for each in smaller for fit in _that_fit(each, budget, measured))


def _that_fit(
    portion: Portion, budget: Budget, measured: Callable[[Portion], int]
) -> Iterator[Portion]:
    """The part, or its halves until they have room."""
    halves = portion.halves()
    if len(halves) < 2 or measured(portion) <= budget.documents:
        yield portion
        return
    for half in halves:
        yield from _that_fit(half, budget, measured)


def cut_in_parts(copies: Sequence[Copy], most_tokens: int) -> tuple[Portion, ...]:
    """All sheets of the documents in parts of half to all of `most_tokens`, in order.

    A sheet that is larger than that is a part of its own.
    """
    leaves = _leaves([(copy, copy.sheets) for copy in copies])
    portions: list[Portion] = []
    while leaves:
        at = _cut(leaves, most_tokens)
        portions.append(_portion(leaves[:at]))
        leaves = leaves[at:]
    return tuple(portions)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A sheet with how well a part may begin with it: 0 is best."""

    copy: Copy
    sheet: Sheet
    level: int


def _leaves(parts: Sequence[Part]) -> list[_Leaf]:
    return [leaf for copy, sheets in parts for leaf in _leaves_of(copy, sheets)]


def _leaves_of(copy: Copy, sheets: Sequence[Sheet]) -> Iterator[_Leaf]:
    """The sheets of a document; each with the outermost title that begins on it."""
    titles: dict[int, list[OutlineItem]] = {}
    for item in copy.document.outline:
        titles.setdefault(item.page, []).append(item)
    for position, sheet in enumerate(sheets):
        first, last = sheet.passages[0].start, sheet.passages[-1].end
        alone = len(copy.document.pages) > 1 and sheet.tag == f"{copy.letter}{sheet.page}"
        levels = [
            item.level
            for item in titles.get(sheet.page, ())
            if alone or first <= item.start < last
        ]
        yield _Leaf(copy, sheet, min(levels, default=_NO_TITLE) if position else 0)


def _cut(leaves: Sequence[_Leaf], most: int) -> int:
    """How many leaves the next part has: up to the best boundary that makes it large enough."""
    sizes: list[int] = []
    held, name = 0, ""
    for leaf in leaves:
        opening = leaf.copy.frame_tokens if leaf.copy.document.name != name else 0
        name = leaf.copy.document.name
        held += leaf.sheet.tokens + opening
        if sizes and held > most:
            break
        sizes.append(held)
    if len(sizes) == len(leaves):
        return len(leaves)
    # A part ends before leaf `at`, which is where the next one begins.
    enough = [at for at in range(1, len(sizes) + 1) if sizes[at - 1] * _SMALLEST_SHARE >= most]
    return min(enough or [len(sizes)], key=lambda at: (leaves[at].level, -at))


def _portion(leaves: Sequence[_Leaf]) -> Portion:
    by_document = groupby(leaves, key=lambda leaf: leaf.copy.document.name)
    parts = [tuple(held) for _, held in by_document]
    return Portion(tuple((held[0].copy, tuple(leaf.sheet for leaf in held)) for held in parts))
