"""What was read of a document, in words: "report.pdf: pages 3-9, 14"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docmind.context.sheets import Copy, Sheet
from docmind.numbers import line_list, page_list

NOT_READ = {"en": ": not read", "zh": "：未读"}
"""What stands after the name of a document of which nothing was read."""

_COLON = {"en": ": ", "zh": "："}


def part_read(copy: Copy, sheets: Sequence[Sheet], language: str = "en") -> str:
    """Which places of a document were read, where not all of it was."""
    name = copy.document.name
    if not sheets:
        return f"{name}{NOT_READ[language]}"
    if copy.document.kind.places_are_lines:
        places = line_list(set(_lines(copy, sheets)), language)
    else:
        places = page_list({sheet.page for sheet in sheets}, language)
    return f"{name}{_COLON[language]}{places}"


def _lines(copy: Copy, sheets: Sequence[Sheet]) -> Iterable[int]:
    for sheet in sheets:
        page = copy.document.page(sheet.page)
        first, last = page.lines(sheet.passages[0].start, sheet.passages[-1].end)
        yield from range(first, last + 1)


def pages_read(copy: Copy, sheets: Sequence[Sheet]) -> int:
    """How many pages of a document were read to their end."""
    read = {passage.id for sheet in sheets for passage in sheet.passages}
    partly = {
        sheet.page
        for sheet in copy.sheets
        if any(passage.id not in read for passage in sheet.passages)
    }
    return len({sheet.page for sheet in sheets} - partly)


def is_read_whole(copy: Copy, sheets: Sequence[Sheet]) -> bool:
    """Whether these sheets, some of them perhaps excerpts, hold all of a document."""
    held = sum(len(sheet.passages) for sheet in sheets)
    return held == sum(len(sheet.passages) for sheet in copy.sheets)
