"""All keys, as the bindings themselves describe them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from docmind.tui.key_names import key_names
from docmind.tui.screens.sheet import SheetScreen

KeyGroup = tuple[str, Sequence[BindingType]]
"""A heading, and the bindings below it."""

KEY_COLUMN = 20
"""Cells for the keys, left of what they do."""


class HelpScreen(SheetScreen[None]):
    """A list of keys over the whole screen; any of a few keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark,enter", "dismiss", "Close", id="help.close"),
    ]
    HINT = (
        "%(help.close)s closes"
        " · %(sheet.down)s %(sheet.up)s %(sheet.page_down)s %(sheet.page_up)s scroll"
    )

    def __init__(self, groups: Iterable[KeyGroup]) -> None:
        listed = help_content(groups)
        super().__init__(lambda _: listed)


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
