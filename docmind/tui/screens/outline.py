"""The outline over the whole screen, where there is no room for it beside the text."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from docmind.tui.key_names import with_keys
from docmind.tui.layout import Anchor
from docmind.tui.messages import SectionChosen
from docmind.tui.outline import Outline
from docmind.tui.plain import fitted
from docmind.tui.widgets.outline_view import OutlineView

_TITLE_CELLS = 60
_FRAME_ROWS = 2


class OutlineScreen(ModalScreen[int | None]):
    """Gives the position of the chosen section, None if none was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,t", "dismiss", "Close", id="outline.close"),
    ]
    HINT: ClassVar[str] = "enter goes there · j k g G move · %(outline.close)s closes"

    def __init__(self, name: str, outline: Outline, place: Anchor) -> None:
        super().__init__()
        self._document_name = name
        self._outline = outline
        self._place = place

    def compose(self) -> ComposeResult:
        """The list; the keys stand in its frame."""
        view = OutlineView(self._outline, id="outline")
        view.border_title = Content(f"Outline of {fitted(self._document_name, _TITLE_CELLS)}")
        view.border_subtitle = with_keys(self.HINT, self)
        yield view

    def on_mount(self) -> None:
        """Begin where the reader is."""
        view = self.query_one(OutlineView)
        view.styles.height = len(self._outline) + _FRAME_ROWS
        view.begin_at(self._place)
        view.focus()

    @on(SectionChosen)
    def _choose(self, event: SectionChosen) -> None:
        self.dismiss(event.index)
