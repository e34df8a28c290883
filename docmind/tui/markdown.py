"""Markdown that a model writes, as lines of a pane: while it grows, and when it is done.

Textual's Markdown widget would be the usual way. It makes a widget of every paragraph, which three
answers in a row already make felt, and it opens links; here an answer is a few rows like all else.
Links, images and HTML are off: they stand there as they were written, and lead nowhere. So are
underlined headings and indented code, which come and go while a list is being written.

What grows is parsed again only from its last two blocks on, so a long answer costs no more per
word than a short one. Two, because a last line that is not complete may look like a block of its
own ("#") and turn out to belong to the one before it ("#1").
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from docmind.tui.markdown_lines import block_lines
from docmind.tui.pieces import Line

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_OFF = (
    "html_block", "html_inline", "link", "image", "autolink", "reference", "entity",
    "lheading", "code",
)  # fmt: skip

OPEN_BLOCKS = 2
"""How many blocks at the end may still change."""


class MarkdownText:
    """A text that may grow at its end, and its lines at the width that was asked for last."""

    def __init__(self, text: str = "") -> None:
        self._text = ""
        self._tail = ""
        self._blocks: list[SyntaxTreeNode] = []
        self._open: list[SyntaxTreeNode] = []
        self._finished = 0
        self._width = 0
        self._lines: list[list[Line]] = []
        self.add(text)

    def __str__(self) -> str:
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def add(self, text: str) -> None:
        """More of it, at the end."""
        self._text += text
        self._tail += text
        self._stale = True

    def lines(self, width: int) -> list[Line]:
        """All of it, a blank line between blocks."""
        if self._stale:
            self._parse()
        if width != self._width:
            self._width, self._lines = width, []
        del self._lines[self._finished :]
        for block in self._blocks[len(self._lines) :]:
            self._lines.append(block_lines(block, width))
        self._finished = len(self._blocks) - len(self._open)
        return [line for lines in self._lines for line in ((), *lines)][1:]

    def _parse(self) -> None:
        """Parse what follows the last block that cannot change any more."""
        from markdown_it.tree import SyntaxTreeNode

        self._stale = False
        source = self._tail.replace("\r\n", "\n").replace("\r", "\n")
        blocks = SyntaxTreeNode(_parser().parse(source)).children
        del self._blocks[len(self._blocks) - len(self._open) :]
        self._finished = min(self._finished, len(self._blocks))
        self._blocks += blocks
        self._open = blocks[-OPEN_BLOCKS:]
        if len(blocks) > OPEN_BLOCKS and self._open[0].map is not None:
            first = self._open[0].map[0]
            self._tail = "\n".join(source.split("\n")[first:])


@cache
def _parser() -> MarkdownIt:
    """What all texts are parsed by; imported with the first answer, after the first paint."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(_OFF)
