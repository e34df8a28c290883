"""Line numbers beside source code, for who goes on in an editor; other text has none.

They are of the file, not of the pane: a line that is wrapped has its number once.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right

from docmind.model import Document, Kind
from docmind.tui.page_lines import Piece

_FEWEST_DIGITS = 3
_LINE_END = re.compile(r"\r\n?|\n")


class LineNumbers:
    """The numbers of a document's lines; of one that is no source file, nothing and no room."""

    def __init__(self, document: Document | None = None) -> None:
        self._starts = array("I")
        if document is not None and document.kind is Kind.CODE:
            self._starts.append(0)
            self._starts.extend(m.end() for m in _LINE_END.finditer(document.pages[0].text))
        digits = max(len(str(len(self._starts))), _FEWEST_DIGITS)
        self.width = digits + 1 if self._starts else 0

    def pieces(self, offset: int) -> list[Piece]:
        """What stands before a row whose first character is at `offset`; nothing, or one piece."""
        if not self.width:
            return []
        line = bisect_right(self._starts, offset)
        number = str(line) if self._starts[line - 1] == offset else ""
        return [(("number",), f"{number:>{self.width - 1}} ")]
