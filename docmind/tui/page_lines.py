"""What a line of a page looks like, in words: pieces of text, each with the roles it plays.

Marks do not rely on colour: a bar stands in the margin, with the citation's number at its first
line. Colours are the widget's business.
"""

from __future__ import annotations

from bisect import bisect_right

from docmind.model import BlockKind, Coverage, Page
from docmind.tui.marks import Mark, Marks, cut
from docmind.tui.plain import fitted, shown, width_of

MARGIN = 4
"""Cells left of the text: two for a citation's number, one for the bar, one blank."""

Piece = tuple[tuple[str, ...], str]
"""Roles, the strongest last, and the text as it may be shown."""


def text_pieces(page: Page, span: tuple[int, int], cited: Marks, found: Marks) -> list[Piece]:
    """Margin and text of a line that shows the characters `span` of a page."""
    index = page.number - 1
    on_line = [(mark, _role(mark, cited)) for mark in cited.touching(index, *span)]
    pieces = [_margin([mark for mark, _ in on_line], span, cited)]
    on_line += [(mark, _role(mark, found)) for mark in found.touching(index, *span)]
    for first, last in cut(*span, (mark for mark, _ in on_line)):
        roles = [role for mark, role in on_line if mark.start <= first and last <= mark.end]
        pieces.append(((_block_role(page, span[0]), *roles), shown(page.text[first:last])))
    return pieces


def separator(page: Page, width: int) -> Piece:
    """The rule above a page, with its number, the printed one, and how its text was had."""
    words = [f"page {page.number}"]
    if page.label and page.label != str(page.number):
        words.append(f"printed {fitted(page.label, 12)}")
    if page.coverage is Coverage.OCR:
        words.append("read by OCR")
    elif page.coverage is Coverage.EMPTY:
        words.append("empty")
    elif not page.coverage.readable:
        words.append("no text to read")
    title = f"{' ' * MARGIN}{' · '.join(words)} "
    return ("separator",), title + "─" * max(width - width_of(title), 0)


def _margin(marks: list[Mark], span: tuple[int, int], cited: Marks) -> Piece:
    if not marks:
        return ("margin",), " " * MARGIN
    mark = marks[-1]
    begins_here = span[0] <= mark.start < span[1]
    number = str(mark.number) if mark.number and begins_here else ""
    bar = "▌" if mark is cited.current_mark else "│"
    return ("margin",), f"{number[-2:]:>2}{bar} "


def _role(mark: Mark, marks: Marks) -> str:
    current = mark is marks.current_mark
    if mark.number is None:
        return "found-current" if current else "found"
    return "current" if current else "cited"


def _block_role(page: Page, offset: int) -> str:
    """What part of the page a line is from, as far as that shows."""
    at = bisect_right(page.blocks, offset, key=lambda block: block.start) - 1
    if at >= 0 and offset < page.blocks[at].end:
        kind = page.blocks[at].kind
        if kind in (BlockKind.HEADING, BlockKind.TABLE_HEAD):
            return "heading"
        if kind is BlockKind.RUNNING:
            return "running"
    return "text"
