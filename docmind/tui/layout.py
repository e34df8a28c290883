"""Which line of the document pane shows what: pages, one below the other, wrapped when needed.

A page that nobody has looked at has an estimated height. So 5,000 pages open at once, and a jump
is exact all the same: before lines are shown, `settle` wraps the pages around them, and the view
corrects its scroll position by what changed above. Wrapping everything up front would be simpler,
and costs a pause at every change of the terminal's width.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from docmind.model import Page
from docmind.tui.wrapping import line_at, line_span, wrap


class Spot(NamedTuple):
    """A row of a page: its separator is row 0, its lines follow, then a blank one.

    Where pages have no separators (files whose places are lines) row 0 is the first line.
    """

    page: int
    row: int


class Anchor(NamedTuple):
    """A character of a page (by 0-based index); offset -1 is the page's separator."""

    page: int
    offset: int


class PageLayout:
    """The pages of one document at one width."""

    def __init__(self, *, width: int, separators: bool = True) -> None:
        self.pages: list[Page] = []
        self._separators = separators
        self._width = max(width, 2)
        self._heights = array("I")
        self._tops: list[int] | None = None
        self._starts: dict[int, array[int]] = {}

    @property
    def width(self) -> int:
        """Cells in a line of text."""
        return self._width

    def append(self, pages: Iterable[Page]) -> None:
        """Some more pages at the end."""
        for page in pages:
            self.pages.append(page)
            self._heights.append(self._estimate(page))
        self._tops = None

    def replace(self, pages: Sequence[Page], *, separators: bool) -> None:
        """Other pages instead of these."""
        self._separators = separators
        self.pages = []
        self._heights = array("I")
        self._starts.clear()
        self.append(pages)

    def resize(self, width: int) -> None:
        """Another width: every height is an estimate again."""
        self._width = max(width, 2)
        self._starts.clear()
        self._heights = array("I", map(self._estimate, self.pages))
        self._tops = None

    @property
    def line_count(self) -> int:
        """Lines of all pages together, some of them estimated."""
        return self._line_tops()[-1]

    def line_of(self, spot: Spot) -> int:
        """The line on which a spot stands."""
        return self._line_tops()[spot.page] + spot.row

    def spot_at(self, line: int) -> Spot:
        """What stands on a line; the nearest spot for lines outside."""
        tops = self._line_tops()
        line = max(0, min(line, tops[-1] - 1))
        page = bisect_right(tops, line) - 1
        return Spot(page, line - tops[page])

    def spot_of(self, anchor: Anchor) -> Spot:
        """Where a character stands; the page is wrapped if it was not."""
        if anchor.offset < 0:
            return Spot(anchor.page, 0)
        line = line_at(self.starts_of(anchor.page), anchor.offset)
        return Spot(anchor.page, line + self._separators)

    def anchor_of(self, spot: Spot) -> Anchor:
        """The first character of a row."""
        line = spot.row - self._separators
        if line < 0:
            return Anchor(spot.page, -1)
        starts = self.starts_of(spot.page)
        return Anchor(spot.page, starts[min(line, len(starts) - 1)])

    def span_of(self, spot: Spot) -> tuple[int, int] | None:
        """The characters that a row shows; None for a separator or the blank row below a page."""
        starts = self.starts_of(spot.page)
        line = spot.row - self._separators
        if not 0 <= line < len(starts):
            return None
        return line_span(starts, line, self.pages[spot.page].text)

    def settle(self, spot: Spot, rows: int) -> Spot:
        """Wrap what stands within so many rows of a spot; gives the spot, within its page."""
        estimated = self._heights[spot.page]
        self.starts_of(spot.page)
        height = self._heights[spot.page]
        row = spot.row if spot.row < height else spot.row * height // max(estimated, 1)
        settled = Spot(spot.page, min(row, height - 1))
        above, below = settled.row, height - settled.row
        before = after = spot.page
        while above < rows and before > 0:
            before -= 1
            self.starts_of(before)
            above += self._heights[before]
        while below < rows and after + 1 < len(self.pages):
            after += 1
            self.starts_of(after)
            below += self._heights[after]
        return settled

    def starts_of(self, page: int) -> array[int]:
        """Where the lines of a page start; wraps it if that was not done yet."""
        starts = self._starts.get(page)
        if starts is None:
            starts = self._starts[page] = wrap(self.pages[page].text, self._width)
            height = self._height(len(starts))
            if height != self._heights[page]:
                self._heights[page] = height
                self._tops = None
        return starts

    def _line_tops(self) -> list[int]:
        """The line on which each page begins, and at last the number of lines."""
        if self._tops is None:
            self._tops = list(accumulate(self._heights, initial=0))
        return self._tops

    def _estimate(self, page: Page) -> int:
        return self._height(len(page.text) // self._width + page.text.count("\n") // 2 + 1)

    def _height(self, lines: int) -> int:
        return lines + 2 if self._separators else lines
