"""A source file into Passages: definitions, cut and joined to 60-300 tokens, in whole lines.

Sizes are larger than those of prose, because a function says what it does as a whole. What is
joined stands in one definition, or side by side in one: a passage never reaches out of a class.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from docmind.model import BlockKind, Document, Page, Passage
from docmind.ports import TokenCounter

MIN_TOKENS = 60
MAX_TOKENS = 300

_GROUP_LINES = 8
_GROUP_CHARACTERS = 400

Span = tuple[int, int]
Path = tuple[int, ...]
"""Positions in the outline of the definitions that something is inside of, outermost first."""


@dataclass(slots=True)
class _Piece:
    """Blocks, or a part of one, that will be a passage."""

    start: int
    end: int
    tokens: int
    path: Path


def split_code(document: Document, counter: TokenCounter) -> tuple[Passage, ...]:
    """The passages of a source file in the order of its lines."""
    return tuple(
        Passage(
            id=f"{page.number}.{ordinal}",
            document=document.name,
            page=page.number,
            start=piece.start,
            end=piece.end,
            text=page.text[piece.start : piece.end],
            kind=BlockKind.CODE,
            sections=tuple(document.outline[position].title for position in piece.path),
        )
        for page in document.pages
        for ordinal, piece in enumerate(_joined(_pieces(document, page, counter)), start=1)
    )


def _pieces(document: Document, page: Page, counter: TokenCounter) -> Iterator[_Piece]:
    """Every block as one piece, or as several of at most MAX_TOKENS."""
    outline = document.outline
    following = 0
    path: list[int] = []
    for block in page.blocks:
        while following < len(outline) and outline[following].start < block.end:
            del path[outline[following].level - 1 :]
            path.append(following)
            following += 1
        place = tuple(path[: block.level])
        tokens = counter.count(page.text[block.start : block.end])
        if tokens <= MAX_TOKENS:
            yield _Piece(block.start, block.end, tokens, place)
        else:
            for start, end, size in _cut(page.text, block.start, block.end, counter):
                yield _Piece(start, end, size, place)


def _cut(text: str, start: int, end: int, counter: TokenCounter) -> Iterator[tuple[int, int, int]]:
    """text[start:end] at line ends into (start, end, tokens) of at most MAX_TOKENS."""
    begin, size = start, 0
    for first, last in _lines(text, start, end):
        tokens = counter.count(text[first:last])
        if size and size + tokens > MAX_TOKENS:
            yield begin, _stripped(text, begin, first), size
            begin, size = first, 0
        if tokens > MAX_TOKENS:
            width = -(-(last - first) // -(-tokens // MAX_TOKENS))
            for at in range(first, last, width):
                part = text[at : min(at + width, last)]
                if part.strip():
                    yield at, at + len(part.rstrip()), counter.count(part)
            begin = last
            continue
        size += tokens
    if text[begin:end].strip():
        yield begin, _stripped(text, begin, end), size


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    """The lines of text[start:end], with their ends."""
    at = start
    for line in text[start:end].splitlines(keepends=True):
        yield at, at + len(line)
        at += len(line)


def _stripped(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def _joined(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Pieces joined while they belong together and are not too large."""
    held: _Piece | None = None
    for piece in pieces:
        if held is not None and _joins(held, piece):
            held.end = piece.end
            held.tokens += piece.tokens + 1  # the line end between them
            held.path = _shared(held.path, piece.path)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _joins(held: _Piece, piece: _Piece) -> bool:
    """Whether a piece is of the same definition, or beside a small one in the same."""
    if held.tokens + piece.tokens >= MAX_TOKENS:
        return False
    if held.path == piece.path:
        return True
    shared = len(_shared(held.path, piece.path))
    return held.tokens < MIN_TOKENS and shared >= len(held.path) - 1


def _shared(one: Path, other: Path) -> Path:
    """The definitions that two places are both inside of."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return tuple(position for position, _ in same)


def line_groups(text: str) -> list[Span]:
    """Spans of whole lines of a code passage that can be quoted: up to 8 lines without a blank."""
    groups: list[Span] = []
    open_lines = 0
    for start, end in _lines(text, 0, len(text)):
        stop = _stripped(text, start, end)
        if stop == start:
            open_lines = 0
            continue
        fits = groups and stop - groups[-1][0] <= _GROUP_CHARACTERS
        if 0 < open_lines < _GROUP_LINES and fits:
            groups[-1] = (groups[-1][0], stop)
            open_lines += 1
        else:
            groups.append((start, stop))
            open_lines = 1
    return groups
