"""Tables whose cells have several lines, which stand in the file cell by cell.

The sign of one is a jump: the next line stands higher than the last one, to its right. So do
columns of text; a table differs in that short cells share the edges of the cells in the row below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from docmind.documents.lines import Line
from docmind.documents.rows import Row

_ALIGNED_POINTS = 4.0
_MOST_LINES = 14
_LOOK_AHEAD_ROWS = 12
_RISE_LINES = 6  # headings of columns are often aligned at their last lines


@dataclass(slots=True)
class Cell:
    """Lines that stand below each other in one cell."""

    lines: list[Line]
    x0: float
    x1: float
    y0: float
    y1: float

    @classmethod
    def of(cls, fragment: Sequence[Line]) -> Cell:
        """A cell that has one line so far, in one or more parts."""
        return cls(list(fragment), fragment[0].x0, fragment[-1].x1, fragment[0].y0, fragment[0].y1)

    def takes(self, fragment: Sequence[Line]) -> bool:
        """Whether this is the next line of the cell."""
        first, last = fragment[0], self.lines[-1]
        step = first.y0 - last.y0
        return (
            0.5 * first.size < step < 1.7 * max(first.size, last.size)
            and first.x0 < self.x1
            and fragment[-1].x1 > self.x0
        )

    def add(self, fragment: Sequence[Line]) -> None:
        """Take in the next line."""
        self.lines.extend(fragment)
        self.x0, self.x1 = min(self.x0, fragment[0].x0), max(self.x1, fragment[-1].x1)
        self.y1 = fragment[0].y1


@dataclass(slots=True)
class Group:
    """Cells side by side: a row of the table."""

    cells: list[Cell] = field(default_factory=list)
    end: int = 0

    @property
    def y0(self) -> float:
        """Top of the highest cell."""
        return min(cell.y0 for cell in self.cells)

    @property
    def y1(self) -> float:
        """Bottom of the lowest cell."""
        return max(cell.y1 for cell in self.cells)

    def shares_columns(self, other: Group) -> bool:
        """Whether two cells, or all, stand below cells of the other group."""
        aligned = sum(
            any(_is_aligned(cell, above) for above in other.cells) for cell in self.cells
        )
        return aligned >= min(2, len(self.cells), len(other.cells))


def _is_aligned(cell: Cell, above: Cell) -> bool:
    return (
        abs(cell.x0 - above.x0) < _ALIGNED_POINTS
        or abs(cell.x1 - above.x1) < _ALIGNED_POINTS
        or abs(cell.x0 + cell.x1 - above.x0 - above.x1) < 2 * _ALIGNED_POINTS
    )


def jumps_of(rows: Sequence[Row]) -> list[int]:
    """Positions of rows that stand beside the row before them, higher up and to its right."""
    return [
        index
        for index in range(1, len(rows))
        if rows[index].y0 < rows[index - 1].y0 - 0.3 * rows[index].size
        and rows[index].x0 > rows[index - 1].x0 + rows[index].size
        and rows[index].upright
    ]


def has_jump(jumps: Sequence[int], start: int) -> bool:
    """Whether a jump is near enough below a row for a table to begin there."""
    return any(start < jump <= start + _LOOK_AHEAD_ROWS for jump in jumps)


def next_group(rows: Sequence[Row], start: int) -> Group | None:
    """The cells side by side that begin with the row at `start`; None where there is only one."""
    group = Group()
    cell: Cell | None = None
    index = start
    while index < len(rows) and rows[index].upright:
        row = rows[index]
        if cell is not None and not _belongs(group, cell, row):
            break
        for fragment in row.cells:
            if cell is not None and cell.takes(fragment):
                cell.add(fragment)
            else:
                cell = Cell.of(fragment)
                group.cells.append(cell)
            if len(cell.lines) > _MOST_LINES:
                return None
        index += 1
    group.end = index
    return group if len(group.cells) > 1 and _is_short(group) else None


def _belongs(group: Group, cell: Cell, row: Row) -> bool:
    """Whether a row goes on in the last cell, or opens a cell to the right of all so far."""
    if cell.takes(row.cells[0]):
        # Were other cells complete above this line, it would be the first of the next row.
        return all(
            row.y0 < other.y1 + 0.6 * row.size for other in group.cells if other is not cell
        )
    right = max(other.x1 for other in group.cells)
    return (
        row.x0 > right - 1.0 and row.y0 < group.y1 and row.y1 > group.y0 - _RISE_LINES * row.size
    )


def _is_short(group: Group) -> bool:
    """Whether a cell is too short to be a column of text."""
    shortest = min(group.cells, key=lambda cell: len(cell.lines))
    return len(shortest.lines) <= 3 and sum(len(line.words) for line in shortest.lines) <= 12


def grid_at(rows: Sequence[Row], start: int) -> list[Group]:
    """The rows of the grid that begins at `start`; empty where there is none."""
    groups: list[Group] = []
    index = start
    while index < len(rows):
        group = next_group(rows, index)
        if group is None or (groups and not _goes_on(groups[-1], group)):
            break
        groups.append(group)
        index = group.end
    many_lines = any(len(cell.lines) > 1 for group in groups for cell in group.cells)
    return groups if len(groups) > 1 and many_lines else []


def _goes_on(above: Group, group: Group) -> bool:
    size = group.cells[0].lines[0].size
    gap = group.y0 - above.y1
    return -0.5 * size < gap < 3 * size and group.shares_columns(above)
