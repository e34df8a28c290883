"""How an answer came to be, over the whole screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from docmind.tui.ledger import Fact
from docmind.tui.pieces import wrapped
from docmind.tui.screens.sheet import SheetScreen

LABEL_CELLS = 11
"""Room for what a fact is about."""

SHEET_CELLS = 84
"""The sheet is no wider than this, its borders included."""


class LedgerScreen(SheetScreen[None]):
    """A list of facts; any of a few keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f3,l,enter", "dismiss", "Close", id="ledger.close"),
    ]
    HINT = (
        "what was read for this answer · %(ledger.close)s closes"
        " · %(sheet.down)s %(sheet.up)s scroll"
    )

    def __init__(self, facts: Sequence[Fact]) -> None:
        super().__init__(
            lambda width: facts_content(facts, min(width, SHEET_CELLS) - LABEL_CELLS - 6)
        )


def facts_content(facts: Sequence[Fact], width: int) -> Content:
    """A fact a paragraph, wrapped beside what it is about; text of documents stays text."""
    parts: list[str | Content | tuple[str, str]] = []
    for label, text in facts:
        for index, line in enumerate(wrapped([("", text)], max(width, 20))):
            parts.append((f"{label if index == 0 else '':<{LABEL_CELLS}}", "bold"))
            parts.append("".join(piece for _, piece in line) + "\n")
    return Content.assemble(*parts)
