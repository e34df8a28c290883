"""The document pane: any number of pages as virtual lines, with what is cited marked in them.

Lines exist only while they are in view (see `docmind.tui.layout`). Marks do not rely on colour:
a bar and the citation's number stand in the margin, and the passage itself is reversed or
underlined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.style import Style
from textual.geometry import Offset
from textual.selection import Selection
from textual.strip import Strip

from docmind.model import Page
from docmind.tui.layout import Anchor
from docmind.tui.marks import Mark, Marks
from docmind.tui.page_lines import MARGIN, Piece, separator, text_pieces
from docmind.tui.plain import fitted, shown
from docmind.tui.shelf import OpenDocument
from docmind.tui.widgets.pages_view import PagesView


class DocumentView(PagesView):
    """Shows one document at a time, and what is marked in it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "document--text",
        "document--heading",
        "document--running",
        "document--separator",
        "document--margin",
        "document--number",
        "document--cited",
        "document--current",
        "document--found",
        "document--found-current",
        "document--error",
    }

    def __init__(self, *, id: str) -> None:  # noqa: A002 Textual's name for it
        super().__init__(id=id)
        self._cited = Marks()
        self._found = Marks()

    def open(self, document: OpenDocument) -> None:
        """Show this document where the reader left it."""
        self._document = document
        self._found = Marks()
        self._cited = Marks()
        self._held = None
        self._lay_out(document)
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
            self._lay_out(self._document)
            self._place(*place)

    def cite(self, marks: Marks) -> None:
        """Mark these passages."""
        if (marks.all, marks.current) != (self._cited.all, self._cited.current):
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

    def render_line(self, y: int) -> Strip:
        """One line; the mouse may select some of it."""
        return self.selectable(self._drawn_line(y), y)

    @property
    def selected(self) -> tuple[Anchor, str] | None:
        """Where the words begin that the mouse has selected, and what they are."""
        selection = self.text_selection
        if selection is None or not self._layout.pages:
            return None
        first, last = map(self._anchor_at, self.selected_lines(selection))
        pages = self._layout.pages[first.page : last.page + 1]
        texts = [page.text for page in pages]
        texts[-1] = texts[-1][: last.offset]
        texts[0] = texts[0][first.offset :]
        text = "\n".join(texts).strip()
        return (first, text) if text else None

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:  # noqa: ARG002 as overridden
        """What is selected, as it stands in the document and not as it is wrapped."""
        selected = self.selected
        return (selected[1], "\n") if selected is not None else None

    def _anchor_at(self, place: Offset) -> Anchor:
        """The character of the document that is drawn as this character of a line."""
        spot = self._layout.spot_at(place.y)
        span = self._layout.span_of(spot)
        if span is None:
            text = self._layout.pages[spot.page].text
            return Anchor(spot.page, 0 if spot.row == 0 else len(text))
        text, room = self._layout.pages[spot.page].text, place.x - MARGIN - self._numbers.width
        for offset in range(*span):
            room -= len(shown(text[offset]))
            if room < 0:
                return Anchor(spot.page, offset)
        return Anchor(spot.page, span[1])

    def _drawn_line(self, y: int) -> Strip:
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
            margin, *text = text_pieces(page, span, self._cited, self._found)
            return self._painted([margin, *self._numbers.pieces(span[0]), *text])
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

    def _kept_place(self) -> tuple[Anchor, int]:
        """The current mark if it is in view, else the first line."""
        mark = self._cited.current_mark or self._found.current_mark
        if self._layout.pages and mark is not None and self._in_view(mark, self._rows_before):
            anchor = Anchor(mark.page, mark.start)
            line = self._layout.line_of(self._layout.spot_of(anchor))
            return anchor, line - self.scroll_offset.y
        return super()._kept_place()
