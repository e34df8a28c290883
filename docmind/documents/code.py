"""Source files: the text as it stands, and blocks of whole lines that its syntax tree shows.

A definition that is not large is one block, with its comments and decorators; a large one is cut
at its statements. `docmind.passages.code` joins what is too small to be cited alone.
"""

from __future__ import annotations

import warnings as python_warnings
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from docmind.documents.frames import Parsed, Request
from docmind.documents.languages import grammar_of
from docmind.documents.prose import decode
from docmind.documents.syntax import Cut, Structure, structure_of
from docmind.errors import NoTextInput
from docmind.model import Block, BlockKind, Document, Kind, OutlineItem, Page
from docmind.ports import PagesRead

MOST_CHARACTERS = 2_000_000
"""A tree takes about twenty times the memory of its text; what is larger is cut by blank lines."""


def parse_code(request: Request) -> Iterator[PagesRead | Parsed]:
    """The file as one page. Raises InputError."""
    path = Path(request.path)
    yield Parsed(read_code(path.read_bytes(), path, request.name, request.sha256))


def read_code(content: bytes, path: Path, name: str, sha256: str) -> Document:
    """The document for a source file. Raises InputError."""
    text, told = decode(content, name, may_hold_nul=True)
    if not text.strip():
        raise NoTextInput(f"{name} holds nothing but white space.", "Check the file.")
    grammar = grammar_of(path, content[:200])
    structure = None
    if grammar and len(text) <= MOST_CHARACTERS:
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")  # grammars come with older ways to load them
            structure = structure_of(text, grammar)
    lines = _line_starts(text)
    structure = structure or Structure(_paragraphs(text, lines))
    return Document(
        sha256=sha256,
        name=name,
        kind=Kind.CODE,
        title="",
        pages=(Page(number=1, text=text, blocks=tuple(_blocks(text, lines, structure.cuts))),),
        outline=tuple(
            OutlineItem(symbol.signature, symbol.depth, 1, lines[symbol.row])
            for symbol in structure.symbols
        ),
        warnings=told.en,
        warnings_zh=told.zh,
    )


def _line_starts(text: str) -> list[int]:
    """Where each line begins, as tree-sitter counts lines; last, where the text ends."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    starts[-1] = len(text)
    return starts


def _paragraphs(text: str, lines: list[int]) -> list[Cut]:
    """A cut at each line that follows a blank one."""
    blank = [not text[start:end].strip() for start, end in pairwise(lines)]
    return [
        Cut(row, 0)
        for row, is_blank in enumerate(blank)
        if not is_blank and (row == 0 or blank[row - 1])
    ]


def _blocks(text: str, lines: list[int], cuts: list[Cut]) -> Iterator[Block]:
    """What lies between the cuts, in whole lines, without blank ones at its ends."""
    ends = [*(lines[cut.row] for cut in cuts), len(text)]
    if ends[0] > 0:
        yield from _block(text, 0, ends[0], 0)
    for cut, end in zip(cuts, ends[1:], strict=True):
        yield from _block(text, lines[cut.row], end, cut.depth)


def _block(text: str, start: int, end: int, depth: int) -> Iterator[Block]:
    stop = start + len(text[start:end].rstrip())
    if stop > start:
        indented = len(text[start:stop]) - len(text[start:stop].lstrip())
        first = text.rfind("\n", start, start + indented) + 1
        yield Block(BlockKind.CODE, max(start, first), stop, depth)
