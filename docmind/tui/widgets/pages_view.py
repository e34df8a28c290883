"""A pane of pages that knows where in them the reader is, and keeps the place.

Pages are wrapped when they come into view (see `docmind.tui.layout`), so what is above may turn
out longer or shorter at any time: whatever changes, the line that is read stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual.binding import Binding, BindingType

from docmind.tui.layout import Anchor, PageLayout, Spot
from docmind.tui.line_numbers import LineNumbers
from docmind.tui.marks import Mark
from docmind.tui.messages import PageWanted, PlaceChanged
from docmind.tui.page_lines import MARGIN
from docmind.tui.shelf import OpenDocument
from docmind.tui.widgets.counted_view import CountedView

TEXT_CELLS = 100
"""Longer lines are hard to read, however wide the terminal is."""

_FEWEST_CELLS = 2


class PagesView(CountedView):
    """Moves through the pages of one document at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "G,end",
            "bottom",
            "to the end; after 12 to page 12",
            id="document.bottom",
            show=False,
        ),
        Binding("H", "edge_of_page('top')", "top of the page", id="document.page_top", show=False),
        Binding("L", "edge_of_page('end')", "end of the page", id="document.page_end", show=False),
        Binding("J,right", "turn_page(1)", "next page", id="document.next_page", show=False),
        Binding(
            "K,left", "turn_page(-1)", "previous page", id="document.previous_page", show=False
        ),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002 Textual's name for it
        super().__init__(id=id)
        self._document: OpenDocument | None = None
        self._layout = PageLayout(width=80)
        self._numbers = LineNumbers()
        self._moving = False
        self._wanted: tuple[Anchor, int] | None = None
        self._held: Anchor | None = None
        self._rows_before = 0
        self._told = -1

    @property
    def top(self) -> Anchor:
        """The first character in view."""
        if self._wanted is not None:
            return self._wanted[0]
        if not self._layout.pages:
            return Anchor(0, -1)
        return self._layout.anchor_of(self._layout.spot_at(self.scroll_offset.y))

    @property
    def looked_at(self) -> Anchor:
        """What the reader looks at: where a jump went, as long as nothing was scrolled."""
        return self._held or self.top

    @property
    def page(self) -> int:
        """The physical number of the page in view."""
        if not self._layout.pages:
            return 0
        return self._spot_in_view().page + 1

    @property
    def line(self) -> int:
        """The line of the file in view, for a document whose places are lines."""
        if not self._layout.pages:
            return 0
        anchor = self._layout.anchor_of(self._spot_in_view())
        return self._layout.pages[anchor.page].text.count("\n", 0, max(anchor.offset, 0)) + 1

    def go(self, anchor: Anchor, looked_at: Anchor | None = None) -> None:
        """Bring a place to the top of the pane; perhaps the reader looks at a lower one."""
        self._place(anchor, 0)
        if self._layout.pages:
            self._held = self._valid(looked_at or anchor)
        self._tell()

    def action_turn_page(self, pages: int) -> None:
        """To the beginning of the next or the previous page."""
        if self._layout.pages:
            index = self._spot_in_view().page + pages
            self.post_message(PageWanted(min(max(index, 0), len(self._layout.pages) - 1) + 1))

    def action_edge_of_page(self, edge: str) -> None:
        """To the beginning of the page in view, or to its last line."""
        if not self._layout.pages:
            return
        page = self._spot_in_view().page
        if edge == "top":
            self._place(Anchor(page, -1), 0)
        else:
            self._place(Anchor(page, len(self._layout.pages[page].text)), self.rows - 2)
        self._held = Anchor(page, -1)
        self._tell()

    def action_bottom(self) -> None:
        """To the end; with a number typed before, to that page."""
        if number := self.take_count():
            self.post_message(PageWanted(number))
        elif self._layout.pages:
            last = len(self._layout.pages) - 1
            self._place(Anchor(last, len(self._layout.pages[last].text)), self.rows - 1)
            self._held = Anchor(last, -1)
            self._tell()

    def on_resize(self) -> None:
        """Another width or height: what was in view stays in view."""
        width = self._text_cells
        if width < _FEWEST_CELLS or not self.rows:
            return
        anchor, above = self._wanted or self._kept_place()
        if width != self._layout.width:
            self._layout.resize(width)
        self._place(anchor, min(above, max(self.rows - 3, 0)))
        self._rows_before = self.rows

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The reader moved: wrap what comes into view, and tell where this is."""
        super().watch_scroll_y(old_value, new_value)
        if not self._moving and self._layout.pages:
            self._held = None
            # A correction would end the glide; `glide_to` has wrapped what it passes.
            if not self.app.animator.is_being_animated(self, "scroll_y"):
                self._fit()
            self._tell()

    def glide_to(self, line: int) -> None:
        """Bring a line to the top, with all that is passed on the way wrapped before."""
        if self.rows and self._layout.pages:
            before = self._layout.spot_at(self.scroll_offset.y)
            at = self._layout.line_of(before)
            self._layout.settle(before, 3 * self.rows)
            line += self._layout.line_of(before) - at
            self._fit()
        super().glide_to(line)

    def arrived(self) -> None:
        """Wrap what the next glide may pass."""
        self._fit()
        self._tell()

    def _lay_out(self, document: OpenDocument) -> None:
        """All of its pages, beside the numbers of their lines where it is source code."""
        self._numbers = LineNumbers(document.document)
        if self._text_cells >= _FEWEST_CELLS:
            self._layout.resize(self._text_cells)
        self._layout.replace(document.pages, separators=not document.by_lines)

    @property
    def _text_cells(self) -> int:
        """How long a line of text may be."""
        return min(self.columns - MARGIN - self._numbers.width, TEXT_CELLS)

    def _spot_in_view(self) -> Spot:
        """What the reader looks at: where a jump went, else the top; at the end, the last page."""
        if self._held is not None:
            return self._layout.spot_of(self._valid(self._held))
        y = self.scroll_offset.y
        at_end = y > 0 and y >= self.max_scroll_y
        return self._layout.spot_at(y + self.rows - 2 if at_end else y)

    def _in_view(self, mark: Mark, rows: int = 0) -> bool:
        if not self.rows or self._wanted is not None:
            return False
        first = self._layout.line_of(self._layout.spot_of(Anchor(mark.page, mark.start)))
        last = self._layout.line_of(self._layout.spot_of(Anchor(mark.page, mark.end - 1)))
        top = self.scroll_offset.y
        return top <= first and last < top + (rows or self.rows)

    def _kept_place(self) -> tuple[Anchor, int]:
        """What should stay where it is, and how many rows it stands below the top."""
        return self.top, 0

    def _place(self, anchor: Anchor, above: int) -> None:
        """Show a place, so many rows below the top; as soon as there is room to show it in."""
        if not self.rows or not self._layout.pages:
            self._wanted = (anchor, above)
            return
        self._wanted = None
        spot = self._layout.spot_of(self._valid(anchor))
        self._layout.settle(spot, 2 * self.rows)
        self._move_to(self._layout.line_of(spot) - above)

    def _valid(self, anchor: Anchor) -> Anchor:
        """The same place in pages that may have changed."""
        page = min(anchor.page, len(self._layout.pages) - 1)
        return Anchor(page, min(anchor.offset, len(self._layout.pages[page].text)))

    def _fit(self) -> None:
        """Wrap what is in view; if pages above turn out shorter or longer, nothing moves."""
        if not self.rows or not self._layout.pages:
            return
        y = self.scroll_offset.y
        spot = self._layout.settle(self._layout.spot_at(y), 2 * self.rows)
        self._move_to(self._layout.line_of(spot))

    def _move_to(self, line: int) -> None:
        with self._moving_itself():
            self.has_lines(self._layout.line_count)
            if round(self.scroll_y) != line:
                self.scroll_to(y=line, animate=False, force=True)
        self.refresh()

    def _tell(self) -> None:
        """Say where the reader is, if that has changed."""
        by_lines = self._document is not None and self._document.by_lines
        number = self.line if by_lines else self.page
        if number != self._told:
            self._told = number
            self.post_message(PlaceChanged(number))

    @contextmanager
    def _moving_itself(self) -> Iterator[None]:
        self._moving = True
        try:
            yield
        finally:
            self._moving = False
