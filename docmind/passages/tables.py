"""What a row of a table means: the heads of its columns, and the unit that stands once for all.

"Net sales | 192,052" is a thousandth of what it says where "(in millions)" above the table is not
told with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docmind.model import Block, BlockKind, Page
from docmind.passages.sentences import Span

TABLE = (BlockKind.TABLE_ROW, BlockKind.TABLE_HEAD)

_TITLE_CHARACTERS = 120
"""A shorter block above a table is a title of it or of a part of it; a longer one announces it."""

_UNIT = re.compile(
    r"\((?P<bracketed>[^()]*\b(?:thousands|millions|billions)\b[^()]*)\)"
    r"|\b(?P<plain>(?:(?:amounts?|dollars?|figures?|sums?) )?in (?:thousands|millions|billions)"
    r"(?: of [A-Za-z.]+(?: dollars)?)?)\b"
    r"|(?P<han>(?:金额)?单位\s*[:：]?\s*(?:人民币)?[十百千万亿]*[\u4e00-\u9fff]{1,3})",
    re.IGNORECASE,
)


def cells_of(row: str) -> list[str]:
    """The cells of a row, without the bars that Markdown puts around it."""
    return [cell.strip() for cell in row.strip().removeprefix("|").removesuffix("|").split("|")]


def heads_of(cells: int, table_head: str) -> list[str]:
    """The heads of a row's cells; none where they cannot be told apart.

    Of a head of several lines the last one with as many cells names the columns. One cell fewer:
    the column of the labels has no head.
    """
    lines = [cells_of(line) for line in table_head.splitlines()]
    for missing in (0, 1):
        for line in reversed(lines):
            if len(line) == cells - missing and (missing == 0 or len(line) > 1):
                return [""] * missing + line
    joined = cells_of(" ".join(table_head.split()))
    return joined if len(joined) == cells else []


def unit_in(text: str) -> str:
    """The unit that a text gives for all amounts of a table; empty where it gives none."""
    match = _UNIT.search(text)
    return " ".join((match[match.lastgroup or 0]).split()) if match else ""


def unit_above(page: Page, row: int) -> tuple[str, Span] | None:
    """The unit of the amounts of the row that starts here, and the span of its words.

    None where it does not stand above the table.
    """
    for block in _above(page, row):
        match = _UNIT.search(page.text, block.start, block.end)
        if match is not None:
            span = match.span()
            return " ".join(match[match.lastgroup or 0].split()), span
    return None


def _above(page: Page, row: int) -> Iterator[Block]:
    """The blocks above the table of a row, nearest first, up to a second text."""
    texts = 0
    for block in reversed(page.blocks):
        if block.start >= row or block.kind in (*TABLE, BlockKind.RUNNING):
            continue
        texts += block.end - block.start >= _TITLE_CHARACTERS
        if texts > 1:
            return
        yield block
