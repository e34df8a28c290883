"""What stands side by side on a page: lines on one base line, as the cells of a row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from docmind.documents.lines import Line, Word

BULLETS = "•◦▪▫●○■□◆◇►▸▶➢➤✓✔‣⁃∙·*☐☒☑"
_MARKER = re.compile(
    rf"""(?:[{re.escape(BULLETS)}–—-]
    |\(?(?:[a-zA-Z]|[ivxlcIVXLC]{{1,6}}|\d{{1,3}})[.)]
    |\d{{1,3}}(?:\.\d{{1,3}})*\.?
    |[A-Z](?:\.\d{{1,3}})+\.?
    |(?:Section|SECTION|Article|ARTICLE|Item|ITEM|§)\.?
    |(?:Item|ITEM|Article|ARTICLE|Section|SECTION)\ [\dIVX]{{1,4}}[A-C]?\.?
    |[（(][一二三四五六七八九十\d]{{1,3}}[）)]
    |[一二三四五六七八九十\d]{{1,3}}[、.．]
    )$""",
    re.VERBOSE,
)
_PAGE_NUMBER = re.compile(r"(?:.*[.·_…])?(?:[A-Z]{1,2}-)?(?:\d{1,4}|[ivxlc]{1,6})?[.…]*")
_LEADER = re.compile(r"(?:[.·_…] ?){3,}|…+(?=\s|$)")
SIGNS = frozenset(("$", "€", "£", "¥", "￥", "US$", "(", "$(", "RMB", "HK$"))
_TAILS = frozenset((")", "%", ")%", "*"))
_CELL_GAP = 0.9  # of the font size; MuPDF itself starts a line at a gap of 0.8
_WIDE_GAP = 1.5


class Row:
    """Lines side by side. `cells` has more than one entry where wide gaps divide them.

    `leader` is true for a line of a table of contents, whose title and page are joined by dots.
    """

    __slots__ = ("bold", "cells", "leader", "mono", "size", "upright", "x0", "x1", "y0", "y1")

    def __init__(self, line: Line) -> None:
        self.cells: list[list[Line]] = [[line]]
        self.x0, self.y0, self.x1, self.y1 = line.x0, line.y0, line.x1, line.y1
        self.size, self.bold, self.upright = line.size, line.bold, line.upright
        self.mono = line.mono
        self.leader = False

    def add(self, line: Line, *, apart: bool) -> None:
        """A further line to the right, in a cell of its own or in the last one."""
        if apart:
            self.cells.append([line])
        else:
            self.cells[-1].append(line)
        self.x1 = max(self.x1, line.x1)
        if line.size > self.size or self._is_drop_cap(line):
            self.y0, self.y1, self.size = line.y0, line.y1, line.size
        self.bold = self.bold and line.bold

    def _is_drop_cap(self, line: Line) -> bool:
        """Whether all before this line is one large letter; if so, it is the word's first."""
        first = self.cells[0][0]
        if len(first.words) > 1 or len(first.words[0][4]) > 1 or first.size < 1.5 * line.size:
            return False
        first.glued = (0,)
        return True

    @property
    def extents(self) -> list[tuple[float, float]]:
        """Left and right edge of each cell."""
        return [
            (min(line.x0 for line in cell), max(line.x1 for line in cell)) for cell in self.cells
        ]

    @property
    def first_word(self) -> str:
        """The leftmost word."""
        return self.cells[0][0].words[0][4]

    @property
    def last_word(self) -> str:
        """The rightmost word."""
        return self.cells[-1][-1].words[-1][4]

    @property
    def opening(self) -> str:
        """The first words, as far as they tell an item or a heading, and a space."""
        line = self.cells[0][0]
        words = line.words
        if len(words) > 1:
            gap = "" if line.glued and line.glued[0] == 0 else " "
            return f"{words[0][4]}{gap}{words[1][4]} "
        if len(self.cells[0]) > 1:
            return f"{words[0][4]} {self.cells[0][1].words[0][4]} "
        return f"{words[0][4]} "


def rows_of(lines: Iterable[Line]) -> list[Row]:
    """Rows in reading order; a line joins the row above only where it goes on to its right."""
    rows: list[Row] = []
    row: Row | None = None
    for line in lines:
        if row is not None and line.x0 >= row.x1 - 0.3 * line.size and _is_level(row, line):
            row.add(line, apart=line.x0 - row.x1 > _CELL_GAP * line.size)
        else:
            row = Row(line)
            rows.append(row)
    for row in rows:
        if len(row.cells) > 1:
            _settle(row)
        if _PAGE_NUMBER.fullmatch(row.last_word):
            _shorten_leaders(row)
    return rows


def _is_level(row: Row, line: Line) -> bool:
    """Whether a line stands on the same base line, give or take."""
    if not (row.upright and line.upright):
        return False
    overlap = min(row.y1, line.y1) - max(row.y0, line.y0)
    return overlap > 0.45 * min(row.y1 - row.y0, line.y1 - line.y0)


def _settle(row: Row) -> None:
    """Undo cells that are none: a list marker and its text, dot leaders, a currency sign."""
    cells = row.cells
    if len(cells[0]) == 1 and _MARKER.match(cells[0][0].text) and _is_wordy(cells[1]):
        cells[:2] = [cells[0] + cells[1]]
    in_contents = _PAGE_NUMBER.fullmatch(row.last_word) is not None
    merged = [cells[0]]
    for cell in cells[1:]:
        before = merged[-1]
        _move_sign(before, cell)
        leads = _LEADER.search(cell[0].text) or _LEADER.search(before[-1].text)
        if before[-1].words[-1][4] in SIGNS or cell[0].text in _TAILS or (leads and in_contents):
            before.extend(cell)
        else:
            if leads:
                _cut_leader(before[-1])
            merged.append(cell)
    row.cells = merged
    if len(merged) > 1 and not _is_wide(row):
        row.cells = [[line for cell in merged for line in cell]]


def _cut_leader(line: Line) -> None:
    """Take the dots off a label in a table, where they only fill the way to the amounts."""
    words = list(line.words)
    while len(words) > 1 and not words[-1][4].strip(".·_…"):
        words.pop()
    x0, y0, x1, y1, text = words[-1][:5]
    words[-1] = (x0, y0, x1, y1, _LEADER.sub("", text) or text)
    line.words, line.glued = words, [at for at in line.glued if at + 1 < len(words)]


def _is_wordy(cell: list[Line]) -> bool:
    words = cell[0].words
    return any(map(str.isalpha, words[0][4])) or len(words) > 4


def _move_sign(before: list[Line], cell: list[Line]) -> None:
    """Give a currency sign that hangs on the end of one cell to the amount in the next."""
    words = before[-1].words
    if len(words) > 1 and words[-1][4] in SIGNS and not before[-1].glued:
        cell[0].words = [words[-1], *cell[0].words]
        cell[0].glued = [position + 1 for position in cell[0].glued]
        cell[0].x0 = words[-1][0]
        before[-1].words = words[:-1]
        before[-1].x1 = words[-2][2]


def _is_wide(row: Row) -> bool:
    """Whether the gaps divide cells; in justified text they are only spaces drawn out."""
    cells = row.cells
    for left, right in pairwise(cells):
        if right[0].x0 - left[-1].x1 > _WIDE_GAP * row.size or not _is_wordy(right):
            return True
    return False


def _shorten_leaders(row: Row) -> None:
    """Write the dots between a title and its page as three, whatever their number."""
    for cell in row.cells:
        for line in cell:
            if not _LEADER.search(line.text):
                continue
            words: list[Word] = []
            glued: list[int] = []
            for position, (x0, y0, x1, y1, text, *_) in enumerate(line.words):
                short = _LEADER.sub("...", text)
                is_dots = not short.strip(".·_…")
                if is_dots and words and words[-1][4].endswith("..."):
                    continue
                if position in line.glued:
                    glued.append(len(words))
                words.append((x0, y0, x1, y1, "..." if is_dots else short))
            row.leader = True
            line.words, line.glued = words, [at for at in glued if at + 1 < len(words)]
