"""Which column each cell of a table stands in, so that an empty cell does not shift the others.

A file has no empty cells: a row simply lacks one. The rows that lack none show where the columns
are; where they disagree, nothing is said about any row, since a guess would put an amount under
the wrong head.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Extent = tuple[float, float]
"""Left and right edge of a cell, in points."""

Columns = tuple[tuple[int, ...], int]
"""The columns of a row's cells, in order, and how many columns the table has."""


def columns_of(rows: Sequence[Sequence[Extent]]) -> list[Columns | None]:
    """For each row the columns of its cells; None where they cannot be told.

    A row of one cell has none: it is a label of the rows below as a rule.
    """
    count = max(map(len, rows), default=0)
    whole = [row for row in rows if len(row) == count]
    if count < 3 or len(whole) < 2:
        return [None] * len(rows)
    columns = [
        (min(x0 for x0, _ in cells), max(x1 for _, x1 in cells))
        for cells in zip(*whole, strict=True)
    ]
    if any(left[1] > right[0] for left, right in pairwise(columns)):
        return [None] * len(rows)
    return [_placed(row, columns) if len(row) > 1 else None for row in rows]


def _placed(row: Sequence[Extent], columns: Sequence[Extent]) -> Columns | None:
    """The column of each cell: the one that it shares most with, or the nearest."""
    found = tuple(
        max(range(len(columns)), key=lambda number: _overlap(cell, columns[number]))
        for cell in row
    )
    ascending = all(left < right for left, right in pairwise(found))
    return (found, len(columns)) if ascending else None


def _overlap(cell: Extent, column: Extent) -> float:
    """Points that both share; negative, the gap between them, where that is none."""
    return min(cell[1], column[1]) - max(cell[0], column[0])
