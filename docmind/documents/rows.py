"""What stands side by side on a page: lines on one base line, as the cells of a row."""

from __future__ import annotations

import re
from collections.abc import Iterable

from docmind.documents.lines import Line, Word

BULLETS = "•◦▪▫●○■□◆◇►▸▶➢➤✓✔‣⁃∙·*"
_MARKER = re.compile(
    rf"""(?:[{re.escape(BULLETS)}–—-]
    |\(?(?:[a-zA-Z]|[ivxlcIVXLC]{{1,6}}|\d{{1,3}})[.)]
    |\d{{1,3}}(?:\.\d{{1,3}})+\.?
    |(?:Section|SECTION|Article|ARTICLE|Item|ITEM|§)\.?
    |(?:Item|ITEM|Article|ARTICLE|Section|SECTION)\ [\dIVX]{{1,4}}[A-C]?\.?
    |[（(][一二三四五六七八九十\d]{{1,3}}[）)]
    |[一二三四五六七八九十\d]{{1,3}}[、.．]
    )$""",
    re.VERBOSE,
)
_LEADER = re.compile(r"(?:[.·_…](?: ?))+$")


class Row:
    """Lines side by side. `cells` has more than one entry where wide gaps divide them."""

    __slots__ = ("bold", "cells", "size", "upright", "x0", "x1", "y0", "y1")

    def __init__(self, line: Line) -> None:
        self.cells: list[list[Line]] = [[line]]
        self.x0, self.y0, self.x1, self.y1 = line.x0, line.y0, line.x1, line.y1
        self.size, self.bold, self.upright = line.size, line.bold, line.upright

    def add(self, line: Line, *, apart: bool) -> None:
        """A further line to the right, in a cell of its own or in the last one."""
        if apart:
            self.cells.append([line])
        else:
            self.cells[-1].append(line)
        self.x1 = max(self.x1, line.x1)
        if line.size > self.size:
            self.y0, self.y1, self.size = line.y0, line.y1, line.size
        self.bold = self.bold and line.bold

    def words(self) -> list[Word]:
        """All words, left to right."""
        return [word for cell in self.cells for line in cell for word in line.words]

    @property
    def text(self) -> str:
        """All words, for looking at."""
        return " ".join([line.text for cell in self.cells for line in cell])

    def flatten(self) -> None:
        """Make one cell of all, where the gaps turn out to mean nothing."""
        self.cells = [[line for cell in self.cells for line in cell]]


def rows_of(lines: Iterable[Line]) -> list[Row]:
    """Rows in reading order; a line joins the row before it only if it continues it to the right."""
    rows: list[Row] = []
    row: Row | None = None
    for line in lines:
        if row is not None and _continues(row, line):
            gap = line.x0 - row.x1
            row.add(line, apart=gap > 0.9 * line.size)
        else:
            row = Row(line)
            rows.append(row)
    for row in rows:
        if len(row.cells) > 1:
            _settle(row)
    return rows


def _continues(row: Row, line: Line) -> bool:
    if not (row.upright and line.upright) or line.x0 < row.x1 - 0.3 * line.size:
        return False
    overlap = min(row.y1, line.y1) - max(row.y0, line.y0)
    return overlap > 0.6 * min(row.y1 - row.y0, line.y1 - line.y0)


def _settle(row: Row) -> None:
    """Undo cells that are none: a list marker and its text, dot leaders, a currency sign."""
    first = row.cells[0]
    if len(first) == 1 and _MARKER.match(first[0].text):
        row.cells[:2] = [first + row.cells[1]]
    merged: list[list[Line]] = []
    for cell in row.cells:
        text = cell[0].text
        if merged and (_is_sign(merged[-1][-1].text) or text in (")", "%", ")%", "*")):
            merged[-1].extend(cell)
        elif merged and (_LEADER.match(text) or _LEADER.match(merged[-1][-1].words[-1][4])):
            merged[-1].extend(cell)
        else:
            merged.append(cell)
    row.cells = merged


def _is_sign(text: str) -> bool:
    return text in ("$", "€", "£", "¥", "￥", "US$", "(", "$(", "RMB", "HK$")
