"""The outline as a list to walk through: a pane in very wide terminals, else a sheet.

The section in view has a bar and the cursor an arrow, so that neither needs a colour. The cursor
follows the reader as long as the list has not the focus.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from docmind.tui.layout import Anchor
from docmind.tui.messages import SectionChosen
from docmind.tui.outline import Outline
from docmind.tui.plain import fitted, width_of
from docmind.tui.widgets.lines_view import LinesView

DEEPEST = 4
"""Sections below this level are not indented further."""

_MARKS = 2


class OutlineView(LinesView):
    """Shows an outline; enter chooses a section."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "outline--title", "outline--chapter", "outline--here", "outline--place",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "go to the section", id="outline.choose", show=False),
    ]

    def __init__(self, outline: Outline | None = None, *, id: str) -> None:  # noqa: A002 Textual's
        super().__init__(id=id)
        self._outline = outline or Outline()
        self._here: int | None = None
        self.cursor = 0

    def open(self, outline: Outline) -> None:
        """Show another outline."""
        self._outline = outline
        self._here = None
        self.cursor = 0
        self._fit()

    def follow(self, place: Anchor) -> None:
        """The reader is at this place."""
        here = self._outline.at(place)
        if here != self._here:
            self._here = here
            if not self.has_focus:
                self._put(here or 0)
            self.refresh()

    def begin_at(self, place: Anchor) -> None:
        """Put the cursor at the section of this place."""
        self._here = self._outline.at(place)
        self._put(self._here or 0)

    def on_resize(self) -> None:
        """Another size: the cursor stays in view."""
        self._fit()
        self._put(self.cursor)

    def on_focus(self) -> None:
        """The cursor is shown."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor goes back to where the reader is."""
        self._put(self._here or 0)

    def action_move(self, lines: int) -> None:
        """To the next section or the one before."""
        self._put(self.cursor + lines)

    def action_page(self, screens: float) -> None:
        """By a part of what is in view."""
        self._put(self.cursor + int(self.rows * screens))

    def action_top(self) -> None:
        """To the first section."""
        self._put(0)

    def action_bottom(self) -> None:
        """To the last section."""
        self._put(len(self._outline) - 1)

    def action_choose(self) -> None:
        """Go to the section under the cursor."""
        if len(self._outline):
            self.post_message(SectionChosen(self.cursor))

    def on_click(self, event: events.Click) -> None:
        """A click on a section goes to it."""
        line = self.scroll_offset.y + event.y - self.gutter.top
        if 0 <= line < len(self._outline):
            self._put(line)
            self.action_choose()

    def render_line(self, y: int) -> Strip:
        """One section: marks, title, and where it begins."""
        line = self.scroll_offset.y + y
        if line >= len(self._outline):
            return Strip.blank(self.columns, self.rich_style)
        section = self._outline.sections[line]
        here = line == self._here
        marks = ("▌" if here else " ") + ("›" if self.has_focus and line == self.cursor else " ")
        indent = "  " * (min(section.level, DEEPEST) - 1)
        place = f" {section.number:,}"
        room = max(self.columns - _MARKS - len(indent) - len(place), 1)
        title = fitted(section.title, room)
        words = indent + title + " " * (room - width_of(title))
        style = self.style_of(f"outline--{'chapter' if section.level == 1 else 'title'}")
        if here or (self.has_focus and line == self.cursor):
            style += self.style_of("outline--here")
        return self.strip(
            [
                (marks, self.style_of("outline--here")),
                (words, style),
                (place, self.style_of("outline--place")),
            ]
        )

    def _fit(self) -> None:
        self.has_lines(len(self._outline))
        self.refresh()

    def _put(self, cursor: int) -> None:
        """The cursor on a section, which is brought into view."""
        self.cursor = min(max(cursor, 0), max(len(self._outline) - 1, 0))
        top = self.scroll_offset.y
        if not top <= self.cursor < top + self.rows:
            self.scroll_to(y=max(self.cursor - self.rows // 2, 0), animate=False, force=True)
        self.refresh()
