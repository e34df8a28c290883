"""A page as it was printed, over the whole screen, with the cited passage framed.

A large picture takes a terminal a moment, so this is a sheet that is asked for, never a pane.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from docmind.settings import Images
from docmind.tui.graphics import cell_pixels, picture_widget
from docmind.tui.key_names import with_keys
from docmind.tui.messages import PageDrawn
from docmind.tui.plain import fitted

_HINT_CELLS = 200
_KEYS = (
    "%(picture.previous)s %(picture.next)s turn pages · %(picture.open)s opens a PDF viewer"
    " · %(picture.close)s closes"
)

Draw = Callable[[int, tuple[int, int]], None]
"""Has a page drawn, at most so many pixels wide and high; `take` is called then."""


class PictureScreen(ModalScreen[int]):
    """Turns pages; gives the one that was seen last."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "close", "back to the text", id="picture.close"),
        Binding("right,J,space,pagedown", "turn(1)", "next page", id="picture.next"),
        Binding("left,K,b,pageup", "turn(-1)", "previous page", id="picture.previous"),
        Binding("o", "open", "open in a PDF viewer", id="picture.open"),
    ]

    def __init__(
        self,
        kind: Images,
        page: int,
        pages: int,
        *,
        draw: Draw,
        view: Callable[[int], None],
    ) -> None:
        super().__init__()
        self._kind = kind
        self._pages = pages
        self._draw = draw
        self._view = view
        self.page = page

    def compose(self) -> ComposeResult:
        """The picture's place, and the keys."""
        yield Container(Static(Content("drawing the page"), id="drawing"), id="picture")
        yield Static(id="hint")

    def on_mount(self) -> None:
        """Ask for the page once it is known how large it may be."""
        self.call_after_refresh(self._want)

    @property
    def pixels(self) -> tuple[int, int]:
        """How large a picture there is room for."""
        width, height = cell_pixels()
        room = self.query_one("#picture").size
        return max(room.width, 1) * width, max(room.height, 1) * height

    def action_turn(self, pages: int) -> None:
        """To the next page or the one before."""
        page = min(max(self.page + pages, 1), self._pages)
        if page != self.page:
            self.page = page
            self._want()

    def action_close(self) -> None:
        """Back to the text, at this page."""
        self.dismiss(self.page)

    def action_open(self) -> None:
        """This page in another program."""
        self._view(self.page)

    def _want(self) -> None:
        self.tell(f"drawing page {self.page:,}")
        self._draw(self.page, self.pixels)

    async def take(self, drawn: PageDrawn) -> None:
        """A picture has come, or why there is none; one of a page that was left is not shown."""
        if (drawn.page, drawn.reason) == (self.page, ""):
            place = self.query_one("#picture")
            await place.remove_children()
            await place.mount(picture_widget(self._kind, drawn.png))
            self.tell(f"page {self.page:,} of {self._pages:,}")
        elif drawn.page == self.page:
            self.tell(drawn.reason)

    def tell(self, words: str) -> None:
        """Say something in the last line, before the keys."""
        text = fitted(f"{words} · {with_keys(_KEYS, self)}", _HINT_CELLS)
        self.query_one("#hint", Static).update(Content(text))
