"""Which of the links of a page to follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from docmind.tui.links import TextLink
from docmind.tui.plain import fitted, width_of

_WORDS_CELLS = 56


class LinksScreen(ModalScreen[int | None]):
    """A line for each link; gives the chosen one's position, None if none was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f", "dismiss", "Close", id="links.close"),
        Binding("j", "list('cursor_down')", "down", id="links.down", show=False),
        Binding("k", "list('cursor_up')", "up", id="links.up", show=False),
    ]

    def __init__(self, links: Sequence[TextLink], *, begin: int) -> None:
        super().__init__()
        self._links = links
        self._begin = begin

    def compose(self) -> ComposeResult:
        """What is linked, and to which page."""
        listed = OptionList(
            *(Option(_line(link)) for link in self._links), id="links", compact=True, markup=False
        )
        listed.border_title = "Links of this page"
        yield listed

    def on_mount(self) -> None:
        """Begin at the first link in view."""
        self.query_one(OptionList).highlighted = self._begin

    def action_list(self, action: str) -> None:
        """The list's own keys under other names."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)


def _line(link: TextLink) -> Content:
    words = fitted(link.words, _WORDS_CELLS) or "(no words)"
    padding = " " * (_WORDS_CELLS + 2 - width_of(words))
    return Content.assemble(words, padding, (f"page {link.target.page + 1:,}", "dim"))
