"""A pane of virtual lines that is moved through by keys: what answers and document have in common.

Both draw a line only when it is seen. Widgets for each paragraph would be the usual way, and make
a terminal wait for seconds as soon as there are hundreds of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

Pieces = Iterable[tuple[str, Style]]


class LinesView(ScrollView, can_focus=True, inherit_bindings=False):
    """Scrolls by line, half screen, screen and to both ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", id="pane.down", show=False),
        Binding("k,up", "move(-1)", "up", id="pane.up", show=False),
        Binding("space,pagedown", "page(1.0)", "a screen down", id="pane.page_down", show=False),
        Binding("b,pageup", "page(-1.0)", "a screen up", id="pane.page_up", show=False),
        Binding("ctrl+d", "page(0.5)", "half a screen down", id="pane.half_down", show=False),
        Binding("ctrl+u", "page(-0.5)", "half a screen up", id="pane.half_up", show=False),
        Binding("g,home", "top", "to the beginning", id="pane.top", show=False),
        Binding("G,end", "bottom", "to the end", id="pane.bottom", show=False),
    ]

    _painting = False

    @property
    def rows(self) -> int:
        """Lines that are in view at once."""
        return self.scrollable_content_region.height

    @property
    def columns(self) -> int:
        """Cells of a line."""
        return self.scrollable_content_region.width

    def has_lines(self, count: int) -> None:
        """How many lines there are now.

        To a change of its virtual size Textual answers with a new layout, and paints the whole
        screen. That is needed only where the scroll bar comes or goes.
        """
        size = Size(self.columns, count)
        shown = self.show_vertical_scrollbar and size.width == self.virtual_size.width
        if not shown or count <= self.scrollable_content_region.height:
            self.virtual_size = size
        elif size != self.virtual_size:
            self.set_reactive(LinesView.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = count
            self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def refresh_from(self, line: int) -> None:
        """Paint this line and all below it again, the last one in view in any case."""
        top = self.scroll_offset.y
        first = min(max(line, top), top + self.rows - 1)
        self.refresh_lines(first, top + self.rows - first)

    def action_move(self, lines: int) -> None:
        """Up or down by so many lines."""
        self.scroll_by(lines)

    def action_page(self, screens: float) -> None:
        """Up or down by a part of what is in view; two lines of a full screen stay."""
        lines = max(1, int(self.rows * abs(screens)) - (2 if abs(screens) >= 1 else 0))
        self.scroll_by(lines if screens > 0 else -lines)

    def action_top(self) -> None:
        """To the first line."""
        self.scroll_to(y=0, animate=False)

    def action_bottom(self) -> None:
        """To the last line."""
        self.scroll_to(y=self.max_scroll_y, animate=False)

    def scroll_by(self, lines: int) -> None:
        """Move what is in view by so many lines."""
        gliding = self.app.animator.is_being_animated(self, "scroll_y")
        start = round(self.scroll_target_y) if gliding else self.scroll_offset.y
        self.glide_to(start + lines)

    def glide_to(self, line: int) -> None:
        """Bring a line to the top, gliding where animations are wanted."""
        gliding = self.app.animation_level == "full"
        self.scroll_to(y=line, animate=gliding, on_complete=self.arrived if gliding else None)

    def arrived(self) -> None:
        """A glide has come to its end."""

    def style_of(self, role: str) -> Style:
        """The style of one of the component classes."""
        return self.get_component_rich_style(role)

    def selectable(self, strip: Strip, y: int) -> Strip:
        """A drawn line (counted in the pane), with what is selected of it marked."""
        line = self.scroll_offset.y + y
        selection = self.text_selection
        span = selection.get_span(line) if selection is not None else None
        if span is not None:
            strip = _marked(
                strip, *span, self.screen.get_component_rich_style("screen--selection")
            )
        return strip if self._painting else strip.apply_offsets(0, line)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines to be painted. Only the mouse asks for one by itself, to know what it points at:
        to say so in each that is painted would take as long as painting it.
        """
        self._painting = True
        try:
            return super().render_lines(crop)
        finally:
            self._painting = False

    def selected_lines(self, selection: Selection) -> tuple[Offset, Offset]:
        """First and last character of a selection; what has no end there ends with the pane.

        A line has as many characters as are drawn of it.
        """
        top = self.scroll_offset.y
        return (
            selection.start if selection.start is not None else Offset(0, top),
            selection.end if selection.end is not None else Offset(self.columns, top + self.rows),
        )

    def text_select_all(self) -> None:
        """Nothing: a double click would select more than anybody can see."""

    def strip(self, pieces: Pieces) -> Strip:
        """A line of the pane's width."""
        segments = [Segment(text, style) for text, style in pieces]
        return Strip(segments).crop_extend(0, self.columns, self.rich_style)


def _marked(strip: Strip, start: int, end: int, style: Style) -> Strip:
    """A line whose characters [start, end) look selected; -1 is its end."""
    text = strip.text
    first = cell_len(text[:start])
    last = cell_len(text[:end]) if end >= 0 else strip.cell_length
    chosen = [
        Segment(each.text, (each.style or Style.null()) + style)
        for each in strip.crop(first, last)
    ]
    return Strip.join([strip.crop(0, first), Strip(chosen), strip.crop(last)])
