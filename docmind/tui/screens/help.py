"""All keys, as the bindings themselves describe them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

KeyGroup = tuple[str, Sequence[BindingType]]
"""A heading, and the bindings below it."""

_NAMES = {
    "space": "space", "left_square_bracket": "[", "right_square_bracket": "]", "slash": "/",
    "colon": ":", "question_mark": "?", "escape": "esc", "pagedown": "pgdn", "pageup": "pgup",
}  # fmt: skip

KEY_COLUMN = 20
"""Cells for the keys, left of what they do."""


class HelpScreen(ModalScreen[None]):
    """A list of keys over the whole screen; any of a few keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark,enter", "dismiss", "Close", id="help.close"),
        Binding("j", "scroll(1)", "down", id="help.down", show=False),
        Binding("k", "scroll(-1)", "up", id="help.up", show=False),
        Binding("space", "scroll(10)", "a screen down", id="help.page_down", show=False),
        Binding("b", "scroll(-10)", "a screen up", id="help.page_up", show=False),
    ]

    def __init__(self, groups: Iterable[KeyGroup]) -> None:
        super().__init__()
        self._groups = tuple(groups)

    def compose(self) -> ComposeResult:
        """The list, which scrolls where it is too long."""
        with VerticalScroll(id="sheet"):
            yield Static(help_content(self._groups), id="keys")
        yield Static(Content("esc closes · j k space b scroll"), id="hint")

    def action_scroll(self, lines: int) -> None:
        """Up or down the list."""
        self.query_one("#sheet").scroll_relative(y=lines)


def help_content(groups: Iterable[KeyGroup]) -> Content:
    """Each group as a heading and a line for each key."""
    parts: list[str | Content | tuple[str, str]] = []
    for heading, bindings in groups:
        parts.append((f"{heading}\n", "bold"))
        for binding in bindings:
            if isinstance(binding, Binding) and binding.description:
                parts.append((f"  {key_names(binding):<{KEY_COLUMN}}", "bold"))
                parts.append(f"{binding.tooltip or binding.description}\n")
        parts.append("\n")
    return Content.assemble(*parts[:-1])


def key_names(binding: Binding) -> str:
    """The keys of a binding as they stand on a keyboard."""
    if binding.key_display == "1-9":
        return binding.key_display
    keys = (_NAMES.get(key, key) for key in binding.key.split(","))
    return " ".join(keys)
