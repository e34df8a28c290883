"""Tables, from the geometry of rows alone.

MuPDF's own `find_tables` is 50 times slower than all of this parser, so rows of cells that stand
below each other in columns are taken for a table. What is found is kept as rows, `a | b | c`,
since a row with its heading is what can be cited; the grid is not rebuilt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from docmind.documents.grids import Group
from docmind.documents.lines import Line
from docmind.documents.rows import SIGNS, Row
from docmind.passages.captions import is_caption

_NUMBER = re.compile(r"[(\-–$€£¥]*\d[\d,.]*\)?%?|[—–-]|N/?A")
_YEAR = re.compile(r"(?:FY ?)?(?:19|20)\d\d(?:年)?\*?")
_ALIGNED_POINTS = 4.0
_MOST_HEAD_ROWS = 4


def table_end(rows: Sequence[Row], start: int) -> int:
    """Where the table that begins at `start` ends; `start` itself where there is none."""
    first = rows[start]
    if len(first.cells) < 2 or not first.upright:
        return start
    end = start + 1
    last_wide = start
    while end < len(rows) and _follows(rows[end - 1], rows[end], first):
        if _begins_another(rows[start:end], rows[end]):
            break
        if len(rows[end].cells) > 1:
            last_wide = end
        elif end - last_wide > 2:
            break
        end += 1
    end = last_wide + 1
    return end if _is_table(rows[start:end]) else start


def _follows(above: Row, row: Row, first: Row) -> bool:
    """Whether a row goes on below, no further away than rows of tables are."""
    gap = row.y0 - above.y1
    size = max(row.size, above.size)
    if not row.upright or row.y0 < above.y0 - 0.5 * size or gap > 2.5 * size:
        return False
    if len(row.cells) > 1:
        return True
    # A label of rows, or the first or last line of a cell; a line of prose is as wide as the page.
    return row.x1 - row.x0 < 0.6 * max(first.x1 - first.x0, 1.0) or row.x0 > first.x0 + size


def _begins_another(above: Sequence[Row], row: Row) -> bool:
    """Whether a row belongs to the next table: its caption, or the heads of its columns."""
    if len(row.cells) == 1:
        return is_caption(_text(row.cells[0]))
    if any(_is_number(cell[-1]) for cell in row.cells) or len(above) < 2:
        return False
    heads = [_text(cell) for cell in above[0].cells]
    again = sum(_text(cell) in heads for cell in row.cells)
    if again * 2 > len(row.cells) and len(row.cells) == len(heads):
        return True
    return row.bold and above[0].bold and not above[-1].bold and len(row.cells) == len(heads)


def _text(cell: Sequence[Line]) -> str:
    return " ".join(line.text for line in cell)


def _is_table(rows: Sequence[Row]) -> bool:
    wide = [row for row in rows if len(row.cells) > 1]
    if len(wide) < 2:
        return False
    if sum(map(_is_prose, wide)) * 2 > len(wide):
        return False
    aligned = sum(_is_aligned(above, row) for above, row in pairwise(wide))
    return aligned * 2 >= len(wide) - 1


def _is_prose(row: Row) -> bool:
    """Whether a row reads as one sentence with a wide space in it."""
    left, right = row.cells[0][-1], row.cells[1][0]
    narrow = right.x0 - left.x1 < 2.5 * row.size
    return narrow and len(left.words) > 2 and right.words[0][4][0].islower()


def _is_aligned(above: Row, row: Row) -> bool:
    """Whether a cell, the first apart, has an edge or its middle where a cell above has it."""
    edges = [(cell[0].x0, cell[-1].x1) for cell in above.cells[1:]]
    for cell in row.cells[1:]:
        left, right = cell[0].x0, cell[-1].x1
        for x0, x1 in edges:
            if (
                abs(left - x0) < _ALIGNED_POINTS
                or abs(right - x1) < _ALIGNED_POINTS
                or abs(left + right - x0 - x1) < 2 * _ALIGNED_POINTS
            ):
                return True
    return False


def join_labels(rows: Sequence[Row]) -> list[Row]:
    """The rows, with a label that takes several lines put into the one row that it labels."""
    joined: list[Row] = []
    for row in rows:
        above = joined[-1] if joined else None
        if above is not None and _continues_label(above, row):
            above.cells = [above.cells[0] + row.cells[0], *above.cells[1:], *row.cells[1:]]
            above.x1, above.y1 = max(above.x1, row.x1), row.y1
        else:
            joined.append(row)
    return joined


def _continues_label(above: Row, row: Row) -> bool:
    step = row.y0 - above.cells[0][-1].y0
    return (
        row.first_word[0].islower()
        and (len(above.cells) == 1 or len(row.cells) == 1)
        and 0.5 * row.size < step < 1.7 * row.size
        and row.x0 < above.cells[0][-1].x1
        and row.cells[0][-1].x1 > above.x0
    )


def head_rows(rows: Sequence[Row]) -> int:
    """How many rows at the top of a table name its columns."""
    for index, row in enumerate(rows[: _MOST_HEAD_ROWS + 1]):
        values = [cell[-1] for cell in row.cells[1:]]
        numbers = [line.words[-1][4] for line in values if _is_number(line)]
        # A heading may hold a number (100%, 2024) among its words; a row below it may not.
        enough = len(numbers) * 2 >= len(values) if index == 0 else bool(numbers)
        if numbers and enough and not all(map(_YEAR.fullmatch, numbers)):
            return _without_labels(rows, index)
    # A table of words: its first row is a heading if it is set apart by weight.
    return int(rows[0].bold and not rows[-1].bold)


def _is_number(line: Line) -> bool:
    """Whether a cell holds an amount and nothing else."""
    return all(_NUMBER.fullmatch(word[4]) or word[4] in SIGNS for word in line.words)


def _without_labels(rows: Sequence[Row], heads: int) -> int:
    """Leave out labels of the rows below: single cells at the left edge."""
    while (
        heads > 1 and len(rows[heads - 1].cells) == 1 and rows[heads - 1].x0 < rows[heads].x0 + 2
    ):
        heads -= 1
    return heads


def is_head_of(group: Group, rows: Sequence[Row]) -> bool:
    """Whether cells of several lines stand above these rows of a table as its heading."""
    first = rows[0]
    size = first.size
    gap = first.y0 - group.y1
    inside = all(
        first.x0 - 2 * size < cell.x0 and cell.x1 < first.x1 + 4 * size for cell in group.cells
    )
    return -0.5 * size < gap < 2.5 * size and inside
