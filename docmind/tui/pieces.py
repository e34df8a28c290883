"""Lines as pieces: text in the roles that it plays, wrapped without losing them.

Pieces are wrapped as the text stands, and made fit for a terminal (`shown`) only when they are
cut: so a role never shifts by a character that shows as several, or as none.
"""

from __future__ import annotations

from collections.abc import Sequence

from docmind.tui.plain import shown, width_of
from docmind.tui.wrapping import line_span, wrap

Piece = tuple[str, str]
"""A role ("claim", "mark", "code"), and the text that plays it."""

Line = tuple[Piece, ...]
"""One line of a pane, as it may be written to a terminal."""


def wrapped(pieces: Sequence[Piece], width: int) -> list[Line]:
    """One paragraph as lines of so many cells; a line feed in it begins a new line."""
    text = "".join(piece for _, piece in pieces)
    starts = wrap(text, width)
    return [_cut(pieces, *line_span(starts, line, text)) for line in range(len(starts))]


def _cut(pieces: Sequence[Piece], start: int, end: int) -> Line:
    """The characters [start, end) of all pieces together."""
    parts: list[Piece] = []
    offset = 0
    for role, piece in pieces:
        part = piece[max(start - offset, 0) : max(end - offset, 0)]
        offset += len(piece)
        if part:
            parts.append((role, shown(part)))
    return tuple(parts)


def line_width(line: Sequence[Piece]) -> int:
    """How many cells a line takes."""
    return sum(width_of(text) for _, text in line)


def hung(lines: Sequence[Line], first: Piece, rest: str) -> list[Line]:
    """Lines with something before the first, and as much room before the others."""
    role = first[0]
    return [(first if at == 0 else (role, rest), *line) for at, line in enumerate(lines)]
