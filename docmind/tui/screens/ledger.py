"""How an answer came to be, over the whole screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from docmind.tui.ledger import Fact
from docmind.tui.pieces import wrapped

LABEL_CELLS = 11
"""Room for what a fact is about."""

SHEET_CELLS = 84
"""The sheet is no wider than this, its borders included."""


class LedgerScreen(ModalScreen[None]):
    """A list of facts; any of a few keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f3,l,enter", "dismiss", "Close", id="ledger.close"),
        Binding("j,down", "scroll(1)", "down", id="ledger.down", show=False),
        Binding("k,up", "scroll(-1)", "up", id="ledger.up", show=False),
        Binding("space,pagedown", "scroll(10)", "a screen down", id="ledger.page", show=False),
        Binding("b,pageup", "scroll(-10)", "a screen up", id="ledger.back", show=False),
    ]

    def __init__(self, facts: Sequence[Fact]) -> None:
        super().__init__()
        self._facts = facts

    def compose(self) -> ComposeResult:
        """The list, which scrolls where it is too long."""
        with VerticalScroll(id="sheet"):
            yield Static(id="facts")
        yield Static(Content("what was read for this answer · esc closes · j k scroll"), id="hint")

    def on_resize(self) -> None:
        """As wide as the terminal allows."""
        width = min(self.size.width, SHEET_CELLS) - LABEL_CELLS - 6
        self.query_one("#facts", Static).update(facts_content(self._facts, width))

    def action_scroll(self, lines: int) -> None:
        """Up or down the list."""
        self.query_one("#sheet").scroll_relative(y=lines)


def facts_content(facts: Sequence[Fact], width: int) -> Content:
    """A fact a paragraph, wrapped beside what it is about; text of documents stays text."""
    parts: list[str | Content | tuple[str, str]] = []
    for label, text in facts:
        for index, line in enumerate(wrapped([("", text)], max(width, 20))):
            parts.append((f"{label if index == 0 else '':<{LABEL_CELLS}}", "bold"))
            parts.append("".join(piece for _, piece in line) + "\n")
    return Content.assemble(*parts)
