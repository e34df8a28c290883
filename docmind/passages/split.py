"""A Document into Passages: the units that are retrieved and cited.

A passage is always one contiguous span of one page, so that its text, its boxes and its quotation
cannot disagree. Small blocks are joined and large ones are cut at sentences, to 60-120 tokens;
a heading opens a new passage, and a table is cut between rows only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docmind.model import Block, BlockKind, Document, Kind, Page, Passage
from docmind.passages.code import split_code
from docmind.passages.sentences import Span, sentence_spans
from docmind.ports import TokenCounter

PASSAGES_VERSION = 1
"""Raise it with every change to where passages begin and end: the library makes them again."""

MIN_TOKENS = 60
"""Below this a block is joined with the next one of its section."""

MAX_TOKENS = 120
"""Above this a block is cut. Sizes are those of reference measurements on annual reports: small
enough to be a citation, large enough that retrieval has something to match."""

_CLAUSE_END = re.compile(r"[;；,，、:：]\s*|\s+")
_TABLE = (BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW)


@dataclass(slots=True)
class _Piece:
    """Blocks (or a part of one) that will be a passage: a span, its size, and what it is from."""

    start: int
    end: int
    tokens: int
    kind: BlockKind
    table_head: str = ""


@dataclass(slots=True)
class _Sections:
    """The titles above the place where the splitter stands, outermost first."""

    levels: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def enter(self, level: int, title: str) -> None:
        """A heading of this level: it replaces those of its own level and below."""
        while self.levels and self.levels[-1] >= level:
            self.levels.pop()
            self.titles.pop()
        self.levels.append(level)
        self.titles.append(" ".join(title.split())[:120])


def split_document(document: Document, counter: TokenCounter) -> tuple[Passage, ...]:
    """The passages of a document in reading order, with ids that are stable for the same text."""
    if document.kind is Kind.CODE:
        return split_code(document, counter)
    sections = _Sections()
    passages: list[Passage] = []
    for page in document.pages:
        if page.coverage.readable:
            passages.extend(_split_page(document.name, page, sections, counter))
    return tuple(passages)


def _split_page(
    name: str, page: Page, sections: _Sections, counter: TokenCounter
) -> Iterator[Passage]:
    """The passages of one page; moves `sections` on to the page's last heading."""
    ordinal = 0
    for run in _runs(page, sections):
        for piece in _pieces(page, run, counter):
            ordinal += 1
            yield Passage(
                id=f"{page.number}.{ordinal}",
                document=name,
                page=page.number,
                start=piece.start,
                end=piece.end,
                text=page.text[piece.start : piece.end],
                kind=piece.kind,
                sections=tuple(sections.titles),
                table_head=piece.table_head,
            )


def _runs(page: Page, sections: _Sections) -> Iterator[list[Block]]:
    """Blocks that belong under one heading, with the heading first; running heads are left out.

    While a run is being consumed, `sections` holds the titles above it.
    """
    run: list[Block] = []
    for block in page.blocks:
        if block.kind is BlockKind.RUNNING or block.end <= block.start:
            if run:
                yield run
            run = []  # a span must not reach across what is left out
            continue
        if block.kind is BlockKind.HEADING:
            only_headings = all(held.kind is BlockKind.HEADING for held in run)
            if run and not only_headings:
                yield run
                run = []
            sections.enter(max(1, block.level), page.text[block.start : block.end])
        run.append(block)
    if run:
        yield run


def _pieces(page: Page, run: Sequence[Block], counter: TokenCounter) -> Iterator[_Piece]:
    """Join the small blocks of a run and cut the large ones."""
    held: _Piece | None = None
    for piece in _atoms(page, run, counter):
        if held is not None and _joins(held, piece):
            held.end = piece.end
            held.tokens += piece.tokens
            if held.kind is BlockKind.HEADING:
                held.kind, held.table_head = piece.kind, piece.table_head
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _joins(held: _Piece, piece: _Piece) -> bool:
    """Whether a piece belongs to the passage before it: a heading's text, or while it is small."""
    if held.kind is BlockKind.HEADING:
        return held.tokens + piece.tokens <= MAX_TOKENS * 3 // 2
    same_table = (held.kind in _TABLE) == (piece.kind in _TABLE)
    if held.tokens + piece.tokens > MAX_TOKENS or not same_table:
        return False
    return held.tokens < MIN_TOKENS or piece.kind in _TABLE


def _atoms(page: Page, run: Sequence[Block], counter: TokenCounter) -> Iterator[_Piece]:
    """Every block of a run as one piece, or as several of at most MAX_TOKENS."""
    table_head = ""
    for block in run:
        text = page.text[block.start : block.end]
        if block.kind is BlockKind.TABLE_HEAD:
            table_head = text
        elif block.kind is not BlockKind.TABLE_ROW:
            table_head = ""
        tokens = counter.count(text)
        spans = [(block.start, block.end, tokens)]
        if tokens > MAX_TOKENS:
            spans = _cut(page.text, block.start, block.end, counter)
        for start, end, size in spans:
            yield _Piece(start, end, size, block.kind, table_head)


def _cut(text: str, start: int, end: int, counter: TokenCounter) -> list[tuple[int, int, int]]:
    """Cut text[start:end] at sentences into (start, end, tokens) of 60-120 tokens."""
    parts: list[tuple[int, int, int]] = []
    for begin, stop in sentence_spans(text, start, end):
        size = counter.count(text[begin:stop])
        fits = [(begin, stop)] if size <= MAX_TOKENS else _cut_sentence(text, begin, stop, size)
        for first, last in fits:
            tokens = size if len(fits) == 1 else counter.count(text[first:last])
            small = parts and (parts[-1][2] < MIN_TOKENS or tokens < MIN_TOKENS // 3)
            if small and parts[-1][2] + tokens <= MAX_TOKENS:
                parts[-1] = (parts[-1][0], last, parts[-1][2] + tokens)
            else:
                parts.append((first, last, tokens))
    return parts


def _cut_sentence(text: str, start: int, end: int, tokens: int) -> list[Span]:
    """Cut one long sentence into even parts, at punctuation or white space near their ends."""
    count = -(-tokens // MAX_TOKENS)
    width = -(-(end - start) // count)
    spans: list[Span] = []
    begin = start
    while end - begin > width:
        window = text[begin + width * 3 // 4 : begin + width]
        breaks = [match.end() for match in _CLAUSE_END.finditer(window)]
        stop = begin + width * 3 // 4 + breaks[-1] if breaks else begin + width
        spans.append((begin, stop))
        begin = stop
    spans.append((begin, end))
    return spans
