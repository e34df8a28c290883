"""The nouns of docmind, as frozen values without I/O.

A reader will be tempted to add a `text` to Block, Sentence or Citation's place: don't. Text lives
once, in `Page.text`; everything else is a span of it, so that a quotation cannot drift from its
source. Everything here can be written by msgspec as it stands (see `docmind.documents.cache`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a query. `score` is 1.0 for the first place on all arms."""

    passage: Passage
    score: float


class Status(StrEnum):
    """How well a citation's quote is found in its source."""

    EXACT = "exact"
    NORMALIZED = "normalized"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of the source that support a claim. `document` is the Document's name.

    Where `status` is exact, `quote` equals the page's text at [start:end].
    """

    number: int
    id: str
    document: str
    page: int | None
    page_label: str | None
    lines: tuple[int, int] | None
    quote: str
    start: int
    end: int
    boxes: tuple[Box, ...]
    status: Status
    ocr: bool = False
    code: bool = False
    """Whether these are lines of a source file, whose white space means something."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer, with the numbers of the citations that support it.

    `supported` is false where a model's statement was found in none of the evidence.
    """

    text: str
    citations: tuple[int, ...]
    supported: bool = True


class Mode(StrEnum):
    """How the documents were read for an answer."""

    WHOLE = "whole"
    RETRIEVE = "retrieve"
    EVERY_PART = "every-part"
    EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was read for an answer, in numbers; tokens are the named tokenizer's."""

    mode: Mode
    reason: str
    window_tokens: int | None
    document_tokens: int
    prompt_tokens: int
    cached_tokens: int
    output_tokens: int
    tokenizer: str
    pages_total: int
    pages_read: int
    pages_without_text: tuple[int, ...]
    first_token_seconds: float
    seconds: float
    retrieval: str = "lexical"
    tokens_estimated: bool = False
    """Whether the server does not count as our tokenizer does, so that numbers are estimates."""
    evidence_passages: int = 0
    """How many passages were recited before the question."""
    history_turns: int = 0
    history_turns_dropped: int = 0
    """Earlier questions that the model saw, and those that no longer had room."""
    pages_partly_read: tuple[str, ...] = ()
    """What was read of each document where not all of it was: "report.pdf: pages 3-9, 14"."""


@dataclass(frozen=True, slots=True)
class EngineName:
    """Which engine wrote an answer, and with which model (none for the extractive one)."""

    name: str
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back for a question. `found` is false where the documents do not say.

    `weak` marks evidence that is close to the question but may not answer it; `partial` an answer
    that was cut off (cancelled, too long, or its server died).
    """

    question: str
    found: bool
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    ledger: Ledger
    engine: EngineName
    warnings: tuple[str, ...] = ()
    weak: bool = False
    partial: bool = False
    language: str = "en"
    """The language of docmind's own words in it: "en", "zh"."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation, and the text of its answer."""

    question: str
    answer: str
