"""Where the sections of a document lie, for a summary that follows them.

The outline decides where there is one; then the headings on the pages; and where there is neither,
runs of pages, or of text where a document has one page. Only one level is taken, the outermost one
that divides the document at all: a reader wants ten chapters told, not two hundred headings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docmind.model import BlockKind, Document, OutlineItem
from docmind.numbers import line_list, page_list

_FEWEST = 3
"""So many titles on a level divide a document; fewer are its own title, as a rule."""

_MOST_HEADINGS = 60
"""More headings than this on every level are no outline, but bold type."""

_LEAST_RUN = 1_500
"""Characters of the shortest run that is worth a title of its own."""

_BEGINNING = {"en": "Beginning", "zh": "开头"}


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its title, and where it begins and ends, as (page, offset) of its text."""

    title: str
    begin: tuple[int, int]
    last_page: int

    @property
    def first_page(self) -> int:
        """The page on which it begins."""
        return self.begin[0]


def sections_of(document: Document, language: str, *, runs: int) -> tuple[Section, ...]:
    """The sections in reading order; together they hold all of the document.

    One without any structure is cut into `runs`, or fewer where it is short.
    """
    items = _dividing(document.outline)
    if not items:
        items = _dividing(_headings(document), most=_MOST_HEADINGS)
    if not items:
        return _runs(document, language, runs)
    begins = sorted({(item.page, item.start): item.title for item in items}.items())
    if begins[0][0] > (1, 0):
        begins.insert(0, ((1, 0), _BEGINNING[language]))
    ends = [place for place, _ in begins[1:]]
    sections = []
    for (begin, title), end in zip(begins, [*ends, (len(document.pages) + 1, 0)], strict=True):
        # A section that begins below the top of a page shares it with the one before.
        last = end[0] if end[1] else end[0] - 1
        sections.append(Section(" ".join(title.split()), begin, max(begin[0], last)))
    return tuple(sections)


def _dividing(items: Sequence[OutlineItem], most: int | None = None) -> list[OutlineItem]:
    """The items of the outermost level that divides, with those above them; none if none does."""
    for level in sorted({item.level for item in items}):
        chosen = [item for item in items if item.level <= level]
        if len(chosen) >= _FEWEST:
            return [] if most is not None and len(chosen) > most else chosen
    return list(items) if len(items) > 1 else []


def _headings(document: Document) -> list[OutlineItem]:
    """The headings that stand on the pages; one that comes again and again is a running head."""
    items = [
        OutlineItem(page.text[block.start : block.end], max(1, block.level), page.number, start)
        for page in document.pages
        for block in page.blocks
        if block.kind is BlockKind.HEADING and (start := block.start) >= 0
    ]
    seen: dict[str, int] = {}
    for item in items:
        seen[item.title] = seen.get(item.title, 0) + 1
    return [item for item in items if seen[item.title] < _FEWEST]


def _runs(document: Document, language: str, most: int) -> tuple[Section, ...]:
    """Equal parts: of the pages, or of the blocks where there is one page only."""
    pages = len(document.pages)
    if pages > 1:
        size = max(1, -(-pages // most))
        firsts = range(1, pages + 1, size)
        lasts = [min(pages, first + size - 1) for first in firsts]
        return tuple(
            Section(_capital(page_list(range(first, last + 1), language)), (first, 0), last)
            for first, last in zip(firsts, lasts, strict=True)
        )
    page = document.pages[0]
    runs = max(1, min(most, len(page.text) // _LEAST_RUN))
    wanted = [len(page.text) * run // runs for run in range(runs)]
    starts = [0]
    for at in wanted[1:]:
        start = next((block.start for block in page.blocks if block.start >= at), None)
        if start is not None and start > starts[-1]:
            starts.append(start)
    sections = []
    for start, end in zip(starts, [*starts[1:], len(page.text)], strict=True):
        first, last = page.lines(start, end)[0], page.lines(start, end)[1]
        title = _capital(line_list(range(first, last + 1), language))
        sections.append(Section(title, (1, start), 1))
    return tuple(sections)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
