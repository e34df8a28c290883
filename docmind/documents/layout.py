"""From the rows of a page to its blocks and its text, as a person would read them.

MuPDF's blocks are ignored on purpose: it starts one at every line of a double-spaced contract and
puts a heading, three clauses and a signature into another. What decides is the distance of lines,
whether the next word would still have fitted on the line, and what a line begins with. Its order
of lines is kept, since sorting by position would mix columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from docmind.documents.assembly import PageText
from docmind.documents.columns import Columns, columns_of
from docmind.documents.grids import Group, grid_at, has_jump, jumps_of, next_group
from docmind.documents.hyphens import Vocabulary
from docmind.documents.lines import Line
from docmind.documents.rows import BULLETS, Row, rows_of
from docmind.documents.tables import head_rows, is_head_of, join_labels, table_end
from docmind.model import BlockKind, WordMap

ITEM = re.compile(
    rf"""(?:[{re.escape(BULLETS)}]\s?
    |[–—-]\s
    |o\s(?=[A-Z])
    |\((?:[a-zA-Z]|[a-z]{{2}}|[ivxlc]{{1,6}}|\d{{1,3}})\)\s
    |(?:[a-zA-Z]|[ivxlc]{{1,6}})[.)]\s(?=\S)
    |\d{{1,3}}[.)]\s
    |\d{{1,3}}(?:\.\d{{1,3}}){{1,4}}\.?\s
    |[（(][一二三四五六七八九十\d]{{1,3}}[）)]
    |[一二三四五六七八九十]{{1,3}}、
    |\d{{1,2}}[、．]
    |第[一二三四五六七八九十百\d]{{1,4}}[条款]
    )""",
    re.VERBOSE,
)
_DECIMAL = re.compile(r"\d+\.\d+ (?![A-Z\u4e00-\u9fff])")
_ENDS_SENTENCE = (".", "!", "?", ":", ";", "。", "！", "？", "：", "；", ".”", '."', ".)", "。”")
_ROW_LIKE = (BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW, BlockKind.ITEM)


@dataclass(slots=True)
class Draft:
    """A block in the making, with what the decision about headings and running heads needs."""

    kind: BlockKind
    start: int
    end: int
    size: float
    bold: bool
    italic: bool
    rows: int
    x0: float
    y0: float
    y1: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A page's text, where its words stand, and its blocks, in order."""

    text: str
    words: WordMap
    drafts: list[Draft]


def lay_out(lines: Sequence[Line], vocabulary: Vocabulary) -> Layout:
    """The page's text. The vocabulary of the document so far settles hyphens at line ends."""
    return _Composer(rows_of(lines), vocabulary).compose()


class _Composer:
    """Walks over the rows once and writes them down."""

    def __init__(self, rows: list[Row], vocabulary: Vocabulary) -> None:
        self._rows = rows
        self._vocabulary = vocabulary
        self._page = PageText()
        self._drafts: list[Draft] = []
        self._pitch = _usual_pitch(rows)
        self._jumps = jumps_of(rows)

    def compose(self) -> Layout:
        """Write all rows and say where the blocks are."""
        index = 0
        while index < len(self._rows):
            index = self._write_table(index) or self._write_paragraph(index)
        text, words, starts, ends = self._page.finish()
        for draft in self._drafts:
            draft.start, draft.end = starts[draft.start], ends[draft.end - 1]
        return Layout(text, words, self._drafts)

    def _write_table(self, start: int) -> int:
        """Write the table that begins here and say where it ends; 0 where there is none."""
        rows = self._rows
        end = table_end(rows, start)
        if end > start:
            self._write_rows(rows[start:end], heads=head_rows(rows[start:end]))
            return end
        head = next_group(rows, start) if has_jump(self._jumps, start) else None
        return 0 if head is None else self._write_grid(start, head)

    def _write_grid(self, start: int, head: Group) -> int:
        """Write a table that begins with cells of several lines; 0 if it is none."""
        rows = self._rows
        for begin in (head.end, head.end + 1):  # a line may stand between heading and rows
            end = table_end(rows, begin) if begin < len(rows) else begin
            if end > begin and is_head_of(head, rows[begin:end]):
                self._write_group(head, BlockKind.TABLE_HEAD)
                self._write_rows(rows[head.end : end], heads=0)
                return end
        groups = grid_at(rows, start)
        if not groups:
            return 0
        bold_head = all(line.bold for cell in head.cells for line in cell.lines)
        columns = columns_of([[(cell.x0, cell.x1) for cell in each.cells] for each in groups])
        for position, group in enumerate(groups):
            is_head = position == 0 and bold_head
            kind = BlockKind.TABLE_HEAD if is_head else BlockKind.TABLE_ROW
            self._write_group(group, kind, columns[position])
        self._page.end_with("\n\n")
        return groups[-1].end

    def _begins_table(self, index: int) -> bool:
        """Whether a table begins at a row below the first one of a paragraph."""
        if len(self._rows[index].cells) > 1 and table_end(self._rows, index) > index:
            return True
        return index + 1 in self._jumps and bool(grid_at(self._rows, index))

    def _write_paragraph(self, start: int) -> int:
        """Write the paragraph that begins here and say where it ends."""
        rows = self._rows
        right = rows[start].x1
        end = start + 1
        while end < len(rows):
            right = max(right, rows[end].x1)
            if self._breaks(rows[start], rows[end - 1], rows[end], right):
                break
            if self._begins_table(end):
                break
            end += 1
        first = len(self._page)
        of_block = rows[start:end]
        code = len(of_block) > 1 and of_block[0].mono and of_block[-1].mono
        for row in of_block:
            for cell in row.cells:
                self._write_lines(cell, first)
            if code:
                self._page.end_with("\n")
        is_item = of_block[0].leader or ITEM.match(of_block[0].opening)
        self._close(BlockKind.ITEM if is_item else BlockKind.PARAGRAPH, first, of_block)
        return end

    def _breaks(self, first: Row, above: Row, row: Row, right: float) -> bool:
        """Whether a row begins a new block after the one above it."""
        step = row.y0 - above.y0
        size = above.size
        if not (row.upright and above.upright) or row.x0 > above.x1 or row.x1 < above.x0:
            return True
        limit = self._pitch * 1.22 * max(size, row.size)
        if step < 0.3 * size or (step > limit and not _runs_on(above, row, step)):
            return True
        if abs(row.size - size) > 0.12 * size or _loses_weight(first, above, row):
            return True
        if row.leader or above.leader or ITEM.match(row.opening):
            return not self._continues_number(above, row, right)
        return _ends_short(above, row, right)

    def _continues_number(self, above: Row, row: Row, right: float) -> bool:
        """Whether what looks like an item is a number or a letter in running text."""
        if right - above.x1 > _next_width(above, row, right) + row.size:
            return False  # it would have fitted on the line above
        if row.leader or above.leader or row.x0 < above.x0 - 1 or row.first_word[0] in BULLETS:
            return False
        last = above.last_word
        if last[-1] == "-":
            return True
        if last.endswith(_ENDS_SENTENCE) or last[-1] in ",;，；" or last in ("and", "or"):
            return False
        return last.islower() or _DECIMAL.match(row.opening) is not None

    def _write_lines(self, lines: Sequence[Line], first: int) -> None:
        """Lines of one paragraph or cell, joined as words at line ends have to be."""
        for line in lines:
            word = line.words[0]
            if len(self._page) > first and word[1] > self._page.last_y0 + 0.5 * line.size:
                self._vocabulary.join(self._page, word[4])
            self._page.add(line.words, line.glued)

    def _write_rows(self, rows: Sequence[Row], *, heads: int) -> None:
        body = join_labels(rows[heads:])
        columns = columns_of([row.extents for row in (*rows[:heads], *body)])
        if heads:
            self._write_row(rows[:heads], BlockKind.TABLE_HEAD, columns[:heads])
        for row, placed in zip(body, columns[heads:], strict=True):
            self._write_row([row], BlockKind.TABLE_ROW, [placed])
        self._page.end_with("\n\n")

    def _write_row(
        self, rows: Sequence[Row], kind: BlockKind, columns: Sequence[Columns | None]
    ) -> None:
        first = len(self._page)
        for row, placed in zip(rows, columns, strict=True):
            self._write_cells(row.cells, placed)
            self._page.end_with("\n")
        self._close(kind, first, rows)

    def _write_group(self, group: Group, kind: BlockKind, placed: Columns | None = None) -> None:
        first = len(self._page)
        self._write_cells([cell.lines for cell in group.cells], placed)
        self._close(kind, first, [Row(line) for cell in group.cells for line in cell.lines])

    def _write_cells(self, cells: Sequence[Sequence[Line]], placed: Columns | None) -> None:
        """Cells side by side, a sign between each; what is empty has only its sign."""
        columns, count = placed or (tuple(range(len(cells))), len(cells))
        after = 0
        for cell, column in zip(cells, columns, strict=True):
            self._write_empty(column - after, cell[0].x0, cell[0])
            self._write_lines(cell, len(self._page))
            self._page.end_with(" | ")
            after = column + 1
        if after < count:
            self._page.end_with(" ")
            self._write_empty(count - after, cells[-1][-1].x1, cells[-1][-1])

    def _write_empty(self, number: int, x: float, beside: Line) -> None:
        """The signs of empty cells, which have no width on the page."""
        self._page.add([(x, beside.y0, x, beside.y1, "|")] * number)

    def _close(self, kind: BlockKind, first: int, rows: Sequence[Row]) -> None:
        """End a block; what stands after it depends on what it is."""
        self._page.end_with("\n" if kind in _ROW_LIKE else "\n\n")
        self._drafts.append(
            Draft(
                kind=kind,
                start=first,
                end=len(self._page),
                size=rows[0].size,
                bold=rows[0].bold and rows[-1].bold,
                italic=rows[0].cells[0][0].italic,
                rows=len(rows),
                x0=rows[0].x0,
                y0=rows[0].y0,
                y1=rows[-1].y1,
            )
        )


def _loses_weight(first: Row, above: Row, row: Row) -> bool:
    """Whether a bold heading ends above; a bold term that opens a sentence is none."""
    return first.bold and row.bold != above.bold and not row.first_word[0].islower()


def _runs_on(above: Row, row: Row, step: float) -> bool:
    """Whether a sentence goes on below although the lines are unusually far apart."""
    return (
        step < 2.4 * row.size
        and abs(row.x0 - above.x0) < 4 * row.size
        and row.first_word[0].islower()
        and not above.last_word.endswith(_ENDS_SENTENCE)
    )


def _ends_short(above: Row, row: Row, right: float) -> bool:
    """Whether the line above ended although the next word would have fitted on it."""
    room = right - above.x1
    if room < 0.5 * above.size:
        return False
    ends = above.last_word.endswith(_ENDS_SENTENCE)
    indented = row.x0 > above.x0 + 0.8 * row.size
    if room < _next_width(above, row, right):
        # The line was full, so only an indent tells a new paragraph.
        return indented and ends
    if abs(row.x0 + row.x1 - above.x0 - above.x1) < 2 * above.size and not ends:
        return False  # centred lines end short on both sides
    # A comma or a small word at the end goes on wherever the line was broken.
    return ends or not (above.last_word[-1] in ",，、-–" or row.first_word[0].islower())


def _next_width(above: Row, row: Row, right: float) -> float:
    """The room that the first word of a row would have taken on the line above, with its space."""
    word = row.cells[0][0].words[0]
    return word[2] - word[0] + 0.3 * above.size + 0.02 * (right - above.x0)


def _usual_pitch(rows: Sequence[Row]) -> float:
    """The usual step from line to line, in font sizes: 1.2, or 2.4 if double spaced."""
    steps = [
        (row.y0 - above.y0) / above.size
        for above, row in pairwise(rows)
        if above.size > 0 and row.x0 < above.x1 and row.x1 > above.x0
    ]
    steps = sorted([step for step in steps if 0.8 < step < 3.2])
    return steps[len(steps) // 2] if steps else 1.25
