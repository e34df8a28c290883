"""From the rows of a page to its blocks and its text, as a person would read them.

MuPDF's blocks are ignored on purpose: it starts one at every line of a double-spaced contract and
puts a heading, three clauses and a signature into another. What decides is the distance of lines,
whether the next word would still have fitted on the line, and what a line begins with. Its order of
lines is kept, since sorting by position would mix columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docmind.documents.assembly import PageText
from docmind.documents.characters import is_spaceless
from docmind.documents.lines import Line
from docmind.documents.rows import BULLETS, Row, rows_of
from docmind.documents.tables import head_rows, table_end
from docmind.model import BlockKind, WordMap

_ITEM = re.compile(
    rf"""(?:[{re.escape(BULLETS)}]\s?
    |[–—-]\s
    |\((?:[a-zA-Z]{{1,2}}|[ivxlc]{{1,6}}|\d{{1,3}})\)\s?
    |(?:[a-zA-Z]|[ivxlc]{{1,6}})[.)]\s(?=\S)
    |\d{{1,3}}[.)]\s
    |\d{{1,3}}(?:\.\d{{1,3}}){{1,4}}\.?\s
    |[（(][一二三四五六七八九十\d]{{1,3}}[）)]
    |[一二三四五六七八九十]{{1,3}}、
    |\d{{1,2}}[、．]
    |第[一二三四五六七八九十百\d]{{1,4}}[条款章节]
    )""",
    re.VERBOSE,
)
_LEADERS = re.compile(r"(?:[.·…_] ?){4,}")
_ENDS_SENTENCE = (".", "!", "?", ":", ";", "。", "！", "？", "：", "；", ".”", '."', ")")
_HYPHENS = ("-", "\u2010", "\u00ad")


@dataclass(slots=True)
class Draft:
    """A block in the making, with what the decision about headings and running heads needs."""

    kind: BlockKind
    start: int
    end: int
    size: float
    bold: bool
    rows: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A page's text, where its words stand, and its blocks, in order."""

    text: str
    words: WordMap
    drafts: list[Draft]


def lay_out(lines: Sequence[Line], vocabulary: set[str]) -> Layout:
    """The page's text. `vocabulary` are the words of the document so far; it settles hyphens."""
    return _Composer(rows_of(lines), vocabulary).compose()


class _Composer:
    """Walks over the rows once and writes them down."""

    def __init__(self, rows: list[Row], vocabulary: set[str]) -> None:
        self._rows = rows
        self._vocabulary = vocabulary
        self._page = PageText()
        self._drafts: list[Draft] = []
        self._pitch = _usual_pitch(rows)

    def compose(self) -> Layout:
        rows, index = self._rows, 0
        while index < len(rows):
            end = table_end(rows, index) if len(rows[index].cells) > 1 else index
            if end > index:
                self._write_table(rows[index:end])
            else:
                end = self._paragraph_end(index)
                self._write_paragraph(rows[index:end])
            index = end
        text, words, starts, ends = self._page.finish()
        for draft in self._drafts:
            draft.start, draft.end = starts[draft.start], ends[draft.end - 1]
        return Layout(text, words, self._drafts)

    def _paragraph_end(self, start: int) -> int:
        rows = self._rows
        right = rows[start].x1
        end = start + 1
        while end < len(rows):
            row = rows[end]
            if len(row.cells) > 1 and table_end(rows, end) > end:
                break
            if self._breaks(rows[start], rows[end - 1], row, right):
                break
            right = max(right, row.x1)
            end += 1
        return end

    def _breaks(self, first: Row, above: Row, row: Row, right: float) -> bool:
        """Whether a row begins a new block after the one above it."""
        size = above.size
        step = row.y0 - above.y0
        if not (row.upright and above.upright):
            return True
        if step < 0.3 * size or step > max(self._pitch * 1.3, 1.0) * max(size, row.size):
            return True
        if row.x0 > above.x1 or row.x1 < above.x0:
            return True
        if abs(row.size - size) > 0.12 * size or row.bold != above.bold and first.bold:
            return True
        text = row.cells[0][0].text
        if _ITEM.match(row.text) and not text[0].islower():
            return True
        return self._ends_short(above, row, right)

    def _ends_short(self, above: Row, row: Row, right: float) -> bool:
        """Whether the line above ended although the next word would have fitted on it."""
        word = row.cells[0][0].words[0]
        room = right - above.x1
        if room < (word[2] - word[0]) + 0.3 * above.size + 0.02 * (right - above.x0):
            # Justified text fills the line, so only an indent tells a new paragraph.
            return row.x0 > above.x0 + 0.8 * row.size and _ends_sentence(above) and room > 1.0
        return _ends_sentence(above)

    def _write_paragraph(self, rows: Sequence[Row]) -> None:
        first = len(self._page)
        above: Row | None = None
        for row in rows:
            if above is not None:
                self._join(above, row)
            for cell in row.cells:
                for line in cell:
                    self._page.add(line.words, line.glued)
            above = row
        kind = BlockKind.ITEM if _ITEM.match(rows[0].text) else BlockKind.PARAGRAPH
        self._close(kind, first, rows)

    def _join(self, above: Row, row: Row) -> None:
        """Settle what stands between two lines of a paragraph: a space, nothing, or a hyphen."""
        last = above.cells[-1][-1].words[-1][4]
        following = row.cells[0][0].words[0][4]
        if is_spaceless(last[-1]) and is_spaceless(following[0]):
            self._page.end_with("")
        elif last.endswith(_HYPHENS) and len(last) > 1 and last[-2].isalpha():
            if following[0].islower() and not self._is_compound(last, following):
                self._page.join_hyphenated()
            elif following[0].isalnum():
                self._page.end_with("")

    def _is_compound(self, last: str, following: str) -> bool:
        """Whether a hyphen at a line's end belongs to the word: long-term, not docu-ment."""
        head, tail = last[:-1].lower(), following.rstrip(".,;:)")
        if last[-1] == "\u00ad" or head + tail in self._vocabulary:
            return False
        if f"{head}-{tail}" in self._vocabulary or "-" in head:
            return True
        return len(head) > 2 and head in self._vocabulary and tail in self._vocabulary

    def _write_table(self, rows: Sequence[Row]) -> None:
        heads = head_rows(rows)
        if heads:
            self._write_row(rows[:heads], BlockKind.TABLE_HEAD)
        for row in rows[heads:]:
            self._write_row([row], BlockKind.TABLE_ROW)
        self._page.end_with("\n\n")

    def _write_row(self, rows: Sequence[Row], kind: BlockKind) -> None:
        first = len(self._page)
        for row in rows:
            for cell in row.cells:
                for line in cell:
                    self._page.add(line.words, line.glued)
                self._page.end_with(" | ")
            self._page.end_with("\n")
        self._close(kind, first, rows)

    def _close(self, kind: BlockKind, first: int, rows: Sequence[Row]) -> None:
        """End a block; what stands after it depends on what it is."""
        row_like = kind in (BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW, BlockKind.ITEM)
        self._page.end_with("\n" if row_like else "\n\n")
        self._drafts.append(
            Draft(
                kind=kind,
                start=first,
                end=len(self._page),
                size=rows[0].size,
                bold=all(row.bold for row in rows),
                rows=len(rows),
                x0=min(row.x0 for row in rows),
                y0=rows[0].y0,
                x1=max(row.x1 for row in rows),
                y1=rows[-1].y1,
            )
        )


def _ends_sentence(row: Row) -> bool:
    return row.cells[-1][-1].words[-1][4].endswith(_ENDS_SENTENCE)


def _usual_pitch(rows: Sequence[Row]) -> float:
    """The usual distance of base lines on the page, in font sizes: 1.2, or 2.4 if double spaced."""
    steps = [
        (row.y0 - above.y0) / above.size
        for above, row in zip(rows, rows[1:], strict=False)
        if above.size > 0 and row.x0 < above.x1 and row.x1 > above.x0
    ]
    steps = sorted(step for step in steps if 0.8 < step < 3.2)
    return steps[len(steps) // 2] if steps else 1.25
