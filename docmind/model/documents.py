"""Documents as they were read: pages, their text, and the passages cut from it.

A reader will be tempted to add a `text` to Block, Sentence or Citation's place: don't. Text lives
once, in `Page.text`; everything else is a span of it, so that a quotation cannot drift from its
source. Everything here can be written by msgspec as it stands (see `docmind.documents.cache`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n?|\n")

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in PDF points, origin top left of the page."""


class Kind(StrEnum):
    """What sort of file a Document was read from."""

    PDF = "pdf"
    EPUB = "epub"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"
    CODE = "code"

    @property
    def places_are_lines(self) -> bool:
        """Whether a place in such a file is a range of lines rather than a page."""
        return self in (Kind.MARKDOWN, Kind.TEXT, Kind.CODE)


KIND_BY_SUFFIX = {
    ".pdf": Kind.PDF,
    ".epub": Kind.EPUB,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".mdown": Kind.MARKDOWN,
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".rst": Kind.TEXT,
}
"""What a file says that it is by its name, in lower case; its first bytes may know better.

Source files are known by `docmind.documents.languages`.
"""


class Coverage(StrEnum):
    """How a page's text was had, or why there is none."""

    TEXT = "text"
    OCR = "ocr"
    IMAGE = "image"
    EMPTY = "empty"
    GARBLED = "garbled"

    @property
    def readable(self) -> bool:
        """Whether the page has text that can be quoted."""
        return self in (Coverage.TEXT, Coverage.OCR)


class BlockKind(StrEnum):
    """What part of a page a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE_HEAD = "table_head"
    TABLE_ROW = "table_row"
    CODE = "code"
    """Whole lines of a source file: a definition, or a part of one that is large."""
    RUNNING = "running"
    """A running head or foot: kept in the page's text, left out of passages."""


@dataclass(frozen=True, slots=True)
class Block:
    """A span of a page's text that stands as one thing on the page, in reading order.

    `level` is 1 for the outermost heading, larger for an item that stands deeper in its list, and
    0 where there is no such thing or the file does not tell. For code it says how many
    definitions the block is a part of. Rows of one table follow its TABLE_HEAD (if it has one)
    without a break.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class WordMap:
    """Where the words of a page stand on it: the box of every character of its text.

    Three packed arrays of native-endian values, one entry a word in text order: `starts` and
    `ends` (uint32 character offsets) and `boxes` (four float32 in points). A character between
    two words belongs to the word before it. Empty for files that have no pages to look at.
    """

    starts: bytes = b""
    ends: bytes = b""
    boxes: bytes = b""

    def __len__(self) -> int:
        return len(self.starts) // 4

    def boxes_of(self, start: int, end: int) -> tuple[Box, ...]:
        """One box for each line that the characters [start, end) touch, top to bottom."""
        starts = memoryview(self.starts).cast("I")
        if not len(starts) or end <= start:
            return ()
        first = max(0, bisect_right(starts, start) - 1)
        last = max(first, bisect_right(starts, end - 1) - 1)
        corners = memoryview(self.boxes).cast("f")
        lines: list[list[float]] = []
        for index in range(first, last + 1):
            x0, y0, x1, y1 = corners[4 * index : 4 * index + 4].tolist()
            if lines and _same_line(lines[-1], x0, y0, y1):
                line = lines[-1]
                line[1], line[2], line[3] = min(line[1], y0), max(line[2], x1), max(line[3], y1)
            else:
                lines.append([x0, y0, x1, y1])
        return tuple((round(a, 1), round(b, 1), round(c, 1), round(d, 1)) for a, b, c, d in lines)


def _same_line(line: list[float], x0: float, y0: float, y1: float) -> bool:
    """Whether a word continues a line: to its right, with half of its height in common."""
    overlap = min(line[3], y1) - max(line[1], y0)
    return x0 >= line[0] and overlap * 2 >= min(line[3] - line[1], y1 - y0)


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `number` is physical and 1-based; `label` is what is printed ("iv", "12").

    A file without pages (Markdown, text) is one Page whose text is the decoded file as it stands;
    an EPUB has a Page for each item of its spine.
    """

    number: int
    text: str
    label: str | None = None
    coverage: Coverage = Coverage.TEXT
    blocks: tuple[Block, ...] = ()
    words: WordMap = field(default_factory=WordMap)
    width: float = 0.0
    height: float = 0.0

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """First and last line (1-based) that the characters [start, end) touch."""
        first = len(_LINE_END.findall(self.text, 0, start)) + 1
        return first, first + len(_LINE_END.findall(self.text, start, max(start, end - 1)))


class Link(NamedTuple):
    """Where a page leads to another place of its document: `top` points down a physical `page`."""

    box: Box
    page: int
    top: float


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A line of the table of contents: outermost `level` is 1, `start` an offset into the page."""

    title: str
    level: int
    page: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file. `name` is the path as the user gave it, or relative to the folder given."""

    sha256: str
    name: str
    kind: Kind
    title: str
    pages: tuple[Page, ...]
    outline: tuple[OutlineItem, ...] = ()
    warnings: tuple[str, ...] = ()
    warnings_zh: tuple[str, ...] = ()
    """The same in Chinese, for what is told beside an answer in that language."""

    def warnings_in(self, language: str) -> tuple[str, ...]:
        """The warnings in "en" or "zh"; those that have no Chinese are English there too."""
        if language != "zh":
            return self.warnings
        return (*self.warnings_zh, *self.warnings[len(self.warnings_zh) :])

    def page(self, number: int) -> Page:
        """The page with this physical number."""
        return self.pages[number - 1]

    @property
    def unreadable_pages(self) -> tuple[int, ...]:
        """Numbers of the pages that have something on them, but no text to quote."""
        bad = (Coverage.IMAGE, Coverage.GARBLED)
        return tuple(page.number for page in self.pages if page.coverage in bad)


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is retrieved and cited: a span of one page, with what stands above it.

    `id` is short and stable: physical page, dot, ordinal on it ("12.3"). `sections` are the titles
    above it, outermost first; `table_head` the heading row of the table that a row group is from.
    `docmind.passages.sentences` finds the sentences inside.
    """

    id: str
    document: str
    page: int
    start: int
    end: int
    text: str
    kind: BlockKind
    sections: tuple[str, ...] = ()
    table_head: str = ""
