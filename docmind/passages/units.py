"""What of a passage is told for itself: a sentence, a row, some lines of code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docmind.model import BlockKind, Document, Passage
from docmind.passages.code import line_groups
from docmind.passages.sentences import Span, sentence_spans

_TABLE = (BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW)

_RUN_IN_HEAD = re.compile(
    r"(?:§\s?)?\d{1,3}(?:\.\d{1,3})*[.)]?\s+[^\W\d][\w’'&/-]*(?:\s[\w’'&/-]+){0,4}\."
)
"""The title of a clause that stands before its first sentence: "5. Sub-processors." """


def units_of(passage: Passage, document: Document) -> Iterator[Span]:
    """The sentences of a passage, its rows, or its lines of code, as spans of the page's text.

    A line break in a paged document separates blocks; in a text file it may stand anywhere.
    """
    if passage.kind is BlockKind.CODE:
        for start, end in line_groups(passage.text):
            yield passage.start + start, passage.start + end
        return
    by_line = passage.kind in _TABLE or not document.kind.places_are_lines
    lines = passage.text.splitlines(keepends=True) if by_line else [passage.text]
    offset = 0
    for line in lines:
        spans = sentence_spans(passage.text, offset, offset + len(line))
        if passage.kind in _TABLE and spans:
            spans = [(spans[0][0], spans[-1][1])]
        for start, end in _with_heads(passage.text, spans):
            yield passage.start + start, passage.start + end
        offset += len(line)


def _with_heads(text: str, spans: list[Span]) -> Iterator[Span]:
    """Sentences; one that has a title before it begins with that."""
    begun: int | None = None
    for position, (start, end) in enumerate(spans):
        head = _RUN_IN_HEAD.fullmatch(text, start, end) and position + 1 < len(spans)
        if head and begun is None:
            begun = start
            continue
        yield (start if begun is None else begun), end
        begun = None
