"""Links of a page in its text: the words that carry them, and where in the text they lead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from docmind.model import Box, Link, Page
from docmind.tui.layout import Anchor

_SAME_LINE_POINTS = 2.0
"""A place that is named a little below the top of its line means this line."""


class TextLink(NamedTuple):
    """Words of a page, from the character `start` on, and the place to which they lead."""

    words: str
    start: int
    target: Anchor


def text_links(page: Page, links: Iterable[Link], pages: Sequence[Page]) -> list[TextLink]:
    """The links in the order of the text; the lines of one that is broken are one."""
    found: list[TextLink] = []
    for (target, top), lines in groupby(links, key=lambda link: link[1:]):
        if target > len(pages):
            continue
        spans = [span for line in lines if (span := _words_in(page, line.box)) is not None]
        start = min((span[0] for span in spans), default=0)
        words = " ".join(" ".join(page.text[first:last].split()) for first, last in spans)
        found.append(TextLink(words, start, _place(pages[target - 1], top)))
    return sorted(found, key=lambda link: link.start)


def _words_in(page: Page, box: Box) -> tuple[int, int] | None:
    """The characters that stand in a box; a word belongs to it by its middle."""
    starts, ends, boxes = _map_of(page)
    x0, y0, x1, y1 = box
    inside = [
        at
        for at, (a, b, c, d) in enumerate(boxes)
        if x0 <= (a + c) / 2 <= x1 and y0 <= (b + d) / 2 <= y1
    ]
    return (starts[inside[0]], ends[inside[-1]]) if inside else None


def _place(page: Page, top: float) -> Anchor:
    """The first word of a page that stands so far down, or below."""
    starts, _, boxes = _map_of(page)
    below = (at for at, box in zip(starts, boxes, strict=True) if box[3] > top + _SAME_LINE_POINTS)
    offset = next(below, 0) if top > 0 else 0
    return Anchor(page.number - 1, offset or -1)


def _map_of(page: Page) -> tuple[list[int], list[int], list[Box]]:
    words = page.words
    corners = memoryview(words.boxes).cast("f").tolist()
    boxes: list[Box] = list(zip(*(corners[at::4] for at in range(4)), strict=True))
    starts = memoryview(words.starts).cast("I").tolist()
    return starts, memoryview(words.ends).cast("I").tolist(), boxes
