"""Pages whose text runs up or down: wide tables that were put on an upright page.

They are laid out in the frame in which they are read, and only the boxes are turned back, so that
nothing else has to know.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docmind.model import WordMap


@dataclass(frozen=True, slots=True)
class QuarterTurn:
    """The turn that makes a page's text run to the right; sizes are the page's own, in points."""

    clockwise: bool
    width: float
    height: float

    @property
    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """The turn as PyMuPDF takes it."""
        if self.clockwise:
            return (0, 1, -1, 0, self.height, 0)
        return (0, -1, 1, 0, 0, self.width)

    def turn_back(self, words: WordMap) -> WordMap:
        """The same words with their boxes where they stand on the page."""
        corners = memoryview(words.boxes).cast("f")
        boxes = array("f")
        for index in range(0, len(corners), 4):
            x0, y0, x1, y1 = corners[index : index + 4].tolist()
            if self.clockwise:
                boxes.extend((y0, self.height - x1, y1, self.height - x0))
            else:
                boxes.extend((self.width - y1, x0, self.width - y0, x1))
        return WordMap(words.starts, words.ends, boxes.tobytes())


def quarter_turn(
    blocks: Sequence[dict[str, Any]], width: float, height: float
) -> QuarterTurn | None:
    """The turn that a page needs; None where most of its lines run to the right already."""
    up = down = level = 0
    for block in blocks:
        for line in block["lines"]:
            rise = line["dir"][1]
            if rise < -0.9:
                up += 1
            elif rise > 0.9:
                down += 1
            else:
                level += 1
    if max(up, down) <= level + min(up, down):
        return None
    return QuarterTurn(clockwise=up > down, width=width, height=height)
