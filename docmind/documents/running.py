"""Running heads and feet: what repeats at the top or bottom edge of many pages, and page numbers.

They are found from the whole document, never from one page, and only marked: the page's text keeps
them, since a person who looks at the page sees them too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from docmind.documents.layout import Draft, Layout
from docmind.model import BlockKind, Page

_DIGITS = re.compile(r"\d+")
_NUMBER_ONLY = re.compile(
    r"[\s\-–—|•.·/]*(?:(?:page|p\.|第)\s*)?(?:[A-Z]{1,2}-?)?(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:of|/|页|页共)\s*\d{1,4})?[\s\-–—|•.·页]*",
    re.IGNORECASE,
)
_EDGE_SHARE = 0.14
_EDGE_BLOCKS = 3
_LONGEST_CHARACTERS = 200
_LONGEST_NUMBERED = 100


def running_blocks(pages: Sequence[tuple[Page, Layout]], body_size: float) -> dict[int, set[int]]:
    """For each page that has some, the positions of its running blocks."""
    pages_of: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    edges: list[tuple[int, int, tuple[str, str]]] = []
    running: defaultdict[int, set[int]] = defaultdict(set)
    for page, layout in pages:
        number = page.number
        for position, edge in _edge_drafts(layout, page.height):
            draft = layout.drafts[position]
            text = layout.text[draft.start : draft.end]
            if _NUMBER_ONLY.fullmatch(text) or (draft.rows == 1 and _is_numbered(text, page)):
                running[number].add(position)
            # "Chapter 3" in large type is a heading, though its like opens other pages too.
            large = draft.size > 1.15 * body_size
            key = (edge, text if large else _DIGITS.sub("#", text).casefold())
            pages_of[key].append(number)
            edges.append((number, position, key))
    needed = 3 if len(pages) > 4 else 2
    for number, position, key in edges:
        if _repeats(pages_of[key], number, needed):
            running[number].add(position)
    for page, layout in pages:
        if len(running.get(page.number, ())) == len(layout.drafts) and _has_words(page.text):
            running.pop(page.number, None)  # all that a page says is not its head
    return running


def _has_words(text: str) -> bool:
    return sum(map(str.isalpha, text)) > 3


def _edge_drafts(layout: Layout, height: float) -> Iterator[tuple[int, str]]:
    """Positions of the few blocks nearest to the top and the bottom, with the name of the edge."""
    candidates = [
        (draft.y0, draft.y1, position)
        for position, draft in enumerate(layout.drafts)
        if draft.rows <= 3 and draft.end - draft.start <= _LONGEST_CHARACTERS and _movable(draft)
    ]
    if not candidates:
        return
    top = sorted(entry for entry in candidates if entry[1] < _EDGE_SHARE * height)
    bottom = sorted(entry for entry in candidates if entry[0] > (1 - _EDGE_SHARE) * height)
    # A page number may follow close on a short page's text, far above the edge.
    bottom = bottom[-_EDGE_BLOCKS:] or [max(candidates, key=lambda entry: entry[1])]
    yield from ((position, "top") for *_, position in top[:_EDGE_BLOCKS])
    yield from ((position, "bottom") for *_, position in bottom)


def _is_numbered(text: str, page: Page) -> bool:
    """Whether a line begins or ends with the page's number, as in "Chapter 2. Installation 14"."""
    words = text.split()
    if len(text) > _LONGEST_NUMBERED or text.endswith("."):
        return False
    return bool({words[0], words[-1]} & {page.label or str(page.number), str(page.number)})


def _movable(draft: Draft) -> bool:
    return draft.kind not in (BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW)


def _repeats(pages: Sequence[int], number: int, needed: int) -> bool:
    """Whether a line stands on enough pages, one of which is near to this one."""
    if len(pages) < needed:
        return False
    return any(other != number and abs(other - number) <= 2 for other in pages)
