"""Blocks of text (paragraphs, tables, footnotes, figures) made into strips."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assets.typesetting.lines import Line, broken, runs
from assets.typesetting.marks import Anchor, Fill, Mark, Run, Strip, Stroke, shifted
from assets.typesetting.words import Type, atoms, measure


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of block is set; lengths in points."""

    type: Type
    leading: float
    align: str = "justify"
    indent: float = 0.0
    label_at: float = 0.0
    first: float = 0.0
    before: float = 0.0
    after: float = 0.0
    keep_with_next: bool = False
    level: int = 0
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the first one the header; widths are shares, aligns one letter a column."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    aligns: str
    spanning: bool = False


_UNDIVIDED_ROWS = 5
_NOTE = re.compile(r"\[\^(\d+)\]")


def paragraph(
    text: str,
    style: Style,
    width: float,
    label: str = "",
    notes: Mapping[str, Sequence[Strip]] | None = None,
) -> list[Strip]:
    """Set a paragraph; its first two and last two lines stay together.

    A note mark `[^1]` becomes a raised figure, and its note goes with the line that carries it.
    """
    marked = _NOTE.sub(lambda found: "^{" + found[1] + "}", text)
    lines = _broken(marked, style, width)
    strips: list[Strip] = []
    for at, line in enumerate(lines):
        shift = style.first if at == 0 else 0.0
        left = style.indent + shift
        baseline = style.leading * 0.5 + style.type.size * 0.33
        found: list[Mark] = [*runs(line, left, width - left, baseline, style.align)]
        if at == 0 and label:
            marker = Run(style.label_at, baseline, label, style.type.font, style.type.size)
            if style.type.font.startswith("han"):
                marker = replace(marker, font=style.type.font)
            found.insert(0, marker)
        remaining = len(lines) - at - 1
        strips.append(
            Strip(
                style.leading,
                tuple(found),
                before=style.before if at == 0 else 0.0,
                keep_with_next=(at == 0 and remaining > 0) or remaining == 1,
                notes=_notes_of(line, notes or {}),
            )
        )
    return _finished(strips, style, text, label)


def _broken(text: str, style: Style, width: float) -> list[Line]:
    pieces = atoms(text, style.type)
    if style.first and pieces:
        # The indent of a first line is an invisible atom, so that the breaker counts it.
        pieces[0] = replace(pieces[0], width=pieces[0].width + style.first)
    lines = broken(pieces, width - style.indent, ragged=style.align != "justify")
    if style.first and lines:
        first = lines[0].atoms[0]
        narrow = replace(first, width=first.width - style.first)
        natural = lines[0].natural - style.first
        lines[0] = replace(lines[0], atoms=(narrow, *lines[0].atoms[1:]), natural=natural)
    return lines


def _notes_of(line: Line, notes: Mapping[str, Sequence[Strip]]) -> tuple[Strip, ...]:
    raised = [atom.text for atom in line.atoms if atom.rise]
    return tuple(strip for mark in raised for strip in notes.get(mark, ()))


def _finished(strips: list[Strip], style: Style, text: str, label: str) -> list[Strip]:
    if style.keep_with_next:
        strips = [replace(strip, keep_with_next=True) for strip in strips]
    if style.level:
        title = re.sub(r"\*\*|\*|\^\{.*?\}", "", f"{label} {text}".strip())
        strips[0] = replace(strips[0], anchor=Anchor(style.level, title))
    if style.new_page:
        strips[0] = replace(strips[0], breaks_page=True)
    if style.after:
        strips[-1] = replace(strips[-1], height=strips[-1].height + style.after)
    return strips


def table(content: Table, cell: Style, header: Style, width: float) -> list[Strip]:
    """Set a table with rules; the header row is repeated where the table is divided."""
    widths = [share / sum(content.widths) * width for share in content.widths]
    head = _row(content.rows[0], header, widths, content.aligns)
    head = replace(
        head,
        keep_with_next=True,
        before=4.0,
        marks=(
            Fill(0, 0, width, head.height, 0.91),
            *head.marks,
            *_rules(head.height, width, 0.8),
        ),
    )
    rows = [_row(cells, cell, widths, content.aligns) for cells in content.rows[1:]]
    strips = [head]
    for at, row in enumerate(rows):
        last = at + 1 == len(rows)
        line = Stroke(((0, row.height), (width, row.height)), 0.8 if last else 0.3)
        near_edge = at == 0 or at + 2 == len(rows) or len(rows) <= _UNDIVIDED_ROWS
        strips.append(
            replace(
                row,
                marks=(*row.marks, line),
                head=(replace(head, before=0.0),),
                keep_with_next=near_edge and not last,
            )
        )
    strips[-1] = replace(strips[-1], height=strips[-1].height + 8)
    return [merged(strips)] if content.spanning else strips


def _rules(height: float, width: float, weight: float) -> tuple[Stroke, Stroke]:
    return Stroke(((0, 0), (width, 0)), weight), Stroke(((0, height), (width, height)), weight)


def _row(cells: Sequence[str], style: Style, widths: Sequence[float], aligns: str) -> Strip:
    marks: list[Mark] = []
    padding = 4.0
    tallest = 0.0
    left = 0.0
    for text, width, align in zip(cells, widths, aligns, strict=True):
        name = {"l": "left", "r": "right", "c": "center"}[align]
        pieces = broken(atoms(text, style.type), width - 2 * padding, ragged=True)
        for at, line in enumerate(pieces):
            baseline = 3.0 + at * style.leading + style.leading * 0.5 + style.type.size * 0.33
            marks += runs(line, left + padding, width - 2 * padding, baseline, name)
        tallest = max(tallest, len(pieces) * style.leading)
        left += width
    return Strip(tallest + 6.0, tuple(marks))


def merged(strips: Sequence[Strip]) -> Strip:
    """Join strips into one that spans the page and is never divided."""
    marks: list[Mark] = []
    y = 0.0
    for at, strip in enumerate(strips):
        y += strip.before if at else 0.0
        marks += [shifted(mark, 0.0, y) for mark in strip.marks]
        y += strip.height
    return Strip(y, tuple(marks), before=strips[0].before, spanning=True)


def dotted(title: str, label: str, style: Style, width: float) -> Strip:
    """Set one line of a table of contents: title, dot leaders, page label."""
    size = style.type.size
    baseline = style.leading * 0.5 + size * 0.33
    title_runs = runs(
        broken(atoms(title, style.type), 1e4)[0], style.indent, 1e4, baseline, "left"
    )
    title_end = title_runs[-1].x + measure(title_runs[-1].text, title_runs[-1].font, size)
    label_width = measure(label, style.type.latin, size)
    dot = measure(".", style.type.latin, size) + 1.2
    first = title_end + 6
    count = int((width - label_width - 6 - first) / dot)
    start = width - label_width - 6 - count * dot
    dots = [Run(start + at * dot, baseline, ".", style.type.latin, size) for at in range(count)]
    number = Run(width - label_width, baseline, label, style.type.latin, size)
    return Strip(style.leading, (*title_runs, *dots, number), before=style.before)
