"""The outline of a PDF: its own, placed into the pages' text, or one made of headings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from docmind.documents.characters import clean
from docmind.model import Block, BlockKind, OutlineItem, Page

_NUMBERING = re.compile(
    r"(?:(?:chapter|section|part|article|item|appendix)\s+)?(?:[\d.]+|[A-Z]\b|[IVXLC]+\b)[.):—–-]*\s*",
    re.IGNORECASE,
)
Bookmark = tuple[int, str, int]
"""Level, title and 1-based page, as the PDF has them."""


def place_bookmarks(bookmarks: Sequence[Bookmark], pages: Sequence[Page]) -> list[OutlineItem]:
    """The PDF's own outline; `start` is where the title stands, 0 where it cannot be found."""
    items: list[OutlineItem] = []
    last = (0, 0)
    for level, raw_title, number in bookmarks:
        title = " ".join(clean(raw_title).split())
        if not title or not 1 <= number <= len(pages):
            continue
        page = pages[number - 1]
        after = last[1] if last[0] == number else 0
        start = _find_title(title, page, after)
        if start is not None:
            last = (number, start + 1)
        items.append(OutlineItem(title, max(1, level), number, start or 0))
    return items


def _find_title(title: str, page: Page, after: int) -> int | None:
    """Where a title stands: at the start of a block if there is one, else anywhere."""
    wanted = _letters(title)
    if not wanted:
        return None
    plain = _letters(_NUMBERING.sub("", title, 1)) or wanted
    for block in page.blocks:
        if block.start < after or block.kind is BlockKind.RUNNING:
            continue
        head = page.text[block.start : block.start + 2 * len(title) + 20]
        if _letters(head).startswith(wanted) or _letters(_NUMBERING.sub("", head, 1)).startswith(
            plain
        ):
            return block.start
    found = page.text.casefold().find(title.casefold(), after)
    return found if found >= 0 else None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def outline_of_headings(pages: Sequence[Page]) -> list[OutlineItem]:
    """An outline of the headings; empty where they are too many to mean anything."""
    items = [
        OutlineItem(
            " ".join(page.text[block.start : block.end].split()),
            block.level,
            page.number,
            block.start,
        )
        for page in pages
        for block in page.blocks
        if block.kind is BlockKind.HEADING
    ]
    return items if len(items) <= 12 * max(1, len(pages)) else []


def mark_titles(pages: Sequence[Page], items: Sequence[OutlineItem]) -> list[Page]:
    """Pages whose blocks that an outline names are headings of its level."""
    levels: dict[int, dict[int, int]] = {}
    for item in items:
        levels.setdefault(item.page, {})[item.start] = item.level
    return [
        replace(page, blocks=_with_levels(page, levels[page.number]))
        if page.number in levels
        else page
        for page in pages
    ]


def _with_levels(page: Page, levels: Mapping[int, int]) -> tuple[Block, ...]:
    titles = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.HEADING)
    return tuple(
        Block(BlockKind.HEADING, block.start, block.end, levels[block.start])
        if block.start in levels and block.kind in titles and block.end - block.start < 250
        else block
        for block in page.blocks
    )
