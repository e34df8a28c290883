"""A sheet of text over the whole screen, which scrolls by the keys of the panes."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from docmind.tui.key_names import with_keys

Result = TypeVar("Result")


class SheetScreen(ModalScreen[Result]):
    """What all sheets share; each brings its text, its hint and the keys that close it.

    The text is made for the width of the terminal, whenever that changes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll(1)", "down", id="sheet.down", show=False),
        Binding("k,up", "scroll(-1)", "up", id="sheet.up", show=False),
        Binding("space,pagedown", "scroll(10)", "a screen down", id="sheet.page_down", show=False),
        Binding("b,pageup", "scroll(-10)", "a screen up", id="sheet.page_up", show=False),
    ]
    HINT: ClassVar[str]
    """What its keys do; they stand there by the names of their bindings."""

    def __init__(self, text_for: Callable[[int], Content]) -> None:
        """`text_for` gives what stands on the sheet in a terminal of so many cells."""
        super().__init__()
        self._text_for = text_for

    def compose(self) -> ComposeResult:
        """The text, which scrolls where it is too long."""
        with VerticalScroll(id="sheet"):
            yield Static(id="text")
        yield Static(Content(with_keys(self.HINT, self)), id="hint")

    def on_resize(self) -> None:
        """The text is laid out anew for this width."""
        self.query_one("#text", Static).update(self._text_for(self.size.width))

    def action_scroll(self, lines: int) -> None:
        """Up or down the text."""
        self.query_one("#sheet").scroll_relative(y=lines)
