"""The document pane: any number of pages as virtual lines, with what is cited marked in them.

Lines exist only while they are in view (see `docmind.tui.layout`). Marks do not rely on colour:
a bar and the citation's number stand in the margin, and the passage itself is reversed or
underlined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.strip import Strip

from docmind.model import Page
from docmind.tui.layout import Anchor, PageLayout, Spot
from docmind.tui.marks import Mark, Marks
from docmind.tui.messages import CountTyped, PageWanted, PlaceChanged
from docmind.tui.page_lines import MARGIN, Piece, separator, text_pieces
from docmind.tui.plain import fitted
from docmind.tui.shelf import OpenDocument
from docmind.tui.widgets.lines_view import LinesView

TEXT_CELLS = 100
"""Longer lines are hard to read, however wide the terminal is."""


class DocumentView(LinesView):
    """Shows one document at a time; knows where the reader is in it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "document--text",
        "document--heading",
        "document--running",
        "document--separator",
        "document--margin",
        "document--cited",
        "document--current",
        "document--found",
        "document--found-current",
        "document--error",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("G,end", "bottom", "to the end, 12G to page 12", id="document.bottom", show=False),
        Binding("J,right", "turn_page(1)", "next page", id="document.next_page", show=False),
        Binding(
            "K,left", "turn_page(-1)", "previous page", id="document.previous_page", show=False
        ),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002 Textual's name for it
        super().__init__(id=id)
        self._document: OpenDocument | None = None
        self._layout = PageLayout(width=80)
        self._cited = Marks()
        self._found = Marks()
        self._moving = False
        self._wanted: tuple[Anchor, int] | None = None
        self._held: Anchor | None = None
        self._rows_before = 0
        self._count = ""
        self._told = -1

    def open(self, document: OpenDocument) -> None:
        """Show this document where the reader left it."""
        self._document = document
        self._found = Marks()
        self._cited = Marks()
        self._held = None
        self._layout.replace(document.pages, separators=not document.by_lines)
        self._place(document.anchor or Anchor(0, -1), 0)

    def extend(self, pages: Sequence[Page]) -> None:
        """More pages at the end of the document in view."""
        first = not self._layout.pages
        self._layout.append(pages)
        if first:
            self._place(Anchor(0, -1), 0)
        else:
            self._fit()

    def replace(self) -> None:
        """The final version of the document in view has come: keep the place."""
        place = self._kept_place()
        if self._document is not None:
            separators = not self._document.by_lines
            self._layout.replace(self._document.pages, separators=separators)
            self._place(*place)

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

    def cite(self, marks: Marks) -> None:
        """Mark these passages."""
        self._cited = marks
        self.refresh()

    def find(self, marks: Marks) -> None:
        """Mark what was found."""
        self._found = marks
        self.refresh()

    def show(self, mark: Mark) -> None:
        """Bring a mark into view with some lines above it, unless it is in view as a whole."""
        if not self._in_view(mark):
            self._place(Anchor(mark.page, mark.start), self.rows // 3)
        self._held = Anchor(mark.page, mark.start)
        self.refresh()
        self._tell()

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

    def action_bottom(self) -> None:
        """To the end; with a number typed before, to that page."""
        if self._count:
            self.post_message(PageWanted(int(self._count)))
            self._count = ""
        elif self._layout.pages:
            last = len(self._layout.pages) - 1
            self._place(Anchor(last, len(self._layout.pages[last].text)), self.rows - 1)
            self._held = Anchor(last, -1)
            self._tell()

    def on_key(self, event: events.Key) -> None:
        """Digits add up to a number, which G takes for a page; any other key forgets it."""
        character = event.character or ""
        if character.isdecimal() and (self._count or character != "0"):
            event.stop()
            event.prevent_default()
            self._count = (self._count + character)[:7]
            self.post_message(CountTyped(int(self._count), first=len(self._count) == 1))
        elif event.key != "G":
            self._count = ""

    def on_resize(self) -> None:
        """Another width or height: what was in view stays in view."""
        width = min(self.columns - MARGIN, TEXT_CELLS)
        if width < 2 or not self.rows:
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

    def render_line(self, y: int) -> Strip:
        """A separator, a line of text with its marks, or nothing."""
        line = self.scroll_offset.y + y
        if not self._layout.pages:
            return self._render_failure(y)
        if line >= self._layout.line_count:
            return Strip.blank(self.columns, self.rich_style)
        spot = self._layout.spot_at(line)
        span = self._layout.span_of(spot)
        page = self._layout.pages[spot.page]
        if span is not None:
            return self._painted(text_pieces(page, span, self._cited, self._found))
        if spot.row == 0:
            return self._painted([separator(page, MARGIN + self._layout.width)])
        return Strip.blank(self.columns, self.rich_style)

    def _painted(self, pieces: Iterable[Piece]) -> Strip:
        """A line of the pane; roles that come later stand above those before."""
        return self.strip(
            (text, Style.combine(self.style_of(f"document--{role}") for role in roles))
            for roles, text in pieces
        )

    def _render_failure(self, y: int) -> Strip:
        """Why there is no text, in the place of the text."""
        document = self._document
        if document is None:
            return Strip.blank(self.columns, self.rich_style)
        if document.error:
            lines = [("error", f"{document.short_name} cannot be read"), ("text", ""),
                     ("text", document.error), ("text", document.hint)]  # fmt: skip
        else:
            lines = [("separator", f"reading {document.short_name}")]
        if not 1 <= y <= len(lines):
            return Strip.blank(self.columns, self.rich_style)
        role, text = lines[y - 1]
        words = " " * MARGIN + fitted(text, self.columns - MARGIN - 1)
        return self.strip([(words, self.style_of(f"document--{role}"))])

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
        """What should stay where it is: the current mark if it is in view, else the first line."""
        mark = self._cited.current_mark or self._found.current_mark
        if self._layout.pages and mark is not None and self._in_view(mark, self._rows_before):
            anchor = Anchor(mark.page, mark.start)
            line = self._layout.line_of(self._layout.spot_of(anchor))
            return anchor, line - self.scroll_offset.y
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
            self.virtual_size = Size(self.columns, self._layout.line_count)
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
