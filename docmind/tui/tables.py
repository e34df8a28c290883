"""Tables in a pane: columns where they fit, wrapped columns where they nearly do, else a list."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from docmind.tui.pieces import Line, Piece, hung, line_width, wrapped

GAP = 2
"""Cells between two columns."""

LEAST_COLUMN = 9
"""A column is never made narrower than this for the sake of others."""

Cells = Sequence[Sequence[Piece]]


def table_lines(rows: Sequence[Cells], right: Sequence[bool], width: int) -> list[Line]:
    """The first row is the head; `right` tells which columns end at the same cell."""
    columns = range(len(rows[0]))
    natural = [max(line_width(row[column]) for row in rows) for column in columns]
    widths = _widths(natural, width - GAP * (len(natural) - 1))
    if widths is None:
        return _records(rows, width)
    lines: list[Line] = []
    for index, row in enumerate(rows):
        lines += _row(row, widths, right)
        if index == 0:
            rule = (" " * GAP).join("─" * cells for cells in widths)
            lines.append((("note", rule),))
    return lines


def _widths(natural: Sequence[int], room: int) -> list[int] | None:
    """Cells for each column; None where not all of them get the least."""
    if sum(natural) <= room:
        return [max(cells, 1) for cells in natural]
    least = [min(max(cells, 1), LEAST_COLUMN) for cells in natural]
    spare = room - sum(least)
    if spare < 0:
        return None
    wanted = [cells - own for cells, own in zip(natural, least, strict=True)]
    return [own + spare * more // sum(wanted) for own, more in zip(least, wanted, strict=True)]


def _row(row: Cells, widths: Sequence[int], right: Sequence[bool]) -> list[Line]:
    """One row: the cells side by side, as many lines as the longest of them needs."""
    columns = [wrapped(cell, cells) for cell, cells in zip(row, widths, strict=True)]
    lines: list[Line] = []
    for parts in zip_longest(*columns, fillvalue=()):
        line: list[Piece] = []
        for part, cells, to_the_right in zip(parts, widths, right, strict=True):
            padding = ("claim", " " * max(cells - line_width(part), 0))
            line += [padding, *part] if to_the_right else [*part, padding]
            line.append(("claim", " " * GAP))
        lines.append(tuple(line[:-1]))
    return lines


def _records(rows: Sequence[Cells], width: int) -> list[Line]:
    """A row below the other, each cell on lines of its own after the name of its column."""
    head, body = rows[0], rows[1:]
    if not body:
        return [line for cell in head for line in wrapped(cell, width)]
    lines: list[Line] = []
    for row in body:
        if lines:
            lines.append(())
        for name, cell in zip(head, row, strict=True):
            pieces = [*name, ("strong", ": "), *cell]
            first, *others = wrapped(pieces, width - 2)
            lines += [first, *hung(others, ("claim", "  "), "  ")]
    return lines
