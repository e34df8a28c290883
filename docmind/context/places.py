"""What was read of a document, in words: "report.pdf: pages 3-9, 14"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docmind.context.sheets import Copy, Sheet
from docmind.numbers import page_list, ranges


def part_read(copy: Copy, sheets: Sequence[Sheet]) -> str:
    """Which places of a document were read, where not all of it was."""
    name = copy.document.name
    if not sheets:
        return f"{name}: not read"
    if copy.document.kind.places_are_lines:
        return f"{name}: lines {ranges(set(_lines(copy, sheets)))}"
    return f"{name}: {page_list({sheet.page for sheet in sheets})}"


def _lines(copy: Copy, sheets: Sequence[Sheet]) -> Iterable[int]:
    for sheet in sheets:
        page = copy.document.page(sheet.page)
        first, last = page.lines(sheet.passages[0].start, sheet.passages[-1].end)
        yield from range(first, last + 1)


def pages_read(copy: Copy, sheets: Sequence[Sheet]) -> int:
    """How many pages of a document were read to their end."""
    chosen = {sheet.tag for sheet in sheets}
    partly = {sheet.page for sheet in copy.sheets if sheet.tag not in chosen}
    return len({sheet.page for sheet in sheets} - partly)
