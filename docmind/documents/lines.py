"""Lines of a PDF page as MuPDF found them: their words with boxes, their size and weight.

Words and styles come from one text page in two extractions, because neither knows both: `words`
has exact boxes but no style, `dict` has style but no words. Together they take a third of the
time of the one extraction that has it all (`rawdict`). MuPDF's own de-hyphenation is not used: it
gives a joined word one box, as large as both lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from docmind.documents.characters import clean, is_spaceless

Word = tuple[float, float, float, float, str, *tuple[Any, ...]]
"""x0, y0, x1, y1 in points, and the cleaned text; what MuPDF adds behind is of no account."""

_BOLD_FONT = 16  # span["flags"]
_SUPERSCRIPT = 1
_ITALIC = 2
_MONOSPACED = 8
_BOLD_SYNTHETIC = 8  # span["char_flags"]
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SPACELESS = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_PIECES = re.compile("[^\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|.")


class Line:
    """A run of words on one base line. `upright`: it runs to the right, as most text does."""

    __slots__ = (
        "bold",
        "glued",
        "italic",
        "mono",
        "size",
        "upright",
        "words",
        "x0",
        "x1",
        "y0",
        "y1",
    )

    def __init__(self, words: list[Word]) -> None:
        first, last = words[0], words[-1]
        self.words = words
        self.glued: Sequence[int] = ()
        self.x0, self.y0, self.x1, self.y1 = first[0], first[1], last[2], first[3]
        self.size = first[3] - first[1]
        self.bold = False
        self.italic = self.mono = False
        self.upright = True

    @property
    def text(self) -> str:
        """The words, for looking at; the page's text is put together elsewhere."""
        return " ".join([word[4] for word in self.words])


def lines_of(raw_words: Sequence[Any], blocks: Sequence[dict[str, Any]]) -> list[Line]:
    """Lines in natural order, from MuPDF's `words` and the `blocks` of its `dict`."""
    if not raw_words:
        return []
    words, spaceless = _cleaned(raw_words)
    styles = {block["number"]: block["lines"] for block in blocks}
    # A word's last three numbers are its block, its line in it, and its place in the line.
    firsts = [index for index, word in enumerate(raw_words) if word[7] == 0]
    lines: list[Line] = []
    for first, end in zip(firsts, [*firsts[1:], len(words)], strict=True):
        of_line = words[first:end]
        if spaceless is not None:
            of_line = [word for word in of_line if word[4]]
            if not of_line:
                continue
        line = Line(of_line)
        _, _, _, _, _, block, number, _ = raw_words[first]
        of_block = styles.get(block)
        if of_block is not None and number < len(of_block):
            _apply_style(line, of_block[number])
        if spaceless:
            _split_spaceless(line)
        lines.append(line)
    return lines


def _cleaned(raw_words: Sequence[Any]) -> tuple[list[Word], bool | None]:
    """The words with cleaned text, and whether some are of a script without spaces.

    None instead, where all could stay as they were, which spares most pages the copying.
    """
    raw = "\n".join([word[4] for word in raw_words])
    text = clean(raw)
    spaceless = not text.isascii() and _SPACELESS.search(text) is not None
    if text == raw and not spaceless:
        return list(raw_words), None
    texts = text.split("\n")
    cleaned = [(*word[:4], text) for word, text in zip(raw_words, texts, strict=True)]
    return cleaned, spaceless


def _apply_style(line: Line, style: dict[str, Any]) -> None:
    """Size, weight and direction from the longest span, whose height is that of the base line."""
    longest = None
    length = total = bold = 0
    raised = False
    for span in style["spans"]:
        text = span["text"]
        if text.isspace():
            continue
        here = len(text)
        if here > length:
            longest, length = span, here
        total += here
        flags = span["flags"]
        if flags & _BOLD_FONT or span["char_flags"] & _BOLD_SYNTHETIC:
            bold += here
        raised = raised or bool(flags & _SUPERSCRIPT)
    if longest is None:
        return
    line.bold = bold * 2 > total
    line.italic = bool(longest["flags"] & _ITALIC)
    line.mono = bool(longest["flags"] & _MONOSPACED)
    line.size = longest["size"]
    if style["dir"][0] < 0.9:
        line.upright = False
        boxes = line.words
        line.x0, line.x1 = min(word[0] for word in boxes), max(word[2] for word in boxes)
        line.y0, line.y1 = min(word[1] for word in boxes), max(word[3] for word in boxes)
    else:
        _, line.y0, _, line.y1 = longest["bbox"]
        if raised:
            _raise_digits(line, style["spans"])


def _raise_digits(line: Line, spans: Sequence[dict[str, Any]]) -> None:
    """Write superscript digits as such, so that 1,234 with footnote 1 is not read as 1,2341."""
    parts = [
        span["text"].translate(_RAISED) if span["flags"] & _SUPERSCRIPT else span["text"]
        for span in spans
    ]
    texts = clean("".join(parts)).split()
    if len(texts) == len(line.words):
        line.words = [(*word[:4], text) for word, text in zip(line.words, texts, strict=True)]


def _split_spaceless(line: Line) -> None:
    """Cut words of scripts without spaces into characters, so that a phrase has a box of its own.

    Their characters are squares, so cutting a word's box by character widths is as good as asking.
    """
    result: list[Word] = []
    glued: list[int] = []
    for word in line.words:
        x0, y0, x1, y1, text = word[:5]
        pieces = _PIECES.findall(text)
        widths = [2 if is_spaceless(piece[0]) else len(piece) for piece in pieces]
        unit = (x1 - x0) / max(1, sum(widths))
        for piece, width in zip(pieces, widths, strict=True):
            result.append((x0, y0, x0 + unit * width, y1, piece))
            x0 += unit * width
        glued.extend(range(len(result) - len(pieces), len(result) - 1))
    line.words, line.glued = result, glued
